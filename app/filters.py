"""The filters that all pages share: widgets in, one frozen `Query` out, and the whole view in the address.

Days and certainty are bound to the address by Streamlit. Choices whose names differ from their codes are synchronised
here, because a bound widget would write the name it shows: addresses carry codes, which outlive wording.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from app import repository, words
from app.access import LIVE, REPLAY, STORES, Desk
from tension import taxonomy
from tension.model import Query
from tension.tongue import N_, _, ngettext

#: Widgets' keys are the names of the parameters in the address.
STORE, WINDOW, CODES, COUNTRIES, LANGUAGES, OUTLETS, CERTAINTY, KNOWN = (
    "store", "window", "signals", "where", "languages", "outlets", "certainty", "known",
)  # fmt: skip
#: Lengths of window that one click asks for, in days.
PRESETS = (7, 30, 90)
_STORES = {LIVE: N_("live"), REPLAY: N_("replay")}
#: Key of the names of all choices that were ever written to the address.
_WRITTEN = "in-the-address"


def is_back() -> bool:
    """Tell whether the browser's back or forward asked for this run."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def let_go() -> None:
    """Forget what was chosen since, where the browser went back: the address has what was chosen then.

    Streamlit does so for bound widgets, but only where they are drawn, which is behind the page that has to know.
    """
    if is_back():
        for key in (WINDOW, CERTAINTY, KNOWN, *st.session_state.get(_WRITTEN, ())):
            st.session_state.pop(key, None)


def restate() -> None:
    """Write the address once more, where the browser went back: what the page before still wrote may have come in between."""
    if is_back():
        st.query_params.update()


def store() -> str:
    """Let the reader choose between live store and replay archive."""
    default = opened()
    adopt(STORE, STORES, default=default)
    picked = st.segmented_control(
        _("Store"), STORES, key=STORE, required=True, on_change=_forget_days, label_visibility="collapsed",
        format_func=lambda name: _(_STORES[name]),
    )  # fmt: skip
    publish(STORE, picked if REPLAY in {picked, default} else None)
    return str(picked)


def opened() -> str:
    """Return the store that opens when nobody says otherwise: while live has nothing to show the archive, if there is one."""
    has_archive = repository.trouble(REPLAY) is None or repository.trouble(LIVE) is not None
    return REPLAY if has_archive and not repository.has_signals(LIVE) else LIVE


def _forget_days() -> None:
    """Days of one store say nothing in the other."""
    for key in (WINDOW, KNOWN, "shown", "place"):
        st.session_state.pop(key, None)


def stated(desk: Desk, then: Desk) -> Query:
    """Return what the filters ask for. They are drawn behind the page: their widgets take longer than all that it shows.

    Args:
        desk: the open store, which says what can be chosen.
        then: the same as known on the day that is looked back to.
    """
    for key, options in _offered(desk).items():
        adopt_several(key, options)
    adopt_days(WINDOW)
    _adopt_certainty()
    since, until = _two(st.session_state.get(WINDOW) or desk.window, then)
    several = {key: tuple(st.session_state[key]) for key in (COUNTRIES, CODES, LANGUAGES, OUTLETS)}
    return Query(
        since=since, until=until, countries=several[COUNTRIES], codes=several[CODES], languages=several[LANGUAGES],
        outlets=several[OUTLETS], min_confidence=st.session_state.get(CERTAINTY, 0.0), as_known_at=then.as_known_at,
    )  # fmt: skip


def draw(desk: Desk, then: Desk) -> None:
    """Draw the filters."""
    offered = _offered(desk)
    _window(desk, then)
    _several(_("Where"), COUNTRIES, offered[COUNTRIES], words.country, _("all places"))
    _several(_("Signals"), CODES, offered[CODES], _code_with_family, _("all signals"))
    _several(_("Languages"), LANGUAGES, offered[LANGUAGES], words.language, _("all languages"))
    _several(_("Outlets"), OUTLETS, offered[OUTLETS], str, _("all outlets"))
    st.slider(_("Certainty at least"), 0.0, 1.0, 0.0, 0.05, key=CERTAINTY, bind="query-params")


def _offered(desk: Desk) -> Mapping[str, Sequence[str]]:
    """Return what can be chosen of each kind, in the order in which it is offered."""
    known = repository.options(desk)
    return {
        COUNTRIES: sorted(known["countries"], key=words.country),
        CODES: [code for code in taxonomy.signal_types() if code in known["codes"]],
        LANGUAGES: sorted(known["languages"], key=words.language),
        OUTLETS: known["outlets"],
    }


def stated_known_on(desk: Desk) -> date | None:
    """Return the day at whose end the reader looks at what was known; None is now."""
    if desk.span is None:
        return None
    first, last = _reach(desk)
    if KNOWN not in st.session_state and KNOWN in st.query_params:
        st.session_state[KNOWN] = _day_in(st.query_params[KNOWN])
    if KNOWN in st.session_state and not _lies_in(st.session_state[KNOWN], first, last):
        del st.session_state[KNOWN]
    picked = st.session_state.get(KNOWN)
    if not isinstance(picked, date):
        return None
    _reach_back(desk, picked)
    return picked


def draw_known_on(desk: Desk) -> None:
    """Let the reader go back to what was known at the end of a day."""
    first, last = _reach(desk)
    st.date_input(
        _("As known on"), value=None, min_value=first, max_value=last, key=KNOWN, format="YYYY-MM-DD", bind="query-params",
        label_visibility="collapsed", width=150, help=_("Only what had been seen by the end of this day (UTC)"),
    )  # fmt: skip


def _reach(desk: Desk) -> tuple[date, date]:
    """Return the days that can be looked back to."""
    first = desk.span[0] if desk.span else desk.last_day
    return min(first, desk.last_day), desk.last_day


def _day_in(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


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


def _window(desk: Desk, then: Desk) -> None:
    st.date_input(_("Window"), value=desk.window, key=WINDOW, format="YYYY-MM-DD", bind="query-params")
    with st.container(horizontal=True, gap="xsmall"):
        for n_days in PRESETS:
            label = ngettext("{n} day", "{n} days", n_days)
            st.button(label, key=f"last-{n_days}", on_click=_look_back, args=(then, n_days), type="tertiary")


def _two(picked: Sequence[date], desk: Desk) -> tuple[date, date]:
    # While the reader has picked only the first of two days, the second is the last that there is.
    return (picked[0], picked[-1]) if len(picked) > 1 else (picked[0], max(picked[0], desk.last_day))


def _look_back(desk: Desk, n_days: int) -> None:
    until = st.session_state[WINDOW][-1] if desk.is_replay else desk.last_day
    st.session_state[WINDOW] = (until - timedelta(days=n_days - 1), until)


def _several(label: str, key: str, options: Sequence[str], shown: Callable[[str], str], nothing: str) -> None:
    picked = st.multiselect(label, options, key=key, format_func=shown, placeholder=nothing)
    publish(key, picked or None)


def _adopt_certainty() -> None:
    """Take over the certainty from the address on the first run; what is no share is dropped."""
    if CERTAINTY in st.session_state or CERTAINTY not in st.query_params:
        return
    try:
        share = float(st.query_params[CERTAINTY])
    except ValueError:
        return
    if 0 <= share <= 1:
        st.session_state[CERTAINTY] = share


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
    st.session_state.setdefault(_WRITTEN, set()).add(key)
    if value is None:
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get_all(key) != ([value] if isinstance(value, str) else list(value)):
        st.query_params[key] = value
