"""Who does what a signal tells, and to whom, as columns beside a frame of signals. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

#: What is added to signals: ids, levels (state, entity, institution, community, armed), and the pair that both make.
COLUMNS = ("initiator", "initiator_level", "target", "target_level", "dyad")
#: What follows in the id of a signal that a reviewer confirmed or moved: who acts in it stays as the text says.
_REVIEWED = "~"


def with_parties(signals: pd.DataFrame, parties: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return signals with `COLUMNS`; empty (null) where the text names nobody.

    Args:
        signals: as `StoreReader.signals` returns them.
        parties: of their articles, as `StoreReader.parties` returns them.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in parties:
        known = found.setdefault(one["signal_id"], {})
        known |= {one["role"]: one["actor_id"], f"{one['role']}_level": one["level"], "dyad": one["dyad"] or None}
    rows = [found.get(str(name).partition(_REVIEWED)[0], {}) for name in signals["signal_id"]]
    added = {name: pd.array([row.get(name) for row in rows], dtype="str") for name in COLUMNS}
    return signals.assign(**added)
