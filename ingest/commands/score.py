"""`karaula score`: headlines in, signals and places out; nothing is stored."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from ingest import jsonl
from ingest.commands import options
from ingest.commands.console import Exit, complain, progress
from tension.batch import score as score_frame
from tension.errors import InputError


class Engine(StrEnum):
    """Where to compute."""

    LOCAL = "local"
    POOL = "pool"
    DASK = "dask"


def score(
    source: Annotated[
        Path, typer.Option("--input", help='JSON lines: {"id", "title", "summary"?, "body"?, "published"?, "language"?}')
    ],
    target: Annotated[Path, typer.Option("--output", help="JSON lines are written here")],
    engine: Annotated[Engine, typer.Option(help="in this process, in a process pool, or on a Dask cluster")] = Engine.LOCAL,
    scheduler: Annotated[str | None, typer.Option(help="address of the Dask scheduler, e.g. tcp://127.0.0.1:8786")] = None,
    tier: options.Tier = None,
) -> None:
    """Tag signals and places in a file of headlines. Bad lines are named and skipped (exit code 3).

    The full tier reads where sentence vectors are installed, unless the fast one is named: millions are for that.
    """
    lines = jsonl.read(source, required={"id": object, "title": str})
    for row in lines.rows:
        row["published"] = row.get("published") or row.get("date")
    frame = pd.DataFrame(lines.rows, columns=["id", "title", "summary", "body", "published", "language"], dtype=object)
    with progress("scoring", len(frame)) as advance:
        answers = score_frame(frame, engine=engine.value, scheduler=scheduler, encoder=options.encoder(tier), progress=advance)
    try:
        with target.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in answers.to_dict("records"))
    except OSError as e:
        raise InputError(target, e.strerror or str(e)) from e
    complain(source, lines.bad)
    if lines.bad:
        raise typer.Exit(Exit.PARTLY)
