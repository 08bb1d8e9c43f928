"""Below the scopes: what stands, the crossings that somebody reported on, and what is disputed or told by one side alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from app import atlas, lasting, limits, words
from app.access import Desk
from app.components import evidence, markup
from app.rows import records
from app.theme import Theme
from tension.events import crossing_days
from tension.events.crossings import BLOCKED, NO_REPORT, REOPENED, Crossing
from tension.events.provenance import DISPUTED, ONE
from tension.events.situations import CLOSED, OPEN, OPENED, Situation
from tension.tongue import _, ngettext

#: Changes of a situation that are news.
TURNS = frozenset({OPENED, CLOSED})
_MOST_SITUATIONS, _MOST_GATES, _MOST_DISPUTED = 8, 8, 5


def draw(
    desk: Desk, recent: pd.DataFrame, day: date, look: Theme, countries: Collection[str] = (), new: Collection[str] = ()
) -> None:
    """Draw the cards as of a day.

    Args:
        desk: the open store.
        recent: events of the week to the day.
        day: that is told of.
        look: the tokens of the appearance.
        countries: those that are looked at; all where none is named.
        new: ids of the events and situations that this reader has not met before.
    """
    standing = [s for s in lasting.standing_on(desk, day) if not countries or s.country in countries]
    gates = [gate for gate in atlas.gates() if not countries or gate.country in countries]
    recent = recent[recent["country"].isin(list(countries))] if countries else recent
    cards = (
        (_("Open situations"), _situations(standing, day, look, new)),
        (_("Crossings"), _gates(crossing_days.crossings(standing, limits.told(desk, day, day), gates, day), day, look)),
        (_("Disputed, and told by one side only"), _disputed(recent, look, new)),
    )
    for column, (name, body) in zip(st.columns(3, gap="medium"), cards, strict=True):
        with column, st.container(border=True):
            st.html(f'{markup.style(look)}<div class="k-card"><div class="k-title">{name}</div>{body}</div>')


def _age(since: date, day: date) -> str:
    return _("day {n}, since {day}", n=(day - since).days + 1, day=words.day(since))


def _situations(found: Sequence[Situation], day: date, look: Theme, new: Collection[str]) -> str:
    """Return what is open, youngest first, and how many more there are or are unconfirmed."""
    still_open = sorted((s for s in found if s.status_on(day) == OPEN), key=lambda s: (-s.since.toordinal(), s.id))
    lines = [_situation(s, day, look, is_new=s.id in new) for s in still_open[:_MOST_SITUATIONS]]
    more = len(still_open) - len(lines)
    rest = ngettext("and {n} more situation: see Situations", "and {n} more situations: see Situations", more)
    lines += [f'<div class="k-muted k-report">{rest}</div>'] if more > 0 else []
    return "".join(lines) or f'<div class="k-muted">{_("No report of anything that lasts holds on this day.")}</div>'


def _situation(s: Situation, day: date, look: Theme, *, is_new: bool) -> str:
    from_country = s.precision == "country"
    place = words.country(s.country) if from_country else words.place(s.place_name, s.country)
    badges = markup.new_mark(shown=is_new) + markup.code_badge(s.code, look)
    confirmed = _("last confirmed {day}", day=words.day(_confirmed(s, day)))
    return (
        f'<div class="k-report"><b>{markup.text(place)}</b> {badges}<div>{markup.text(_(s.name))}</div>'
        f'<div class="k-muted k-small">{_age(s.since, day)} · {confirmed}</div></div>'
    )


def _confirmed(s: Situation, day: date) -> date:
    return max(change.day for change in s.changes if change.day <= day)


def _gates(found: Sequence[Crossing], day: date, look: Theme) -> str:
    """Return the crossings that somebody reported on, the blocked ones first; the others are counted."""
    told = [c for c in found if c.state != NO_REPORT]
    lines = [_gate(c, day, look) for c in told[:_MOST_GATES]]
    rest = ngettext(
        "{n} crossing without any report, which does not mean open",
        "{n} crossings without any report, which does not mean open", len(found) - len(told),
    )  # fmt: skip
    return "".join(lines) + f'<div class="k-muted k-report">{rest}</div>'


def _gate(c: Crossing, day: date, look: Theme) -> str:
    colours: Mapping[str, str] = {BLOCKED: look.family_text["obstruction"], REOPENED: look.family_text["stabilising"]}
    age = "" if c.since is None else words.day(c.since) if c.state == REOPENED else _age(c.since, day)
    confirmed = f" · {_('last heard {day}', day=words.day(c.confirmed))}" if c.confirmed else ""
    return (
        f'<div class="k-report"><b>{markup.text(c.place.name)}</b> '
        f'<b style="color:{colours.get(c.state, look.warning)}">{markup.text(_(c.state))}</b>'
        f'<div class="k-muted k-small">{age}{confirmed}</div></div>'
    )


def _disputed(recent: pd.DataFrame, look: Theme, new: Collection[str]) -> str:
    """Return what is denied, then how much only one side tells."""
    denied = recent[recent["told"] == DISPUTED]
    lines = [_told(event, look, is_new=event["event"] in new) for event in records(denied.head(_MOST_DISPUTED))]
    n_one = int((recent["told"] == ONE).sum())
    if n_one:
        alone = ngettext("{n} event of the week told by one side only", "{n} events of the week told by one side only", n_one)
        lines.append(f'<div class="k-muted k-report">{alone}</div>')
    nothing = _("Nothing of the week is denied, and nothing known to be told by one side only.")
    nothing = nothing if len(recent) else _("No event of the week is known.")
    return "".join(lines) or f'<div class="k-muted">{nothing}</div>'


def _told(event: Mapping[str, Any], look: Theme, *, is_new: bool) -> str:
    told = f"{markup.plural_reports(event['n_reports'])}, {evidence.voices(event['n_independent'])}; {evidence.denied(event)}"
    badges = markup.new_mark(shown=is_new) + "".join(markup.code_badge(code, look) for code in event["codes"][:2])
    day = words.day(event["day"].date())
    return (
        f'<div class="k-report"><b>{markup.text(evidence.title(event))}</b><div>{badges}</div>'
        f'<div class="k-muted k-small">{markup.text(day)} · {markup.text(told)}</div></div>'
    )
