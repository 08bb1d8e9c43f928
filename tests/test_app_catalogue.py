"""The operator's part of the page Sources, over a real server: find, test, add, pause; off where nothing may be changed."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk import open_page
from streamlit.testing.v1 import AppTest

from app import access, catalogue
from ingest.opml import parse_opml
from tension.errors import KaraulaError
from tension.overlay import Overlay, read_overlay

HOSTILE = "Primer ![x](http://evil.example/x.png) &lt;script&gt;"
RSS = (
    f'<rss version="2.0"><channel><title>{HOSTILE}</title><item><title>{HOSTILE}</title><link>/1</link></item></channel></rss>'
).encode()


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk_stores: dict[str, str], tell: Any) -> Path:
    """The overlay of this test's own, beside a live store with one feed."""
    path = tmp_path / "own" / "overlay.toml"
    monkeypatch.setenv("KARAULA_OVERLAY", str(path))
    monkeypatch.setenv("KARAULA_ALLOW_HOSTS", "127.0.0.1")
    monkeypatch.delenv("KARAULA_FEEDS", raising=False)
    access.settings.cache_clear()
    today = datetime.now(UTC).date()
    tell(desk_stores["live"], [(today, "Srbi blokirali put ka Jarinju", "Primer", "primer", "serbia", "RS", "sr")])
    return path


def opened() -> AppTest:
    """Return the page Sources over the live store."""
    return open_page("sources", store="live")


def test_a_feed_is_found_tested_and_added(overlay: Path, feed_server: Any) -> None:
    """The address goes in, the table says what it would yield, and after the form the feed is the operator's own."""
    feed_server.answer("/robots.txt", status=404)
    url = feed_server.answer("/rss", RSS)
    at = opened()
    at.text_input(key="catalogue-address").set_value(url)
    at.button("FormSubmitter:catalogue-find-Find and test").click().run()
    (tried,) = [d.value for d in at.dataframe if "Answers" in d.value]
    at.text_input(key="catalogue-outlet").set_value("Moj Primer")
    at.selectbox(key="catalogue-country").select("RS")
    at.selectbox(key="catalogue-side").select("serbia")
    at.button("FormSubmitter:catalogue-add-Add").click().run()
    (row,) = tomllib.loads(overlay.read_text(encoding="utf-8"))["feed"]

    assert not at.exception
    assert list(tried["Answers"]) == [True]
    assert (row["url"], row["outlet"], row["country"], row["panel"]) == (url, "Moj Primer", "RS", False)
    assert [m.value for m in at.success] == ["Done."]
    # A stranger's words reach the page as plain text only: nothing of it is Markdown that would load a picture.
    assert not any("evil.example" in m.value for kind in (at.markdown, at.caption, at.success, at.error) for m in kind)


def test_an_added_feed_needs_a_country_and_a_public(overlay: Path, feed_server: Any) -> None:
    """Both decide how it counts; neither is guessed."""
    feed_server.answer("/robots.txt", status=404)
    at = opened()
    at.text_input(key="catalogue-address").set_value(feed_server.answer("/rss", RSS))
    at.button("FormSubmitter:catalogue-find-Find and test").click().run()
    at.button("FormSubmitter:catalogue-add-Add").click().run()
    assert "both decide how it counts" in at.warning[0].value
    assert not overlay.exists()


def test_feeds_are_paused_and_shown_so(overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The act says what it came to; a feed that is not listed is named; a paused one has a state of its own."""
    at = opened()
    at.multiselect(key="catalogue-feeds").select("rs-0").run()
    at.button(key="catalogue-pause").click().run()
    refused = [t.value for t in at.text]
    overlay.parent.mkdir(exist_ok=True)
    overlay.write_text("[change.rs-0]\npaused = true\n", encoding="utf-8")
    (table,) = [d.value for d in opened().dataframe if "state" in d.value]

    assert any("rs-0: is the id of no feed that is listed" in said for said in refused)
    assert list(table["state"]) == ["paused"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KARAULA_READ_ONLY", "true", "This dashboard only shows"),
        ("KARAULA_ROLES", '{"desk": "reviewer"}', "Only operators"),
        ("KARAULA_FEEDS", "/nowhere/mine.opml", "a list of its own"),
    ],
)
def test_nothing_is_offered_where_nothing_may_be_changed(
    overlay: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    """One sentence says why, and no button is there."""
    monkeypatch.setenv(name, value)
    access.settings.cache_clear()
    at = opened()
    assert any(words in c.value for c in at.caption)
    assert not [b for b in at.button if (b.key or "").startswith("catalogue-")]


def test_lists_go_in_and_out(overlay: Path, tmp_path: Path) -> None:
    """What is uploaded is imported under a harmless name; what is downloaded is a list of all feeds."""
    opml = b'<opml version="2.0"><body><outline type="rss" text="P" xmlUrl="https://primer.example/rss"/></body></opml>'
    done = catalogue.bring_in("../../etc/--passwd.opml", opml)
    broken = catalogue.bring_in("x.opml", b"<opml")
    assert done.done, done.said
    assert [p.parent for p in overlay.parent.glob("*.opml")] == [overlay.parent]
    assert (broken.done, "is not well-formed XML" in broken.said) == (False, True)
    assert "https://primer.example/rss" in {f.url for f in parse_opml(catalogue.take_out(), "x")}


def test_what_is_typed_is_never_an_option(overlay: Path) -> None:
    """An address that looks like an option is an address, and a wrong one."""
    rows, trouble = catalogue.tried("find", "--help")
    assert trouble or not any(row["answers"] for row in rows)
    assert {row["url"] for row in rows} <= {"https://--help"}
    assert not catalogue.add("--untested", country="RS", side="serbia").done
    assert read_overlay(overlay) == Overlay()


def test_a_broken_overlay_is_said_by_the_act_and_breaks_no_page(overlay: Path) -> None:
    """The page is drawn without it; whoever acts is told."""
    overlay.parent.mkdir()
    overlay.write_text("x = 1", encoding="utf-8")
    assert not opened().exception
    assert "x is neither" in catalogue.act("pause", "--", "rs-0").said
    with pytest.raises(KaraulaError, match="x is neither"):
        catalogue.take_out()
