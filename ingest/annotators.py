"""The second annotation in `assets/headlines/second`: how far two annotators agree on the same headlines."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tension import assets
from tension.errors import AssetError
from tension.model import REGION
from tension.quality import Labelled, measure
from tension.review.agreement import kappa
from tension.taxonomy import signal_types

#: Who was right where the two differ: settled by the guide, or left open.
SETTLED = frozenset({"first", "second", "open"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """One headline as two annotators labelled it, neither seeing the other's labels."""

    id: str
    language: str
    #: Mode by code, as first labelled.
    first: Mapping[str, str]
    #: Mode by code, as labelled by the second annotator.
    second: Mapping[str, str]
    #: Countries of the places in the region, as first labelled and as labelled by the second annotator.
    countries: tuple[frozenset[str], frozenset[str]]
    #: Of SETTLED where codes or modes differ, else None.
    right: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How far the two agree over a group of headlines."""

    group: str
    n_items: int
    #: Micro F1 over (headline, code), and over headlines with any escalatory code.
    f1: float
    escalation_f1: float
    #: Cohen's kappa over every code of every headline, given or not; None where it is not defined.
    kappa: float | None
    #: Share of the codes that both gave on which they also name the same mode; None without such a code.
    modes: float | None
    #: Share of the headlines with the same countries.
    countries: float


def twice() -> Iterator[Twice]:
    """Yield every headline that was labelled twice, by language, in the order of the files.

    Raises:
        AssetError: a line is not what the datasheet says.
    """
    for file in sorted(assets.path("headlines", "second").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                yield _twice(json.loads(line), file.stem)
            except (ValueError, TypeError, KeyError) as e:
                raise AssetError(file, f"not a second annotation: {line[:80]!r}: {e!r}") from e


def _twice(row: Mapping[str, Any], language: str) -> Twice:
    first, second, right = row["first"], row["second"], row.get("right")
    if unknown := {*first["modes"], *second["modes"]} - set(signal_types()):
        raise ValueError(f"unknown codes {sorted(unknown)}")
    if (right in SETTLED) != (first["modes"] != second["modes"]):
        raise ValueError(f"right {right!r} where the two {'agree' if right else 'differ'}")
    places = REGION & {place["country"] for place in second["places"]}
    return Twice(
        id=row["id"],
        language=language,
        first=first["modes"],
        second=second["modes"],
        countries=(REGION & set(first["countries"]), places),
        right=right,
    )


def agreed(items: Sequence[Twice], group: str) -> Agreed:
    """Return how far the two agree over a group; it must hold a headline."""
    labels = [Labelled(language=i.language, wanted=frozenset(i.first), found=frozenset(i.second)) for i in items]
    quality = measure(labels, group)
    yes_no = [(str(code in i.first), str(code in i.second)) for i in items for code in signal_types()]
    modes = [i.first[code] == i.second[code] for i in items for code in i.first.keys() & i.second.keys()]
    return Agreed(
        group=group,
        n_items=len(items),
        f1=quality.f1,
        escalation_f1=quality.escalation_f1,
        kappa=kappa(yes_no),
        modes=sum(modes) / len(modes) if modes else None,
        countries=sum(one == other for one, other in (i.countries for i in items)) / len(items),
    )


def by_language(items: Iterable[Twice]) -> list[Agreed]:
    """Return the agreement in each language, sorted, and in all together last."""
    known = list(items)
    languages = sorted({i.language for i in known})
    return [
        *(agreed([i for i in known if i.language == language], language) for language in languages),
        *([agreed(known, "all")] if known else []),
    ]


def table(rows: Iterable[Agreed]) -> str:
    """Return the agreement as a Markdown table."""
    lines = ["| two annotators | items | F1 | escalation F1 | kappa | modes | countries |", "|---|--:|--:|--:|--:|--:|--:|"]
    for a in rows:
        shares = (a.f1, a.escalation_f1, a.kappa, a.modes, a.countries)
        lines.append(f"| {a.group} | {a.n_items} | " + " | ".join("" if s is None else f"{s:.2f}" for s in shares) + " |")
    return "\n".join(lines)
