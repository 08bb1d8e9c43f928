"""The page Watches: the list, the form with its preview, and what became of messages."""

from dataclasses import replace

import streamlit as st

from app import filters, onscreen, watching, who, words
from app.access import Desk
from app.components import columns, header, markup, plot, watch_form
from app.figures import firings as figure
from app.theme import Theme
from app.watching import Kept
from tension.errors import KaraulaError, SettingsError
from tension.model import Query
from tension.tongue import N_, _, ngettext
from tension.watches.targets import shown
from tension.watches.watch import Trigger, Watch, checked
from tension.watches.wording import described, told

#: Id of the watch in the form, or `NEW`.
WATCH = "watch"
NEW = "new"
_ROUND = "watch-form"
_TABLE_PX = 260
_LINES = {Trigger.LOAD: "value", Trigger.INDEX: "index", Trigger.HIGHEST: "value"}
_ARCHIVE = N_(
    "The archive is over: a watch can be tried here on the 90 days to the end of the window, and is kept with the live store."
)


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page."""
    kept = watching.kept(desk)
    st.html(f'{markup.style(look)}<div class="k-card"><p class="k-title">{markup.text(sentence(desk, kept))}</p></div>')
    if kept.trouble:
        said = _("The watches cannot be read or changed: {trouble}", trouble=kept.trouble)
        st.warning(said, icon=":material/lock:")
    changes = who.here().reviews and not desk.is_replay and not kept.trouble
    if not who.here().reviews and not desk.is_replay:
        st.caption(_("Watches are changed by reviewers and operators; everybody can try one."))
    chosen = _chosen(desk, kept)
    for watch in kept.watches:
        _row(desk, kept, watch, look, changes=changes)
    if not kept.watches and not desk.is_replay and not kept.trouble:
        st.info(
            _("Nothing is watched yet. Say below what to look out for; the preview tells how often it would have fired."),
            icon=":material/notifications_none:",
        )
    if chosen is None or chosen in kept.watches:
        st.button(_("New watch"), icon=":material/add:", key="watch-new", on_click=_open, args=(NEW,))
    if chosen is not None:
        _form(desk, query, kept, chosen, look, changes=changes)
    if kept.letters:
        _letters(desk, kept)


def sentence(desk: Desk, kept: Kept) -> str:
    """Say in one sentence how the watches are."""
    if desk.is_replay:
        return _(_ARCHIVE)
    if not kept.watches:
        return _("No watches")
    paused = sum(watch.paused for watch in kept.watches)
    counted = ngettext("{n} watch", "{n} watches", len(kept.watches))
    said = [f"{counted}, {ngettext('{n} paused', '{n} paused', paused)}" if paused else counted]
    last = max(kept.last.values(), default=None)
    said.append(_("one fired last {instant}", instant=words.instant(last)) if last else _("none has fired yet"))
    failing = len(watching.failing(kept))
    said += [ngettext("{n} delivery failed", "{n} deliveries failed", failing)] if failing else []
    return "; ".join(said)


def _open(watch_id: str | None) -> None:
    st.session_state[WATCH] = watch_id
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _chosen(desk: Desk, kept: Kept) -> Watch | None:
    """Return the watch that is in the form: of the address anything may come."""
    stated = st.session_state.get(WATCH, st.query_params.get(WATCH) if WATCH not in st.session_state else None)
    found = next((watch for watch in kept.watches if watch.id == stated), None)
    empty = not kept.watches and not kept.trouble
    if found is None and (stated == NEW or empty):
        made: Watch = st.session_state.setdefault("watch-blank", watching.blank(desk))
        filters.publish(WATCH, NEW if stated == NEW else None)
        return made
    filters.publish(WATCH, found.id if found else None)
    return found


def _row(desk: Desk, kept: Kept, watch: Watch, look: Theme, *, changes: bool) -> None:
    with st.container(border=True, key=f"watch-row-{watch.id}"):
        facts, acts = st.columns([5, 2], vertical_alignment="center")
        with facts:
            st.html(f'{markup.style(look)}<div class="k-card">{_facts(kept, watch)}</div>')
        if not changes:
            return
        with acts, st.container(horizontal=True, gap="small"):
            st.button(_("Edit"), key=f"edit-{watch.id}", on_click=_open, args=(watch.id,))
            turned = _("Resume") if watch.paused else _("Pause")
            st.button(turned, key=f"pause-{watch.id}", on_click=_pause, args=(desk, watch))
            with st.popover(_("More"), key=f"more-{watch.id}"):
                st.markdown(_("Its private feed, served by `karaula watch --status-port`; whoever has the address can read it:"))
                st.code(f"/feeds/{watch.token}.xml", language=None, wrap_lines=True)
                st.button(_("Remove for good"), key=f"remove-{watch.id}", on_click=_remove, args=(desk, watch))


def _facts(kept: Kept, watch: Watch) -> str:
    last = kept.last.get(watch.id)
    services = words.listed([shown(url) for url in watch.targets]) or _("private feed only")
    state = f'<span class="k-warn">{_("paused")}</span> · ' if watch.paused else ""
    fired = _("last fired {instant}", instant=words.instant(last)) if last else _("has not fired yet")
    to = _("to {services}", services=services)
    return (
        f"<strong>{markup.text(watch.name)}</strong><br>{markup.text(described(watch))}<br>"
        f'<span class="k-muted">{state}{markup.text(fired)} · {markup.text(told(watch))} · {markup.text(to)}</span>'
    )


def _pause(desk: Desk, watch: Watch) -> None:
    try:
        watching.store(desk.url).pause(watch.id, desk.now, paused=not watch.paused)
    except KaraulaError as error:
        st.toast(str(error), icon=":material/error:")


def _remove(desk: Desk, watch: Watch) -> None:
    try:
        watching.store(desk.url).remove(watch.id, desk.now)
    except KaraulaError as error:
        st.toast(str(error), icon=":material/error:")
    else:
        _open(None)


def _form(desk: Desk, query: Query, kept: Kept, watch: Watch, look: Theme, *, changes: bool) -> None:
    """Draw the form beside its preview, and keep the watch when asked to."""
    key = f"watch-{watch.id}-{st.session_state.get(_ROUND, 0)}"
    fresh = all(watch.id != known.id for known in kept.watches)
    left, right = st.columns([4, 5], gap="medium")
    with left, st.container(border=True):
        st.markdown(f"**{_('New watch') if fresh else _('Edit')}**")
        try:
            asked = watch_form.ask(desk, query, watch, key)
        except SettingsError as error:
            st.error(str(error), icon=":material/error:")
            return
        if st.button(_("Keep it") if fresh else _("Keep the changes"), key="watch-keep", disabled=not changes):
            _keep(desk, asked)
    with right:
        _preview(desk, query, asked, look)


def _keep(desk: Desk, asked: Watch) -> None:
    try:
        watching.store(desk.url).put(checked(asked), desk.now)
    except KaraulaError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.session_state.pop("watch-blank", None)
    _open(None)
    st.rerun()


def _preview(desk: Desk, query: Query, asked: Watch, look: Theme) -> None:
    """Draw how often the watch would have fired."""
    try:
        # A watch without a name yet can be tried.
        probe = checked(asked if asked.name.strip() else replace(asked, name="without a name"))
    except SettingsError as error:
        st.info(_("No preview: {why}", why=error), icon=":material/rule:")
        return
    found, read = watching.looked_back(desk, query, probe)
    st.markdown(f"**{found.sentence}**")
    # A figure of nothing would look calm.
    if found.firings or any(day.value is not None for day in read.days):
        line = _LINES.get(asked.trigger)
        threshold = asked.threshold if asked.trigger in {Trigger.LOAD, Trigger.INDEX} else None
        drawn = figure.build(found, read.days, line=line, threshold=threshold, theme=look)
        plot.draw(drawn, key="watch-preview", alt=figure.alt(found))
    late = _("reports that came late count on the day of their event.")
    known_on = desk.known_on
    then = _("By what was known on {day}", day=words.day(known_on)) if known_on else _("By what is known now")
    st.caption(f"{then}: {late}")
    table = watching.firings(found)
    header.show(onscreen.OnScreen(name="firings", frame=lambda: table, days=(str(found.since), str(found.until))))
    if table.empty:
        return
    st.dataframe(
        table, hide_index=True, height=_TABLE_PX, key="watch-firings",
        alt=ngettext("Table of {n} firing with its cause", "Table of {n} firings with their causes", len(table)),
        column_config={
            "day": columns.day(_("Day")), "cause": st.column_config.TextColumn(_("Because"), width="large"),
            "events": _("Events"), "voices": _("Voices"),
        },
    )  # fmt: skip


def _letters(desk: Desk, kept: Kept) -> None:
    st.markdown(f"**{_('Last deliveries')}**")
    table = watching.letters(kept, desk.now)
    alt = ngettext(
        "Table of the last {n} delivery and what became of it",
        "Table of the last {n} deliveries and what became of them",
        len(table),
    )
    st.dataframe(
        table, hide_index=True, key="watch-letters", alt=alt,
        column_config={
            "made": columns.instant(_("Made (UTC)")), "watch": _("Watch"), "message": _("Message"), "service": _("To"),
            "became": st.column_config.TextColumn(_("What became of it"), width="large"),
        },
    )  # fmt: skip
