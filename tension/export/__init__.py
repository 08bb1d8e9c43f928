"""Files that leave Karaula."""
