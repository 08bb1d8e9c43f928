"""The acts of a reviewer: what is chosen, and the record that it makes. A reason is always asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import access, reviews, words
from app.access import Desk
from app.components import evidence, review_rows
from app.who import Who
from tension import taxonomy
from tension.errors import KaraulaError
from tension.model import Field, Mode, Place, Span
from tension.review.agreement import Item
from tension.review.record import Act, Review
from tension.tongue import _

_OF_SIGNALS = (Act.CONFIRM, Act.RETAG, Act.RELOCATE, Act.RETRACT, Act.ADD)
_VERDICTS = (Act.CONFIRM, Act.RETAG, Act.RETRACT)
_ASSERTED = (Mode.ACTUAL, Mode.ANNOUNCED, Mode.THREATENED)
_FIELDS: tuple[Field, ...] = ("title", "summary", "body")
_SAME, _NOWHERE = "", ""
#: Counts what was recorded, so that the fields begin empty afterwards.
_COUNT, SAID = "review-count", "review-said"


def of_signal(desk: Desk, who: Who, item: Item, row: Mapping[str, Any], *, only_verdict: bool) -> None:
    """Ask for an act on a signal, and record it.

    Args:
        desk: the open store.
        who: the reviewer.
        item: article and code.
        row: the report, of the store's `evidence`.
        only_verdict: a second reviewer says what the report is, not what is to be changed besides.
    """
    acts = _VERDICTS if only_verdict else _OF_SIGNALS if item[1] else (Act.ADD,)
    act = st.selectbox(_("Act"), acts, format_func=review_rows.act, key=_key("act"))
    fields: dict[str, Any] = {"article_id": item[0], "code": item[1]}
    match act:
        case Act.RETAG:
            fields |= _retag(item[1])
        case Act.RELOCATE:
            fields["place"] = _place(row)
        case Act.ADD:
            fields |= _added(row)
    _finish(desk, who, act, fields)


def of_event(
    desk: Desk, who: Who, event: Mapping[str, Any], others: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> None:
    """Ask for an act on an event, and record it.

    Args:
        desk: the open store.
        who: the reviewer.
        event: the event.
        others: events that it may be one with.
        titles: headlines of its reports by article.
    """
    act = st.selectbox(
        _("Act"), (Act.CONFIRM, Act.MERGE, Act.SPLIT), format_func=review_rows.act, key=_key("event-act")
    )  # fmt: skip
    fields: dict[str, Any] = {"event_id": event["event"]}
    if act is Act.MERGE:
        names = {o["event"]: f"{words.day(o['day'].date())}: {evidence.title(o)} ({o['event']})" for o in others}
        other = st.selectbox(
            _("The event that is the same"), list(names), index=None, format_func=lambda i: names.get(i, i), key=_key("other"),
            placeholder=_("Choose an event of these days"),
        )  # fmt: skip
        fields["other_event"] = other
    elif act is Act.SPLIT:
        chosen = st.multiselect(
            _("Reports of another event"), list(titles), format_func=lambda i: titles.get(i, i), key=_key("articles"),
            placeholder=_("Choose the reports that leave it"),
        )  # fmt: skip
        fields["articles"] = tuple(chosen)
    _finish(desk, who, act, fields, prefix="event-")


def undo(desk: Desk, who: Who, given: Sequence[Review], *, prefix: str) -> None:
    """Ask which of some reviews holds no longer, and record that. `prefix`: of the fields, where a page asks twice."""
    mine = {r.id: r for r in given if who.may_undo(r)}
    if not mine:
        return
    with st.expander(_("Undo a review")):
        picked = st.selectbox(
            _("Review"),
            list(mine),
            format_func=lambda i: f"{review_rows.said(mine[i])} ({mine[i].reviewer})",
            key=_key(f"undone-{prefix}"),
        )
        _finish(desk, who, Act.UNDO, {"supersedes": picked}, prefix=f"undo-{prefix}-")


def _key(name: str) -> str:
    return f"review-{name}-{st.session_state.get(_COUNT, 0)}"


def _code(label: str, options: Sequence[str], key: str) -> str:
    types = taxonomy.signal_types()
    found = st.selectbox(
        label, options, format_func=lambda c: f"{_(types[c].family)}: {words.signal(c)}" if c else _("the same"), key=key
    )
    return str(found)


def _mode(key: str, *, or_same: bool) -> Mode | None:
    options: list[Mode | str] = [*([_SAME] if or_same else []), *_ASSERTED]
    found = st.selectbox(
        _("Mode"), options, format_func=lambda m: _(words.MODES[Mode(m)]) if m else _("the same"), key=key
    )  # fmt: skip
    return Mode(found) if found else None


def _retag(code: str) -> dict[str, Any]:
    others = [c for c in taxonomy.signal_types() if c != code]
    to_code = _code(_("Signal"), [_SAME, *others], _key("to-code"))
    return {"to_code": to_code or None, "to_mode": _mode(_key("to-mode"), or_same=True)}


def _place(row: Mapping[str, Any]) -> Place | None:
    """Let a place be chosen: those that the report names first, then what a typed name finds."""
    typed = st.text_input(_("Find a place by name, in any script"), key=_key("place-name"), max_chars=80)
    named = [reviews.place_of(m["place"]) for m in row["mentions"] if m["place"]]
    found = {p.id: p for p in (*reviews.places_called(typed or ""), *named)}
    picked = st.selectbox(
        _("Place"), [*found, _NOWHERE], key=_key("place"),
        format_func=lambda i: words.place(found[i].name, found[i].country) if i in found else _("No place that is known"),
    )  # fmt: skip
    return found.get(str(picked))


def _added(row: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for a missed code: which, by which words, where."""
    code = _code(_("Signal that was missed"), list(taxonomy.signal_types()), _key("added"))
    mode = _mode(_key("added-mode"), or_same=False)
    quoted = st.text_input(_("The words that say so, as they stand in the report"), key=_key("words"), max_chars=200)
    return {"code": code, "to_mode": mode, "evidence": quotation(row, quoted or ""), "place": _place(row)}


def quotation(row: Mapping[str, Any], quoted: str) -> tuple[Span, ...]:
    """Return where words first stand in a report: headline, lead, text; nothing where they do not."""
    wanted = quoted.strip()
    for field in _FIELDS:
        at = str(row[field] or "").find(wanted) if wanted else -1
        if at >= 0:
            return (Span(field=field, start=at, end=at + len(wanted), text=wanted),)
    return ()


def _finish(desk: Desk, who: Who, act: Act, fields: Mapping[str, Any], *, prefix: str = "") -> None:
    """Ask for the reason, and record the review when told to."""
    reason = st.text_area(
        _("Reason"), key=_key(f"{prefix}reason"), max_chars=1_000, height=80, placeholder=_("Why, in a few words")
    )  # fmt: skip
    if not st.button(_("Record"), key=_key(f"{prefix}record")):
        return
    given = Review(recorded_at=access.now(), reviewer=who.name, act=act, reason=(reason or "").strip(), **fields)
    try:
        reviews.record(desk, given)
    except KaraulaError as error:
        st.error(f"{_('Not recorded.')} {error}", icon=":material/error:")
        return
    st.session_state[SAID] = _("Recorded: {what}. The numbers follow.", what=review_rows.said(given))
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    st.rerun()
