"""What one event is made of, from the signals of its reports: one row that a number is summed from. Pure, without frames."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, overload

from tension.model import Mode
from tension.taxonomy import mode_weights, signal_types

#: One signal of an event: the columns of `tension.store.frames.EVENT_SIGNALS` by name, days as dates.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An event as it is counted."""

    event: str
    day: date
    #: Weight of the heaviest code, times mode; without corroboration.
    base: float
    code: str
    place_id: str | None
    place_name: str | None
    country: str | None
    lat: float | None
    lon: float | None
    precision: str | None
    confidence: float
    #: Independent voices: agencies and publishers, in alphabetical order.
    origins: tuple[str, ...]
    #: Countries that its reports name as places or as actors.
    countries: tuple[str, ...]
    #: In the order of weight.
    codes: tuple[str, ...]
    languages: tuple[str, ...]
    sides: tuple[str, ...]
    article_ids: tuple[str, ...]

    @property
    def part(self) -> str:
        """Return the part of the index that it counts in."""
        return part_of_code(self.code)

    @property
    def weight(self) -> float:
        """Return what it weighs on its day: 1 - 2^-n of its base for n independent voices."""
        return self.base * corroboration(len(self.origins))


class Facts(Sequence[Fact]):
    """Facts of very many events, kept in columns: a fact is made when somebody asks for it."""

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        """Take the values of each field of `Fact`, by name."""
        self._columns = {field.name: columns[field.name] for field in fields(Fact)}

    @classmethod
    def of(cls, facts: Sequence[Fact]) -> "Facts":
        """Return facts in columns."""
        return facts if isinstance(facts, cls) else cls({f.name: [getattr(one, f.name) for one in facts] for f in fields(Fact)})

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the fields."""
        return tuple(self._columns)

    def column(self, name: str) -> list[Any]:
        """Return the values of a field, one an event; treat as frozen."""
        return self._columns[name]

    def weights(self) -> list[float]:
        """Return what each weighs on its day: `Fact.weight`."""
        voices = [len(names) for names in self._columns["origins"]]
        known = {n: corroboration(n) for n in set(voices)}
        return [base * known[n] for base, n in zip(self._columns["base"], voices, strict=True)]

    def __len__(self) -> int:
        return len(self._columns["event"])

    @overload
    def __getitem__(self, at: int) -> Fact: ...
    @overload
    def __getitem__(self, at: slice) -> "Facts": ...
    def __getitem__(self, at: int | slice) -> "Fact | Facts":
        if isinstance(at, slice):
            return Facts({name: values[at] for name, values in self._columns.items()})
        return Fact(**{name: values[at] for name, values in self._columns.items()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # like a list


def part_of_code(code: str) -> str:
    """Return the part of the index that events of a code count in; they add nothing where the taxonomy no longer has it."""
    known = signal_types().get(code)
    return known.part if known else "acts"


def corroboration(n_independent: int) -> float:
    """Return 1 - 2^-n: one voice counts half, two three quarters, many nearly one (METHOD §8)."""
    return 1.0 - 2.0**-n_independent


def base_of(code: str, mode: str) -> float:
    """Return the weight of a code as asserted in a mode; a code that the taxonomy no longer has weighs nothing."""
    weights, known = mode_weights(), signal_types().get(code)
    return known.weight * weights.get(Mode(mode), weights[Mode.ACTUAL]) if known else 0.0


def by_weight(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return signals with `base`, heaviest first within an order that is fixed: as `tension.events.table.weighed` does."""
    based = [{**row, "base": base_of(row["code"], row["mode"])} for row in rows]
    # The code before the id: which of two codes of one weight comes first must not depend on how many copies there are.
    return sorted(based, key=lambda r: (-r["base"], -r["confidence"], r["first_seen_at"], r["code"], r["signal_id"]))


def fact(rows: Sequence[Row]) -> Fact:
    """Return the fact of one event.

    Args:
        rows: its signals, at least one, as `by_weight` orders them.
    """
    first = rows[0]
    placed = next((r for r in rows if r["place_id"] is not None), first)
    return Fact(
        event=first["event"],
        day=first["event_day"],
        base=first["base"],
        code=first["code"],
        **{name: placed[name] for name in ("place_id", "place_name", "country", "lat", "lon", "precision")},
        confidence=max(r["confidence"] for r in rows),
        origins=tuple(sorted({r["origin"] for r in rows})),
        countries=tuple(sorted({c for r in rows for c in r["countries"].split(",") if c})),
        codes=_in_order(rows, "code"),
        languages=tuple(sorted({r["language"] for r in rows})),
        sides=tuple(sorted({r["side"] for r in rows} - {""})),
        article_ids=_in_order(rows, "article_id"),
    )


def _in_order(rows: Iterable[Row], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row[name] for row in rows))
