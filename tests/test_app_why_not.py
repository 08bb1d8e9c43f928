"""Why not: what is said of every candidate of a text, and that hostile texts stay text."""

from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import words
from app.components import why_not
from app.theme import LIGHT
from tension.model import Article, Candidate, Mode, Place, PlaceMention, Precision, Reading, Signal, Span
from tension.reading import read

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
OURS = {"div", "span", "b", "br", "mark"}
GATE = Place(id="gate", name=f"Gate {HOSTILE}", country="XK", lat=43.0, lon=21.0, precision=Precision.CROSSING)
NAMES = {"other": (f"Other {HOSTILE}", "RS")}


class Tags(HTMLParser):
    """Collects what a browser would take for tags and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def answer(title: str, reading: Reading | None = None, language: str = "en") -> str:
    """Return what a browser shows for a headline; nothing but our own tags is in it."""
    article = Article(id="x", outlet="", url=None, title=title, language=language)
    found = Tags(why_not.explained(article, reading or read(article), NAMES.get, LIGHT))
    assert found.tags <= OURS
    return found.text


def candidate(code: str = "border_blockade", mode: Mode = Mode.ACTUAL, dropped: str | None = None, **fields) -> Candidate:
    """Make a candidate found in the first word."""
    span = Span(field="title", start=0, end=5, text="<img ")
    cue = Span(field="title", start=0, end=5, text="<img ")
    made = {"confidence": 0.8, "evidence": (span,), "rule": f"en:{code}:x", "cue": cue}
    return Candidate(code=code, mode=mode, dropped=dropped, **(made | fields))


def reading(*candidates: Candidate, signals: tuple[Signal, ...] = ()) -> Reading:
    """Make a reading with these candidates and one place."""
    span = Span(field="title", start=0, end=5, text="<img ")
    mention = PlaceMention(place=GATE, span=span, rivals=("other", "unknown"), locative=True)
    return Reading(language="en", candidates=candidates, mentions=(mention,), signals=signals, scorer_version="v")


def test_hostile_text_in_every_part_is_text():
    """Headline, place, rival, words and cue are shown as they are written, and none is markup."""
    shown = candidate(dropped=f"set aside by {HOSTILE}")

    said = answer(f"{HOSTILE} title", reading(shown))

    assert said.count("<script>alert(2)</script>") == 4
    assert f"could have been Other {HOSTILE}, Serbia" in said


@given(st.text(max_size=200))
@settings(max_examples=40)
def test_any_text_is_answered(title):
    """Whatever is pasted, there is an answer, and it is only text."""
    assert "signal" in answer(title)


@pytest.mark.parametrize(
    ("given_candidate", "expected"),
    [
        (candidate(dropped="outside the region"), "Does not count: outside the region"),
        (candidate(mode=Mode.DENIED), "Does not count: it is denied, ruled out or called off"),
        (candidate(mode=Mode.HISTORICAL), "Does not count: it is told of the past"),
        (candidate(mode=Mode.FIGURATIVE), "Does not count: the words are meant otherwise"),
        (candidate(), "Counts no second time: the text has a surer border blockade"),
    ],
)
def test_every_reason_not_to_count_is_said(given_candidate, expected):
    """A candidate that is no signal says why, with its cue, confidence and rule."""
    said = answer("<img of a title", reading(given_candidate))

    assert expected in said
    assert "No signal: 1 candidate, which does not count" in said
    assert f"{given_candidate.mode} by “<img ” · confidence 0.80 · rule {given_candidate.rule}" in said


def test_signal_says_where_it_is():
    """A candidate that became a signal says so, with its place or that it has none."""
    found = candidate()
    for place, where in ((GATE, f", at Gate {HOSTILE}, Kosovo"), (None, ", without a place")):
        signal = Signal(
            code=found.code, mode=found.mode, confidence=0.8, evidence=found.evidence, rule=found.rule, place=place
        )  # fmt: skip

        said = answer("<img of a title", reading(found, signals=(signal,)))

        assert f"Counts as border blockade{where}" in said
        assert "1 signal: border blockade" in said


def test_day_that_the_text_names_is_said():
    """A signal that happened on a day of its own says so."""
    found = candidate()
    signal = Signal(
        code=found.code,
        mode=found.mode,
        confidence=0.8,
        evidence=found.evidence,
        rule=found.rule,
        happened_on=date(2023, 9, 24),
    )

    assert "without a place, on 24 Sep 2023 as the text says" in answer("<img of a title", reading(found, signals=(signal,)))


def test_threat_counts_as_a_threat_not_as_the_act():
    """What is threatened says that it counts as a threat."""
    said = answer("Serbia threatens to send troops to Kosovo")

    assert "force posture" in said
    assert f"Counts as {words.signal('threat_rhetoric')}" in said
    assert "Counts as force posture" not in said


def test_silence_is_explained():
    """A headline without any trigger word says so, and which places it names."""
    said = answer("A quiet day at Jarinje")

    assert "No signal. No words of any signal were found in it." in said
    assert "“Jarinje” · crossing, exact" in said
    assert "It names no place that is known." in answer("A quiet day")


def test_unknown_language_is_said():
    """Where the language cannot be told, that is the reason, and there is something to do about it."""
    assert "Its language could not be told" in answer("1234", language="und")
    assert "Read as English." in answer("A quiet day")
