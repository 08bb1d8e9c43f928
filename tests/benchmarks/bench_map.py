"""The pages Now and Map: server time of a first view, a filter change, a chosen event, and bytes that the map is sent as.

Of 100,000 signals within 30 days (the worst window), or, with BENCH_SIGNALS above 200,000, of a store of so many over
1,000 days (`million`), of which the last 30 are looked at. BENCH_STORE names a store that is there already.
"""

import gzip
import json
import os
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import million

N_SIGNALS = int(os.environ.get("BENCH_SIGNALS", "100000"))
#: From so many on the store is the long one, whose last day stands for today.
LONG = 200_000
DAYS = 30
BATCH = 5_000


def fill(url: str, now: datetime) -> None:
    """Write one article a signal: real places, all codes, 60 outlets of 40 owners."""
    from tension.model import REGION, Article, CachingInfo, Candidate, Feed, Mode, PlaceMention, Reading, Signal, Span
    from tension.places.gazetteer import gazetteer
    from tension.store import Delivery, FetchRecord, open_writer
    from tension.taxonomy import signal_types

    chance = random.Random(1)
    gaz = gazetteer()
    places = [p for p in gaz.places if p.country in REGION]
    flash = [p for p, own in zip(gaz.places, gaz.flashpoint, strict=True) if own and p.country in REGION]
    codes = list(signal_types())
    writer = open_writer(url)
    feeds = [
        Feed(
            id=f"xx-outlet-{n}",
            outlet=f"Outlet {n}",
            url=f"https://outlet{n}.example/feed",
            language="sr",
            script=None,
            country=chance.choice(sorted(REGION)),
            family=f"family-{n % 40}",
            side="serbia",
            kind="portal",
        )
        for n in range(60)
    ]
    writer.put_feeds(feeds, now - timedelta(days=DAYS))
    batch = []
    for n in range(N_SIGNALS):
        feed, at = chance.choice(feeds), now - timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        place = chance.choice(flash if chance.random() < 0.5 else places) if chance.random() < 0.9 else None
        title = f"Headline number {n} about something that happened"
        article = Article(
            id=f"a{n}",
            outlet=feed.outlet,
            url=f"https://outlet.example/{n}",
            title=title,
            language=feed.language,
            published_at=at,
            published_date=at.date(),
            first_seen_at=at,
            family=feed.family,
            side=feed.side,
            country=feed.country,
        )
        span = Span(field="title", start=0, end=8, text="Headline")
        signal = Signal(
            code=chance.choice(codes),
            mode=Mode.ACTUAL,
            confidence=0.5 + chance.random() / 2,
            rule="en:x:y",
            place=place,
            evidence=(span,),
        )
        # What has no candidate is silent, and silent articles make no event.
        candidate = Candidate(
            code=signal.code, mode=signal.mode, confidence=signal.confidence, evidence=(span,), rule=signal.rule
        )  # fmt: skip
        mentions = (PlaceMention(place=place, span=span),) if place else ()
        reading = Reading(
            language="sr", candidates=(candidate,), mentions=mentions, signals=(signal,), scorer_version="bench"
        )  # fmt: skip
        batch.append(Delivery(article=article, feed_id=feed.id, guid=None, seen_at=at, reading=reading))
        if len(batch) == BATCH:
            writer.add(batch)
            batch = []
    writer.add(batch)
    writer.add_fetches(
        [
            FetchRecord(
                feed_id=f.id,
                fetched_at=now - timedelta(minutes=5),
                outcome="ok",
                status=200,
                reason="",
                grade="",
                n_entries=40,
                n_new=4,
                seconds=0.2,
                caching=CachingInfo(),
                next_due_at=now + timedelta(minutes=20),
            )
            for f in feeds
        ]
    )
    writer.close()


def timed(page) -> float:
    """Run a page once; return its seconds."""
    started = time.perf_counter()
    page.run(timeout=300)
    if page.exception:
        raise SystemExit(page.exception[0].value)
    return time.perf_counter() - started


def bytes_of(page) -> dict[str, int]:
    """Return how many bytes the elements of the browser are sent as, plain and compressed."""
    sent = "".join(element.proto.json or "" for element in page.get("bidi_component")).encode()
    return {"bytes": len(sent), "bytes_gzip": len(gzip.compress(sent))}


def measure(url_path: str, store: str) -> dict[str, float]:
    """Return the seconds of a first view and of changes, each in new sessions over a warm process without any cached data."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    import app

    main = Path(app.__file__).with_name("main.py")

    def opened(path: str = url_path) -> AppTest:
        page = AppTest.from_file(str(main), default_timeout=300)
        page.query_params["store"] = store
        page.run()
        if path != "now":
            page.switch_page(f"views/{path}.py")
        return page

    first = []
    # Opened on another page, so that nothing of this one is cached.
    for _ in range(3):
        page = opened("method" if url_path == "now" else url_path)
        if url_path == "now":
            page.switch_page("views/now.py")
        st.cache_data.clear()
        st.cache_resource.clear()
        first.append(timed(page))
    page = opened()
    timed(page)
    changed = []
    for code in ("border_blockade", "protest", "unrest"):
        page.multiselect(key="signals").set_value([code])
        changed.append(timed(page))
    found = {"first_view_s": sorted(first)[1], "filter_change_s": sorted(changed)[1]}
    if url_path == "map":
        page.multiselect(key="signals").set_value([])
        timed(page)
        found |= bytes_of(page)
        page.selectbox(key="place").set_value(_heaviest(page))
        found["chosen_place_s"] = timed(page)
    return found


def _heaviest(page) -> str:
    data = [json.loads(e.proto.json) for e in page.get("bidi_component") if e.proto.json]
    packed = json.loads(next(d for d in data if "packed" in d)["packed"])
    return str(packed["places"]["id"][0])


def main() -> None:
    """Print one JSON object."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        given = os.environ.get("BENCH_STORE")
        url = given or f"sqlite:///{folder}/bench.db"
        store = "replay" if N_SIGNALS > LONG else "live"
        other = f"sqlite:///{folder}/other.db"
        os.environ["KARAULA_STORE"], os.environ["KARAULA_REPLAY"] = (other, url) if store == "replay" else (url, other)
        started = time.perf_counter()
        if not given:
            if store == "replay":
                list(million.fill(url, N_SIGNALS))
            else:
                fill(url, now)
        filled = time.perf_counter() - started
        figures = {page: measure(page, store) for page in ("map", "now")}
        print(json.dumps({"signals": N_SIGNALS, "fill_s": filled, **figures}))


if __name__ == "__main__":
    main()
