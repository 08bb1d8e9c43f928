"""The scopes of the page Now; they are those of the brief, too: see `tension.brief.scopes`."""

from tension.brief.scopes import (
    ELEVATED,
    LEVELS,
    NO_READING,
    QUIET,
    SPARK_DAYS,
    Scope,
    Voices,
    countries,
    headline,
    known,
    movers,
    named_cause,
    of_week,
    ranked,
    scope,
    table,
)

__all__ = [
    "ELEVATED",
    "LEVELS",
    "NO_READING",
    "QUIET",
    "SPARK_DAYS",
    "Scope",
    "Voices",
    "countries",
    "headline",
    "known",
    "movers",
    "named_cause",
    "of_week",
    "ranked",
    "scope",
    "table",
]
