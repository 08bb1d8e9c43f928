"""The filters that all pages share: widgets in, one frozen `Query` out, and the whole view in the address.

Days and certainty are bound to the address by Streamlit. Choices whose names differ from their codes are synchronised
here, because a bound widget would write the name it shows: addresses carry codes, which outlive wording.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import streamlit as st

from app import repository, words
from app.access import LIVE, REPLAY, STORES, Desk
from tension import taxonomy
from tension.model import Query
from tension.tongue import N_, _, ngettext

#: Widgets' keys are the names of the parameters in the address.
STORE, WINDOW, CODES, COUNTRIES, LANGUAGES, OUTLETS, CERTAINTY, KNOWN = (
    "store", "window", "signals", "where", "languages", "outlets", "certainty", "known",
)  # fmt: skip
_PRESETS = (7, 30, 90)
_STORES = {LIVE: N_("live"), REPLAY: N_("replay")}


def store() -> str:
    """Let the reader choose between live store and replay archive; while live has nothing to show, open the archive, if any."""
    has_archive = repository.trouble(REPLAY) is None or repository.trouble(LIVE) is not None
    default = REPLAY if has_archive and not repository.has_signals(LIVE) else LIVE
    adopt(STORE, STORES, default=default)
    picked = st.segmented_control(
        _("Store"), STORES, key=STORE, required=True, on_change=_forget_days, label_visibility="collapsed",
        format_func=lambda name: _(_STORES[name]),
    )  # fmt: skip
    publish(STORE, picked if REPLAY in {picked, default} else None)
    return str(picked)


def _forget_days() -> None:
    """Days of one store say nothing in the other."""
    for key in (WINDOW, KNOWN, "shown", "place"):
        st.session_state.pop(key, None)


def query(desk: Desk, then: Desk) -> Query:
    """Draw the filters and return what they ask for.

    Args:
        desk: the open store, which says what can be chosen.
        then: the same as known on the day that is looked back to.
    """
    known = repository.options(desk)
    since, until = _window(desk, then)
    codes = [code for code in taxonomy.signal_types() if code in known["codes"]]
    languages = sorted(known["languages"], key=words.language)
    return Query(
        since=since,
        until=until,
        countries=_several(_("Where"), COUNTRIES, sorted(known["countries"], key=words.country), words.country, _("all places")),
        codes=_several(_("Signals"), CODES, codes, _code_with_family, _("all signals")),
        languages=_several(_("Languages"), LANGUAGES, languages, words.language, _("all languages")),
        outlets=_several(_("Outlets"), OUTLETS, known["outlets"], str, _("all outlets")),
        min_confidence=st.slider(_("Certainty at least"), 0.0, 1.0, 0.0, 0.05, key=CERTAINTY, bind="query-params"),
        as_known_at=then.as_known_at,
    )


def known_on(desk: Desk) -> date | None:
    """Let the reader go back to what was known at the end of a day; nothing chosen is now."""
    if desk.span is None:
        return None
    first, last = min(desk.span[0], desk.last_day), desk.last_day
    if KNOWN in st.session_state and not _lies_in(st.session_state[KNOWN], first, last):
        del st.session_state[KNOWN]
    picked = st.date_input(
        _("As known on"), value=None, min_value=first, max_value=last, key=KNOWN, format="YYYY-MM-DD", bind="query-params",
        label_visibility="collapsed", width=150, help=_("Only what had been seen by the end of this day (UTC)"),
    )  # fmt: skip
    if not isinstance(picked, date):
        return None
    _reach_back(desk, picked)
    return picked


def _lies_in(day: object, first: date, last: date) -> bool:
    return day is None or (isinstance(day, date) and first <= day <= last)


def _reach_back(desk: Desk, known: date) -> None:
    """Move a window that begins after the day that is looked back to: it could hold nothing."""
    stated = st.session_state.get(WINDOW)
    if stated is None and WINDOW in st.query_params:
        return
    since, until = (stated[0], stated[-1]) if stated else desk.window
    if since > known:
        st.session_state[WINDOW] = (known - (until - since), known)


def is_filtered(asked: Query) -> bool:
    """Tell whether a query leaves anything out besides days."""
    return bool(asked.codes or asked.countries or asked.languages or asked.outlets or asked.min_confidence)


def _code_with_family(code: str) -> str:
    return f"{_(taxonomy.signal_types()[code].family)}: {words.signal(code)}"


def _window(desk: Desk, then: Desk) -> tuple[date, date]:
    st.date_input(_("Window"), value=desk.window, key=WINDOW, format="YYYY-MM-DD", bind="query-params")
    with st.container(horizontal=True, gap="xsmall"):
        for n_days in _PRESETS:
            label = ngettext("{n} day", "{n} days", n_days)
            st.button(label, key=f"last-{n_days}", on_click=_look_back, args=(then, n_days), type="tertiary")
    picked = st.session_state[WINDOW]
    # While the reader has picked only the first of two days, the second is the last that there is.
    return (picked[0], picked[1]) if len(picked) > 1 else (picked[0], max(picked[0], desk.last_day))


def _look_back(desk: Desk, n_days: int) -> None:
    until = st.session_state[WINDOW][-1] if desk.is_replay else desk.last_day
    st.session_state[WINDOW] = (until - timedelta(days=n_days - 1), until)


def _several(label: str, key: str, options: Sequence[str], shown: Callable[[str], str], nothing: str) -> tuple[str, ...]:
    adopt_several(key, options)
    picked = st.multiselect(label, options, key=key, format_func=shown, placeholder=nothing)
    publish(key, picked or None)
    return tuple(picked)


def adopt(key: str, options: Sequence[str], *, default: str) -> None:
    """Take over a choice from the address on the first run; what is not an option is dropped."""
    if st.session_state.get(key) not in options:
        stated = st.query_params.get(key)
        st.session_state[key] = stated if stated in options else default


def adopt_several(key: str, options: Sequence[str]) -> None:
    """Take over several choices from the address on the first run; what is not an option is dropped."""
    stated = st.session_state.get(key, st.query_params.get_all(key) if key not in st.session_state else ())
    st.session_state[key] = [value for value in options if value in set(stated)]


def adopt_days(key: str) -> None:
    """Take over a span of days from the address on the first run; what is not two days is dropped."""
    if key in st.session_state:
        return
    try:
        stated = sorted(date.fromisoformat(day) for day in st.query_params.get_all(key))
    except ValueError:
        return
    if stated:
        st.session_state[key] = (stated[0], stated[-1])


def publish(key: str, value: str | Sequence[str] | None) -> None:
    """Write a choice to the address; None takes it out."""
    if value is None:
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get_all(key) != ([value] if isinstance(value, str) else list(value)):
        st.query_params[key] = value
