"""The operator's catalogue at work, over a real server: find, test, add, pause, panel, lists in and out; strangers' pages."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from ingest import discovery
from ingest.catalogue import load_catalogue
from ingest.commands.feeds import app
from ingest.lists import asked, edited, listed
from ingest.opml import parse_opml, write_opml
from tension.errors import InputError, KaraulaError
from tension.overlay import Change, Overlay, read_overlay, write_overlay

RSS = (
    b'<rss version="2.0"><channel><title>Primer &lt;b&gt;vesti</title>'
    b"<item><title>Vlada Srbije odlucila je da se put kod Raske zatvori</title><link>/1</link><description>Tekst.</description>"
    b"<pubDate>Mon, 23 Nov 2026 14:30:00 +0100</pubDate></item>"
    b"<item><title>Predsednik je rekao da ce se sastati sa gostima</title><link>/2</link></item></channel></rss>"
)


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The overlay of this test's own, which does not exist yet; loopback may be asked."""
    path = tmp_path / "own" / "overlay.toml"
    monkeypatch.setenv("KARAULA_OVERLAY", str(path))
    monkeypatch.setenv("KARAULA_ALLOW_HOSTS", "127.0.0.1, other.example")
    monkeypatch.delenv("KARAULA_FEEDS", raising=False)
    return path


@pytest.fixture
def feeds(overlay: Path) -> Callable[..., Any]:
    """Run `karaula feeds`; return what typer's runner returns."""

    def run(*arguments: object) -> Any:
        return CliRunner().invoke(app, [str(a) for a in arguments])

    return run


# --- where a site says its feeds are ----------------------------------------------------------------------------------


def page(head: str, body: str = "") -> bytes:
    """Return a web page."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def test_links_of_the_head_are_found_in_their_order() -> None:
    """RSS, Atom and JSON Feed, relative to the page's base; other alternates, repeats and fragments are left out."""
    head = (
        '<base href="/sub/"><link rel="stylesheet" href="x.css"><link rel="alternate" hreflang="sq" href="/sq">'
        '<link REL="Alternate" TYPE="application/rss+xml; charset=utf-8" href="rss" title="All &amp; more">'
        '<link rel="alternate feed" href="https://feeds.example/a#x" type="application/atom+xml">'
        '<link rel="alternate" type="application/feed+json" href="//c.example/f">'
        '<link rel="alternate" type="text/xml" href="rss">'
    )
    found = discovery.links(page(head), "https://a.example/deep/page")
    assert [(link.url, link.title) for link in found] == [
        ("https://a.example/sub/rss", "All & more"), ("https://feeds.example/a", ""), ("https://c.example/f", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/xml,x", "ftp://a.example/f", "http://[", "https://u:p@a.example/",
     "", "x" * 3_000],
)  # fmt: skip
def test_what_is_no_web_address_is_no_feed(href: str) -> None:
    """A page cannot name files, scripts or addresses with passwords."""
    assert discovery.links(page(f'<link rel="alternate" type="application/rss+xml" href="{href}">'), "https://a.example/") == ()


def test_a_page_that_names_thousands_is_cut_short() -> None:
    """Whatever a page is made of, only a few addresses come of it."""
    many = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(20_000))
    assert len(discovery.links(page(many), "https://a.example/")) == discovery.MOST
    assert discovery.links(b"<div>" * 200_000, "https://a.example/") == ()
    assert discovery.links(b"", "https://a.example/") == ()


@given(st.binary(max_size=400))
def test_no_page_breaks_the_search(data: bytes) -> None:
    """Any bytes give web addresses, or none."""
    found = discovery.links(b"<link rel=alternate type=application/rss+xml href='" + data, "https://a.example/")
    assert all(link.url.startswith(("http://", "https://")) for link in found)


@pytest.mark.parametrize(
    "text", ["", "javascript:alert(1)", "ftp://a.example", "a b", "https://", "http://[", "https://u@a.example"]
)
def test_what_is_typed_must_be_a_site(text: str) -> None:
    """Anything else is said to be none."""
    with pytest.raises(ValueError, match=r"is not the address|Invalid IPv6|Port could not"):
        discovery.site_address(text)


# --- find and test ----------------------------------------------------------------------------------------------------


def test_a_site_is_asked_for_its_feeds(feeds: Any, feed_server: Any) -> None:
    """Those that its page names are tried; a dead one is named with its reason, behind the living."""
    feed_server.answer("/robots.txt", status=404)
    feed_server.answer("/rss", RSS)
    feed_server.answer("/dead", status=410)
    head = '<link rel="alternate" type="application/rss+xml" href="/dead">'
    head += '<link rel="alternate" type="application/rss+xml" href="/rss">'
    site = feed_server.answer("/site", page(head), Content_Type="text/html")
    done = feeds("find", site, "--json")
    first, second = json.loads(done.stdout)

    assert done.exit_code == 0
    assert (first["url"], first["answers"], first["entries"], first["format"]) == (feed_server.url("/rss"), True, 2, "rss20")
    assert (second["answers"], "410" in second["reason"]) == (False, True)


