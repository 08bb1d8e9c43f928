"""Articles read to the end: each act with its own day, place and mode; background yields nothing."""

import json
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.model import Article, Reading, Signal
from tension.reading import read
from tension.text.normal import LONGEST_SENTENCE, end_after_numbers, sentences, tokenise

HERE = Path(__file__).parent / "fulltext"
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))
FILES = ("case_2021_09.json", "articles.json", "further.json", "last.json")
ARTICLES = [row for name in FILES for row in json.loads((HERE / name).read_text(encoding="utf-8"))["articles"]]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was found of an article's expected readings."""

    found: int
    missed: list[dict]
    wrong: list[Signal]
    pairs: list[tuple[dict, Signal]]


def article_of(row: dict) -> Article:
    """Return an article of the fixtures."""
    return Article(
        id=row["id"], outlet="", url=None, title=row["title"], body="\n".join(row["body"]), language=row["language"],
        published_date=date.fromisoformat(row["published"]),
    )  # fmt: skip


def day_of(signal: Signal, row: dict) -> str:
    """Return the day of a signal: of publication where the text states none."""
    return signal.happened_on.isoformat() if signal.happened_on else row["published"]


def either(expected: dict) -> list[dict]:
    """Return the places that a reader may name: an envoy is recalled from one capital to another."""
    return [expected, *expected.get("or", ())]


def named(expected: dict, signal: Signal) -> bool:
    """Tell whether a signal's place goes by an expected name."""
    names = {signal.place.name, *signal.place.aliases} if signal.place else set()
    return any(e["place"] in names for e in either(expected))


def there(expected: dict, signal: Signal) -> bool:
    """Tell whether a signal lies in an expected country."""
    return signal.place is not None and any(e["country"] == signal.place.country for e in either(expected))


def compare(row: dict, reading: Reading) -> Outcome:
    """Match readings with what is expected: same code and country; of several the one whose place and day agree."""
    scored = [
        (named(e, s) + (e["day"] == day_of(s, row)) + (not e.get("optional", False)) * 3, -i, -j)
        for i, e in enumerate(row["expected"])
        for j, s in enumerate(reading.signals)
        if e["code"] == s.code and there(e, s)
    ]
    taken: dict[int, int] = {}
    for _, i, j in sorted(scored, reverse=True):
        if -i not in taken and -j not in taken.values():
            taken[-i] = -j
    needed = {i: e for i, e in enumerate(row["expected"]) if not e.get("optional")}
    # A mention of an optional act more or less is no error either.
    optional = {(e["code"], e["country"], e["day"]) for e in row["expected"] if e.get("optional")}
    spare = [
        s
        for j, s in enumerate(reading.signals)
        if j not in taken.values() and (s.code, s.place.country if s.place else None, day_of(s, row)) not in optional
    ]
    return Outcome(
        found=len(needed.keys() & taken.keys()),
        missed=[e for i, e in needed.items() if i not in taken],
        wrong=spare,
        pairs=[(needed[i], reading.signals[j]) for i, j in taken.items() if i in needed],
    )


def figures(rows: list[dict]) -> dict[str, float]:
    """Return micro F1 over (code, place's country), and the shares of right places by name, days and modes among those found."""
    outcomes = [(row, compare(row, read(article_of(row)))) for row in rows]
    found = sum(o.found for _, o in outcomes)
    pairs = [(row, *pair) for row, o in outcomes for pair in o.pairs]
    total = 2 * found + sum(len(o.missed) + len(o.wrong) for _, o in outcomes)
    return {
        "f1": 2 * found / total,
        "days": sum(day_of(s, row) == e["day"] for row, e, s in pairs) / len(pairs),
        "places": sum(named(e, s) for _, e, s in pairs) / len(pairs),
        "modes": sum(s.mode.value == e["mode"] for _, e, s in pairs) / len(pairs),
    }


def signals(body: str, *, language: str = "en", title: str = "The day in Kosovo", published: str = "2021-09-27") -> list[tuple]:
    """Return (code, place, day stated) of what the text below a headline reports."""
    row = {"id": "a", "title": title, "body": body.split("\n"), "language": language, "published": published}
    return [(s.code, s.place.name if s.place else None, s.happened_on) for s in read(article_of(row)).signals]


def test_whole_articles_are_read_as_a_reader_does():
    """Over all articles no figure falls below its floor."""
    reached = figures(ARTICLES)

    assert {} == {k: v for k, v in reached.items() if v < FLOORS[k]}


@pytest.mark.parametrize("row", ARTICLES, ids=lambda row: row["id"])
def test_background_yields_nothing(row):
    """Wars, declarations and treaties of past years, which end each article, are kept as history and count as nothing."""
    reading = read(article_of(row))
    start = len("\n".join(row["body"][:-1]))

    assert [] == [s.code for s in reading.signals if s.evidence[0].field == "body" and s.evidence[0].start >= start]


