"""Why a text is a signal, and why not: every candidate with its mode, cue, rule, certainty and what became of it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app import words
from app.components import markup
from app.theme import Theme
from tension.model import Article, Mode, Reading
from tension.reading import THREAT
from tension.taxonomy import mode_weights
from tension.text.language import UNKNOWN
from tension.tongue import N_, _, ngettext, number

#: Tells name and country of a place by its id, where the gazetteer knows it.
Named = Callable[[str], tuple[str, str] | None]
_NONE_FOUND = N_("No signal. No words of any signal were found in it.")
_UNKNOWN_LANGUAGE = N_("Its language could not be told, so no lexicon was asked: choose the language.")
_FIELDS = ("title", "summary")
#: What the scorer writes around the name of another rule, or of another code.
_BY_RULE = "set aside by "
_BY_CODE, _SURELY = "the same words report ", " more surely"


def plain(reading: Reading) -> dict[str, list[dict[str, Any]]]:
    """Return what a reading found as the store gives it: lists of mappings."""
    return {
        "signals": [asdict(s) for s in reading.signals],
        "candidates": [asdict(c) for c in reading.candidates],
        "mentions": [asdict(m) for m in reading.mentions],
    }


def explained(article: Article, reading: Reading, named: Named, theme: Theme) -> str:
    """Return the whole answer for one text."""
    found = plain(reading)
    signals, candidates = found["signals"], found["candidates"]
    marked = signals or candidates
    texts = [markup.highlighted(getattr(article, field), markup.spans_of(marked, field), theme) for field in _FIELDS]
    quoted = "".join(f"<div>{text}</div>" for text in texts if text)
    read = _("Read as {language}.", language=words.language(reading.language))
    read = _(_UNKNOWN_LANGUAGE) if reading.language == UNKNOWN else read
    by = _("Scorer {version}.", version=reading.scorer_version)
    return (
        f'<div class="k-card">{quoted}<div class="k-title k-gap">{markup.text(verdict(signals, candidates))}</div>'
        f'<div class="k-muted k-small">{markup.text(f"{read} {by}")}</div>'
        f"{candidate_rows(candidates, signals, theme)}{place_rows(found['mentions'], named)}</div>"
    )


def verdict(signals: Sequence[Mapping[str, Any]], candidates: Sequence[Mapping[str, Any]]) -> str:
    """Say in one sentence what a text counts as."""
    if signals:
        names = words.listed([words.signal(s["code"]) for s in signals])
        return ngettext("{n} signal: {names}", "{n} signals: {names}", len(signals), names=names)
    if not candidates:
        return _(_NONE_FOUND)
    return ngettext(
        "No signal: {n} candidate, which does not count", "No signal: {n} candidates, none of which counts", len(candidates)
    )


def candidate_rows(candidates: Sequence[Mapping[str, Any]], signals: Sequence[Mapping[str, Any]], theme: Theme) -> str:
    """Return the candidates as rows: what it would be, by which words, how it is asserted, and what became of it."""
    rows = "".join(_candidate(candidate, signals, theme) for candidate in candidates)
    return f'<div class="k-muted k-small k-gap">{_("What was considered")}</div>{rows}' if rows else ""


def asserted(found: Mapping[str, Any], *, separator: str = " ") -> str:
    """Say how a signal or a candidate is asserted, by which word, how surely, and which rule found it."""
    mode = _(str(found["mode"]))
    if found["cue"]:
        mode += separator + _("by “{cue}”", cue=found["cue"]["text"])
    sure = _("confidence {confidence}", confidence=number(found["confidence"], 2))
    return " · ".join((mode, sure, _("rule {rule}", rule=found["rule"])))


def _candidate(candidate: Mapping[str, Any], signals: Sequence[Mapping[str, Any]], theme: Theme) -> str:
    quoted = ", ".join(f"“{span['text']}”" for span in candidate["evidence"])
    return (
        f'<div class="k-report">{markup.code_badge(candidate["code"], theme)}{markup.text(quoted)}'
        f"<div><b>{markup.text(became(candidate, signals))}</b></div>"
        f'<div class="k-muted k-small">{markup.text(asserted(candidate))}</div></div>'
    )


def became(candidate: Mapping[str, Any], signals: Sequence[Mapping[str, Any]]) -> str:
    """Say what became of a candidate: a signal and where, or why it does not count."""
    if candidate["dropped"]:
        return _("Does not count: {why}", why=_why(candidate["dropped"]))
    threatened = candidate["mode"] == Mode.THREATENED
    if not threatened and candidate["mode"] not in mode_weights():
        return _("Does not count: {why}", why=_(words.MODES[Mode(candidate["mode"])]))
    code = THREAT if threatened else candidate["code"]
    mine = [s for s in signals if s["code"] == code and s["rule"] == candidate["rule"]]
    mine = [s for s in mine if candidate["evidence"][0] in s["evidence"]]
    if not mine:
        return _("Counts no second time: the text has a surer {signal}", signal=words.signal(code))
    place, happened = mine[0]["place"], mine[0].get("happened_on")
    name = words.signal(code)
    said = [_("Counts as {signal}, for it is threatened", signal=name) if threatened else _("Counts as {signal}", signal=name)]
    said.append(_("at {place}", place=words.place(place["name"], place["country"])) if place else _("without a place"))
    said += [_("on {day} as the text says", day=words.day(happened))] if happened else []
    return ", ".join(said)


def _why(dropped: str) -> str:
    """Return why the scorer set a candidate aside; what it says of another rule or code is put together anew."""
    if dropped.startswith(_BY_RULE):
        return _("set aside by {rule}", rule=dropped.removeprefix(_BY_RULE))
    if dropped.startswith(_BY_CODE) and dropped.endswith(_SURELY):
        code = dropped.removeprefix(_BY_CODE).removesuffix(_SURELY)
        return _("the same words report {signal} more surely", signal=words.signal(code))
    return _(dropped)


def place_rows(mentions: Sequence[Mapping[str, Any]], named: Named) -> str:
    """Return the places found, each with its words, what else it could have been, and whether it only names who acts."""
    if not mentions:
        return f'<div class="k-muted k-gap">{_("It names no place that is known.")}</div>'
    rows = "".join(_mention(mention, named) for mention in mentions)
    return f'<div class="k-muted k-small k-gap">{_("Places and actors that were found")}</div>{rows}'


def _mention(mention: Mapping[str, Any], named: Named) -> str:
    place = mention["place"]
    role = _("names who acts, not where") if mention["actor"] else _(words.PRECISIONS[place["precision"]])
    rivals = [words.place(*found) for rival in mention["rivals"] if (found := named(rival))]
    said = [f"“{mention['span']['text']}”", role]
    said += [_("a word beside it says where")] if mention.get("locative") else []
    said += [_("could have been {places}", places=words.listed(rivals))] if rivals else []
    says = " · ".join(said)
    return (
        f'<div class="k-report"><b>{markup.text(words.place(place["name"], place["country"]))}</b> '
        f'<span class="k-muted">{markup.text(says)}</span></div>'
    )