def test_a_site_that_names_no_feed_is_asked_at_the_usual_places(feeds: Any, feed_server: Any) -> None:
    """The first usual place that answers is the feed."""
    for path in ("/robots.txt", *(f"/{p}" for p in discovery.USUAL_PATHS)):
        feed_server.answer(path, status=404)
    feed_server.answer("/", page("<title>Primer</title>"), Content_Type="text/html")
    feed_server.answer("/feed.xml", RSS)
    found = json.loads(feeds("find", feed_server.url("/"), "--json").stdout)
    assert [(t["url"], t["answers"]) for t in found] == [(feed_server.url("/feed.xml"), True)]


def test_a_page_cannot_lead_inside(feeds: Any, feed_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of the own network that a page names, or that was typed, is refused like a feed's."""
    feed_server.answer("/robots.txt", status=404)
    head = '<link rel="alternate" type="application/rss+xml" href="http://169.254.169.254/latest">'
    head += f'<link rel="alternate" type="application/rss+xml" href="http://localhost:{feed_server.port}/secret">'
    for path in discovery.USUAL_PATHS:
        feed_server.answer(f"/{path}", status=404)
        feed_server.answer(f"/site/{path}", status=404)
    site = feed_server.answer("/site", page(head), Content_Type="text/html")
    done = feeds("find", site, "--json")
    monkeypatch.setenv("KARAULA_ALLOW_HOSTS", "")
    typed = feeds("test", feed_server.url("/rss"), "--json")

    assert done.exit_code == typed.exit_code == 4
    assert not any(t["answers"] for t in json.loads(done.stdout))
    assert "/secret" not in {path for path, _ in feed_server.seen}
    assert "loopback" in json.loads(typed.stdout)[0]["reason"]


def test_a_test_says_what_a_feed_would_yield_and_stores_nothing(feeds: Any, feed_server: Any, overlay: Path) -> None:
    """Format, entries, dates, language, what is odd, and the first headlines."""
    feed_server.answer("/robots.txt", status=404)
    done = feeds("test", feed_server.answer("/rss", RSS), "--json")
    (told,) = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (told["entries"], told["dated"], told["newest"], told["with_text"]) == (2, 1, "2026-11-23", 1)
    assert (told["language"], told["language_share"]) == ("hbs", 1.0)
    assert told["titles"][0].startswith("Vlada Srbije")
    assert not overlay.parent.exists()


def test_robots_are_heard_before_a_test(feeds: Any, feed_server: Any) -> None:
    """What a publisher does not allow is not tested either."""
    feed_server.answer("/robots.txt", b"User-agent: *\nDisallow: /rss")
    done = feeds("test", feed_server.answer("/rss", RSS), "--json")
    assert done.exit_code == 4
    assert "robots.txt" in json.loads(done.stdout)[0]["reason"]


@pytest.mark.parametrize(
    ("body", "words"), [(b"<html><title>[/bold]x</title>", "a web page"), (b"", "empty"), (b"some words", "plain text")]
)
def test_what_is_no_feed_is_said_in_words(feeds: Any, feed_server: Any, body: bytes, words: str) -> None:
    """Whatever answers, one sentence tells what it is; markup of strangers styles nothing."""
    feed_server.answer("/robots.txt", status=404)
    done = feeds("test", feed_server.answer("/f", body))
    assert done.exit_code == 4
    assert words in done.stdout


# --- add, pause, panel ------------------------------------------------------------------------------------------------


def test_a_feed_is_added_after_a_test(feeds: Any, feed_server: Any, overlay: Path) -> None:
    """It is asked from then on, is of no panel, is called by the feed's title, and its row is there to be reviewed."""
    feed_server.answer("/robots.txt", status=404)
    url = feed_server.answer("/rss", RSS)
    done = feeds("add", url, "--country", "rs", "--side", "serbia")
    again = feeds("add", url, "--country", "rs", "--side", "serbia")
    (added,) = [f for f in asked(overlay) if f.url == url]
    (row,) = tomllib.loads(overlay.read_text(encoding="utf-8"))["feed"]

    assert done.exit_code == 0
    assert (added.id, added.outlet, added.country, added.language, added.panel) == (
        "rs-primer-vesti",
        "Primer vesti",
        "RS",
        "hbs",
        False,
    )
    assert row["standing"].startswith("added by the operator on 20")
    assert isinstance(again.exception, InputError)
    assert "is listed already, as rs-primer-vesti" in str(again.exception)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--country", "Serbia", "--side", "serbia"], "country 'SERBIA' is malformed"),
        (["--country", "RS", "--side", "mars"], "'mars' is none of"),
        (["--country", "RS", "--side", "serbia", "--kind", "blog"], "kind 'blog' is none of"),
    ],
)
def test_a_feed_with_a_wrong_word_is_not_added(feeds: Any, overlay: Path, more: list[str], words: str) -> None:
    """The sentence names the field, and the overlay stays as it was."""
    done = feeds("add", "https://primer.example/rss", "--untested", *more)
    assert words in str(done.exception)
    assert read_overlay(overlay) == Overlay()


