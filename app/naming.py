"""What a place is called on screen: see `tension.places.labels`, which files share."""

from tension.places.labels import (
    ALL,
    ENGLISH,
    LOCAL,
    SAID,
    STYLES,
    forms,
)

__all__ = ["ALL", "ENGLISH", "LOCAL", "SAID", "STYLES", "forms"]
