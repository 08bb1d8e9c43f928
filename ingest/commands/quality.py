"""`karaula quality`: how good the readings are, over the archive's labels, or over headlines kept for measuring."""

from pathlib import Path
from typing import Annotated

import typer

from ingest import annotators, curve, replay
from ingest import headlines as kept
from ingest import pairs as minimal
from ingest.commands import options
from ingest.commands.console import out
from tension.errors import SettingsError
from tension.quality import as_json, by_code, by_language, table
from tension.tier import tier

JsonFile = Annotated[Path | None, typer.Option("--json", help="also write the figures here; pages read assets/quality.json")]

Headlines = Annotated[bool, typer.Option("--headlines", help="measure on the kept quarter of assets/headlines instead")]
Pairs = Annotated[bool, typer.Option("--pairs", help="print how many minimal pairs of assets/pairs are read in their mode")]


def quality(json: JsonFile = None, headlines: Headlines = False, pairs: Pairs = False, by: options.Tier = None) -> None:  # noqa: FBT002 - flags
    """Print precision, recall and F1 by language and by code, as Markdown."""
    reads = tier(options.encoder(by))
    if pairs:
        out.print(minimal.table(minimal.variants(reads)), markup=False)
        return
    items = list(kept.labelled(reads) if headlines else replay.labelled(reads))
    languages, codes = by_language(items), by_code(items)
    out.print(table(languages), markup=False)
    out.print()
    out.print(table(codes), markup=False)
    if headlines:
        out.print()
        out.print(annotators.table(annotators.by_language(annotators.twice())), markup=False)
        out.print()
        out.print(curve.plot(curve.points()), markup=False)
    if json is not None:
        _write(json, as_json(languages, codes, reads.version))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as e:
        raise SettingsError(f"--json {str(file)!r} cannot be written: {e.strerror}") from e