def test_a_feed_that_does_not_answer_is_not_added(feeds: Any, feed_server: Any, overlay: Path) -> None:
    """The test comes first; without it the operator may know better."""
    feed_server.answer("/robots.txt", status=404)
    url = feed_server.answer("/f", b"<html>")
    done = feeds("add", url, "--country", "RS", "--side", "serbia")
    anyway = feeds("add", url, "--country", "RS", "--side", "serbia", "--outlet", "Primer", "--untested")
    assert "is not added: the answer is a web page" in str(done.exception)
    assert anyway.exit_code == 0
    assert url in {f.url for f in asked(overlay)}


def test_a_paused_feed_is_not_asked_until_it_is_resumed(feeds: Any, overlay: Path) -> None:
    """It stays listed; the shipped catalogue is not touched."""
    feed = load_catalogue()[0]
    feeds("pause", feed.id)
    paused = {f.id for f in asked(overlay)}, {f.id for f in listed(overlay)}
    shown = json.loads(feeds("list", "--all", "--json").stdout)
    feeds("resume", feed.id)

    assert feed.id not in paused[0]
    assert feed.id in paused[1]
    assert [f["id"] for f in shown if f["paused"]] == [feed.id]
    assert feed.id in {f.id for f in asked(overlay)}


def test_panel_and_full_text_are_decided_by_feed(feeds: Any, overlay: Path) -> None:
    """In and out again; the rest of the feed is as the catalogue has it."""
    feed = next(f for f in load_catalogue() if f.panel)
    feeds("panel", feed.id, "--leave")
    feeds("fulltext", feed.id)
    (got,) = [f for f in listed(overlay) if f.id == feed.id]
    assert (got.panel, got.fulltext, got.url) == (False, True, feed.url)
    feeds("panel", feed.id)
    feeds("fulltext", feed.id, "--off")
    assert feed in listed(overlay)


def test_an_unknown_feed_is_named(feeds: Any, overlay: Path) -> None:
    """Nothing is written about a feed that nobody knows."""
    done = feeds("pause", load_catalogue()[0].id, "no-such")
    assert "no-such: is the id of no feed" in str(done.exception)
    assert read_overlay(overlay) == Overlay()


