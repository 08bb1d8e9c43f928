"""The page Now: one sentence, one row a scope, what is new, what stands, what is disputed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from app import filters, gauges, lasting, onscreen, outlook, repository, scopes, words
from app.access import Desk
from app.components import header, markup, now_cards, now_since, scope_rows
from app.outlook import WEEK, Outlook
from app.scopes import Scope
from app.theme import Theme
from tension.model import Query
from tension.tongue import _, ngettext

#: Rows above what stands, and the events that each of them names; the others follow below it, with one.
_FIRST, _MOVERS = 8, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the page says as of a day."""

    day: date
    #: Events of the week to the day.
    recent: pd.DataFrame
    found: Outlook
    #: Scopes that have a row: those above what stands, and those below it.
    first: Sequence[Scope]
    others: Sequence[Scope]
    #: Scopes that no feed of this store covers.
    uncovered: Sequence[Scope]

    @property
    def is_read(self) -> bool:
        """Tell whether any scope has a reading on the day."""
        return any(row.is_read for row in self.found.rows)


def told(desk: Desk, query: Query) -> Told:
    """Return what there is to say as of the last day of the window."""
    day = judged(desk, query)
    found = outlook.outlook(desk, query, day)
    uncovered = [row for row in found.rows if not row.is_read and _is_uncovered(desk, row)]
    rows = [row for row in found.rows if row.level != scopes.QUIET and row not in uncovered]
    return Told(
        day=day, recent=outlook.recent(desk, query, day), found=found, first=rows[:_FIRST], others=rows[_FIRST:],
        uncovered=uncovered,
    )  # fmt: skip


def card(desk: Desk, query: Query, said: Told) -> str:
    """Return as HTML what the page begins with: one sentence, what the day brought, what the numbers are."""
    return (
        f'<div class="k-card"><div class="k-title">{markup.text(scopes.headline(said.found.rows, said.day))}</div>'
        f"<div>{markup.text(_since_yesterday(desk, said.recent, said.day, is_read=said.is_read))}</div>"
        f'<div class="k-muted">{markup.text(_explained(desk, query, said.day))}</div></div>'
    )


def leading(said: Told, look: Theme, new: Collection[str] = (), *, inline: bool = False) -> str:
    """Return as HTML the scopes above what stands; empty where there is none.

    Args:
        said: what the page says.
        look: the tokens of the appearance.
        new: ids of the events that this reader has not met before.
        inline: whether small drawings stand in the document itself.
    """
    movers = _movers(said.found, said.first, said.day, new, _MOVERS)
    return scope_rows.table(said.first, movers, look, inline=inline) if said.first else ""


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page as of the last day of the window."""
    said = told(desk, query)
    day, rows = said.day, said.found.rows
    header.show(onscreen.OnScreen(name="scopes", frame=lambda: scopes.table(rows, day), days=(day.isoformat(), day.isoformat())))
    st.html(f"{markup.style(look)}{card(desk, query, said)}")
    told_since = now_since.read(desk, query)
    new: frozenset[str] = frozenset()
    if told_since is not None:
        now_since.draw(desk, *told_since, query, look, is_read=said.is_read)
        new = told_since[1].marked
    if said.first:
        st.html(leading(said, look, new))
    now_cards.draw(desk, said.recent, day, look, query.countries, new)
    if said.others:
        st.html(f'<div class="k-card k-title">{_("The other scopes")}</div>')
        st.html(scope_rows.table(said.others, _movers(said.found, said.others, day, new, 1), look))
    _captions(rows, said.uncovered)


def _is_uncovered(desk: Desk, row: Scope) -> bool:
    """Tell whether no feed of this store covers a country of the scope."""
    feeds = repository.feeds(desk)
    covered = set(feeds.loc[~feeds["retired"], "country"])
    return not row.last_read and not scopes.countries(row.code) <= covered


def _captions(rows: Sequence[Scope], uncovered: Sequence[Scope]) -> None:
    """Name the scopes that have no row: those at zero, and those that nothing is read of."""
    quiet = sorted(row.name for row in rows if row.level == scopes.QUIET)
    if quiet:
        st.caption(_("Read, and at zero for a week: {scopes}.", scopes=words.listed(quiet)))
    if uncovered:
        names = words.listed(sorted(row.name for row in uncovered))
        st.caption(_("No reading, for no feed of this store covers them: {scopes}.", scopes=names))


def judged(desk: Desk, query: Query) -> date:
    """Return the day that is told of: the last of the window; the one before a live day that is not yet read as widely."""
    day = min(query.until, desk.last_day)
    if desk.is_replay or day != desk.now.date() or day == query.since:
        return day
    index = gauges.read(desk, tuple(scopes.known()), day)
    today, before = (sum(days[at].value is not None for days in index.values()) for at in (-1, -2))
    return day - timedelta(days=1) if today < before else day


def _explained(desk: Desk, query: Query, day: date) -> str:
    said = [
        _("Value: events weighed by kind and independent reports, halved every seven days, and what stands; as on page Index.")
    ]
    if desk.is_replay:
        said.append(_("The archive is a selection: its levels compare days of the archive, not days of the region."))
    if not desk.is_replay and day < min(query.until, desk.now.date()):
        said.append(_("Of {day} too little is in yet to be read.", day=words.day(min(query.until, desk.now.date()))))
    if filters.is_filtered(replace(query, countries=())):
        said.append(_("The filters narrow the events that are named; an index is always that of all feeds."))
    return " ".join(said)


def _since_yesterday(desk: Desk, recent: pd.DataFrame, day: date, *, is_read: bool) -> str:
    """Say what the day brought: new events, what began, ended or changed, what is disputed. Where nothing was read, that."""
    today = recent[recent["day"] == pd.Timestamp(day)]
    changes = [c for s in lasting.standing_on(desk, day) for c in s.changes if c.day == day and c.change in now_cards.TURNS]
    if not (len(today) or changes or is_read):
        return _("On {day} nothing was read: what is new is not known.", day=words.day(day))
    disputed = int(today["denied_by"].map(len).astype(bool).sum()) if len(today) else 0
    said = [
        ngettext("{n} new event", "{n} new events", len(today)),
        ngettext("{n} situation began or ended", "{n} situations began or ended", len(changes)),
    ]
    said += [ngettext("{n} disputed", "{n} disputed", disputed)] if disputed else []
    return _("On {day}, against the day before: {what}.", day=words.day(day), what=", ".join(said))


def _movers(
    found: Outlook, rows: Sequence[Scope], day: date, new: Collection[str], most: int
) -> Mapping[str, list[scope_rows.Mover]]:  # fmt: skip
    """Return the events that moved each scope in its week, each told by its first report."""
    return {row.code: [_mover(event, found.titles, day, new) for event in found.movers[row.code][:most]] for row in rows}


def _mover(event: Mapping[str, Any], titles: Mapping[str, str], day: date, new: Collection[str]) -> scope_rows.Mover:
    place = "unplaced" if pd.isna(event["place_id"]) else str(event["place_id"])
    link = {"place": place, "event": str(event["event"]), "window": [str(day - 2 * WEEK), str(day)]}
    return scope_rows.Mover(
        title=titles[str(event["article_ids"][0])], codes=tuple(event["codes"]), n_reports=int(event["n_reports"]),
        day=event["day"].date(), link=link, told=str(event["told"]), is_new=event["event"] in new,
    )  # fmt: skip
