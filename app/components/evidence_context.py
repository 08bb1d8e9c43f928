"""What is known of reports besides their texts, read for a page's worth of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from app import repository
from app.access import Desk
from app.components.evidence import Context


def of(desk: Desk, rows: Sequence[Mapping[str, Any]], signals: pd.DataFrame) -> Context:
    """Return whose voice each report is, why it is of its event, and what places are called.

    Args:
        desk: the open store.
        rows: of its `evidence`.
        signals: of the events that they report.
    """
    ids = tuple(str(row["article_id"]) for row in rows)
    mine = signals[signals["article_id"].isin(ids)]
    return Context(
        origins=dict(zip(mine["article_id"].astype(str), mine["origin"].astype(str), strict=True)),
        reasons=repository.reasons(desk, ids),
        named=repository.place,
        titles={str(row["article_id"]): str(row["title"]) for row in rows},
        store=desk.store,
    )
