"""On the page Now: what came in since this reader looked last, counted and listed, never guessed."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import addresses, lasting, news, repository, visits, words
from app.access import Desk
from app.components import evidence, markup, situation_rows
from app.news import News
from app.rows import records
from app.theme import Theme
from app.visits import Visit
from tension.model import Query
from tension.tongue import _, ngettext

_MOST = 8


def read(desk: Desk, query: Query) -> tuple[Visit, News] | None:
    """Return this visit and what is new in it; None where nothing can be new, or no visit before is known."""
    # The archive is over, and who looks back to a day asks for no news.
    if desk.is_replay or desk.known_on is not None:
        return None
    found = visits.visit(desk)
    if found.since is None:
        _begin(desk, found)
        return None
    return found, news.since(desk, query, found.since)


def _begin(desk: Desk, found: Visit) -> None:
    """Say, where no reader is remembered, how the address can carry the moment."""
    if found.is_kept:
        st.caption(_("This is your first visit: from the next one on, what came in between is marked here."))
        return
    if found.trouble:
        st.caption(_("Your visits cannot be remembered: {why}", why=found.trouble))
    st.button(
        _("Mark what comes in from now on"), key="seen-begin", type="tertiary", icon=":material/bookmark:",
        on_click=visits.close, args=(desk, found), help=_("The address then carries this moment: bookmark it, or copy the link."),
    )  # fmt: skip


def draw(desk: Desk, found: Visit, new: News, query: Query, look: Theme, *, is_read: bool) -> None:
    """Draw the sentence, and what is new behind it; `is_read` where any scope has a reading on the day that is told of."""
    with st.expander(sentence(new, is_read=is_read), expanded=False, icon=":material/update:", key="since-visit"):
        shown = records(new.events.head(_MOST))
        first = {event["event"]: event["article_ids"][0] for event in shown}
        texts = {row["article_id"]: row for row in records(repository.evidence(desk, tuple(dict.fromkeys(first.values()))))}
        lines = "".join(_line(event, texts[first[event["event"]]], query, look) for event in shown)
        more = len(new.events) - len(shown)
        if more > 0:
            told = ngettext("and {n} more new event: see Map and Events", "and {n} more new events: see Map and Events", more)
            lines += f'<div class="k-report k-muted">{told}</div>'
        lines += "".join(f'<div class="k-report">{markup.text(said)}</div>' for said in _turns(desk, new))
        nothing = f'<div class="k-muted">{_("Nothing came in that changes what is shown here.")}</div>'
        st.html(f'{markup.style(look)}<div class="k-card">{lines or nothing}</div>')
        reach = _("Compared are events dated from {day} on, as the store knew them then.", day=words.day(new.reach))
        st.caption(reach)
        st.button(
            _("All seen"), key="seen-all", on_click=visits.close, args=(desk, found), icon=":material/done_all:",
            help=_("From now on, only what comes in later is new."),
        )  # fmt: skip


def sentence(new: News, *, is_read: bool) -> str:
    """Say in one sentence what is new, and since when; nothing new where nothing is read is no news of calm."""
    if not (new or is_read):
        return _("Since you looked last, {instant}: nothing that could be new was read", instant=words.instant(new.since))
    said = [ngettext("{n} new event", "{n} new events", len(new.events))]
    said += [ngettext("{n} event has more reports", "{n} events have more reports", len(new.grown))] if new.grown else []
    turned = len(new.opened | new.closed)
    said += [ngettext("{n} situation began or ended", "{n} situations began or ended", turned)] if turned else []
    return _("Since you looked last, {instant}: {what}", instant=words.instant(new.since), what=", ".join(said))


def _line(event: Mapping[str, Any], text: Mapping[str, Any], query: Query, look: Theme) -> str:
    place = event["place_id"] if isinstance(event["place_id"], str) else "unplaced"
    window = [min(query.since, event["day"].date()).isoformat(), max(query.until, event["day"].date()).isoformat()]
    link = addresses.of("map", {"place": place, "event": str(event["event"]), "window": window})
    badges = "".join(markup.code_badge(code, look) for code in event["codes"][:2])
    counted = f"{markup.plural_reports(event['n_reports'])}, {evidence.voices(event['n_independent'])}"
    return (
        f'<div class="k-report">{markup.new_mark(shown=True)}<a href="{markup.text(link)}" target="_self">'
        f'{markup.text(text["title"])}</a><div>{badges}<span class="k-muted k-small">{markup.text(evidence.title(event))} · '
        f"{markup.text(words.day(event['day'].date()))} · {markup.text(counted)}</span></div></div>"
    )


def _turns(desk: Desk, new: News) -> list[str]:
    """Say of each situation that began or ended since what it is and where."""
    known = {s.id: s for s in lasting.standing_on(desk, desk.last_day)}
    named = {key: f"{situation_rows.place_of(s)}: {_(s.name)}" for key, s in known.items()}
    said = [_("Ended: {situation}", situation=named[key]) for key in sorted(new.closed) if key in named]
    said += [_("Began: {situation}", situation=named[key]) for key in sorted(new.opened) if key in named]
    more = len(said) - _MOST
    rest = ngettext("and {n} more situation: see Situations", "and {n} more situations: see Situations", more)
    return [*said[:_MOST], *([rest] if more > 0 else [])]
