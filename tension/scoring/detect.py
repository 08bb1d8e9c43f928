"""Candidates of one article: which rules fire, where, and in which mode. Pure; same article, same candidates."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from tension.model import Article, Candidate, Field, Mode, Span
from tension.scoring.context import Decision, decide, told
from tension.scoring.lexicon import Lexicon, lexicon
from tension.scoring.matcher import Hit, Hits, by_class, classes_of, find, matches
from tension.scoring.rules import Cue, Rule
from tension.text.normal import Tokens, end_after_numbers, part, sentences, tokenise


class Firing(NamedTuple):
    """One rule that fired."""

    rule: Rule
    trigger: Hit
    slots: tuple[Hit, ...]


def _within(hits: Sequence[Hit], trigger: Hit, window: int, side: str, tokens: Tokens) -> Hit | None:
    """Return the nearest hit in the window on the wanted side, in the trigger's sentence and not on its words."""
    best: Hit | None = None
    best_gap = window + 1
    start = bisect_left(hits, Hit(trigger.first - window - 12, 0))
    for hit in hits[start:]:
        if hit.first > trigger.last + window + 1:
            break
        if hit.first < trigger.first and hit.last > trigger.last and side == "near":
            return hit  # a phrase around its verb ("Vučić met Kurti") is as near as can be
        after = hit.first > trigger.last
        if not after and hit.last >= trigger.first:
            continue
        if (side == "after" and not after) or (side == "before" and after):
            continue
        gap = hit.first - trigger.last - 1 if after else trigger.first - hit.last - 1
        if gap < best_gap and tokens.sentence[hit.first] == tokens.sentence[trigger.first]:
            best, best_gap = hit, gap
    return best


def _excluded(rule: Rule, trigger: Hit, hits: Hits, tokens: Tokens, about: AbstractSet[int]) -> bool:
    if rule.without_item is not None and (rule.without_item in hits or rule.without_item in about):
        return True
    if rule.without is None or rule.without not in hits:
        return False
    words = hits[rule.without]
    near = words[bisect_left(words, Hit(trigger.first - 12, 0)) : bisect_left(words, Hit(trigger.last + 1, 0))]
    overlapping = any(h.first <= trigger.last and trigger.first <= h.last for h in near)
    return overlapping or _within(words, trigger, rule.window, "near", tokens) is not None


def _fire(rule: Rule, trigger: Hit, hits: Hits, tokens: Tokens, about: AbstractSet[int]) -> Firing | None:
    slots: list[Hit] = []
    for slot in rule.slots:
        if slot.word_class not in hits:
            return None
        hit = _within(hits[slot.word_class], trigger, rule.window, slot.side, tokens)
        if hit is None:
            return None
        slots.append(hit)
    return None if _excluded(rule, trigger, hits, tokens, about) else Firing(rule, trigger, tuple(slots))


def firings(tokens: Tokens, hits: Hits, rules: Iterable[Rule], about: AbstractSet[int] = frozenset()) -> list[Firing]:
    """Return those of some rules that fire, in the order of the text. `about`: word classes of the headline above it."""
    found = []
    for rule in rules:
        for trigger in hits.get(rule.trigger, ()):
            firing = _fire(rule, trigger, hits, tokens, about)
            if firing is not None:
                found.append(firing)
    return sorted(found, key=lambda f: (f.trigger.first, f.trigger.last, f.rule.id))


#: Modes in which a rule may set others aside.
COUNTED = frozenset({Mode.ACTUAL, Mode.ANNOUNCED, Mode.THREATENED})
#: Modes in which an act is told of plainly.
_TOLD = frozenset({Mode.ACTUAL, Mode.ANNOUNCED})
#: Farther than this (words) from its trigger no rule has a slot or sets another aside.
FARTHEST = 60


