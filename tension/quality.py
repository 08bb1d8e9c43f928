"""How good the readings are: precision, recall and F1 over labelled items, by language and by code.

Labels are sets of codes; micro figures are over (item, code) pairs, *escalation* asks only whether an item carries any
escalatory code, *false alarms* is the share of items without signal that were given an escalatory one.
"""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from tension import assets
from tension.errors import AssetError
from tension.taxonomy import signal_types

#: Digits after the point that figures are written down with.
_DIGITS = 4
#: Samples of the bootstrap, and the share of them that an interval leaves out at each end.
RESAMPLES, TAIL = 200, 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What a careful reader found in an item, and what the scorer found."""

    language: str
    wanted: frozenset[str]
    found: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Figures over a group of items."""

    group: str
    n_items: int
    precision: float
    recall: float
    f1: float
    escalation_f1: float
    #: Share of items without signal that raised an alarm; None where there are none.
    false_alarms: float | None
    #: 95 % interval of F1; None where it was not asked for.
    interval: tuple[float, float] | None = None


def _f1(tp: int, fp: int, fn: int) -> tuple[float, float, float]:
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _escalatory() -> frozenset[str]:
    return frozenset(code for code, kind in signal_types().items() if kind.direction == "escalatory")


def measure(items: Sequence[Labelled], group: str) -> Quality:
    """Return the figures of one group."""
    escalatory = _escalatory()
    pairs = _f1(
        sum(len(i.wanted & i.found) for i in items),
        sum(len(i.found - i.wanted) for i in items),
        sum(len(i.wanted - i.found) for i in items),
    )
    alarms = [(bool(i.wanted & escalatory), bool(i.found & escalatory)) for i in items]
    binary = _f1(alarms.count((True, True)), alarms.count((False, True)), alarms.count((True, False)))
    silent = [bool(i.found & escalatory) for i in items if not i.wanted]
    return Quality(
        group=group,
        n_items=len(items),
        precision=pairs[0],
        recall=pairs[1],
        f1=pairs[2],
        escalation_f1=binary[2],
        false_alarms=sum(silent) / len(silent) if silent else None,
    )


def interval(items: Sequence[Labelled]) -> tuple[float, float]:
    """Return the 95 % interval of F1 by the percentile bootstrap over items (Efron 1979); the same for the same items."""
    counts = [(len(i.wanted & i.found), len(i.found - i.wanted), len(i.wanted - i.found)) for i in items]
    draw = random.Random(0)  # noqa: S311 - a sample, not a secret
    found = []
    for _ in range(RESAMPLES):
        tp, fp, fn = map(sum, zip(*draw.choices(counts, k=len(counts)), strict=True))
        found.append(_f1(tp, fp, fn)[2])
    found.sort()
    return found[int(RESAMPLES * TAIL)], found[int(RESAMPLES * (1 - TAIL))]


def by_language(items: Iterable[Labelled]) -> list[Quality]:
    """Return the figures of each language, sorted, and of all together last."""
    known = list(items)
    languages = sorted({i.language for i in known})
    groups = [([i for i in known if i.language == language], language) for language in languages] + [(known, "all")]
    return [replace(measure(some, group), interval=interval(some) if some else None) for some, group in groups]


def by_code(items: Iterable[Labelled]) -> list[Quality]:
    """Return the figures of each code, each as if it were the only one."""
    known = list(items)
    return [
        measure(
            [Labelled(language=i.language, wanted=i.wanted & {code}, found=i.found & {code}) for i in known],
            code,
        )
        for code in signal_types()
    ]


def table(rows: Iterable[Quality]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| | items | precision | recall | F1 | 95 % | escalation F1 | false alarms |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for q in rows:
        between = f"{q.interval[0]:.2f}–{q.interval[1]:.2f}" if q.interval else ""
        alarms = "" if q.false_alarms is None else f"{q.false_alarms:.2f}"
        lines.append(
            f"| {q.group} | {q.n_items} | {q.precision:.2f} | {q.recall:.2f} | {q.f1:.2f} | {between} "
            f"| {q.escalation_f1:.2f} | {alarms} |"
        )
    return "\n".join(lines)


def as_json(languages: Iterable[Quality], codes: Iterable[Quality], version: str) -> str:
    """Return the figures as the text of a file, the same for the same readings: it holds no date.

    Args:
        languages: as `by_language` returns them.
        codes: as `by_code` returns them.
        version: of the scorer that was measured.
    """
    figures = {"scorer_version": version, "by_language": [*map(_rounded, languages)], "by_code": [*map(_rounded, codes)]}
    return json.dumps(figures, ensure_ascii=False, indent=1) + "\n"


def _rounded(found: Quality) -> dict[str, Any]:
    stated = {name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in asdict(found).items()}
    return stated | {"interval": [round(end, _DIGITS) for end in found.interval] if found.interval else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures as they were last written down."""

    scorer_version: str
    by_language: tuple[Quality, ...]
    by_code: tuple[Quality, ...]


@lru_cache(maxsize=1)
def measured() -> Measured:
    """Return the figures of `assets/quality.json`.

    Raises:
        AssetError: the file is missing, or is not what `as_json` writes.
    """
    file = assets.path("quality.json")
    try:
        return measured_of(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError) as e:
        raise AssetError(file, f"not the figures of karaula quality: {e}") from e


def measured_of(stated: Mapping[str, Any]) -> Measured:
    """Return the figures of what `as_json` wrote."""
    return Measured(
        scorer_version=str(stated["scorer_version"]),
        by_language=tuple(map(_quality, stated["by_language"])),
        by_code=tuple(map(_quality, stated["by_code"])),
    )


def _quality(row: Mapping[str, Any]) -> Quality:
    ends = row.get("interval")
    return Quality(**{**row, "interval": (float(ends[0]), float(ends[1])) if ends else None})
