"""Places: a gazetteer in every party's names, and how a text's words are resolved against it."""
