"""What is shown as HTML: hostile text stays text, hostile addresses are no links, spans are marked where they lie."""

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from urllib.parse import parse_qs

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components import evidence, markup, scope_rows
from app.scopes import NO_READING, Scope, Voices
from app.theme import LIGHT

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> & \'quoted\' "text"'
ALLOWED = {"div", "span", "b", "i", "br", "mark", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "style"}


class Tags(HTMLParser):
    """Collects what a browser would take for tags and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> Tags:
    """Only our own tags, no handlers, only links to the web and drawings of ours."""
    found = Tags(html)
    for tag, attributes in found.tags:
        assert tag in ALLOWED
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("href", "https://").startswith(("http://", "https://", "map?"))
        assert attributes.get("src", "data:image/svg+xml;base64,").startswith("data:image/svg+xml;base64,")
    return found


@given(st.text())
def test_any_text_comes_out_as_itself(value):
    """Escaped and read by a browser, a text is the same text and no tag."""
    found = Tags(f"<b>{markup.text(value.replace(chr(13), ''))}</b>")

    assert [tag for tag, _ in found.tags] == ["b"]
    assert found.text == value.replace("\r", "")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/x",
        "https://",
        "http://[::1",
        "https://exa mple.org/",
        "",
        None,
        7,
    ],
)
def test_what_is_not_an_address_of_the_web_is_no_link(address):
    """Only http and https with a host are linked; everything else leaves the bare label."""
    assert markup.link(address, HOSTILE) == markup.text(HOSTILE)


def test_links_tell_the_source_nothing():
    """A link opens elsewhere, without opener and referrer, and its address cannot break out of the attribute."""
    found = assert_harmless(markup.link('https://example.org/?a="><script>', "open"))

    assert found.tags == [
        (
            "a",
            {
                "href": 'https://example.org/?a="><script>',
                "target": "_blank",
                "rel": "noopener noreferrer nofollow",
            },
        )
    ]


def test_trigger_words_are_marked_in_code_points():
    """Spans count code points of the original, also after a sign that takes two units elsewhere, and in any script."""
    original = "🛑 Блокада пута < Jarinje"
    span = {"field": "title", "start": 2, "end": 9, "text": "Блокада"}

    html = markup.highlighted(original, [(span, "obstruction")], LIGHT)

    assert "🛑 <mark" in html
    assert ">Блокада</mark> пута &lt; Jarinje" in html
    assert Tags(html).text == original


@given(st.text(), st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=6))
def test_marking_never_changes_the_text(original, ends):
    """Whatever the spans are (overlapping, reversed, outside), the text that is read stays the original."""
    original = original.replace("\r", "")
    spans = [({"field": "title", "start": max(0, a), "end": b, "text": ""}, "violence") for a, b in ends]

    found = assert_harmless(markup.highlighted(original, spans, LIGHT))

    assert found.text == original


def row(**fields):
    """Make a row of the store's evidence."""
    span = {"field": "title", "start": 0, "end": 8, "text": HOSTILE[:8]}
    signal = {
        "signal_id": "s1",
        "code": "border_blockade",
        "mode": HOSTILE,
        "confidence": 0.83,
        "rule": HOSTILE,
        "evidence": [span],
        "cue": {"field": "title", "start": 0, "end": 4, "text": HOSTILE},
        "place": None,
        "happened_on": None,
        "day": None,
        "day_stated": "published",
    }
    made = {
        "article_id": "a1",
        "title": HOSTILE,
        "summary": HOSTILE,
        "url": "javascript:alert(1)",
        "outlet": HOSTILE,
        "language": HOSTILE,
        "published_at": pd.Timestamp("2021-09-20 09:40", tz="UTC"),
        "published_date": pd.NaT,
        "first_seen_at": pd.Timestamp("2021-09-20 10:00", tz="UTC"),
        "restated": True,
        "signals": [signal],
    }
    return made | fields


def test_hostile_report_is_shown_as_text():
    """A report whose every field is hostile shows all of it and runs none of it."""
    found = assert_harmless(evidence.report(row(), {"s1"}, LIGHT))

    assert HOSTILE in found.text
    assert "20 Sep 2021, 09:40 UTC" in found.text
    assert not [tag for tag, _ in found.tags if tag == "a"]


