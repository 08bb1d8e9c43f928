"""The reviewed reports as a labelled set: what people say of each, for measuring or training elsewhere. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from tension.review.agreement import labels
from tension.review.record import Review, standing

COLUMNS = (
    "id", "url", "outlet", "title", "language", "published", "codes", "modes", "places", "rejected", "reviewers", "agreed",
)  # fmt: skip


def labelled(reviews: Iterable[Review], rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row a report of which some verdict holds.

    `codes`, `modes` and `places` go together: what the report says once all reviews are taken into account. `rejected` are
    codes that people took away. `agreed` is whether all that two people judged was judged alike; null where one judged.

    Args:
        reviews: all.
        rows: the reports, of the store's `evidence`.
    """
    held = standing(reviews)
    said = labels(held)
    found = [_row(row, [r for r in held if r.article_id == row["article_id"]], said) for row in rows]
    return pd.DataFrame([row for row in found if row], columns=list(COLUMNS)).sort_values("id", ignore_index=True)


def _row(
    row: Mapping[str, Any], mine: Sequence[Review], said: Mapping[tuple[str, str], Mapping[str, str]]
) -> dict[str, Any] | None:  # fmt: skip
    if not mine:
        return None
    signals = sorted(row["signals"], key=lambda s: (s["code"], s["mode"], _place(s)))
    verdicts = {item[1]: given for item, given in said.items() if item[0] == row["article_id"]}
    twice = [set(given.values()) for given in verdicts.values() if len(given) > 1]
    stated = row["published_at"] if pd.notna(row["published_at"]) else row["published_date"]
    kept = {s["code"] for s in signals}
    return {
        "id": row["article_id"],
        "url": row["url"] or None,
        "outlet": row["outlet"],
        "title": row["title"],
        "language": row["language"],
        "published": None if pd.isna(stated) else pd.Timestamp(stated).date().isoformat(),
        "codes": tuple(s["code"] for s in signals),
        "modes": tuple(s["mode"] for s in signals),
        "places": tuple(_place(s) for s in signals),
        "rejected": tuple(sorted(set(verdicts) - kept)),
        "reviewers": tuple(sorted({r.reviewer for r in mine})),
        "agreed": None if not twice else all(len(given) == 1 for given in twice),
    }


def _place(signal: Mapping[str, Any]) -> str:
    return "" if signal["place"] is None else str(signal["place"]["id"])
