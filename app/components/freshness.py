"""The strip above every page: how fresh, how complete, and whether something new has come in."""

from datetime import timedelta

import streamlit as st

from app import access, health, repository, tongue, words
from app.access import LIVE, Desk
from app.components import markup
from app.theme import Theme
from tension.tongue import N_, _, ngettext

REPLAY_BANNER = N_("Replay archive: headlines written by Karaula about public record; each stands for one report.")
_MOST_COUNTRIES = 3


def strip(desk: Desk, theme: Theme) -> str:
    """Return the strip of a store as HTML."""
    if desk.is_replay:
        first, last = desk.span or (desk.now.date(), desk.now.date())
        span = _("{first} to {last}", first=words.day(first), last=words.day(last))
        parts = [f"<span><b>{markup.text(_(REPLAY_BANNER))}</b></span>", f'<span class="k-muted">{markup.text(span)}</span>']
    else:
        parts = _live(health.health(repository.feeds(desk), desk.now), desk)
    return f'{markup.style(theme)}<div class="k-card k-strip">{"".join(parts)}</div>'


def _live(found: health.Health, desk: Desk) -> list[str]:
    if found.fetched_at is None:
        never = _("No feed has been fetched yet; start the scheduler, or run karaula refresh.")
        return [f'<span class="k-warn">{markup.text(never)}</span>']
    feeds = ngettext("of {n} feed", "of {n} feeds", found.n_feeds)
    parts = [
        f'<span><span class="k-muted">{_("As of")}</span> <b>{markup.text(words.instant(found.fetched_at))}</b></span>',
        f'<span><b>{found.n_answering}</b> <span class="k-muted">{feeds}</span></span>',
    ]
    if found.is_stale:
        age = words.elapsed((desk.now - found.fetched_at).total_seconds())
        parts.append(f'<span class="k-warn">{markup.text(_("Stale: nothing fetched for {age}", age=age))}</span>')
    return [*parts, *_floors(found.below_floor)]


def _floors(below: dict[str, str]) -> list[str]:
    if not below:
        return []
    names = [words.country(code) for code in below]
    more = len(names) - _MOST_COUNTRIES
    several = names if more <= 0 else [*names[:_MOST_COUNTRIES], ngettext("{n} more", "{n} more", more)]
    why = "; ".join(f"{words.country(code)}: {cause}" for code, cause in below.items())
    said = _("{countries} below its floor") if len(names) == 1 else _("{countries} below their floors")
    shown = said.format(countries=words.listed(several))
    return [f'<span class="k-warn" title="{markup.text(why)}">{markup.text(shown)}</span>']


@st.fragment(run_every=timedelta(minutes=1))
def watch(desk: Desk, theme: Theme) -> None:
    """Draw the strip, and look once a minute whether it still holds; what is on screen moves only when asked to."""
    tongue.speak()
    present = repository.desk(desk.store)
    st.html(strip(present, theme))
    if present.watermark == desk.watermark:
        return
    n_new = repository.n_items(present) - st.session_state.get("n_items", 0)
    said = ngettext("{n} new item: show", "{n} new items: show", n_new) if n_new > 0 else _("The store has changed: show")
    if st.button(said, key="show-new", icon=":material/refresh:"):
        st.rerun()


def live_trouble(desk: Desk) -> None:
    """Say above the archive why the live store is not the one that is open, where that is no choice."""
    said = repository.trouble(LIVE) if desk.is_replay else None
    if said and access.is_absent(LIVE):
        st.caption(_("There is no live store yet: the first round over the feeds makes it."))
    elif said:
        st.caption(f"{_('The live store cannot be read.')} {said}")


def remember(desk: Desk) -> None:
    """Keep how much had come in when the page was drawn."""
    st.session_state["n_items"] = 0 if desk.is_replay else repository.n_items(desk)