def test_report_explains_itself():
    """Mode, cue, rule and confidence stand under the report."""
    said = Tags(evidence.report(row(), {"s1"}, LIGHT)).text

    assert f"{HOSTILE}, by “{HOSTILE}” · confidence 0.83 · rule {HOSTILE}" in said


def test_restated_headline_is_marked_as_ours():
    """A restated headline says so, and whether the original can be read."""
    linked = Tags(evidence.report(row(url="https://example.org/1"), {"s1"}, LIGHT)).text
    unlinked = Tags(evidence.report(row(), {"s1"}, LIGHT)).text
    original = Tags(evidence.report(row(restated=False), {"s1"}, LIGHT)).text

    assert "headline restated by Karaula; the original is at the link" in linked
    assert "headline written by Karaula; no report is linked" in unlinked
    assert "Karaula" not in original


def test_missing_date_is_said_not_invented():
    """Where the publisher states no date, the panel says so and when it was first seen."""
    said = evidence.stated_time(row(published_at=pd.NaT))

    assert said == "no date stated; first seen 20 Sep 2021, 10:00 UTC"
    assert evidence.stated_time(row(published_at=pd.NaT, published_date=pd.Timestamp("2021-09-19"))) == "19 Sep 2021"


def test_instant_is_shown_in_utc():
    """Instants are shown as the store has them."""
    assert evidence.stated_time(row(published_at=datetime(2021, 9, 20, 9, 5, tzinfo=UTC))) == "20 Sep 2021, 09:05 UTC"


def scope(**fields):
    """Make a row of the page Now."""
    made = {
        "code": "XK",
        "name": HOSTILE,
        "level": "very high",
        "against": HOSTILE,
        "spark": (0.0, 1.0, 4.0),
        "change_1d": 1.25,
        "change_7d": -3.0,
        "band": (3.0, 5.0),
        "index": 120.0,
        "last_read": None,
        "voices": Voices(n=2, languages=("sq", "sr"), told="both sides"),
    }
    return Scope(**(made | fields))


def test_hostile_scope_is_shown_as_text():
    """Names, causes and headlines of a row are text; what moved it leads to its evidence on the page Map, and nowhere else."""
    mover = scope_rows.Mover(
        title=HOSTILE, codes=("border_blockade", "gone_code"), n_reports=2, day=date(2021, 9, 27), told="both sides",
        link={"place": HOSTILE, "event": "e1"},
    )  # fmt: skip
    movers = {"XK": [mover]}

    found = assert_harmless(scope_rows.table([scope()], movers, LIGHT))

    assert found.text.count(HOSTILE) == 3
    (href,) = [a["href"] for tag, a in found.tags if tag == "a"]
    assert parse_qs(href.removeprefix("map?")) == {"place": [HOSTILE], "event": ["e1"]}


def test_change_is_signed_and_missing_change_is_blank():
    """A change has its sign; without a reading there is none, not a zero."""
    known = Tags(scope_rows.row(scope(), [], LIGHT)).text
    dead = scope(level=NO_READING, spark=(1.0, None), band=None, change_1d=None, change_7d=None)
    unread = Tags(scope_rows.row(dead, [], LIGHT)).text

    assert "+1.2" in known
    assert "−3.0" in known
    assert "no reading" in unread
    assert "0" not in unread.replace(HOSTILE, "").replace("no reading in 30 days", "")


def test_line_of_an_unread_scope_is_dashed():
    """Where the last day has no reading the line ends before it, and dashes go on."""
    from base64 import b64decode

    def drawing(values):
        source = Tags(scope_rows.sparkline(values, "Kosovo", LIGHT)).tags[0][1]["src"]
        return b64decode(source.partition(",")[2]).decode()

    assert "stroke-dasharray" in drawing((1.0, 2.0, None))
    assert "stroke-dasharray" not in drawing((1.0, 2.0, 0.0))
    assert "circle" in drawing((0.0, 0.0, 0.0))


def test_a_country_is_named_once():
    """Where only the country is known, its name in the gazetteer is not joined with its name by code."""
    country = {"name": "Bosnia & Herzegovina", "country": "BA", "precision": "country"}
    town = {"name": "Trebinje", "country": "BA", "precision": "settlement"}

    assert evidence._where(country) == "Bosnia and Herzegovina (known only to the country)"
    assert evidence._where(town) == "Trebinje, Bosnia and Herzegovina (settlement, exact)"
