"""How a text asserts an act: which cue governs which trigger (METHOD §2, PLOVER's modes)."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tension.model import Mode
from tension.scoring.lexicon import Lexicon
from tension.scoring.matcher import Hit, Hits
from tension.scoring.rules import Cue, Rule
from tension.text.normal import Tokens

#: Where several cues apply the first of these wins: a joke about a threat is a joke.
ORDER = (Mode.FIGURATIVE, Mode.HISTORICAL, Mode.DENIED, Mode.THREATENED, Mode.ANNOUNCED)
#: A year is past when it lies at least this many years before publication.
YEARS_BACK = 2
YEAR_REACH = 6
#: A year that opens a sentence reaches this far into it ("In 1999 ...").
YEAR_OPENS_REACH = 40
#: Where the day of publication is unknown, years before this one are past.
SURELY_PAST = 2005


@dataclass(frozen=True, slots=True)
class Decision:
    """A mode and the words that decided it."""

    mode: Mode
    cue: Hit | None


def _gap(cue: Hit, trigger: Hit) -> int:
    """Return the words between cue and trigger; 0 where they touch or overlap."""
    return max(trigger.first - cue.last - 1, cue.first - trigger.last - 1, 0)


def _reaches(cue: Cue, hit: Hit, trigger: Hit, tokens: Tokens) -> bool:
    """Tell whether a cue at `hit` governs a trigger."""
    if cue.scope == "item":
        return True
    if tokens.sentence[hit.first] != tokens.sentence[trigger.first]:
        return False
    if cue.scope == "sentence":
        return True
    if not cue.across and tokens.clause[hit.last] != tokens.clause[trigger.first]:
        return False
    if cue.scope == "before" and hit.first > trigger.last:
        return False
    if cue.scope == "after" and hit.last < trigger.first:
        return False
    return _gap(hit, trigger) <= cue.reach


def _near(hits: Sequence[Hit], trigger: Hit, reach: int) -> Sequence[Hit]:
    """Return the hits that could lie within reach; bounded work on long texts."""
    left = bisect_left(hits, Hit(trigger.first - reach - 12, 0))
    right = bisect_left(hits, Hit(trigger.last + reach + 12, 0))
    return hits[left:right]


def _excepted(hit: Hit, exceptions: Sequence[Hit]) -> bool:
    """Tell whether a cue is part of a phrase that is no cue."""
    return any(e.first <= hit.last and hit.first <= e.last for e in exceptions)


def _cue_hits(cue: Cue, hits: Hits, trigger: Hit) -> Sequence[Hit]:
    found = hits.get(cue.word_class, ())
    if not found:
        return ()
    exceptions = hits.get(cue.exceptions, ()) if cue.exceptions is not None else ()
    if cue.scope in {"item", "sentence"}:
        # `unless`: a frame is off where one of its exceptions stands in the item.
        return () if exceptions else found[:50]
    near = _near(found, trigger, cue.reach)
    return [h for h in near if not _excepted(h, exceptions)] if exceptions else near


def past_years(tokens: Tokens, published: date | None) -> list[Hit]:
    """Return the words that are years clearly before publication."""
    limit = published.year - YEARS_BACK if published else SURELY_PAST
    return [
        Hit(i, i)
        for i, word in enumerate(tokens.folded)
        if len(word) == 4 and word.isascii() and word.isdigit() and 1300 <= int(word) <= limit  # noqa: PLR2004
    ]


def _by_year(trigger: Hit, tokens: Tokens, years: Sequence[Hit], exceptions: Sequence[Hit]) -> Hit | None:
    left = bisect_left(years, Hit(trigger.first - YEAR_OPENS_REACH, 0))
    right = bisect_left(years, Hit(trigger.last + YEAR_OPENS_REACH, 0))
    for year in years[left:right]:
        if tokens.sentence[year.first] != tokens.sentence[trigger.first]:
            continue
        if any(e.last in {year.first - 1, year.first - 2} or e.first <= year.first <= e.last for e in exceptions):
            continue
        opens = year.first == 0 or tokens.sentence[year.first - 1] != tokens.sentence[year.first]
        if opens or _gap(year, trigger) <= YEAR_REACH:
            return year
    return None


@dataclass(frozen=True, slots=True)
class Told:
    """What of a text may decide about the modes of its candidates."""

    tokens: Tokens
    hits: Hits
    cues: Sequence[Cue]
    #: Words that are years clearly before publication.
    years: Sequence[Hit]
    #: Words after which such a year says nothing.
    year_exceptions: Sequence[Hit]


def told(tokens: Tokens, hits: Hits, lexicon: Lexicon, published: date | None) -> Told:
    """Gather it, once a text."""
    exceptions = hits.get(lexicon.year_exceptions, ()) if lexicon.year_exceptions is not None else ()
    return Told(tokens, hits, lexicon.cues_among(hits), past_years(tokens, published), exceptions)


def decide(rule: Rule, trigger: Hit, by: Told) -> Decision:
    """Return the mode of one candidate."""
    best: Decision | None = None
    for cue in by.cues:
        if cue.mode in rule.immune or not cue.governs(rule.code):
            continue
        if best is not None and ORDER.index(best.mode) <= ORDER.index(cue.mode):
            continue
        for hit in _cue_hits(cue, by.hits, trigger):
            if _reaches(cue, hit, trigger, by.tokens):
                best = Decision(cue.mode, hit)
                break
    if by.years and Mode.HISTORICAL not in rule.immune and (best is None or best.mode is not Mode.FIGURATIVE):
        year = _by_year(trigger, by.tokens, by.years, by.year_exceptions)
        if year is not None:
            return Decision(Mode.HISTORICAL, year)
    return best or Decision(rule.mode, None)
