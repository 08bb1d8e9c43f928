"""Candidates of one article: which rules fire, where, and in which mode. Pure; same article, same candidates."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tension.model import Article, Candidate, Field, Mode, Span
from tension.scoring.context import decide, past_years
from tension.scoring.lexicon import Lexicon, Rule, lexicon
from tension.scoring.matcher import Hit, Hits, find
from tension.text.normal import Tokens, tokenise


@dataclass(frozen=True, slots=True)
class Firing:
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


def _excluded(rule: Rule, trigger: Hit, hits: Hits, tokens: Tokens) -> bool:
    if rule.without_item is not None and rule.without_item in hits:
        return True
    if rule.without is None or rule.without not in hits:
        return False
    words = hits[rule.without]
    near = words[bisect_left(words, Hit(trigger.first - 12, 0)) : bisect_left(words, Hit(trigger.last + 1, 0))]
    overlapping = any(h.first <= trigger.last and trigger.first <= h.last for h in near)
    return overlapping or _within(words, trigger, rule.window, "near", tokens) is not None


def _fire(rule: Rule, trigger: Hit, hits: Hits, tokens: Tokens) -> Firing | None:
    slots: list[Hit] = []
    for slot in rule.slots:
        if slot.word_class not in hits:
            return None
        hit = _within(hits[slot.word_class], trigger, rule.window, slot.side, tokens)
        if hit is None:
            return None
        slots.append(hit)
    return None if _excluded(rule, trigger, hits, tokens) else Firing(rule, trigger, tuple(slots))


def firings(tokens: Tokens, hits: Hits, lex: Lexicon) -> list[Firing]:
    """Return every rule that fires, in the order of the text."""
    found = []
    for number, triggers in hits.items():
        for rule in lex.rules_by_trigger.get(number, ()):
            for trigger in triggers:
                firing = _fire(rule, trigger, hits, tokens)
                if firing is not None:
                    found.append(firing)
    return sorted(found, key=lambda f: (f.trigger.first, f.trigger.last, f.rule.id))


#: Modes in which a rule may set others aside.
COUNTED = frozenset({Mode.ACTUAL, Mode.ANNOUNCED, Mode.THREATENED})
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


def _span(hit: Hit, tokens: Tokens, name: Field) -> Span:
    start, end = tokens.starts[hit.first], tokens.ends[hit.last]
    return Span(field=name, start=start, end=end, text=tokens.text[start:end])


def _candidates(tokens: Tokens, lex: Lexicon, published: date | None, name: Field) -> Iterator[Candidate]:
    hits = find(tokens, lex)
    fired = firings(tokens, hits, lex)
    years = past_years(tokens, published) if fired else []
    decided = [(f, decide(f.rule, f.trigger, tokens, hits, lex, years)) for f in fired]
    # A denied removal sets no blockade aside.
    overriding = [f for f, decision in decided if f.rule.overrides and decision.mode in COUNTED]
    at = [f.trigger.first for f in overriding]
    for firing, decision in decided:
        other = _overridden(firing, overriding, at) if overriding else None
        words = sorted({firing.trigger, *firing.slots})
        yield Candidate(
            code=firing.rule.code,
            mode=decision.mode,
            confidence=firing.rule.confidence,
            evidence=tuple(_span(w, tokens, name) for w in words),
            rule=firing.rule.id,
            cue=_span(decision.cue, tokens, name) if decision.cue else None,
            dropped=f"set aside by {other.rule.id}" if other else None,
            position=firing.trigger.first,
        )


#: Positions of later fields start here, so that the order of candidates is the order of reading.
FIELD_OFFSET = 1_000_000


def fields(article: Article) -> tuple[tuple[Field, Tokens], ...]:
    """Return the fields that carry text, tokenised, in reading order."""
    named: tuple[tuple[Field, str], ...] = (("title", article.title), ("summary", article.summary), ("body", article.body))
    return tuple((name, tokenise(text)) for name, text in named if text)


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
    found: list[Candidate] = []
    for number, (name, tokens) in enumerate(fields(article) if parts is None else parts):
        shift = number * FIELD_OFFSET
        found += [replace(c, position=c.position + shift) for c in _candidates(tokens, lex, article.published_date, name)]
    return tuple(found)
