"""The daily brief as a file, of the day and the scope that the filters leave: the same as `karaula brief` writes."""

from datetime import date, timedelta
from functools import partial

import streamlit as st

from app import lines, passing, repository, words
from app.access import Desk
from tension.brief.files import FORMATS, content, file_name
from tension.index.method import REGION_SCOPE
from tension.model import REGION, Query
from tension.tongue import _

#: A pair has two.
_PARTIES = 2


def scope_of(query: Query) -> str:
    """Return the scope of a brief: one country that is filtered for, a pair of them, else the region."""
    named = sorted(set(query.countries) & REGION)
    return "-".join(named) if 0 < len(named) <= _PARTIES else REGION_SCOPE


def day_of(desk: Desk, query: Query) -> date:
    """Return the day of a brief: the last of the window that is over."""
    day = min(query.until, desk.last_day)
    unfinished = not desk.is_replay and day == desk.now.date()
    return day - timedelta(days=1) if unfinished else day


def draw(desk: Desk, query: Query) -> None:
    """Draw the files."""
    day, scope = day_of(desk, query), scope_of(query)
    st.markdown(_("The daily brief, {scope}, {day}:", scope=lines.name_of(scope), day=words.day(day)))
    for form, (name, media_type) in FORMATS.items():
        st.download_button(
            _("Brief as {form}", form=name), data=partial(_made, desk.url, day, scope, form, query), mime=media_type,
            file_name=file_name(day, scope, form, query.as_known_at), key=f"brief-{form}", on_click="ignore", width="stretch",
        )  # fmt: skip


def _made(url: str, day: date, scope: str, form: str, query: Query) -> bytes:
    with passing.at_work():
        return content(repository.reader(url), day, scope, form, as_known_at=query.as_known_at)
