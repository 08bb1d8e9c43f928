"""The daily brief: the numbers of the desk on paper, every sentence built from cited events."""
