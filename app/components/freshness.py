"""The strip above every page: how fresh, how complete, and whether something new has come in."""

from datetime import timedelta

import streamlit as st

from app import health, repository, words
from app.access import LIVE, Desk
from app.components import markup
from app.theme import Theme

REPLAY_BANNER = "Replay archive: headlines written by Karaula about public record; each stands for one report."
_MOST_COUNTRIES = 3


def strip(desk: Desk, theme: Theme) -> str:
    """Return the strip of a store as HTML."""
    if desk.is_replay:
        first, last = desk.span or (desk.now.date(), desk.now.date())
        parts = [f"<span><b>{markup.text(REPLAY_BANNER)}</b></span>"]
        parts += [f'<span class="k-muted">{markup.text(words.day(first))} to {markup.text(words.day(last))}</span>']
    else:
        parts = _live(health.health(repository.feeds(desk), desk.now), desk)
    return f'{markup.style(theme)}<div class="k-card k-strip">{"".join(parts)}</div>'


def _live(found: health.Health, desk: Desk) -> list[str]:
    if found.fetched_at is None:
        return ['<span class="k-warn">No feed has been fetched yet; start the scheduler, or run karaula refresh.</span>']
    parts = [
        f'<span><span class="k-muted">As of</span> <b>{markup.text(words.instant(found.fetched_at))}</b></span>',
        f'<span><b>{found.n_answering}</b> <span class="k-muted">of {found.n_feeds} feeds</span></span>',
    ]
    if found.is_stale:
        age = words.elapsed((desk.now - found.fetched_at).total_seconds())
        parts.append(f'<span class="k-warn">Stale: nothing fetched for {markup.text(age)}</span>')
    return [*parts, *_floors(found.below_floor)]


def _floors(below: dict[str, str]) -> list[str]:
    if not below:
        return []
    names = [words.country(code) for code in below]
    more = len(names) - _MOST_COUNTRIES
    said = words.listed(names) if more <= 0 else f"{', '.join(names[:_MOST_COUNTRIES])} and {more} more"
    why = "; ".join(f"{words.country(code)}: {cause}" for code, cause in below.items())
    floor = "its floor" if len(names) == 1 else "their floors"
    return [f'<span class="k-warn" title="{markup.text(why)}">{markup.text(said)} below {floor}</span>']


@st.fragment(run_every=timedelta(minutes=1))
def watch(desk: Desk, theme: Theme) -> None:
    """Draw the strip, and look once a minute whether it still holds; what is on screen moves only when asked to."""
    present = repository.desk(desk.store)
    st.html(strip(present, theme))
    if present.watermark == desk.watermark:
        return
    n_new = repository.n_items(present) - st.session_state.get("n_items", 0)
    said = f"{words.plural(n_new, 'new item')}: show" if n_new > 0 else "The store has changed: show"
    if st.button(said, key="show-new", icon=":material/refresh:"):
        st.rerun()


def live_trouble(desk: Desk) -> None:
    """Say above the archive why the live store is not the one that is open, where that is no choice."""
    said = repository.trouble(LIVE) if desk.is_replay else None
    if said:
        st.caption(f"The live store cannot be read. {said}")


def remember(desk: Desk) -> None:
    """Keep how much had come in when the page was drawn."""
    st.session_state["n_items"] = 0 if desk.is_replay else repository.n_items(desk)
