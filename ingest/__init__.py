"""The writing door: feeds in, facts into the store."""
