"""Watches: what is looked out for, when it fires, on what evidence, and how it is told. Pure."""
