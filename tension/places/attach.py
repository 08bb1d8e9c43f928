"""Which place a candidate belongs to, and whether the text sets it outside the region."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property

from tension.model import EXACT, REGION, Candidate, Field, Place, PlaceMention, Precision
from tension.places.gazetteer import gazetteer, is_seat, understood

#: Acts of states towards each other: an outside state may well be the target or the author.
BETWEEN_STATES = frozenset(
    "diplomatic_rupture coercive_measure threat_rhetoric dialogue agreement hybrid_activity arms_buildup".split()
)
#: Lifts or withdraws what was done to somebody.
PULLBACK = "pullback"
#: Missions of the region are named by what they are called, whoever sends the soldiers.
PEACEKEEPING = "peacekeeping"
#: Words between two places that are named in one breath; from an act to who does it; and to what no longer says where it is.
ONE_BREATH, NEAR, FAR = 3, 4, 10


def _says_where(mention: PlaceMention) -> bool:
    """Tell whether a mention locates an act: a spot, or anything with a word for *where*.

    A bare country, or a capital that may stand for its government ("Washington lifts"), is as likely a subject.
    """
    if mention.actor or mention.locative:
        return not mention.actor
    return mention.place.precision is not Precision.COUNTRY and not is_seat(mention.place.name)


_FINENESS = {
    Precision.CROSSING: 0,
    Precision.SITE: 0,
    Precision.SETTLEMENT: 0,
    Precision.MUNICIPALITY: 1,
    Precision.REGION: 1,
    Precision.COUNTRY: 2,
}


class _Pool:
    """Mentions in the order of the text, to find the one nearest to a word without looking at all of them."""

    def __init__(self, mentions: Iterable[PlaceMention]) -> None:
        self.mentions = sorted(mentions, key=lambda m: m.position)
        self._at = [m.position for m in self.mentions]

    def nearest(self, position: int) -> PlaceMention | None:
        """Return the nearest mention; of two equally near, the first."""
        if not self.mentions:
            return None
        right = bisect_left(self._at, position)
        around = self.mentions[max(right - 1, 0) : right + 1]
        return min(around, key=lambda m: (abs(m.position - position), m.position))


def _by_fineness(mentions: Iterable[PlaceMention]) -> list[_Pool]:
    known = list(mentions)
    return [_Pool(m for m in known if _FINENESS[m.place.precision] == level) for level in range(3)]


class Surroundings:
    """What a text says of places, sorted for the questions that each candidate asks, when the first one asks."""

    def __init__(self, mentions: Sequence[PlaceMention], language: str) -> None:
        """Take the mentions of a text, and the lexicon group of its language (BCP 47 where it has none)."""
        self.mentions, self.language = mentions, language
        self._inside = [m for m in mentions if m.place.country in REGION]
        # A sea that is nobody's own is neither: what is done there is set by who does it.
        self._outside = [m for m in mentions if m.place.country and m.place.country not in REGION]
        self.any_inside, self.any_outside = bool(self._inside), bool(self._outside)

    @cached_property
    def where(self) -> _Pool:
        """Return the mentions that locate an act."""
        return _Pool(m for m in self.mentions if _says_where(m))

    @cached_property
    def _done(self) -> _Pool:
        """Return those that say where it is done, not where it comes from: "hit by rockets from Syria"."""
        return _Pool(m for m in self.where.mentions if not (m.origin and m.place.country not in REGION))

    def _is_shared(self, mention: PlaceMention) -> bool:
        """Tell whether a place of the region is named in one breath with one elsewhere: "the border of Armenia and Turkey"."""
        return any(abs(m.position - mention.position) <= ONE_BREATH for m in self._done.mentions if m.place.country in REGION)

    def _acts(self, candidate: Candidate) -> bool:
        """Tell whether of all who are named somebody of the region stands nearest to an act: "Turkish police"."""
        near = [min((abs(m.position - candidate.position) for m in some), default=FAR) for some in (self._inside, self._outside)]
        return near[0] <= NEAR and near[0] < near[1]

    def _is_at_home(self, candidate: Candidate, mention: PlaceMention) -> bool:
        """Tell whether who acts is of the region and stands beside the act, and a place elsewhere far from it.

        "Turkish police detain followers of a cleric who lives in the United States".
        """
        far = abs(mention.position - candidate.position)
        return far > FAR and any(m.actor and abs(m.position - candidate.position) <= NEAR for m in self._inside)

    @property
    def says_where(self) -> bool:
        """Tell whether any mention locates an act."""
        return bool(self.where.mentions)

    @property
    def only_actors_inside(self) -> bool:
        """Tell whether the region is named by adjectives alone, beside a country elsewhere."""
        named = any(not m.actor for m in self._inside)
        return not named and any(not m.actor and m.place.precision is Precision.COUNTRY for m in self._outside)

    @property
    def _home_understood(self) -> bool:
        """Tell whether who else is meant goes without saying: "three Russian diplomats expelled", "talks in Brussels".

        A press of the region leaves out its own country; it names the other party by an adjective, or the seat of a union.
        """
        languages, seats = understood()
        return self.language in languages and all(m.actor or m.place.name in seats for m in self._outside)

    @cached_property
    def _named(self) -> list[_Pool]:
        return _by_fineness(m for m in self._inside if not m.actor)

    @cached_property
    def _actors_too(self) -> list[_Pool]:
        return _by_fineness(self._inside)

    @cached_property
    def _own(self) -> dict[Field, list[_Pool]]:
        named = [m for m in self._inside if not m.actor]
        return {f: _by_fineness(m for m in named if m.span.field == f) for f in {m.span.field for m in named}}

    @cached_property
    def _set(self) -> list[_Pool]:
        return _by_fineness(m for m in self._inside if m.locative and not m.actor and not m.origin)

    def mention_of(self, candidate: Candidate) -> PlaceMention | None:
        """Return the mention that locates a candidate: exact before coarse, near before far, names before adjectives.

        Who acts is mostly a bare country or capital: where a word for *where* names another country, it is done there ("Ankara
        protests over Patriots on Karpathos", "Turkey builds a munitions plant in Kosovo").
        """
        found = self._nearest(candidate)
        if found is None or found.locative or found.actor or _says_where(found):
            return found
        for pool in self._set:
            other = pool.nearest(candidate.position)
            if other is not None and other.place.country != found.place.country:
                return other
        return found

    def _nearest(self, candidate: Candidate) -> PlaceMention | None:
        for pools in (self._own.get(candidate.evidence[0].field, []), self._named, self._actors_too):
            for pool in pools:
                found = pool.nearest(candidate.position)
                if found is not None:
                    return found
        return None

    def place_of(self, candidate: Candidate) -> Place | None:
        """Return the place that a candidate belongs to."""
        found = self.mention_of(candidate)
        return None if found is None else found.place

    def outside(self, candidate: Candidate) -> bool:
        """Tell whether the text sets an act outside the region.

        What states do to each other counts where one of them is of the region. An act on the ground is where the
        nearest words for *where* put it: "Turkey bombs PKK sites in northern Iraq" is outside, though Turkey is named.
        """
        if not self.any_outside:
            return False
        if candidate.code == PEACEKEEPING and self.any_inside:
            return False
        if not self.any_inside:
            return not (candidate.code in BETWEEN_STATES and self._home_understood)
        if candidate.code in BETWEEN_STATES:
            return False
        nearest = (self.where if candidate.code == PULLBACK else self._done).nearest(candidate.position)
        if nearest is None:
            # "US lifts sanctions on Dodik": with no word for where, what is taken back concerns whoever is named.
            return self.only_actors_inside and candidate.code != PULLBACK and not self._acts(candidate)
        elsewhere = nearest.place.country not in REGION
        return elsewhere and not self._is_shared(nearest) and not self._is_at_home(candidate, nearest)


def is_government(mention: PlaceMention) -> bool:
    """Tell whether a capital is named without a word for *where*: it may well stand for its government."""
    return not mention.locative and is_seat(mention.place.name)


def is_exact(place: Place | None) -> bool:
    """Tell whether a place is a point on the ground."""
    return place is not None and place.precision in EXACT


def country_of(place: Place) -> Place:
    """Return the country that a place lies in."""
    gaz = gazetteer()
    number = gaz.countries.get(place.country)
    return place if number is None else gaz.places[number]
