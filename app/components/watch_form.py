"""The form of a watch: widgets in, one `Watch` out. Addresses go in and are never shown again."""

from dataclasses import replace
from datetime import time
from zoneinfo import available_timezones

import streamlit as st

from app import lines, watching, words
from app.access import Desk
from tension import taxonomy
from tension.errors import SettingsError
from tension.model import Query
from tension.tongue import N_, _, pgettext
from tension.watches import targets
from tension.watches.watch import LONGEST, MOST_A_DAY, Quiet, Trigger, Watch

#: What each trigger is called.
TRIGGERS = {
    Trigger.EVENTS: N_("New events"),
    Trigger.LOAD: N_("Load rises to"),
    Trigger.INDEX: N_("Index rises to (100 = its year)"),
    Trigger.HIGHEST: N_("Highest since"),
}
_NIGHT = Quiet(begins=time(22), ends=time(7))
_MORNING = time(7)


def ask(desk: Desk, query: Query, watch: Watch, key: str) -> Watch:
    """Draw the form and return the watch as it stands in it, not checked yet.

    Args:
        desk: the open store.
        query: which says what places are offered first.
        watch: what the form begins with.
        key: of its widgets; another one makes a fresh form.
    """
    name = st.text_input(
        _("Name"), value=watch.name, max_chars=LONGEST, key=f"{key}-name", placeholder=_("what it is called in messages")
    )
    known = watching.scopes(desk, query, [watch.scope])
    scope = st.selectbox(
        _("Where"), known, index=known.index(watch.scope), format_func=lines.name_of, key=f"{key}-scope",
        help=_("The region, a country, two of them, a place or a crossing"),
    )  # fmt: skip
    trigger = st.segmented_control(
        _("Fires on"), list(Trigger), default=watch.trigger, format_func=lambda t: _(TRIGGERS[t]), required=True,
        key=f"{key}-trigger",
    )  # fmt: skip
    made = replace(watch, name=name, scope=scope, trigger=Trigger(trigger))
    return _told(_on(made, watch, key), watch, key)


def _on(made: Watch, watch: Watch, key: str) -> Watch:
    """Ask for what only one kind of watch has."""
    if made.trigger is Trigger.EVENTS:
        return _events(made, watch, key)
    made = replace(made, codes=(), phrase="", min_independent=1)
    if made.trigger is Trigger.HIGHEST:
        days = st.number_input(_("Highest in so many days"), 7, 365, watch.highest_days, key=f"{key}-days")
        return replace(made, highest_days=int(days))
    stated = watch.threshold if watch.trigger is made.trigger else (150.0 if made.trigger is Trigger.INDEX else 10.0)
    at = st.number_input(_("Threshold"), 0.1, None, float(stated), key=f"{key}-at-{made.trigger}")
    return replace(made, threshold=float(at))


def _events(made: Watch, watch: Watch, key: str) -> Watch:
    codes = st.multiselect(
        _("Signals"), list(taxonomy.signal_types()), default=watch.codes, format_func=words.signal, placeholder=_("all signals"),
        key=f"{key}-codes",
    )  # fmt: skip
    phrase = st.text_input(
        _("A report says"), value=watch.phrase, max_chars=LONGEST, key=f"{key}-phrase",
        placeholder=_("any words, in any script"),
        help=_("Words behind each other; script, case and accents play no part, and a word also finds what begins with it"),
    )  # fmt: skip
    one, other = st.columns(2)
    voices = one.number_input(_("Independent voices at least"), 1, 20, watch.min_independent, key=f"{key}-voices")
    events = int(watch.threshold) if watch.trigger is Trigger.EVENTS else 1
    alone = _("1: each event by itself")
    at = other.number_input(_("Events of one day at least"), 1, 500, events, key=f"{key}-events", help=alone)
    return replace(made, codes=tuple(codes), phrase=phrase, min_independent=int(voices), threshold=float(at))


def _told(made: Watch, watch: Watch, key: str) -> Watch:
    """Ask how it is told."""
    with st.expander(_("Delivery"), expanded=True):
        zones = ["UTC", *sorted(zone for zone in available_timezones() if zone.startswith("Europe/"))]
        zones += [] if watch.zone in zones else [watch.zone]
        one, other = st.columns(2)
        zone = one.selectbox(_("Time zone"), zones, index=zones.index(watch.zone), key=f"{key}-zone")
        budget = other.number_input(_("Messages a day at most"), 1, MOST_A_DAY, watch.budget, key=f"{key}-budget")
        quiet = None
        if st.checkbox(_("Quiet hours"), value=watch.quiet is not None, key=f"{key}-quiet"):
            stated = watch.quiet or _NIGHT
            one, other = st.columns(2)
            begins = one.time_input(pgettext("time", "From"), stated.begins, key=f"{key}-from")
            quiet = Quiet(begins=begins, ends=other.time_input(pgettext("time", "To"), stated.ends, key=f"{key}-to"))
        digest = None
        if st.checkbox(_("One message a day"), value=watch.digest is not None, key=f"{key}-digest"):
            digest = st.time_input(pgettext("time", "At"), watch.digest or _MORNING, key=f"{key}-at")
        return replace(made, zone=zone, budget=int(budget), quiet=quiet, digest=digest, targets=_targets(watch, key))


def _targets(watch: Watch, key: str) -> tuple[str, ...]:
    """Ask where it goes. What is kept is named by its service alone."""
    by_id = {targets.target_id(url): url for url in watch.targets}
    left = tuple(by_id)
    if by_id:
        left = tuple(
            st.multiselect(
                _("Delivers to"), list(by_id), default=list(by_id), key=f"{key}-kept",
                format_func=lambda i: f"{targets.shown(by_id[i])} {i[:4]}",
            )
        )  # fmt: skip
    new = st.text_input(
        _("Add an address"), type="password", key=f"{key}-new", autocomplete="off",
        placeholder="mailtos://…, jsons://…, slack://…",
        help=_("As Apprise writes it; it is kept with the store and not shown again. Without one, only the private feed tells."),
    ).strip()  # fmt: skip
    if new and (said := targets.objection(new)):
        raise SettingsError(_("the new address: {objection}", objection=said))
    return tuple(dict.fromkeys((*(by_id[i] for i in left), *([new] if new else []))))