def _overridden(firing: Firing, others: Sequence[Firing], at: Sequence[int]) -> Firing | None:
    """Return the firing that sets this one aside, if any. `at`: where the triggers of `others` begin, ascending."""
    first = bisect_left(at, firing.trigger.first - FARTHEST)
    last = bisect_right(at, firing.trigger.last + FARTHEST)
    for other in others[first : min(last, first + FARTHEST)]:
        if other is firing or firing.rule.code not in other.rule.overrides:
            continue
        reach = other.rule.window
        words = (other.trigger, *other.slots)
        if any(w.first - reach <= firing.trigger.last and firing.trigger.first <= w.last + reach for w in words):
            return other
    return None


def _agreed(decided: Sequence[tuple[Firing, Decision]]) -> Sequence[tuple[Firing, Decision]]:
    """Return firings among which what denies an act to one rule denies it to all that tell of it.

    The cue may stand too far from the trigger of another. Rules of one code tell of one act where the trigger of one is a
    word of the other.
    """
    triggers: dict[tuple[str, Hit], Decision] = {}
    words: dict[tuple[str, Hit], Decision] = {}
    for firing, decision in decided:
        if decision.mode is Mode.DENIED:
            triggers.setdefault((firing.rule.code, firing.trigger), decision)
            for word in (firing.trigger, *firing.slots):
                words.setdefault((firing.rule.code, word), decision)
    if not triggers:
        return decided

    def shared(firing: Firing, own: Decision) -> Decision:
        if own.mode not in _TOLD or Mode.DENIED in firing.rule.immune:
            return own
        code = firing.rule.code
        found = (words.get((code, firing.trigger)), *(triggers.get((code, slot)) for slot in firing.slots))
        return next(filter(None, found), own)

    return [(firing, shared(firing, own)) for firing, own in decided]


def _span(hit: Hit, tokens: Tokens, name: Field) -> Span:
    start, end = tokens.starts[hit.first], tokens.ends[hit.last]
    return Span(field=name, start=start, end=end, text=tokens.text[start:end])


@dataclass(frozen=True, slots=True)
class _Topic:
    """What headline and summary say of the whole article: their word classes, and the frames that they set."""

    classes: frozenset[int]
    frames: tuple[tuple[Cue, Span], ...]

    def governs(self, rule: Rule, hits: Hits) -> tuple[Cue, Span] | None:
        """Return the frame of the headline that decides about a rule in a sentence with these hits, if one does."""
        for cue, span in self.frames:
            if cue.mode not in rule.immune and cue.governs(rule.code) and cue.exceptions not in hits:
                return cue, span
        return None


_NO_TOPIC = _Topic(frozenset(), ())


def _topic(parts: Sequence[tuple[Field, Tokens]], lex: Lexicon) -> _Topic:
    classes: set[int] = set()
    frames: list[tuple[Cue, Span]] = []
    for name, tokens in parts:
        hits = find(tokens, lex)
        classes |= hits.keys()
        holding = [c for c in lex.frames if c.scope == "item" and c.word_class in hits and c.exceptions not in hits]
        frames += [(c, _span(hits[c.word_class][0], tokens, name)) for c in holding]
    return _Topic(frozenset(classes), tuple(frames))


def _candidates(
    tokens: Tokens, lex: Lexicon, published: date | None, name: Field, topic: _Topic = _NO_TOPIC
) -> Iterator[Candidate]:
    found = matches(tokens, lex)
    rules = lex.ready(classes_of(found))
    if not rules:
        return  # most headlines; where each class stands is not asked
    hits = by_class(found, lex.asked_for_modes.union(*[rule.asks() for rule in rules]))
    fired = firings(tokens, hits, rules, topic.classes)
    if not fired:
        return
    by = told(tokens, hits, lex, published)
    decided = _agreed([(f, decide(f.rule, f.trigger, by)) for f in fired])
    # A denied removal sets no blockade aside.
    overriding = [f for f, decision in decided if f.rule.overrides and decision.mode in COUNTED]
    at = [f.trigger.first for f in overriding]
    spans: dict[Hit, Span] = {}  # many rules have the same words
    for firing, decision in decided:
        other = _overridden(firing, overriding, at) if overriding else None
        words = sorted({firing.trigger, *firing.slots})
        for word in words:
            if word not in spans:
                spans[word] = _span(word, tokens, name)
        above = topic.governs(firing.rule, hits) if decision.mode in COUNTED else None
        cue = _span(decision.cue, tokens, name) if decision.cue else None
        yield Candidate(
            code=firing.rule.code,
            mode=above[0].mode if above else decision.mode,
            confidence=firing.rule.confidence,
            evidence=tuple([spans[word] for word in words]),
            rule=firing.rule.id,
            cue=above[1] if above else cue,
            dropped=f"set aside by {other.rule.id}" if other else None,
            position=firing.trigger.first,
        )


