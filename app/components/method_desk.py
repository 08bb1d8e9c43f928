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
from tension.tongue import N_, _, ngettext

_MOST_REPORTS = 12
_OWN_HEADLINES = N_(
    "Measured over our own labelled headlines, on the quarter of events that is kept for measuring: the lexicons' authors did "
    "not read these; on 2,802 written by others after nearly all rules F1 was 0.69, on 8,751 in unexpected words 0.48. "
    "Escalation asks only whether a headline reports anything escalatory; false alarms are the share of "
    "headlines without a signal that were given an escalatory one."
)
_TITLE = N_("A number here is the sum of the events listed under it, and an event is its reports")
_NO_EXAMPLE = N_(
    "The window and the filters on the left hold no escalatory event at a place: widen them to see one worked through."
)


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page."""
    header.show(onscreen.OnScreen(name="weights", frame=_signals))
    title = f'<div class="k-card"><div class="k-title">{_(_TITLE)}</div></div>'
    st.html(f"{markup.style(look)}{method_tables.style(look)}{title}")
    st.html(method_tables.formula())
    _example(desk, query, look)
    st.subheader(_("Signals"), anchor=False)
    st.html(method_tables.signals(look))
    st.subheader(_("Modes"), anchor=False)
    st.html(method_tables.modes())
    _accuracy()
    st.subheader(_("Known limits"), anchor=False)
    st.html(method_tables.limits(assets.read_toml("limits.toml")["limit"]))
    _versions(desk)


def _signals() -> pd.DataFrame:
    return pd.DataFrame([asdict(kind) for kind in taxonomy.signal_types().values()])


def _example(desk: Desk, query: Query, look: Theme) -> None:
    st.subheader(_("Worked through"), anchor=False)
    found = worked.example(repository.events(desk, query), repository.signals(desk, query)) if desk.span else None
    if found is None:
        st.info(_(_NO_EXAMPLE), icon=":material/search_off:")
        return
    days = words.days(query.since, query.until)
    st.caption(_("The heaviest event of these days, one that several report where there is one: {days}.", days=days))
    st.html(method_tables.example(found))
    rows = records(repository.evidence(desk, found.article_ids[:_MOST_REPORTS]))
    known = evidence_context.of(desk, rows, repository.signals(desk, query))
    with st.expander(ngettext("Its {n} report", "Its {n} reports", len(found.article_ids))):
        st.html(f"{markup.style(look)}{evidence.reports(rows, set(found.signal_ids), known, look)}")


def _accuracy() -> None:
    st.subheader(_("Accuracy"), anchor=False)
    figures = measured()
    st.caption(_(_OWN_HEADLINES))
    later = _("the scorer that reads now")
    # Of a full tier's version the encoder's part says nothing of the lexicons.
    if figures.scorer_version.partition("+")[0] != scorer_version():
        later = _("the lexicons have changed since; the scorer that reads now is {version}", version=scorer_version())
    anew = "`karaula quality --headlines --json assets/quality.json`"
    st.caption(
        _("Scorer {version}: {later}. Anew: {command}.", version=figures.scorer_version, later=later, command=anew)
    )  # fmt: skip
    st.html(method_tables.accuracy(figures.by_language, N_("language"), _("Accuracy by language")))
    with st.expander(_("By signal")):
        st.html(method_tables.accuracy(figures.by_code, N_("signal"), _("Accuracy by signal")))


def _versions(desk: Desk) -> None:
    st.subheader(_("Versions"), anchor=False)
    known = {
        "Karaula": metadata.version("karaula"), _("method"): taxonomy.method_version(), _("scorer"): scorer_version(),
        _("data"): desk.watermark,
    }  # fmt: skip
    rows = [(markup.text(name), f"<b>{markup.text(value)}</b>") for name, value in known.items()]
    names = (N_("of"), N_("version"))
    st.html(method_tables.table(names, rows, _("A number is reproduced by these four and the view's link")))
