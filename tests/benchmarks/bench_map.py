"""The Map and Now pages over a store of 100,000 signals of 30 days: server time to the first view, and of a filter change."""

import json
import os
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

N_SIGNALS = int(os.environ.get("BENCH_SIGNALS", "100000"))
DAYS = 30
BATCH = 5_000


def fill(url: str, now: datetime) -> None:
    """Write one article a signal: real places, all codes, 60 outlets of 40 owners."""
    from tension.model import REGION, Article, CachingInfo, Feed, Mode, Reading, Signal, Span
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
        signal = Signal(
            code=chance.choice(codes),
            mode=Mode.ACTUAL,
            confidence=0.5 + chance.random() / 2,
            rule="en:x:y",
            place=place,
            evidence=(Span(field="title", start=0, end=8, text="Headline"),),
        )
        reading = Reading(language="sr", candidates=(), mentions=(), signals=(signal,), scorer_version="bench")
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
    page.run(timeout=60)
    if page.exception:
        raise SystemExit(page.exception[0].value)
    return time.perf_counter() - started


def measure(url_path: str) -> dict[str, float]:
    """Return the seconds of a first view and of filter changes, each in new sessions over a warm process."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    import app

    main = Path(app.__file__).with_name("main.py")

    def opened() -> AppTest:
        page = AppTest.from_file(str(main), default_timeout=60).run()
        if url_path != "now":
            page.switch_page(f"views/{url_path}.py")
        return page

    first = []
    for _ in range(3):
        page = opened()
        st.cache_data.clear()
        first.append(timed(page))
    page = opened()
    timed(page)
    changed = []
    for code in ("border_blockade", "protest", "unrest"):
        page.multiselect(key="signals").set_value([code])
        changed.append(timed(page))
    return {"first_view_s": sorted(first)[1], "filter_change_s": sorted(changed)[1]}


def main() -> None:
    """Print one JSON object."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KARAULA_STORE"] = os.environ.get("BENCH_STORE", f"sqlite:///{folder}/live.db")
        os.environ["KARAULA_REPLAY"] = f"sqlite:///{folder}/replay.db"
        started = time.perf_counter()
        fill(os.environ["KARAULA_STORE"], now)
        filled = time.perf_counter() - started
        print(json.dumps({"signals": N_SIGNALS, "fill_s": filled, "map": measure("map"), "now": measure("now")}))


if __name__ == "__main__":
    main()
