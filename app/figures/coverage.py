"""Coverage: articles per country and day as a table of tones; a day on which no feed answered stays empty."""

import pandas as pd
import plotly.graph_objects as go

from app import words
from app.figures.basemap import hover_label
from app.theme import FONT, Theme, blend
from tension.tongue import _, ngettext, number

_ROW_PX = 24


def build(coverage: pd.DataFrame, theme: Theme) -> go.Figure:
    """Draw articles per country and day from the frame `coverage` of the store.

    A day on which feeds answered and brought nothing is a pale zero; one on which none answered is a gap.
    """
    heard = coverage[(coverage["n_feeds_answered"] > 0) | (coverage["n_articles"] > 0)]
    table = heard.pivot_table(index="country", columns="day", values="n_articles", aggfunc="sum")
    every_day = pd.date_range(coverage["day"].min(), coverage["day"].max(), freq="D")
    everyone = sorted(coverage["country"].unique(), key=words.country, reverse=True)
    table = table.reindex(index=everyone, columns=every_day)
    names = [words.country(code) for code in everyone]
    tone = theme.family["military"]
    figure = go.Figure(
        go.Heatmap(
            x=every_day, y=names, z=table.to_numpy(dtype=float), xgap=2, ygap=2, hoverongaps=False, showscale=False,
            colorscale=[[0, blend(tone, theme.page, 0.08)], [1, tone]], zmin=0,
            hovertemplate=f"%{{y}}, %{{x|%-d %b %Y}}: {_('articles: {n}', n='%{z:,d}')}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        height=_ROW_PX * len(names) + 60, margin={"l": 0, "r": 0, "t": 6, "b": 30}, paper_bgcolor=theme.page,
        plot_bgcolor=blend(theme.warning, theme.page, 0.14), font={"family": FONT, "size": 12, "color": theme.ink},
        hoverlabel=hover_label(theme),
        xaxis={"showgrid": False, "tickformat": "%-d %b", "color": theme.muted, "fixedrange": True},
        yaxis={"showgrid": False, "automargin": True, "fixedrange": True},
    )  # fmt: skip
    return figure


def alt(coverage: pd.DataFrame) -> str:
    """Say in words what the table of tones shows."""
    per_country = coverage.groupby("country")["n_articles"].sum().sort_values(ascending=False)
    top = words.listed([f"{words.country(str(code))} {number(int(n))}" for code, n in per_country.head(3).items()])
    silent = int(((coverage["n_feeds_answered"] == 0) & (coverage["n_articles"] == 0)).sum())
    quiet = ngettext("{n} day of a country without an answer", "{n} days of a country without an answer", silent)
    return _("Articles per country and day: most from {countries}; {quiet}.", countries=top, quiet=quiet)
