"""Frames row by row: see `tension.rows`, which files share."""

from tension.rows import records

__all__ = ["records"]
