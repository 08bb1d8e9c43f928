"""A headline that changes: each version is kept with its first sight and read anew; unrelated articles are none."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.commands.explain import explain
from tension.errors import KaraulaError
from tension.store import open_reader, open_writer
from tension.versions import APART, MOST, Version, alike, chain

NOW = datetime(2023, 9, 25, 12, 0, tzinfo=UTC)
FIRST = "Pucnjava kod Banjske, jedan policajac povređen"
SECOND = "Pucnjava kod Banjske, jedan policajac ubijen, drugi povređen"
THIRD = "Pucnjava kod Banjske: ubijen policajac, trojica napadača mrtva, jedan policajac povređen"


def version(n: int, title: str, hours: float) -> Version:
    return Version(article_id=f"v{n}", title=title, folded=title.lower(), first_seen_at=NOW + timedelta(hours=hours))


@pytest.fixture
def stored(store_url: str, records: Any) -> str:
    """A store with three headlines at one address, two by one id, and others beside them."""
    rows = [
        ("v1", FIRST, "https://outlet.example/banjska", "g1", 0),
        ("v2", SECOND, "https://outlet.example/banjska", "g2", 2),
        ("v3", THIRD, "https://outlet.example/banjska-uzivo", "g2", 5),
        ("x1", "Vreme sutra sunčano i toplo", "https://outlet.example/banjska", "g3", 1),
        ("x2", FIRST + " juče", "https://outlet.example/other", "g4", 1),
        ("x3", FIRST, "https://outlet.example/banjska", "g5", 24 * 60),
    ]
    with closing(open_writer(store_url)) as writer:
        writer.put_feeds([records.feed()], NOW)
        for name, title, url, guid, hours in rows:
            at = NOW + timedelta(hours=hours)
            made = records.article(name, title=title, url=url, summary="", first_seen_at=at, published_at=at)
            signals = (records.signal(),) if name in {"v2", "v3"} else ()
            writer.add([records.delivery(made, *signals, guid=guid, seen_at=at)])
    return store_url


@pytest.mark.parametrize("asked", ["v1", "v2", "v3"])
def test_versions_are_found_from_any_of_them(stored: str, asked: str) -> None:
    """By address or the feed's own id, in the order of first sight, each with what its own reading found."""
    with closing(open_reader(stored)) as reader:
        found = reader.versions(asked)

    assert [(v.article_id, v.title, v.n_signals) for v in found] == [("v1", FIRST, 0), ("v2", SECOND, 1), ("v3", THIRD, 1)]
    assert [v.first_seen_at - NOW for v in found] == [timedelta(hours=h) for h in (0, 2, 5)]


def test_what_only_shares_an_address_is_no_version(stored: str) -> None:
    """Another story at the same address, the same words at another or two months later, and what is not stored."""
    with closing(open_reader(stored)) as reader:
        assert [v.article_id for v in reader.versions("x1")] == ["x1"]
        assert [v.article_id for v in reader.versions("x2")] == ["x2"]
        assert [v.article_id for v in reader.versions("x3")] == ["x3"]
        assert reader.versions("nobody") == ()


def test_a_feed_with_one_address_for_all_makes_no_versions() -> None:
    """Headlines that have nothing in common stay apart although all of them link to the front page."""
    titles = ["Otvoren sajam knjiga", "Kiša u petak", "Nova linija voza", "Utakmica bez golova"]
    found = chain(version(0, titles[0], 0), [version(n, t, n) for n, t in enumerate(titles)])
    assert [v.article_id for v in found] == ["v0"]


@given(st.lists(st.tuples(st.sampled_from([FIRST, SECOND, THIRD, "Vreme"]), st.floats(0, 400)), min_size=1, max_size=80))
def test_a_chain_is_the_same_from_each_of_its_links(rows: list[tuple[str, float]]) -> None:
    """Whichever version is asked for, the same versions come, in order, and never more than may be shown."""
    all_of_them = [version(n, title, hours) for n, (title, hours) in enumerate(rows)]
    found = chain(all_of_them[0], all_of_them)

    assert all_of_them[0] in found or len(found) == MOST
    assert len(found) <= MOST
    assert list(found) == sorted(found, key=lambda v: (v.first_seen_at, v.article_id))
    if len(found) < MOST:
        assert all(chain(v, all_of_them) == found for v in found)
    assert all(any(alike(v.folded, w.folded) and abs(v.first_seen_at - w.first_seen_at) <= APART for w in found) for v in found)


def test_the_command_shows_them(stored: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`karaula explain --stored` explains the article and lists its headlines; an unknown id is a sentence."""
    explain("v2", stored=True, store=stored)
    text = capsys.readouterr().out
    explain("v2", stored=True, store=stored, as_json=True)
    data = json.loads(capsys.readouterr().out)

    assert "Headlines that this article had" in text
    assert f"since 2023-09-25 12:00 UTC  “{FIRST}” · signals: 0  v1" in text
    assert [v["article_id"] for v in data["versions"]] == ["v1", "v2", "v3"]
    with pytest.raises(KaraulaError, match="has no article 'nobody'"):
        explain("nobody", stored=True, store=stored)
