"""The evidence of an event: reports in time order, trigger words marked in the original, and why each was tagged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from app import addresses, words
from app.components import markup, why_not
from app.theme import Theme
from tension.events.provenance import UNKNOWN
from tension.model import Precision, Query
from tension.tongue import N_, _, ngettext, number

#: What the origin of an agency's text begins with.
WIRE = "wire:"
_TWO_SIDES = 2

RESTATED = N_("headline restated by Karaula; the original is at the link")
RESTATED_WITHOUT_LINK = N_("headline written by Karaula; no report is linked")
_SUMMARY_LENGTH = 420


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of reports besides their texts."""

    #: Whose voice each report is, by article: an agency (`wire:…`) or the publisher.
    origins: Mapping[str, str]
    #: Why each is of its event, by article, as `StoreReader.reasons` tells.
    reasons: Mapping[str, Mapping[str, Any]]
    #: Name and country of a place by its id.
    named: why_not.Named
    #: Headlines by article, for the report that another was found to be like.
    titles: Mapping[str, str]
    #: The store that is open, for the link from a report to its review; empty for none.
    store: str = ""


def heading(event: Mapping[str, Any], theme: Theme) -> str:
    """Return what stands above the reports of an event.

    Args:
        event: a row of `tension.events.table.events`.
        theme: the tokens of the appearance.
    """
    badges = "".join(markup.code_badge(code, theme) for code in event["codes"])
    reports = f"{markup.plural_reports(event['n_reports'])}, {voices(event['n_independent'])}"
    day = _("Selected event · {day}", day=words.day(event["day"].date()))
    sure, weight = number(event["confidence"], 2), number(event["weight"], 1)
    measured = _("confidence {confidence} · weight {weight}", confidence=sure, weight=weight)
    return (
        f'<div class="k-card"><div class="k-muted k-small">{markup.text(day)}</div>'
        f'<div class="k-title">{markup.text(title(event))}</div><div class="k-muted">{markup.text(where(event))}</div>'
        f'<div>{badges}<span class="k-muted k-small">{measured}</span>'
        f"</div><div><b>{reports}</b></div>"
        f'<div class="k-muted">{markup.text("; ".join(_told(event)))}</div>{_denied(event)}</div>'
    )


def voices(n: int) -> str:
    """Return how many independent voices there are, in words."""
    return markup.plural_voices(n)


def title(event: Mapping[str, Any]) -> str:
    """Return an event's title: what, where."""
    what = words.signal(event["code"])
    what = what[:1].upper() + what[1:]
    return what if pd.isna(event["place_id"]) else f"{what}, {event['place_name']}"


def where(event: Mapping[str, Any]) -> str:
    """Return how exactly an event's place is known."""
    if pd.isna(event["place_id"]):
        return _("Without a place: the texts name none that is known; nothing is drawn for it")
    return f"{words.country(str(event['country']))} · {_(words.PRECISIONS[Precision(str(event['precision']))])}"


def _told(event: Mapping[str, Any]) -> list[str]:
    wires = [origin for origin in event["origins"] if origin.startswith(WIRE)]
    said = [ngettext("{n} wire among them", "{n} wires among them", len(wires))] if wires else []
    return [*said, ", ".join(event["languages"]), *told(event)]


def told(event: Mapping[str, Any]) -> list[str]:
    """Return whether both sides tell of an event, where that is known."""
    return [] if event["told"] == UNKNOWN else [_(str(event["told"]))]


def denied(event: Mapping[str, Any]) -> str:
    """Return how many reports deny an event, in words."""
    return ngettext("denied in {n} report", "denied in {n} reports", len(event["denied_by"]))


def _denied(event: Mapping[str, Any]) -> str:
    said = denied(event)
    return f'<div class="k-warn">{said[:1].upper()}{said[1:]}</div>' if len(event["denied_by"]) else ""


