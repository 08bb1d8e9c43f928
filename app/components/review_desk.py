"""The page Review: a queue, the evidence of an item, the acts, who said what, and how far reviewers agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from app import filters, onscreen, repository, reviews, who, words
from app.access import Desk
from app.components import evidence, header, login_desk, markup, picks, review_acts, review_rows
from app.rows import records
from app.theme import Theme
from app.who import Who
from tension.model import Query
from tension.review.agreement import Item, agreement, labels
from tension.review.labelled import labelled
from tension.review.queue import Waiting
from tension.review.record import Review, standing
from tension.tongue import N_, _, ngettext

ITEM, EVENT, WHICH = "item", "event", "queue"
TO_REVIEW, SECOND, DISPUTED, REVIEWED = N_("to review"), N_("second review"), N_("disputed"), N_("reviewed")
_MOST_LISTED, _MOST_REPORTS, _LIST_PX = 60, 40, 640
#: Lists up to so long need no scrolling of their own.
_FEW = 6
#: Events so many days off may be the same.
_NEAR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What one run of the page stands on."""

    desk: Desk
    query: Query
    look: Theme
    given: Sequence[Review]
    me: Who


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page."""
    page = _Page(desk=desk, query=query, look=look, given=reviews.reviews(desk), me=who.here())
    header.show(onscreen.OnScreen(name="reviewed", frame=lambda: table(page)))
    with st.container(gap=None):
        picks.listen({review_rows.ITEMS: _choose})
        st.html(f"{markup.style(look)}{picks.style(look)}{_title(page)}")
    _who(page.me, past=desk.known_on is not None)
    if said := st.session_state.pop(review_acts.SAID, None):
        st.success(said, icon=":material/check:")
    event = _stated(EVENT)
    listed, beside = st.columns([2, 3], gap="medium")
    with listed:
        item = _event_items(page, event) if event else _queue(page)
    with beside:
        if item is not None:
            _item(page, item)
        if event:
            _event(page, event)


def table(page: _Page) -> pd.DataFrame:
    """Return the labelled set of all that was reviewed, for a file."""
    ids = tuple(dict.fromkeys(r.article_id for r in page.given if r.article_id))
    return labelled(page.given, records(repository.evidence(page.desk, ids)))


def _title(page: _Page) -> str:
    n = len(labels(page.given))
    kept = ngettext("{n} record kept", "{n} records kept", len(page.given))
    said = f"{ngettext('{n} signal reviewed', '{n} signals reviewed', n)}, {kept}"
    note = _(
        "Nothing is overwritten: each act is a record with a name and a reason, each can be undone, and every number follows."
    )
    agreed = review_rows.agreement(agreement(page.given))
    return (
        f'<div class="k-card"><div class="k-title">{markup.text(said)}</div><div class="k-muted">{markup.text(note)}</div>'
        f"<div>{markup.text(agreed)}</div></div>"
    )


def _who(me: Who, *, past: bool) -> None:
    if me.may_log_in:
        st.info(_("Reviewing needs a log-in; everybody may read."), icon=":material/lock:")
        login_desk.buttons("review")
        return
    name = f"<b>{markup.text(me.unverified or me.name)}</b>"
    said = _("You read as {name}: readers see reviews and cannot make them.", name=name)
    if me.reviews:
        said = _("You review as {name} ({role}).", name=name, role=_(me.role))
    looks_back = _("You look back: to review, clear the day under “As known on”.") if me.reviews and past else ""
    st.html(f'<div class="k-card k-muted">{said} {looks_back}</div>')


def _choose(key: str) -> None:
    st.session_state[ITEM] = key


def _stated(key: str) -> str:
    return str(st.session_state[key] if key in st.session_state else st.query_params.get(key) or "")


def _queue(page: _Page) -> Item | None:
    """Draw what waits, and return the item that is open."""
    filters.adopt(WHICH, (TO_REVIEW, SECOND, DISPUTED, REVIEWED), default=TO_REVIEW)
    which = st.segmented_control(
        _("Queue"), (TO_REVIEW, SECOND, DISPUTED, REVIEWED), key=WHICH, required=True, label_visibility="collapsed",
        format_func=_, wrap=True,
    )  # fmt: skip
    filters.publish(WHICH, None if which == TO_REVIEW else str(which))
    found = reviews.first_queue(reviews.waiting(page.desk, page.query), page.given) if which == TO_REVIEW else []
    items = [w.item for w in found] if which == TO_REVIEW else _items(page, str(which))
    if not items:
        st.info(_(_EMPTY[str(which)]), icon=":material/task_alt:")
    said = [_("{all} wait; the first {n} are listed.", all=len(items), n=_MOST_LISTED)] if len(items) > _MOST_LISTED else []
    said += [_("Urgency: the weight of the signal, times how unsure its reading is, times how many say so.")] if found else []
    if said:
        st.caption(" ".join(said))
    return _list(page, items[:_MOST_LISTED], found[:_MOST_LISTED], str(which))


_EMPTY = {
    TO_REVIEW: N_("Nothing of these days and filters waits for a first review."),
    SECOND: N_("Nothing waits for a second review by you."),
    DISPUTED: N_("No two reviewers say different things of the same signal."),
    REVIEWED: N_("Nothing has been reviewed yet."),
}


def _items(page: _Page, which: str) -> list[Item]:
    if which == SECOND:
        return reviews.second_queue(page.given, page.me.name)
    if which == DISPUTED:
        return [item for item, _, _ in agreement(page.given).conflicts]
    return list(dict.fromkeys(r.item for r in reversed(page.given) if r.article_id))


def _list(page: _Page, items: Sequence[Item], found: Sequence[Waiting], which: str) -> Item | None:
    """Draw items as a list and as a choice, and return the one that is open."""
    stated = review_rows.item_of(_stated(ITEM))
    options = [review_rows.key_of(i) for i in ([stated] if stated and stated not in items else [])] + [
        review_rows.key_of(i) for i in items
    ]  # fmt: skip
    if not options:
        return None
    shown = [item for key in options if (item := review_rows.item_of(key))]
    rows = records(repository.evidence(page.desk, tuple(dict.fromkeys(article for article, _ in shown))))
    titles = {str(row["article_id"]): str(row["title"]) for row in rows}
    filters.adopt(ITEM, options, default=options[0])
    picked = st.selectbox(
        _("Item"), options, key=ITEM, label_visibility="collapsed", persist_state="session",
        format_func=lambda key: _named(key, titles),
    )  # fmt: skip
    filters.publish(ITEM, str(picked))
    if found:
        html = review_rows.waiting(found, titles, page.look, str(picked))
    elif which == DISPUTED:
        html = review_rows.disputed(agreement(page.given), titles, str(picked))
    else:
        html = review_rows.listed(items, titles, page.look, str(picked))
    with st.container(border=True, height=_LIST_PX if len(shown) > _FEW else "content"):
        st.html(html)
    return review_rows.item_of(str(picked))


def _named(key: str, titles: Mapping[str, str]) -> str:
    item = review_rows.item_of(key)
    if item is None:
        return key
    return f"{words.signal(item[1]) if item[1] else _('the report')}: {titles.get(item[0], item[0])}"


def _event_items(page: _Page, event: str) -> Item | None:
    """Draw the signals of an event that was linked to, and return the one that is open."""
    st.button(_("Back to the queue"), icon=":material/arrow_back:", on_click=_leave_event, type="tertiary")
    found = [w for w in reviews.waiting(page.desk, _days(page)) if w.event == event]
    items = list(dict.fromkeys(w.item for w in found))
    if not items:
        st.info(
            _("No event of this id has a signal in these days: it was merged, or all of it was retracted."),
            icon=":material/search_off:",
        )
        return None
    return _list(page, items, (), REVIEWED)


def _leave_event() -> None:
    filters.publish(EVENT, None)
    filters.publish(ITEM, None)
    for key in (EVENT, ITEM):
        st.session_state.pop(key, None)


def _days(page: _Page) -> Query:
    """Return the window without filters: a link to an event is not to depend on them."""
    return Query(since=page.query.since, until=page.query.until, as_known_at=page.query.as_known_at)


def _item(page: _Page, item: Item) -> None:
    """Draw the evidence of an item, the acts, and who said what."""
    row = reviews.report(page.desk, item[0])
    if row is None:
        st.info("The store has no report of this id.", icon=":material/search_off:")
        return
    mine = [r for r in page.given if r.item == item or (not item[1] and r.article_id == item[0])]
    said = labels(page.given).get(item, {})
    # Whoever judges second judges for themselves: the first verdict is shown after theirs.
    blind = page.me.reviews and len(said) == 1 and page.me.name not in said
    _report(page, row, item, mine, blind=blind)
    if page.me.reviews and page.desk.known_on is None:
        with st.container(border=True):
            review_acts.of_signal(page.desk, page.me, item, row, only_verdict=blind)
    if blind:
        st.caption(_("One person has judged this signal. Their verdict is shown once you have given yours."))
        return
    _history(page, mine, "of-signal")


def _report(page: _Page, row: dict[str, Any], item: Item, mine: Sequence[Review], *, blind: bool) -> None:
    if blind:
        row = row | {"signals": review_rows.as_found(reviews.found_first(mine, item))}
    tagged = [s for s in row["signals"] if not item[1] or reviews.item_of(s["code"], s["rule"]) == item[1]]
    considered = [c | {"signal_id": "", "place": None, "happened_on": None} for c in row["candidates"] if c["code"] == item[1]]
    shown = row | {"signals": tagged or considered[:1]}
    known = evidence.Context(
        origins={}, reasons=repository.reasons(page.desk, (item[0],)), named=repository.place, titles={}
    )  # fmt: skip
    told = evidence.report(shown, {s["signal_id"] for s in shown["signals"]}, page.look, placed=True, known=known)
    plain = f'<div class="k-warn k-small">{_("It does not count as this signal.")}</div>'
    note = "" if tagged or not item[1] else plain
    st.html(f'{markup.style(page.look)}<div class="k-card">{told}{note}</div>')


def _history(page: _Page, mine: Sequence[Review], of: str) -> None:
    held = {r.id for r in standing(page.given)}
    st.subheader(_("Who said what"), anchor=False)
    st.html(f"{markup.style(page.look)}{review_rows.trail(mine, held)}")
    if page.desk.known_on is None:
        review_acts.undo(page.desk, page.me, [r for r in mine if r.id in held], prefix=of)


def _event(page: _Page, event: str) -> None:
    """Draw what can be done with the whole event, and who did what with it."""
    events = repository.events(page.desk, _days(page))
    found = records(events[events["event"] == event])
    mine = [r for r in page.given if event in (r.event_id, r.other_event)]
    if found:
        st.subheader(_("The event as a whole"), anchor=False)
        row = found[0]
        rows = records(repository.evidence(page.desk, tuple(row["article_ids"][:_MOST_REPORTS])))
        titles = {str(r["article_id"]): f"{r['outlet']}: {r['title']}" for r in rows}
        near = events[(events["event"] != event) & ((events["day"] - row["day"]).abs() <= pd.Timedelta(_NEAR))]
        st.html(f"{markup.style(page.look)}{evidence.heading(row, page.look)}")
        if page.me.reviews and page.desk.known_on is None:
            with st.container(border=True):
                review_acts.of_event(page.desk, page.me, row, records(near.sort_values(["day", "event"])), titles)
    _history(page, mine, "of-event")
