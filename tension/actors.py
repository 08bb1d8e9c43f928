"""Who acts, and on whom: states, entities and institutions, communities, armed actors (METHOD 5); and the pair they make.

States are read from the mentions that the places' room found; the others from `assets/actors.toml`. Where the text does not
name a party there is none: nobody is guessed.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tension import assets
from tension.errors import AssetError
from tension.model import REGION, Candidate, PlaceMention, Precision
from tension.scoring.lexicon import Lexicon
from tension.scoring.matcher import Hit, find
from tension.text.normal import Tokens

#: A party stands at most so many words from its act.
REACH = 20
INTERNATIONAL = "INT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A party. A state's id is its country's code."""

    id: str
    name: str
    #: state | entity | institution | community | armed
    level: str
    #: ISO 3166-1 alpha-2 of the scope it belongs to, or INT.
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An actor in a text: first and last word."""

    actor: Actor
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The parties of one act, as far as the text names them."""

    initiator: Actor | None = None
    target: Actor | None = None
    #: Key of the pair, or None where one side is missing or the two make none that is followed.
    dyad: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    lexicon: Lexicon
    #: Class -> actor, and class -> {country: actor} of a people's name.
    actors: tuple[Actor | Mapping[str, Actor], ...]
    by: int
    verb_last: frozenset[str]


@lru_cache(maxsize=1)
def _known() -> _Known:
    """Return the reviewed list, compiled.

    Raises:
        AssetError: the file is malformed.
    """
    data: dict[str, Any] = assets.read_toml("actors.toml")
    lexicon = Lexicon("actors")
    known: list[Actor | Mapping[str, Actor]] = []
    try:
        listed = {row["id"]: Actor(**{k: row[k] for k in ("id", "name", "level", "country")}) for row in data["actor"]}
        known += listed.values()
        known += [{country: listed[i] for country, i in row["in"].items()} for row in data["people"]]
        for number, row in enumerate((*data["actor"], *data["people"], {"names": data["by"]["words"]})):
            for pattern in dict.fromkeys(row["names"]):
                lexicon.add_phrase(pattern, (number,))
        return _Known(lexicon, tuple(known), len(known), frozenset(data["order"]["verb_last"]))
    except KeyError as e:
        raise AssetError(assets.ROOT / "actors.toml", f"no {e}") from e


def _longest(found: Sequence[Named]) -> list[Named]:
    """Return the mentions without those inside a longer one ("Kosovo Serbs" is not Kosovo)."""
    kept: list[Named] = []
    for one in sorted(found, key=lambda n: (n.first, -n.last, n.actor.level == "state")):
        if not kept or one.first > kept[-1].last:
            kept.append(one)
    return kept


def named(tokens: Tokens, mentions: Sequence[PlaceMention], shift: int = 0, where: str | None = None) -> list[Named]:
    """Return the actors that a text names, in reading order.

    Args:
        tokens: one field of an article.
        mentions: the places and countries found in that field.
        shift: position of its first word.
        where: country in which the act is, for peoples that live in several.
    """
    known = _known()
    found: list[Named] = []
    for number, hits in find(tokens, known.lexicon).items():
        actor = known.actors[number] if number < known.by else None
        who = actor.get(where or "") if isinstance(actor, Mapping) else actor
        if who is not None:
            found += [Named(actor=who, first=h.first, last=h.last) for h in hits]
    for m in mentions:
        if (m.actor or m.place.precision is Precision.COUNTRY) and not m.locative:
            words = len(m.span.text.split())
            state = Actor(id=m.place.country, name=m.place.name, level="state", country=m.place.country)
            found.append(Named(actor=state, first=m.position - shift, last=m.position - shift + words - 1))
    return _longest(found)


def _sides(row: Mapping[str, Any], one: Actor, other: Actor) -> bool:
    keys = ({one.id, one.country}, {other.id, other.country})
    return any(a & set(row["one"]) and b & set(row["other"]) for a, b in (keys, keys[::-1]))


def dyad(one: Actor | None, other: Actor | None) -> str | None:
    """Return the pair that two parties make; the one that names them exactly before the one of their countries."""
    if one is None or other is None or one == other:
        return None
    rows = [row for row in assets.read_toml("actors.toml")["dyad"] if _sides(row, one, other)]
    exact = [row for row in rows if {one.id, other.id} <= {*row["one"], *row["other"]}]
    return next((str(row["id"]) for row in (*exact, *rows)), None)


def domestic(one: Actor | None, other: Actor | None) -> str | None:
    """Return the country whose own affair an act is: both parties of it, or the only one that is named."""
    countries = {a.country for a in (one, other) if a is not None} - {INTERNATIONAL}
    return countries.pop() if len(countries) == 1 and countries <= REGION else None


def _passive(found: Sequence[Named], by: Sequence[Hit], after: int) -> Named | None:
    """Return the actor that a word for *by* names behind the act."""
    ends = {h.last for h in by if h.first > after}
    return next((n for n in found if n.first > after and n.first - 1 in ends), None)


def roles(candidate: Candidate, tokens: Tokens, found: Sequence[Named], language: str, shift: int = 0) -> Roles:
    """Return who does what a candidate reports, and to whom.

    The party before the act does it and the one behind bears it; *by* turns this round; where the verb stands last the
    first party acts and the last one bears. Only parties of its own sentence are asked.
    """
    at = candidate.position - shift
    sentence = tokens.sentence[at]
    near = [n for n in found if tokens.sentence[n.first] == sentence and abs(n.first - at) <= REACH]
    before, after = [n for n in near if n.first <= at], [n for n in near if n.first > at]
    if not before:
        # "Military aircraft of Serbia flew": between the words of the act it is still who acts.
        end = max((bisect_left(tokens.starts, s.start) for s in candidate.evidence), default=at)
        before, after = [n for n in after if n.first < end], [n for n in after if n.first >= end]
    known = _known()
    doer = _passive(after, find(tokens, known.lexicon).get(known.by, ()), at)
    if doer is not None:
        subject, object_ = doer, before[-1] if before else None
    elif language in known.verb_last and len(before) > 1:
        subject, object_ = before[0], before[-1]
    else:
        subject = before[-1] if before else None  # type: ignore[assignment]
        object_ = next((n for n in after if subject is None or n.actor != subject.actor), None)
    one, other = subject.actor if subject else None, object_.actor if object_ else None
    return Roles(initiator=one, target=other if other != one else None, dyad=dyad(one, other))
