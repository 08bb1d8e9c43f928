"""Read the text of an article below its headline: each act with its own day and place, each counted once.

A headline reports one act of a kind; a round-up reports several, at several places and days. Mentions of the same act,
there and in the headline, are joined: the coarser place gives way to the exact one, the missing day to the stated one.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from tension.model import REGION, Candidate, Mode, Place, PlaceMention, Precision, Signal
from tension.places.attach import BETWEEN_STATES, Surroundings, country_of, is_exact, is_government
from tension.scoring.detect import COUNTED
from tension.scoring.timing import Clock, Firmness, Timed
from tension.text.normal import Tokens, sentences

#: Mentions of one act are looked for among so many acts of its code: a bound for hostile texts.
MOST_ACTS = 40
#: An area without a radius of its own reaches so far (km).
REACH_KM = 40.0
#: A headline that names no day is of the last so many days.
HEADLINE_DAYS = 7
#: Why a protest does not count.
VIOLENT = "violent: unrest alone"
#: Words between two names of one list ("Jarinje and Brnjak").
LIST_GAP = 3


@dataclass(frozen=True, slots=True)
class Located:
    """A candidate of the text with its day and its places."""

    timed: Timed
    places: tuple[Place | None, ...]
    #: Its own sentence names the place.
    placed: bool
    outside: bool
    #: Number of its paragraph.
    paragraph: int

    @property
    def counts(self) -> bool:
        """Whether it is still a signal."""
        return not self.outside and self.timed.candidate.dropped is None and self.timed.candidate.mode in COUNTED

    def without(self, why: str) -> "Located":
        """Return it set aside."""
        return (
            self
            if not self.counts
            else replace(self, timed=replace(self.timed, candidate=replace(self.timed.candidate, dropped=why)))
        )


class Text:
    """One article's body, with what its headline says of places."""

    def __init__(
        self, tokens: Tokens, shift: int, mentions: Sequence[PlaceMention], headline: Surroundings, clock: Clock
    ) -> None:
        self.tokens, self.shift, self.headline, self.clock = tokens, shift, headline, clock
        self.mentions = sorted((m for m in mentions if m.span.field == "body"), key=lambda m: m.position)
        self._at = [m.position - shift for m in self.mentions]
        self._bounds = list(sentences(tokens))
        self._firsts = [first for first, _ in self._bounds]
        self._paragraphs = list(accumulate(int(not self._follows_on(n)) for n in range(len(self._bounds))))
        self._known: dict[int, Surroundings] = {}
        self._clauses: dict[tuple[int, int], Surroundings] = {}

    def _sentence_of(self, word: int) -> int:
        return bisect_left(self._firsts, word + 1) - 1

    def _mentions_in(self, number: int) -> list[PlaceMention]:
        first, end = self._bounds[number]
        return self.mentions[bisect_left(self._at, first) : bisect_left(self._at, end)]

    def _usable(self, number: int) -> list[PlaceMention]:
        """Return the mentions of a sentence that may say where; all of them where none does."""
        here = self._mentions_in(number)
        # "Belgrade declined" says who; only where a sentence names nothing else does it say where.
        places = [m for n, m in enumerate(here) if m.actor or not (is_government(m) or self._explains(here[n - 1 : n], m))]
        return places if any(not m.actor for m in places) else here

    def around(self, number: int) -> Surroundings:
        """Return what a sentence says of places."""
        if number not in self._known:
            self._known[number] = Surroundings(self._usable(number), self.headline.language)
        return self._known[number]

    def _follows_on(self, number: int) -> bool:
        """Tell whether a sentence stands in the paragraph of the one before."""
        first = self._firsts[number]
        return number > 0 and "\n" not in self.tokens.text[self.tokens.ends[first - 1] : self.tokens.starts[first]]

    def locate(self, candidate: Candidate) -> Located:
        """Return a candidate with day and places: of its sentence, else of the one before, else of the headline."""
        word = candidate.position - self.shift
        number = self._sentence_of(word)
        own = self._own(candidate, word, number)
        if own is not None and _tells(own, candidate):
            places: tuple[Place | None, ...] = self._listed(own, number)
            placed = True
        else:
            places, placed = self._inherited(candidate, number, own)
        timed, outside = self.clock.time(candidate, word), self._outside(candidate, number)
        return Located(timed, places, placed, outside, self._paragraphs[number])

    def read(self, candidates: Sequence[Candidate]) -> list[Located]:
        """Return all candidates located; a protest told beside its violence is set aside (TAXONOMY rule 5)."""
        found = [self.locate(c) for c in candidates]
        violent = {one.paragraph for one in found if one.counts and one.timed.candidate.code == "unrest"}
        return [
            one.without(VIOLENT) if one.paragraph in violent and one.timed.candidate.code == "protest" else one for one in found
        ]

    def _own(self, candidate: Candidate, word: int, number: int) -> PlaceMention | None:
        """Return the mention of its sentence that locates a candidate: one of its clause before others."""
        key = (number, self.tokens.clause[word])
        if key not in self._clauses:
            here = (m for m in self._usable(number) if self.tokens.clause[m.position - self.shift] == key[1])
            self._clauses[key] = Surroundings([m for m in here if not m.actor], self.headline.language)
        near = self._clauses[key].mention_of(candidate)
        if near is not None and near.place.precision is not Precision.COUNTRY:
            return near
        return self.around(number).mention_of(candidate)

    def _outside(self, candidate: Candidate, number: int) -> bool:
        """Tell whether an act is outside the region: by its sentence, else by the one before, else by the headline."""
        if candidate.code in BETWEEN_STATES:
            return self.around(number).outside(candidate) and not self.headline.any_inside
        for at in (number, number - 1) if self._follows_on(number) else (number,):
            if self.around(at).says_where or self.around(at).any_inside:
                return self.around(at).outside(candidate)
        return self.headline.any_outside and not self.headline.any_inside

    def _inherited(self, candidate: Candidate, number: int, own: PlaceMention | None) -> tuple[tuple[Place | None, ...], bool]:
        """Return the place that a sentence takes over from the one before, or from the headline; and whether it is sure."""
        before = self.around(number - 1).mention_of(candidate) if self._follows_on(number) else None
        above = self.headline.mention_of(candidate)
        spots = [m for m in (before, above) if m is not None and not m.actor]
        if candidate.code in BETWEEN_STATES:
            spots.reverse()
        for mention in spots:
            if own is None or own.actor or mention.place.country == own.place.country:
                # A call from afar is about the country, not about the village of the headline.
                place = country_of(mention.place) if candidate.code in BETWEEN_STATES else mention.place
                return (place,), mention is above
        found = own or before or above
        return (found.place if found else None,), False

    def _listed(self, own: PlaceMention, number: int) -> tuple[Place, ...]:
        """Return an exact place and those that stand in one list with it ("at Jarinje and Brnjak")."""
        here = [m for m in self._mentions_in(number) if is_exact(m.place) and not m.actor and m.place.country in REGION]
        listed = [own]
        for step in (1, -1):
            at = here.index(own) if own in here else 0
            while own in here and 0 <= at + step < len(here) and self._beside(here[at], here[at + step]):
                at += step
                listed.append(here[at])
        return tuple(dict.fromkeys(m.place for m in sorted(listed, key=lambda m: m.position)))

    @staticmethod
    def _explains(before: Sequence[PlaceMention], mention: PlaceMention) -> bool:
        """Tell whether a place only says where the one before it lies ("Janja near Bijeljina")."""
        return any(
            is_exact(b.place) and is_exact(mention.place) and mention.locative and mention.position - b.position == LIST_GAP - 1
            for b in before
        )

    @staticmethod
    def _beside(one: PlaceMention, other: PlaceMention) -> bool:
        same = one.place.country == other.place.country and one.place.precision is other.place.precision
        gap = abs(one.position - other.position)
        later = max(one, other, key=lambda m: m.position)
        # "Janja near Bijeljina" is one place, told twice.
        return same and gap <= LIST_GAP and not (later.locative and gap < LIST_GAP)


