"""The words that our own scripts in the browser say: they come from the catalogue, as all others do, and are handed to them."""

from functools import lru_cache
from typing import Any

from tension.tongue import ENGLISH, _, locale, plural_forms, spoken


def of_map() -> dict[str, Any]:
    """Return the words of the map, its player and its time."""
    return {
        "language": spoken(), "play": _("Play"), "pause": _("Pause"), "back": _("One step back"),
        "forward": _("One step forward"), "last": _("Last day shown"), "span": _("Days"), "step": _("Step"), "speed": _("Speed"),
        "slow": _("slow"), "normal": _("normal"), "fast": _("fast"), "whole": _("All days"), "picture": _("Map as PNG file"),
        "time": _("Events a day: escalatory above the line, stabilising below"), "noEvent": _("no event"),
        "eventsAt": _("{events} at {places}"), "noReport": _("no report"), "stands": _("since {day}, day {n}"),
        "wait": _("Drawing the map …"),
        "broken": _("The map cannot be drawn: {why}. The same numbers are in the table."),
        "forms": {
            "events": plural_forms("{n} event", "{n} events"), "places": plural_forms("{n} place", "{n} places"),
            "unplaced": plural_forms("{n} event without a place", "{n} events without a place"),
            "reports": plural_forms("{n} report", "{n} reports"), "days": plural_forms("{n} day", "{n} days"),
            "voices": plural_forms("{n} independent voice", "{n} independent voices"),
        },
    }  # fmt: skip


def of_figures() -> dict[str, Any]:
    """Return the words of all other figures, and how plotly is to write days and numbers; None for English, which it knows."""
    return {
        "language": spoken(), "file": _("Figure as {form} file"),
        "broken": _("This figure cannot be drawn: {why}. The same numbers are in the table."),
        "format": None if spoken() == ENGLISH else _format(spoken()),
    }  # fmt: skip


@lru_cache(maxsize=8)
def _format(language: str) -> dict[str, Any]:
    """Return a language's days, months and separators in the form of the drawing library's locales (those of d3)."""
    known = locale(language)
    symbols = known.number_symbols["latn"]
    week = [6, *range(6)]
    return {
        "days": [known.days["format"]["wide"][day] for day in week],
        "shortDays": [known.days["format"]["abbreviated"][day] for day in week],
        "months": [known.months["format"]["wide"][month] for month in range(1, 13)],
        "shortMonths": [known.months["format"]["abbreviated"][month] for month in range(1, 13)],
        "decimal": symbols["decimal"], "thousands": symbols["group"], "grouping": [3], "currency": ["", ""],
        "periods": ["", ""], "dateTime": "%-d. %b %Y. %H:%M", "date": "%-d. %b %Y.", "time": "%H:%M",
        "year": "%Y.", "month": "%b %Y.", "dayMonth": "%-d. %b", "dayMonthYear": "%-d. %b %Y.",
    }  # fmt: skip