def sides(rows: Sequence[Mapping[str, Any]], theme: Theme) -> str:
    """Return how each side words an event, next to each other: its first headline; empty where one side alone tells."""
    first: dict[str, Mapping[str, Any]] = {}
    counts: Counter[str] = Counter()
    for row in sorted(rows, key=_order):
        first.setdefault(row["side"], row)
        counts[row["side"]] += 1
    first.pop("", None)
    if len(first) < _TWO_SIDES:
        return ""
    cells = "".join(
        f'<div><div class="k-muted k-small">{markup.text(words.side(side))} · {markup.plural_reports(counts[side])}</div>'
        f"{markup.highlighted(row['title'], markup.spans_of(row['signals'], 'title'), theme)}"
        f'<div class="k-muted k-small">{markup.text(_source(row))}</div></div>'
        for side, row in sorted(first.items())
    )
    head = f'<div class="k-muted k-small k-gap">{_("Side by side")}</div>'
    return f'<div class="k-card">{head}<div class="k-sides">{cells}</div></div>'


def report(row: Mapping[str, Any], wanted: set[str], theme: Theme, *, placed: bool = False, known: Context | None = None) -> str:
    """Return one report.

    Args:
        row: of the store's `evidence`.
        wanted: ids of the signals to explain; where it has none of them, all of its own are.
        theme: the tokens of the appearance.
        placed: say of each signal where it is, but not the day: the report stands under a day, not under a place.
        known: what is known besides the text; then candidates for its places are told, and why it is of its event.
    """
    signals = [signal for signal in row["signals"] if signal["signal_id"] in wanted] or list(row["signals"])
    title = markup.highlighted(row["title"], markup.spans_of(signals, "title"), theme)
    dayless = placed and pd.isna(row["published_at"]) and pd.notna(row["published_date"])
    parts = [
        "" if dayless else f'<div class="k-muted k-small">{markup.text(stated_time(row))}</div>',
        f"<div>{title}</div>",
        _summary(row, signals, theme),
        f'<div class="k-muted k-small">{markup.text(_source(row))}{_origin(row, known)}{_link(row)}</div>',
        _restated(row),
        *(_why(signal, theme, placed=placed) for signal in signals),
        _more(row, known) if known else "",
    ]
    return f'<div class="k-report">{"".join(parts)}</div>'


def reports(rows: Sequence[Mapping[str, Any]], wanted: set[str], known: Context, theme: Theme) -> str:
    """Return reports in order of time, oldest first.

    Args:
        rows: of the store's `evidence`.
        wanted: ids of the signals to explain.
        known: what is known besides the texts.
        theme: the tokens of the appearance.
    """
    told = "".join(report(row, wanted, theme, known=known) for row in sorted(rows, key=_order))
    return f'<div class="k-card">{told}</div>'


def review_link(event: Mapping[str, Any], query: Query, store: str) -> str:
    """Return the link from an event to the page Review, in the same store and days."""
    window = [query.since.isoformat(), query.until.isoformat()]
    link = addresses.of("review", {"store": store, "window": window, "event": str(event["event"])})
    return f'<a href="{markup.text(link)}" target="_self">{_("Confirm, correct, merge or split it")}</a>'


def _origin(row: Mapping[str, Any], known: Context | None) -> str:
    """Say whether a report is its publisher's own or an agency's."""
    origin = known.origins.get(row["article_id"], "") if known else ""
    if not origin:
        return ""
    wire = words.wire(origin.removeprefix(WIRE))
    said = _("from {agency}", agency=wire) if origin.startswith(WIRE) else _("own report")
    return f" · {markup.text(said)}"


def _more(row: Mapping[str, Any], known: Context) -> str:
    """Return what can be unfolded: the places that were found with their rivals, and why the report is of its event."""
    why = known.reasons.get(row["article_id"])
    merged = f'<div class="k-small">{markup.text(_merged(why, known))}</div>' if why else ""
    summary = _("Places considered, and why it is of this event")
    return (
        f'<details class="k-more"><summary class="k-muted k-small">{summary}</summary>'
        f"{why_not.place_rows(row['mentions'], known.named)}{merged}{_review(row, known)}</details>"
    )