def _tells(own: PlaceMention, candidate: Candidate) -> bool:
    """Tell whether a sentence's own mention locates an act: a spot, or a country with a word for *where*."""
    if own.actor:
        return False
    return own.place.precision is not Precision.COUNTRY or own.locative or candidate.code in BETWEEN_STATES


def _km(one: Place, other: Place) -> float:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return math.inf
    north = (one.lat - other.lat) * 111.2
    east = (one.lon - other.lon) * 111.2 * math.cos(math.radians(one.lat))
    return math.hypot(north, east)


def _contains(coarse: Place, fine: Place) -> bool:
    """Tell whether one place may be a coarser word for another."""
    if coarse.precision is Precision.COUNTRY:
        return coarse.country == fine.country
    return not is_exact(coarse) and _km(coarse, fine) <= (coarse.radius_km or REACH_KM)


def _same_place(one: Place | None, other: Place | None, code: str) -> bool:
    if one is None or other is None or one.id == other.id or _contains(one, other) or _contains(other, one):
        return True
    # States threaten, sanction and meet each other: which of the two is named says little.
    return code in BETWEEN_STATES and Precision.COUNTRY in {one.precision, other.precision}


def _finer(one: Place | None, other: Place | None) -> Place | None:
    order = list(Precision)
    if one is None or other is None:
        return one or other
    return other if order.index(other.precision) < order.index(one.precision) else one


