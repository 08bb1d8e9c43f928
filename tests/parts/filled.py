"""Stores that a page is opened on: a live one of today and an archive of 2021, each with six signals; fixtures of many tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import streamlit as st

from app import access
from tension.model import Place, Precision, Span
from tension.store import open_writer

CRISIS = datetime(2021, 9, 20, 12, tzinfo=UTC)
HOSTILE = '=HYPERLINK("x")<script>alert(1)</script>'
#: Headlines of other incidents, by number.
_OTHERS = {3: "=Razgovor<script>", 4: "=Okupljanje građana", 5: "=Opomena<img src=x>"}
GATE = Place(id="crossing-jarinje", name="Jarinje / Jarinjë", country="XK", lat=43.21, lon=20.69, precision=Precision.CROSSING)
TOWN = Place(id="789128", name="Pristina", country="XK", lat=42.67, lon=21.17, precision=Precision.SETTLEMENT)
KOSOVO = Place(id="country-xk", name="Kosovo", country="XK", lat=42.6, lon=20.9, precision=Precision.COUNTRY)


@pytest.fixture
def stores(tmp_path, monkeypatch) -> SimpleNamespace:
    """Addresses of a live store and an archive that do not exist yet; nothing is cached from one test to the next."""
    found = SimpleNamespace(live=f"sqlite:///{tmp_path / 'live.db'}", replay=f"sqlite:///{tmp_path / 'replay.db'}", path=tmp_path)
    monkeypatch.setenv("KARAULA_STORE", found.live)
    monkeypatch.setenv("KARAULA_REPLAY", found.replay)
    access.settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    yield found
    st.cache_data.clear()
    st.cache_resource.clear()
    access.settings.cache_clear()


@pytest.fixture
def fill(records, copied):
    """Return a function that fills a store with six signals around a day, and the feeds that brought them."""

    def filled(url: str, at: datetime, *, restated: bool = False) -> None:
        copied.fill(url, (at, restated), lambda made: write(made, at, restated=restated))

    def write(url: str, at: datetime, *, restated: bool) -> None:
        copied.empty(url)
        writer = open_writer(url)
        feeds = [records.feed("rs-a"), records.feed("al-b", country="AL", family="other", outlet="Other", language="sq")]
        if not restated:
            writer.put_feeds(feeds, at - timedelta(days=3))
        rows = [
            ("border_blockade", GATE, "publisher"), ("border_blockade", GATE, "other"), ("air_activity", GATE, "publisher"),
            ("dialogue", TOWN, "other"), ("protest", KOSOVO, "publisher"), ("threat_rhetoric", None, "publisher"),
        ]  # fmt: skip
        deliveries = []
        for n, (code, place, family) in enumerate(rows):
            when = at - timedelta(days=n % 3)
            title = _OTHERS.get(n, f"{HOSTILE} {n}")
            span = Span(field="title", start=0, end=4, text=title[:4])
            article = records.article(
                f"a{n}", title=title, family=family, outlet=family, published_at=when, published_date=when.date(),
                restated=restated, url="javascript:alert(1)" if n == 1 else f"https://outlet.example/{n}",
            )  # fmt: skip
            signal = records.signal(code, place=place, evidence=(span,), confidence=0.5 + n / 20)
            feed_id = None if restated else "rs-a"
            delivery = records.delivery(article, signal, seen_at=when, feed_id=feed_id)
            if n in _OTHERS:
                # Another incident: it names neither the place nor the matter of the first ones.
                delivery = replace(delivery, reading=replace(delivery.reading, mentions=()))
            deliveries.append(delivery)
        writer.add(deliveries)
        if not restated:
            ok = [records.fetch("rs-a", fetched_at=at - timedelta(days=d)) for d in range(3)]
            bad = records.fetch(
                "al-b", fetched_at=at, outcome="failed", status=503, reason="the server answered 503", grade="soft"
            )
            writer.add_fetches([*ok, bad])
        writer.close()

    return filled


@pytest.fixture
def full(stores, fill) -> SimpleNamespace:
    """A live store of today and an archive of the crisis of 2021."""
    fill(stores.live, datetime.now(UTC))
    fill(stores.replay, CRISIS, restated=True)
    return stores
