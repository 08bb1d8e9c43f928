"""Lines of the index as rows and as JSON, for the table and the files. Pure."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from app.lines import Line
from app.makeup import Made
from tension.index.method import HEADLINE, PARTS
from tension.index.series import Day


def table(found: Sequence[Line]) -> pd.DataFrame:
    """Return lines as a frame, one row a scope and day: what `karaula index --format csv` prints, and the fixed panel's value."""
    return pd.DataFrame([_row(line, day) for line in found for day in line.days])


def _row(line: Line, day: Day) -> dict[str, Any]:
    fixed = line.panel_on(day.day)
    level = day.level
    row: dict[str, Any] = {"scope": line.scope, "day": pd.Timestamp(day.day), "value": day.value, "cause": day.cause}
    row |= {part: day.parts[part] for part in PARTS}
    row |= {"index": day.index, "low": day.band and day.band[0], "high": day.band and day.band[1]}
    row |= {"level": level and level.word, "percentile": level and level.percentile, "robust_z": level and level.robust_z}
    since = level.highest_since if level else None
    return row | {"highest_since": since.isoformat() if since else None, "panel_value": fixed.value if fixed else None}


def as_json(line: Line, found: Made, method: str) -> dict[str, Any]:
    """Return a line with the contributions of each day, in the form of `karaula index --format json`."""
    return {"scope": line.scope, "method_version": method, "days": [_json_day(line, day, found) for day in line.days]}


def _json_day(line: Line, day: Day, found: Made) -> dict[str, Any]:
    row = {key: value for key, value in _row(line, day).items() if key != "scope"} | {"day": day.day.isoformat()}
    listed = found.listing.listed(day.day) if day.value is not None else []
    row["contributions"] = [r for r in listed if r["part"] in HEADLINE]
    row["stabilising_contributions"] = [r for r in listed if r["part"] not in HEADLINE]
    return row
