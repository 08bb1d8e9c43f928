"""The evidence of one place: reports in time order, trigger words marked in the original, and why each was tagged."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from app import words
from app.components import markup
from app.rows import records
from app.theme import Theme
from tension.model import Precision

RESTATED = "headline restated by Karaula; the original is at the link"
RESTATED_WITHOUT_LINK = "headline written by Karaula; no report is linked"
_SUMMARY_LENGTH = 420


def heading(found: pd.DataFrame, theme: Theme, *, shown: str) -> str:
    """Return what stands above the reports of a place (or of what has none).

    Args:
        found: the weighed signals of the place in the days shown.
        theme: the tokens of the appearance.
        shown: the days in words.
    """
    first = found.iloc[0]
    unplaced = pd.isna(first["place_id"])
    title = "Without a place" if unplaced else str(first["place_name"])
    where = (
        "The text names no place that is known; nothing is drawn for it."
        if unplaced
        else f"{words.country(str(first['country']))} · {words.PRECISIONS[Precision(first['precision'])]}"
    )
    families = words.plural(found["family"].nunique(), "publisher family", "publisher families")
    languages = ", ".join(sorted(found["language"].astype(str).unique()))
    codes = "".join(markup.code_badge(code, theme) for code in found["code"].astype(str).value_counts().index)
    return (
        f'<div class="k-card"><div class="k-muted k-small">Selected place · {markup.text(shown)}</div>'
        f'<div class="k-title">{markup.text(title)}</div><div class="k-muted">{markup.text(where)}</div>'
        f"<div>{codes}</div><div><b>{markup.plural_reports(found['article_id'].nunique())}, {families}</b>"
        f' <span class="k-muted">· {markup.text(languages)}</span></div></div>'
    )


def report(row: Mapping[str, Any], wanted: set[str], theme: Theme, *, placed: bool = False) -> str:
    """Return one report.

    Args:
        row: of the store's `evidence`.
        wanted: ids of the signals to explain; where it has none of them, all of its own are.
        theme: the tokens of the appearance.
        placed: say of each signal where it is, but not the day: the report stands under a day, not under a place.
    """
    signals = [signal for signal in row["signals"] if signal["signal_id"] in wanted] or list(row["signals"])
    title = markup.highlighted(row["title"], markup.spans_of(signals, "title"), theme)
    dayless = placed and pd.isna(row["published_at"]) and pd.notna(row["published_date"])
    parts = [
        "" if dayless else f'<div class="k-muted k-small">{markup.text(stated_time(row))}</div>',
        f"<div>{title}</div>",
        _summary(row, signals, theme),
        f'<div class="k-muted k-small">{markup.text(_source(row))}{_link(row)}</div>',
        _restated(row),
        *(_why(signal, theme, placed=placed) for signal in signals),
    ]
    return f'<div class="k-report">{"".join(parts)}</div>'


def reports(frame: pd.DataFrame, found: pd.DataFrame, theme: Theme) -> str:
    """Return the reports of a frame of evidence, oldest first, under the events that they report.

    Args:
        frame: of the store's `evidence`.
        found: the weighed signals to explain; a report stands under the event of its heaviest.
        theme: the tokens of the appearance.
    """
    wanted = set(found["signal_id"])
    heaviest = found.sort_values(["base", "signal_id"], ascending=[False, True], kind="stable").drop_duplicates("article_id")
    event_of = {row["article_id"]: (row["day"], row["group"]) for row in records(heaviest[["article_id", "day", "group"]])}
    parts: list[str] = []
    last = None
    for row in sorted(records(frame), key=lambda r: (event_of[r["article_id"]], _order(r))):
        event = event_of[row["article_id"]]
        parts += [] if event == last else [_event(event, found, theme)]
        parts.append(report(row, wanted, theme))
        last = event
    return f'<div class="k-card">{"".join(parts)}</div>'


def _event(event: tuple[pd.Timestamp, str], found: pd.DataFrame, theme: Theme) -> str:
    day, family = event
    told = found[(found["day"] == day) & (found["group"] == family)]
    independent = words.plural(told["family"].nunique(), "independent publisher")
    said = f"{markup.plural_reports(told['article_id'].nunique())}, {independent}"
    return (
        f'<div class="k-event"><b>{markup.text(words.day(day.date()))}</b> {markup.badge(family, family, theme)}'
        f'<span class="k-muted k-small">{markup.text(said)}</span></div>'
    )


def _order(row: Mapping[str, Any]) -> tuple[str, str]:
    stated = row["published_at"] if pd.notna(row["published_at"]) else row["published_date"]
    when = stated if pd.notna(stated) else row["first_seen_at"]
    return (pd.Timestamp(when).strftime("%Y-%m-%d %H:%M"), str(row["article_id"]))


def stated_time(row: Mapping[str, Any]) -> str:
    """Return when a report was published as its publisher states it; else when it was first seen, and say so."""
    if pd.notna(row["published_at"]):
        return words.instant(pd.Timestamp(row["published_at"]))
    if pd.notna(row["published_date"]):
        return words.day(pd.Timestamp(row["published_date"]).date())
    return f"no date stated; first seen {words.instant(pd.Timestamp(row['first_seen_at']))}"


def _summary(row: Mapping[str, Any], signals: list[Mapping[str, Any]], theme: Theme) -> str:
    """Return the summary, and of the body only what is marked: whole articles stay with their publishers."""
    summary = str(row["summary"] or "")
    spans = markup.spans_of(signals, "summary")
    shown = summary if len(summary) <= _SUMMARY_LENGTH or spans else summary[:_SUMMARY_LENGTH] + " …"
    lines = [markup.highlighted(shown, spans, theme)] if shown else []
    body = [markup.text(span["text"]) for span, _ in markup.spans_of(signals, "body")]
    lines += [f"In the text: <mark>{'</mark>, <mark>'.join(body)}</mark>"] if body else []
    return "".join(f'<div class="k-muted">{line}</div>' for line in lines)


def _source(row: Mapping[str, Any]) -> str:
    return f"{row['outlet']} · {words.language(row['language'])}"


def _link(row: Mapping[str, Any]) -> str:
    return f" · {markup.link(row['url'], 'open the source')}" if markup.is_web_address(row["url"]) else ""


def _restated(row: Mapping[str, Any]) -> str:
    if not row["restated"]:
        return ""
    said = RESTATED if markup.is_web_address(row["url"]) else RESTATED_WITHOUT_LINK
    return f'<div class="k-muted k-small"><i>{markup.text(said)}</i></div>'


def _why(signal: Mapping[str, Any], theme: Theme, *, placed: bool) -> str:
    cue = f", by “{signal['cue']['text']}”" if signal["cue"] else ""
    said = f"{signal['mode']}{cue} · confidence {signal['confidence']:.2f} · rule {signal['rule']}"
    happened = f" · happened {words.day(pd.Timestamp(signal['happened_on']).date())}" if signal["happened_on"] else ""
    explained = f'<span class="k-muted">{markup.text(said + happened)}</span>'
    where = f"<b>{markup.text(_where(signal['place']))}</b> · " if placed else ""
    return f'<div class="k-small">{markup.code_badge(signal["code"], theme)}{where}{explained}</div>'


def _where(place: Mapping[str, Any] | None) -> str:
    if place is None:
        return "no place"
    return f"{words.place(place['name'], place['country'])} ({words.PRECISIONS[Precision(place['precision'])]})"
