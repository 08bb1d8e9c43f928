"""The index: from signals to a number that is the sum of what is listed under it (METHOD §8)."""
