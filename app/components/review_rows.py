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
from tension.tongue import N_, _, ngettext, number

ITEMS = "review-items"
#: What each act does, in words.
ACTS: Mapping[Act, str] = {
    Act.CONFIRM: N_("It is right as it stands"),
    Act.RETAG: N_("It reports something else"),
    Act.RELOCATE: N_("It happened elsewhere"),
    Act.RETRACT: N_("It reports nothing of the kind"),
    Act.ADD: N_("A code was missed"),
    Act.MERGE: N_("Two events are one"),
    Act.SPLIT: N_("Some reports are of another event"),
    Act.UNDO: N_("An earlier review holds no longer"),
}
_SHARE = "{:.0%}"


def act(of: Act) -> str:
    """Return what an act does, in words."""
    return _(ACTS[of])


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
    return f'<div class="k-card k-list">{rows}</div>'


def _waits(one: Waiting, title: str, theme: Theme, chosen: str) -> str:
    key = key_of(one.item)
    sure, urgent = number(one.confidence, 2), number(one.urgency, 2)
    parts = [_("confidence {confidence}", confidence=sure), ngettext("{n} voice", "{n} voices", one.n_independent)]
    parts += [_("urgency {urgency}", urgency=urgent), *([] if one.counts else [_("seen by the model alone, does not count")])]
    said = " · ".join(parts)
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
    return f'<div class="k-card k-list">{rows}</div>'


def disputed(found: Agreement, titles: Mapping[str, str], chosen: str) -> str:
    """Return the items of which two reviewers say different things, with both labels."""
    rows = "".join(
        f'<div class="k-report">{picks.button(ITEMS, key_of(i), titles.get(i[0], i[0]), chosen=key_of(i) == chosen)}'
        f'<div class="k-warn k-small">{_("first: {one} · second: {other}", one=_label(one), other=_label(other))}</div></div>'
        for i, one, other in found.conflicts
    )
    return f'<div class="k-card k-list">{rows}</div>'


def _label(code: str) -> str:
    return markup.text(words.signal(code) if code else _("no signal"))


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
    where = _("no known place") if review.place is None else words.place(review.place.name, review.place.country)
    match review.act:
        case Act.RETAG:
            mode = f", {_(review.to_mode)}" if review.to_mode else ""
            return _("retagged as {signal}", signal=words.signal(review.to_code or review.code or "")) + mode
        case Act.RELOCATE:
            return _("relocated to {place}", place=where)
        case Act.ADD:
            quoted = " … ".join(s.text for s in review.evidence)
            return _("added by the words “{words}”, {place}", words=quoted, place=where)
        case Act.SPLIT:
            return ngettext("split off {n} report", "split off {n} reports", len(review.articles))
        case Act.MERGE:
            return _("merged {other} into {event}", other=review.other_event, event=review.event_id)
        case Act.UNDO:
            return _("undid {review}", review=review.supersedes)
    return {Act.CONFIRM: _("confirmed"), Act.RETRACT: _("retracted")}[review.act]


def trail(given: Sequence[Review], held: Collection[str]) -> str:
    """Return every record of an item, oldest first, with who, when and why; what holds no longer is struck."""
    if not given:
        return f'<div class="k-card"><div class="k-muted">{_("Nobody has reviewed it.")}</div></div>'
    return f'<div class="k-card">{"".join(_record(r, holds=r.id in held) for r in given)}</div>'


def _record(review: Review, *, holds: bool) -> str:
    what = markup.text(said(review))
    shown = f"<b>{what}</b>" if holds or review.act is Act.UNDO else f"<s>{what}</s> {_('(holds no longer)')}"
    code = f"{words.signal(review.code)}: " if review.code else ""
    return (
        f'<div class="k-report">{markup.text(code)}{shown}<div>{markup.text(review.reason)}</div>'
        f'<div class="k-muted k-small">{markup.text(review.reviewer)} · {markup.text(words.instant(review.recorded_at))}'
        f" · {markup.text(review.id)}</div></div>"
    )


def agreement(found: Agreement) -> str:
    """Say how far first and second reviewers agree."""
    if found.observed is None:
        return _("No signal has been judged by two people yet, so agreement is not known.")
    both = ngettext(
        "First and second reviewer agree on {share} of {n} signal", "First and second reviewer agree on {share} of {n} signals",
        found.n_items, share=_SHARE.format(found.observed),
    )  # fmt: skip
    if found.kappa is None:
        return f"{both}. {_('Cohen’s kappa is not defined while all verdicts are one and the same.')}"
    kappa = _("Cohen’s kappa is {kappa} (1 is full agreement, 0 is what chance would give).", kappa=number(found.kappa, 2))
    return f"{both}; {kappa}"
