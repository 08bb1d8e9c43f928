"""The page Method: how a number comes about, from the code's own assets and an event of the open store."""

from dataclasses import asdict
from importlib import metadata

import pandas as pd
import streamlit as st

from app import onscreen, repository, words, worked
from app.access import Desk
from app.components import evidence, evidence_context, header, markup, method_tables
from app.rows import records
from app.theme import Theme
from tension import assets, taxonomy
from tension.model import Query
from tension.quality import measured
from tension.scoring.version import scorer_version

_MOST_REPORTS = 12
_OWN_HEADLINES = (
    "Measured over our own labelled headlines, on the quarter of events that is kept for measuring: the lexicons' authors did "
    "not read these, though they knew the totals. Escalation asks only whether a headline reports anything escalatory; false "
    "alarms are the share of headlines without a signal that were given an escalatory one."
)
_TITLE = "A number here is the sum of the events listed under it, and an event is its reports"
_NO_EXAMPLE = "The window and the filters on the left hold no escalatory event at a place: widen them to see one worked through."


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page."""
    header.show(onscreen.OnScreen(name="weights", frame=_signals))
    title = f'<div class="k-card"><div class="k-title">{_TITLE}</div></div>'
    st.html(f"{markup.style(look)}{method_tables.style(look)}{title}")
    st.html(method_tables.formula())
    _example(desk, query, look)
    st.subheader("Signals", anchor=False)
    st.html(method_tables.signals(look))
    st.subheader("Modes", anchor=False)
    st.html(method_tables.modes())
    _accuracy()
    st.subheader("Known limits", anchor=False)
    st.html(method_tables.limits(assets.read_toml("limits.toml")["limit"]))
    _versions(desk)


def _signals() -> pd.DataFrame:
    return pd.DataFrame([asdict(kind) for kind in taxonomy.signal_types().values()])


def _example(desk: Desk, query: Query, look: Theme) -> None:
    st.subheader("Worked through", anchor=False)
    found = worked.example(repository.events(desk, query), repository.signals(desk, query)) if desk.span else None
    if found is None:
        st.info(_NO_EXAMPLE, icon=":material/search_off:")
        return
    st.caption(f"The heaviest event of {words.days(query.since, query.until)}, one that several report where there is one.")
    st.html(method_tables.example(found))
    rows = records(repository.evidence(desk, found.article_ids[:_MOST_REPORTS]))
    known = evidence_context.of(desk, rows, repository.signals(desk, query))
    with st.expander(f"Its {words.plural(len(found.article_ids), 'report')}"):
        st.html(f"{markup.style(look)}{evidence.reports(rows, set(found.signal_ids), known, look)}")


def _accuracy() -> None:
    st.subheader("Accuracy", anchor=False)
    figures = measured()
    st.caption(_OWN_HEADLINES)
    same = figures.scorer_version == scorer_version()
    later = (
        "the scorer that reads now"
        if same
        else f"the lexicons have changed since; the scorer that reads now is {scorer_version()}"
    )
    st.caption(f"Scorer {figures.scorer_version}: {later}. Anew: `karaula quality --headlines --json assets/quality.json`.")
    st.html(method_tables.accuracy(figures.by_language, by="language"))
    with st.expander("By signal"):
        st.html(method_tables.accuracy(figures.by_code, by="signal"))


def _versions(desk: Desk) -> None:
    st.subheader("Versions", anchor=False)
    known = {
        "Karaula": metadata.version("karaula"), "method": taxonomy.method_version(), "scorer": scorer_version(),
        "data": desk.watermark,
    }  # fmt: skip
    rows = [(markup.text(name), f"<b>{markup.text(value)}</b>") for name, value in known.items()]
    st.html(method_tables.table(("of", "version"), rows, "A number is reproduced by these four and the view's link"))
