"""The rows of the page Review as HTML: what waits, who said what of an item, how far reviewers agree."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app import words
from app.components import markup, picks
from app.theme import Theme
from tension.model import Place
from tension.review.agreement import Agreement, Item
from tension.review.queue import Waiting
from tension.review.record import Act, Fact, Review
from tension.taxonomy import signal_types

ITEMS = "review-items"
#: What each act does, in words.
ACTS: Mapping[Act, str] = {
    Act.CONFIRM: "It is right as it stands",
    Act.RETAG: "It reports something else",
    Act.RELOCATE: "It happened elsewhere",
    Act.RETRACT: "It reports nothing of the kind",
    Act.ADD: "A code was missed",
    Act.MERGE: "Two events are one",
    Act.SPLIT: "Some reports are of another event",
    Act.UNDO: "An earlier review holds no longer",
}
_SHARE = "{:.0%}"


def key_of(item: Item) -> str:
    """Return an item as the address carries it: code, then article."""
    return f"{item[1]}~{item[0]}"


def item_of(key: str) -> Item | None:
    """Return the item of an address, or None where it is none; without a code it is the report as a whole."""
    code, tilde, article = key.partition("~")
    known = not code or code in signal_types()
    return (article, code) if tilde and article and known else None


def waiting(found: Sequence[Waiting], titles: Mapping[str, str], theme: Theme, chosen: str) -> str:
    """Return what waits for a first review, most urgent first, each as a button."""
    rows = "".join(_waits(one, titles.get(one.article_id, one.article_id), theme, chosen) for one in found)
    return f'<div class="k-card">{rows}</div>'


def _waits(one: Waiting, title: str, theme: Theme, chosen: str) -> str:
    key = key_of(one.item)
    counted = "" if one.counts else " · seen by the model alone, does not count"
    said = f"confidence {one.confidence:.2f} · {words.plural(one.n_independent, 'voice')} · urgency {one.urgency:.2f}{counted}"
    return (
        f'<div class="k-report">{picks.button(ITEMS, key, title, chosen=key == chosen)}'
        f'<div>{markup.code_badge(one.code, theme)}<span class="k-muted k-small">{markup.text(said)}</span></div></div>'
    )


def listed(items: Sequence[Item], titles: Mapping[str, str], theme: Theme, chosen: str) -> str:
    """Return items as buttons, without what was said of them."""
    rows = "".join(
        f'<div class="k-report">{picks.button(ITEMS, key_of(i), titles.get(i[0], i[0]), chosen=key_of(i) == chosen)}'
        f"<div>{markup.code_badge(i[1], theme) if i[1] else ''}</div></div>"
        for i in items
    )
    return f'<div class="k-card">{rows}</div>'


def disputed(found: Agreement, titles: Mapping[str, str], chosen: str) -> str:
    """Return the items of which two reviewers say different things, with both labels."""
    rows = "".join(
        f'<div class="k-report">{picks.button(ITEMS, key_of(i), titles.get(i[0], i[0]), chosen=key_of(i) == chosen)}'
        f'<div class="k-warn k-small">first: {_label(one)} · second: {_label(other)}</div></div>'
        for i, one, other in found.conflicts
    )
    return f'<div class="k-card">{rows}</div>'


def _label(code: str) -> str:
    return markup.text(words.signal(code) if code else "no signal")


def as_found(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Return noted signals as the store's evidence gives signals."""
    return [
        {
            "signal_id": f.signal_id, "code": f.code, "mode": str(f.mode), "confidence": f.confidence, "rule": f.rule,
            "evidence": [{"field": s.field, "start": s.start, "end": s.end, "text": s.text} for s in f.evidence],
            "cue": None if f.cue is None else {"text": f.cue.text}, "place": place(f.place),
            "happened_on": f.day if f.day_stated == "happened" else None,
        }
        for f in facts
    ]  # fmt: skip


def place(found: Place | None) -> dict[str, Any] | None:
    """Return a place as the store's evidence gives it."""
    if found is None:
        return None
    return {"id": found.id, "name": found.name, "country": found.country, "precision": str(found.precision)}


def said(review: Review) -> str:
    """Say in words what a review says."""
    where = "no known place" if review.place is None else words.place(review.place.name, review.place.country)
    match review.act:
        case Act.RETAG:
            mode = f", {review.to_mode}" if review.to_mode else ""
            return f"retagged as {words.signal(review.to_code or review.code or '')}{mode}"
        case Act.RELOCATE:
            return f"relocated to {where}"
        case Act.ADD:
            return f"added by the words “{' … '.join(s.text for s in review.evidence)}”, {where}"
        case Act.SPLIT:
            return f"split off {words.plural(len(review.articles), 'report')}"
        case Act.MERGE:
            return f"merged {review.other_event} into {review.event_id}"
        case Act.UNDO:
            return f"undid {review.supersedes}"
    return {Act.CONFIRM: "confirmed", Act.RETRACT: "retracted"}[review.act]


def trail(given: Sequence[Review], held: Collection[str]) -> str:
    """Return every record of an item, oldest first, with who, when and why; what holds no longer is struck."""
    if not given:
        return '<div class="k-card"><div class="k-muted">Nobody has reviewed it.</div></div>'
    return f'<div class="k-card">{"".join(_record(r, holds=r.id in held) for r in given)}</div>'


def _record(review: Review, *, holds: bool) -> str:
    what = markup.text(said(review))
    shown = f"<b>{what}</b>" if holds or review.act is Act.UNDO else f"<s>{what}</s> (holds no longer)"
    code = f"{words.signal(review.code)}: " if review.code else ""
    return (
        f'<div class="k-report">{markup.text(code)}{shown}<div>{markup.text(review.reason)}</div>'
        f'<div class="k-muted k-small">{markup.text(review.reviewer)} · {markup.text(words.instant(review.recorded_at))}'
        f" · {markup.text(review.id)}</div></div>"
    )


def agreement(found: Agreement) -> str:
    """Say how far first and second reviewers agree."""
    if found.observed is None:
        return "No signal has been judged by two people yet, so agreement is not known."
    both = f"First and second reviewer agree on {_SHARE.format(found.observed)} of {words.plural(found.n_items, 'signal')}"
    if found.kappa is None:
        return f"{both}. Cohen’s kappa is not defined while all verdicts are one and the same."
    return f"{both}; Cohen’s kappa is {found.kappa:.2f} (1 is full agreement, 0 is what chance would give)."