def _review(row: Mapping[str, Any], known: Context) -> str:
    if not known.store:
        return ""
    link = addresses.of("review", {"store": known.store, "item": f"~{row['article_id']}"})
    said = _("Add what was missed in this report")
    return f'<div class="k-small"><a href="{markup.text(link)}" target="_self">{said}</a></div>'


def _merged(why: Mapping[str, Any], known: Context) -> str:
    """Say in words why a report is of its event."""
    if why.get("as") == "joined":
        like = known.titles.get(str(why["like"]))
        marks = [f"{_(name)} {number(points, 1, signed=True)}" for name, points in why["shared"].items()]
        joined = _("Joined like “{title}”", title=like) if like else _("Joined")
        reached = _(
            "{points} points of {needed} needed, for {shared}.", points=number(why["points"], 1), needed=number(why["needed"], 1),
            shared=", ".join(marks) or _("nothing named"),
        )  # fmt: skip
        return f"{joined}: {reached}"
    if why.get("as") == "reviewed":
        return _("{who} decided so: {why}", who=why["by"], why=why["why"])
    if why.get("as") == "undone":
        return _("Taken out of the event that it had joined: {why}", why=why["why"])
    return _("No date, so it stands alone.") if why.get("as") == "undated" else _("The first report of the event.")


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
    return _("no date stated; first seen {instant}", instant=words.instant(pd.Timestamp(row["first_seen_at"])))


def _summary(row: Mapping[str, Any], signals: list[Mapping[str, Any]], theme: Theme) -> str:
    """Return the summary, and of the body only what is marked: whole articles stay with their publishers."""
    summary = str(row["summary"] or "")
    spans = markup.spans_of(signals, "summary")
    shown = summary if len(summary) <= _SUMMARY_LENGTH or spans else summary[:_SUMMARY_LENGTH] + " …"
    lines = [markup.highlighted(shown, spans, theme)] if shown else []
    body = [markup.text(span["text"]) for span, _ in markup.spans_of(signals, "body")]
    lines += [f"{_('In the text:')} <mark>{'</mark>, <mark>'.join(body)}</mark>"] if body else []
    return "".join(f'<div class="k-muted">{line}</div>' for line in lines)


def _source(row: Mapping[str, Any]) -> str:
    return f"{row['outlet']} · {words.language(row['language'])}"


def _link(row: Mapping[str, Any]) -> str:
    return f" · {markup.link(row['url'], _('open the source'))}" if markup.is_web_address(row["url"]) else ""


def _restated(row: Mapping[str, Any]) -> str:
    if not row["restated"]:
        return ""
    said = RESTATED if markup.is_web_address(row["url"]) else RESTATED_WITHOUT_LINK
    return f'<div class="k-muted k-small"><i>{markup.text(_(said))}</i></div>'


def _why(signal: Mapping[str, Any], theme: Theme, *, placed: bool) -> str:
    said = [why_not.asserted(signal, separator=", ")]
    if signal["happened_on"]:
        said.append(_("happened {day}", day=words.day(pd.Timestamp(signal["happened_on"]).date())))
    explained = f'<span class="k-muted">{markup.text(" · ".join(said))}</span>'
    where = f"<b>{markup.text(_where(signal['place']))}</b> · " if placed else ""
    return f'<div class="k-small">{markup.code_badge(signal["code"], theme)}{where}{explained}</div>'


def _where(place: Mapping[str, Any] | None) -> str:
    if place is None:
        return _("no place")
    precision = Precision(place["precision"])
    # The gazetteer may write a country otherwise than its code is called: it is not to be named twice.
    is_country = precision is Precision.COUNTRY and place["country"]
    name = words.country(place["country"]) if is_country else words.place(place["name"], place["country"])
    return f"{name} ({_(words.PRECISIONS[precision])})"