#: Positions of later fields start here, so that the order of candidates is the order of reading.
FIELD_OFFSET = 1_000_000


def fields(article: Article) -> tuple[tuple[Field, Tokens], ...]:
    """Return the fields that carry text, tokenised, in reading order."""
    named: tuple[tuple[Field, str], ...] = (("title", article.title), ("summary", article.summary), ("body", article.body))
    read = tuple((name, tokenise(text)) for name, text in named if text)
    return tuple((name, end_after_numbers(tokens) if name == "body" else tokens) for name, tokens in read)


def detect(article: Article, language: str, parts: Sequence[tuple[Field, Tokens]] | None = None) -> tuple[Candidate, ...]:
    """Return every candidate of an article, whatever its mode, in reading order.

    Args:
        article: what to read; only its texts and its day of publication matter.
        language: lexicon group (`tension.text.language.detect_group`).
        parts: `fields(article)`, where the caller has them already.
    """
    lex = lexicon(language)
    if not lex.rules:
        return ()
    parts = fields(article) if parts is None else parts
    found: list[Candidate] = []
    for number, (name, tokens) in enumerate(parts):
        shift = number * FIELD_OFFSET
        if name == "body":
            here = _in_body(tokens, lex, article.published_date, _topic(parts[:number], lex))
        else:
            here = _candidates(tokens, lex, article.published_date, name)
            here = _surest(list(here), tokens) if article.body else here
        found += [replace(c, position=c.position + shift) for c in here] if shift else here
    return tuple(found)


#: What peacekeepers do is peacekeeping, whatever other word is used for it (TAXONOMY rule 5).
INSTEAD = frozenset({("force_posture", "peacekeeping")})
#: So much surer another reading of the same words must be to stand alone.
SURER = 0.05


def _surest(candidates: Sequence[Candidate], tokens: Tokens) -> Iterator[Candidate]:
    """Yield candidates; one whose trigger gives another code more surely is set aside.

    A headline's few words may carry two reports; with the text below it each has a sentence, and a second reading is noise.
    """
    counted = [c for c in candidates if c.dropped is None and c.mode in COUNTED][:FARTHEST]
    for c in candidates:
        other = next((o for o in counted if _outdoes(o, c, tokens.starts[c.position])), None) if c.dropped is None else None
        yield c if other is None else replace(c, dropped=f"the same words report {other.code} more surely")


def _outdoes(other: Candidate, candidate: Candidate, start: int) -> bool:
    """Tell whether another reading of a candidate's words, or of its trigger at `start`, stands instead of it."""
    if other.code == candidate.code:
        return False
    if (candidate.code, other.code) in INSTEAD:
        return any(o.start < s.end and s.start < o.end for o in other.evidence for s in candidate.evidence)
    return other.confidence >= candidate.confidence + SURER and any(s.start <= start < s.end for s in other.evidence)


def _in_body(tokens: Tokens, lex: Lexicon, published: date | None, topic: _Topic) -> Iterator[Candidate]:
    """Yield the candidates of an article's text sentence by sentence: no sentence's words rule out another's."""
    for first, end in sentences(tokens):
        words = part(tokens, first, end)
        here = _surest(list(_candidates(words, lex, published, "body", topic)), words)
        yield from (replace(c, position=c.position + first) for c in here)