def test_a_list_of_its_own_is_not_changed_here(feeds: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where KARAULA_FEEDS replaces the catalogue, an overlay would change nothing, and that is said."""
    monkeypatch.setenv("KARAULA_FEEDS", str(tmp_path / "mine.opml"))
    assert "KARAULA_FEEDS names a list of its own" in str(feeds("pause", "x-y").exception)


# --- the overlay ------------------------------------------------------------------------------------------------------

VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.booleans() | st.integers(-(2**62), 2**62)


@given(
    st.lists(st.dictionaries(st.sampled_from(["id", "outlet", "url"]), VALUES, min_size=1), max_size=3),
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
        st.builds(Change, paused=st.none() | st.booleans(), panel=st.none() | st.booleans()).filter(lambda c: c != Change()),
        max_size=3,
    ),
)
def test_an_overlay_comes_back_as_it_went(tmp_path_factory: pytest.TempPathFactory, rows: list[Any], changes: Any) -> None:
    """Whatever signs names are made of."""
    path = tmp_path_factory.mktemp("o") / "overlay.toml"
    made = Overlay(added=tuple(rows), changes=changes)
    write_overlay(path, made)
    assert read_overlay(path) == made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "x is neither"),
        ("feed = 3", "has rows that are neither"),
        ("[[feed", "Expected"),
        ("[change.a]\ncolour = true", "a: colour is none of paused, panel, fulltext"),
        ("[change.a]\npaused = 'yes'", "a: paused is neither true nor false"),
        ("[change]\na = 1", "a: is not a table"),
        ("[[feed]]\nid = 'rs-x'", "rs-x: outlet is missing"),
    ],
)
def test_a_broken_overlay_is_named(tmp_path: Path, text: str, words: str) -> None:
    """A file edited by hand is checked row by row; the sentence begins with its name."""
    path = tmp_path / "overlay.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KaraulaError) as caught:
        asked(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)


def test_an_edit_that_fails_changes_nothing(tmp_path: Path) -> None:
    """The file is written at the end of an edit, or not at all."""
    path = tmp_path / "overlay.toml"

    def half() -> None:
        with edited(path) as held:
            held[0] = held[0].changed("a-b", paused=True)
            raise InputError("x", "no")

    with pytest.raises(InputError):
        half()
    assert not path.exists()


# --- lists of other readers -------------------------------------------------------------------------------------------

#: The forms in which readers write their lists; contents are ours.
FEEDLY = b"""<?xml version="1.0" encoding="UTF-8"?>

<opml version="1.0">
    <head><title>Desk subscriptions in feedly Cloud</title></head>
    <body>
        <outline text="Kosovo" title="Kosovo">
            <outline type="rss" text="Primer" title="Primer" xmlUrl="https://primer.example/rss" htmlUrl="https://primer.example"/>
        </outline>
    </body>
</opml>"""
NETNEWSWIRE = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- OPML generated by NetNewsWire -->
<opml version="1.1">
\t<head>
\t\t<title>Subscriptions.opml</title>
\t</head>
<body>
\t<outline text="Primer" title="Primer" description="" type="rss" version="RSS" htmlUrl="https://primer.example/" xmlUrl="https://primer.example/rss"/>
\t</body>
</opml>"""
FRESHRSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml xmlns:frss="https://freshrss.org/opml" version="2.0">
  <head><title>FreshRSS</title><dateCreated>Mon, 23 Nov 2026 10:00:00 +0000</dateCreated></head>
  <body>
    <outline text="Region" frss:opmlUrl="">
      <outline text="Primer" type="rss" xmlUrl="https://primer.example/rss"
        htmlUrl="https://primer.example/" description="Vesti" frss:priority="important"/>
    </outline>
  </body>
</opml>"""
THUNDERBIRD = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0" xmlns:fz="urn:forumzilla:">
  <head><title>Thunderbird OPML Export - Feeds</title></head>
  <body>
    <outline title="Region">
      <outline title="Primer">
        <outline type="rss" title="Primer" text="Primer" version="RSS" fz:quickMode="false" fz:options='{"version":2}'
          xmlUrl="https://primer.example/rss" htmlUrl="https://primer.example/"/></outline>
    </outline>
  </body>
</opml>"""


@pytest.mark.parametrize(
    "data", [FEEDLY, NETNEWSWIRE, FRESHRSS, THUNDERBIRD], ids=["feedly", "netnewswire", "freshrss", "thunderbird"]
)
def test_lists_of_four_readers_are_imported(feeds: Any, overlay: Path, tmp_path: Path, data: bytes) -> None:
    """Folders, namespaces and comments of their own do not matter: the one feed is asked from then on."""
    source = tmp_path / "Mine: list.opml"
    source.write_bytes(data)
    done = feeds("import", source)
    (got,) = [f for f in asked(overlay) if f.url == "https://primer.example/rss"]
    assert done.exit_code == 0
    assert (got.outlet, got.panel, got.id) == ("Primer", False, "primer-example-rss")


def test_a_list_from_elsewhere_decides_nothing(feeds: Any, overlay: Path, tmp_path: Path, records: Any) -> None:
    """It takes no feed's place or id, joins no panel, reads no pages, and what is no web address is left out."""
    mine = load_catalogue()[0]
    bad = records.feed(mine.id, url="https://evil.example/rss", fulltext=True)
    script = records.feed("rs-js", url="javascript:alert(1)")
    inside = records.feed("rs-file", url="file:///etc/passwd")
    source = tmp_path / "list.opml"
    source.write_bytes(write_opml([bad, script, inside, mine]))
    feeds("import", source)
    got = {f.url: f for f in listed(overlay)}

    assert got[mine.url] == mine
    assert got[bad.url].id != mine.id
    assert (got[bad.url].panel, got[bad.url].fulltext) == (False, False)
    assert {url for url in got if not url.startswith("http")} == set()


def test_an_export_is_a_list_that_others_read(feeds: Any, overlay: Path, tmp_path: Path) -> None:
    """Every feed that is asked, with the operator's decisions; it comes back as it went."""
    feed = load_catalogue()[0]
    feeds("fulltext", feed.id)
    target = tmp_path / "out.opml"
    assert feeds("export", target).exit_code == 0
    assert set(parse_opml(target.read_bytes(), "x")) == set(asked(overlay))
