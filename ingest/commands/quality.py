"""`karaula quality`: how good the readings are, over the labelled headlines of the replay archive."""

from pathlib import Path
from typing import Annotated

import typer

from ingest.commands.console import out
from ingest.replay import labelled
from tension.errors import SettingsError
from tension.quality import as_json, by_code, by_language, table
from tension.scoring.version import scorer_version

JsonFile = Annotated[Path | None, typer.Option("--json", help="also write the figures here; pages read assets/quality.json")]


def quality(json: JsonFile = None) -> None:
    """Print precision, recall and F1 by language and by code, as Markdown."""
    items = list(labelled())
    languages, codes = by_language(items), by_code(items)
    out.print(table(languages), markup=False)
    out.print()
    out.print(table(codes), markup=False)
    if json is not None:
        _write(json, as_json(languages, codes, scorer_version()))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as e:
        raise SettingsError(f"--json {str(file)!r} cannot be written: {e.strerror}") from e
