"""Text as it is matched: one folded form, tokens that know where they stand in the original."""