@dataclass(slots=True)
class Act:
    """One act, as far as it has been read."""

    signal: Signal
    #: How firmly its day is known.
    firmness: Firmness = Firmness.NONE
    #: One of its mentions names the place beside it.
    placed: bool = True

    def is_also(self, other: "Act", published: date | None) -> bool:
        """Tell whether another mention may be of this act: places agree, and so do days."""
        mine, its = self.signal.place, other.signal.place
        near = mine is not None and its is not None and mine.country == its.country and not (self.placed and other.placed)
        return (near or _same_place(mine, its, self.signal.code)) and self._same_day(other, published)

    def _same_day(self, other: "Act", published: date | None) -> bool:
        mine, its = self.signal.happened_on, other.signal.happened_on
        if mine is None and its is not None and published is not None and self.signal.evidence[0].field != "body":
            return (published - its).days <= HEADLINE_DAYS
        if mine == its or mine is None or its is None:
            return True
        if Firmness.SINCE in {self.firmness, other.firmness}:
            # What lasts since Monday is what stands on Wednesday, and not what stood on Sunday.
            return (mine <= its) if self.firmness is Firmness.SINCE else (its <= mine)
        if (
            self.firmness is Firmness.NONE
            and self.signal.evidence[0].field != "body"
            and its is not None
            and published is not None
        ):
            return (published - its).days <= HEADLINE_DAYS
        return min(self.firmness, other.firmness) < Firmness.STATED

    def join(self, other: "Act") -> None:
        """Take over what another mention knows better."""
        mine, its = self.signal, other.signal
        firmer = other.firmness > self.firmness
        place = _finer(mine.place, its.place) if self.placed == other.placed or mine.place is None else mine.place
        self.signal = replace(
            mine,
            place=its.place if other.placed and not self.placed else place,
            happened_on=its.happened_on if firmer else mine.happened_on,
            confidence=max(mine.confidence, its.confidence),
            mode=Mode.ACTUAL if Mode.ACTUAL in {mine.mode, its.mode} else mine.mode,
        )
        self.firmness, self.placed = max(self.firmness, other.firmness), self.placed or other.placed


def distinct(headline: Sequence[Signal], below: Sequence[Act], published: date | None) -> tuple[Signal, ...]:
    """Join the mentions of one act: same code, places and days that agree. The first mention's words are kept."""
    acts: dict[str, list[Act]] = {}
    for act in (*map(Act, headline), *below):
        known = acts.setdefault(act.signal.code, [])
        same = next((k for k in known if k.is_also(act, published)), None)
        if same is not None:
            same.join(act)
        elif len(known) < MOST_ACTS:
            known.append(act)
    found = (act.signal for known in acts.values() for act in known)
    # The same words at the same place are one act, whatever days stand around them.
    return tuple({(s.code, s.place and s.place.id, s.evidence[0]): s for s in found}.values())


def acts_of(located: Sequence[Located], signal: Callable[[Candidate, Place | None, date | None], Signal | None]) -> list[Act]:
    """Return what located candidates count as, in the order of the text, one a place."""
    found = []
    for one in located:
        made = (signal(one.timed.candidate, place, one.timed.day) for place in one.places)
        found += [Act(s, one.timed.firmness, one.placed) for s in made if s is not None]
    return found
