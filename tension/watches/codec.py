"""Watches and firings as JSON, for the store and for files."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from tension.watches.firing import Firing, Report, Seen
from tension.watches.watch import Quiet, Trigger, Watch

#: Fields that the store keeps in columns of their own.
_APART = frozenset({"id", "targets", "token", "paused", "since", "made_at"})


def watch_body(watch: Watch) -> str:
    """Return what is asked for as JSON, without what has a column of its own: no secret is in it."""
    fields = {name: value for name, value in asdict(watch).items() if name not in _APART}
    if watch.quiet is not None:
        fields["quiet"] = [watch.quiet.begins.isoformat(), watch.quiet.ends.isoformat()]
    if watch.digest is not None:
        fields["digest"] = watch.digest.isoformat()
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


def watch_of(body: str, **apart: Any) -> Watch:  # noqa: ANN401 - columns of a row
    """Return a watch from its JSON and its columns."""
    fields: dict[str, Any] = json.loads(body)
    quiet, digest = fields.pop("quiet"), fields.pop("digest")
    return Watch(
        **fields | {"trigger": Trigger(fields["trigger"]), "codes": tuple(fields["codes"])},
        quiet=None if quiet is None else Quiet(begins=time.fromisoformat(quiet[0]), ends=time.fromisoformat(quiet[1])),
        digest=None if digest is None else time.fromisoformat(digest),
        **apart,
    )


def firing_body(firing: Firing) -> str:
    """Return the evidence of a firing as JSON."""
    return json.dumps(asdict(firing), ensure_ascii=False, sort_keys=True, default=_plain)


def firing_of(body: str) -> Firing:
    """Return a firing from its JSON."""
    fields: dict[str, Any] = json.loads(body)
    events = tuple(_seen(row) for row in fields.pop("events"))
    return Firing(**fields | {"day": date.fromisoformat(fields["day"])}, events=events)


def _seen(row: Mapping[str, Any]) -> Seen:
    reports = tuple(Report(**one) for one in row["reports"])
    return Seen(**{**row, "day": date.fromisoformat(row["day"]), "article_ids": tuple(row["article_ids"]), "reports": reports})


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no form in JSON")