def test_each_act_has_its_own_day_and_place():
    """One article reports two attacks of one kind on different days at different places: two signals."""
    found = signals(
        "On Saturday an office was set on fire in Zubin Potok.\nA hand grenade was thrown at a school in Leposavić on Sunday."
    )

    assert ("bombing_sabotage", "Zubin Potok", date(2021, 9, 25)) in found
    assert ("bombing_sabotage", "Leposaviq", date(2021, 9, 26)) in found


def test_an_act_told_twice_counts_once():
    """The headline and a later sentence tell the same blockade: one signal, with the exact place and the day."""
    found = signals(
        "Serbs have blocked the road to Jarinje since 20 September.", title="Serbs block roads in Kosovo", published="2021-09-22"
    )

    assert [f for f in found if f[0] == "border_blockade"] == [("border_blockade", "Jarinje / Jarinjë", date(2021, 9, 20))]


def test_places_in_one_list_are_all_meant():
    """*Jarinje and Brnjak*: a signal for each."""
    found = signals("Lorries blocked the roads to the Jarinje and Brnjak crossings on Sunday.")

    assert {"Jarinje / Jarinjë", "Brnjak / Bërnjak"} == {place for code, place, _ in found if code == "border_blockade"}


def test_a_past_year_opens_a_paragraph_of_background():
    """What follows it in the paragraph is history, too; the next paragraph is news again."""
    history = "In 2004 riots broke out in Kosovo. Crowds clashed with police in Mitrovica."
    news = "Crowds clashed with police in Mitrovica on Sunday."

    assert signals(history) == []
    assert ("unrest", "Mitrovicë", date(2021, 9, 26)) in signals(f"{history}\n{news}")


def test_the_headlines_subject_governs_the_text():
    """Under a headline about a film, the battle in the text is no battle."""
    scene = "Gunmen opened fire on a convoy in Mitrovica."

    assert [code for code, _, _ in signals(scene)] == ["armed_clash"]
    assert signals(scene, title="New film tells the story of a Kosovo novelist") == []


def test_an_act_elsewhere_does_not_count():
    """An article about Kosovo mentions a war outside the region: nothing of it counts."""
    assert signals("Russian forces shelled Kharkiv in Ukraine on Sunday. Soldiers opened fire on police there.") == []


def test_a_sentence_without_a_place_takes_that_of_the_one_before():
    """The second sentence goes on where the first left off."""
    found = signals("People gathered in Leposavić on Sunday. Police fired tear gas at the crowd.")

    assert ("unrest", "Leposaviq", date(2021, 9, 26)) in found


def test_without_a_body_nothing_changes():
    """A headline alone states no day of its own: it is read as headlines are."""
    article = Article(
        id="a", outlet="", url=None, title="Serbs blocked the road to Jarinje on Saturday", published_date=date(2021, 9, 27)
    )

    assert [(s.code, s.happened_on) for s in read(article).signals if s.code == "border_blockade"] == [("border_blockade", None)]


@settings(max_examples=60, deadline=None)
@given(body=st.lists(st.sampled_from([
    "Serbs", "blocked", "the", "road", "to", "Jarinje", "and", "Brnjak", "on", "Saturday", "20", "September", "2008", "1999",
    "two", "days", "ago", "police", "clashed", ".", "\n", ",", "KFOR", "patrols", "Georgia", "Paris",
]), max_size=200))  # fmt: skip
def test_any_text_is_read_and_every_span_quotes_it(body):
    """Whatever the words, reading neither fails nor quotes what is not there, and no day lies after publication."""
    text = " ".join(body)
    article = Article(id="a", outlet="", url=None, title="Kosovo", body=text, language="en", published_date=date(2021, 9, 27))
    reading = read(article)
    spans = [span for s in (*reading.signals, *reading.candidates) for span in (*s.evidence, *([s.cue] if s.cue else []))]

    assert all(getattr(article, span.field)[span.start : span.end] == span.text for span in spans)
    assert all(s.happened_on is None or s.happened_on <= date(2021, 9, 27) for s in reading.signals)
    assert len({(s.code, s.place and s.place.id, s.evidence[0]) for s in reading.signals}) == len(reading.signals)


def test_text_without_full_stops_is_cut():
    """A sentence of any length is read in stretches, so that the work grows with the text and no faster."""
    tokens = tokenise("word " * 1000)

    assert max(end - first for first, end in sentences(tokens)) == LONGEST_SENTENCE
    assert [(first, end) for first, end in sentences(tokens)][-1][1] == 1000


def test_a_number_and_a_full_stop_end_a_sentence_in_running_text():
    """*in 2008. The ...* are two sentences; *20. septembra* is one."""
    tokens = end_after_numbers(tokenise("It was in 2008. The riots of 20. septembra began"))

    assert tokens.sentence == (0, 0, 0, 0, 1, 1, 1, 1, 1, 1)
