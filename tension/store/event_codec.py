"""Features of reports and memberships to rows and back."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tension.events.merge import MERGER_VERSION, Membership
from tension.events.report import FEATURES_VERSION, Report
from tension.review.record import Review
from tension.store.codec import Row, storable

#: Names of the sets of a report's features, and what they are stored as.
_SETS = {
    "codes": "c", "hints": "h", "numbers": "n", "concepts": "k", "stems": "w",
}  # fmt: skip

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def report_row(report: Report) -> Row:
    """Return the row of a report's features; sets are stored in order, so that equal reports are equal rows."""
    features: dict[str, Any] = {short: sorted(getattr(report, name)) for name, short in _SETS.items()}
    features = {k: v for k, v in features.items() if v}
    features |= {"l": report.language, "f": report.family, "t": report.title, "a": report.lead}
    features["s"] = report.first_seen_at.isoformat()
    if report.day is not None:
        features["d"] = report.day.isoformat()
    return {
        "article_id": report.article_id,
        "merger_version": FEATURES_VERSION,
        "origin": storable(report.origin),
        "countries": ",".join(sorted(report.countries)),
        "places": ",".join(sorted(report.places)),
        "features": storable(_json(features)),
    }


def report_of_row(row: Mapping[str, Any]) -> Report:
    """Return the report of a row."""
    features = json.loads(row["features"])
    sets = {name: frozenset(features.get(short, ())) for name, short in _SETS.items()}
    return Report(
        article_id=row["article_id"],
        origin=row["origin"],
        family=features["f"],
        language=features["l"],
        day=date.fromisoformat(features["d"]) if "d" in features else None,
        first_seen_at=datetime.fromisoformat(features["s"]),
        title=features["t"],
        countries=frozenset(row["countries"].split(",")) - {""},
        places=frozenset(row["places"].split(",")) - {""},
        lead=features["a"],
        **sets,
    )


def membership_row(found: Membership, at: datetime) -> Row:
    """Return the row of a membership assigned at an instant."""
    return {
        "article_id": found.article_id,
        "event_id": found.event_id,
        "merger_version": MERGER_VERSION,
        "assigned_at": at,
        "day": found.day,
        "reasons": storable(_json(found.reasons)),
    }


def reviewed_row(article_id: str, event: str, day: date | None, was: str, by: Review) -> Row:
    """Return the row of a membership that a reviewer decided."""
    reasons = {"as": "reviewed", "by": by.reviewer, "why": by.reason, "review": by.id, "was": was}
    return {"article_id": article_id, "event_id": event, "day": day, "reasons": storable(_json(reasons))}
