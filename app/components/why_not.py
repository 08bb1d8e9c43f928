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

#: Tells name and country of a place by its id, where the gazetteer knows it.
Named = Callable[[str], tuple[str, str] | None]
_NONE_FOUND = "No words of any signal were found in it."
_UNKNOWN_LANGUAGE = "Its language could not be told, so no lexicon was asked: choose the language."
_FIELDS = ("title", "summary")


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
    read = _UNKNOWN_LANGUAGE if reading.language == UNKNOWN else f"Read as {words.language(reading.language)}."
    return (
        f'<div class="k-card">{quoted}<div class="k-title k-gap">{markup.text(verdict(signals, candidates))}</div>'
        f'<div class="k-muted k-small">{markup.text(f"{read} Scorer {reading.scorer_version}.")}</div>'
        f"{candidate_rows(candidates, signals, theme)}{place_rows(found['mentions'], named)}</div>"
    )


def verdict(signals: Sequence[Mapping[str, Any]], candidates: Sequence[Mapping[str, Any]]) -> str:
    """Say in one sentence what a text counts as."""
    if signals:
        names = words.listed([words.signal(s["code"]) for s in signals])
        return f"{words.plural(len(signals), 'signal')}: {names}"
    if not candidates:
        return f"No signal. {_NONE_FOUND}"
    return f"No signal: {words.plural(len(candidates), 'candidate')}, none of which counts"


def candidate_rows(candidates: Sequence[Mapping[str, Any]], signals: Sequence[Mapping[str, Any]], theme: Theme) -> str:
    """Return the candidates as rows: what it would be, by which words, how it is asserted, and what became of it."""
    rows = "".join(_candidate(candidate, signals, theme) for candidate in candidates)
    return f'<div class="k-muted k-small k-gap">What was considered</div>{rows}' if rows else ""


def _candidate(candidate: Mapping[str, Any], signals: Sequence[Mapping[str, Any]], theme: Theme) -> str:
    quoted = ", ".join(f"“{span['text']}”" for span in candidate["evidence"])
    cue = f" by “{candidate['cue']['text']}”" if candidate["cue"] else ""
    how = f"{candidate['mode']}{cue} · confidence {candidate['confidence']:.2f} · rule {candidate['rule']}"
    return (
        f'<div class="k-report">{markup.code_badge(candidate["code"], theme)}{markup.text(quoted)}'
        f"<div><b>{markup.text(became(candidate, signals))}</b></div>"
        f'<div class="k-muted k-small">{markup.text(how)}</div></div>'
    )


def became(candidate: Mapping[str, Any], signals: Sequence[Mapping[str, Any]]) -> str:
    """Say what became of a candidate: a signal and where, or why it does not count."""
    if candidate["dropped"]:
        return f"Does not count: {candidate['dropped']}"
    threatened = candidate["mode"] == Mode.THREATENED
    if not threatened and candidate["mode"] not in mode_weights():
        return f"Does not count: {words.MODES[Mode(candidate['mode'])]}"
    code = THREAT if threatened else candidate["code"]
    mine = [s for s in signals if s["code"] == code and s["rule"] == candidate["rule"]]
    mine = [s for s in mine if candidate["evidence"][0] in s["evidence"]]
    if not mine:
        return f"Counts no second time: the text has a surer {words.signal(code)}"
    place = mine[0]["place"]
    where = f", at {words.place(place['name'], place['country'])}" if place else ", without a place"
    happened = mine[0].get("happened_on")
    where += f", on {words.day(happened)} as the text says" if happened else ""
    turned = f"Counts as {words.signal(code)}, for it is threatened" if threatened else f"Counts as {words.signal(code)}"
    return turned + where


def place_rows(mentions: Sequence[Mapping[str, Any]], named: Named) -> str:
    """Return the places found, each with its words, what else it could have been, and whether it only names who acts."""
    if not mentions:
        return '<div class="k-muted k-gap">It names no place that is known.</div>'
    rows = "".join(_mention(mention, named) for mention in mentions)
    return f'<div class="k-muted k-small k-gap">Places and actors that were found</div>{rows}'


def _mention(mention: Mapping[str, Any], named: Named) -> str:
    place = mention["place"]
    role = "names who acts, not where" if mention["actor"] else words.PRECISIONS[place["precision"]]
    rivals = [words.place(*found) for rival in mention["rivals"] if (found := named(rival))]
    others = f" · could have been {words.listed(rivals)}" if rivals else ""
    says = f"“{mention['span']['text']}” · {role}{' · a word beside it says where' if mention.get('locative') else ''}{others}"
    return (
        f'<div class="k-report"><b>{markup.text(words.place(place["name"], place["country"]))}</b> '
        f'<span class="k-muted">{markup.text(says)}</span></div>'
    )
