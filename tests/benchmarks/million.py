"""A store of a million signals, filled past the pipeline in minutes; the last days can be gone on with by the writer.

Articles are read headlines over and over, each copy with a number of its own; about two in five join the event of the
copy before, as reports of one incident do.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from headlines import headlines
from manifold import multiply

from tension.events.merge import Membership, event_id
from tension.events.report import report_of
from tension.model import Article, Feed, Reading
from tension.reading import read
from tension.store import Delivery, codec, open_writer
from tension.store.bulk import insert
from tension.store.engines import connect_engine
from tension.store.event_codec import membership_row, report_row
from tension.store.event_schema import event_report, membership
from tension.store.rollups import rebuild
from tension.store.schema import article, score, signal

LAST = date(2026, 6, 30)
DAYS = 1_000
#: When the desk looks at it: in the evening of the last day.
NOON = datetime(LAST.year, LAST.month, LAST.day, 22, tzinfo=UTC)
COUNTRIES = ("RS", "XK", "BA", "HR", "ME", "MK", "AL", "BG", "GR", "RO", "SI", "TR", "CY")
_CHUNK = 5_000
#: Signals that are filled in one by one.
_ONCE = 100_000
#: Of so many copies one founds an event of its own.
_FOUNDS = (1, 0, 1, 0, 1)


def telling(n: int) -> list[tuple[Article, Reading]]:
    """Return headlines that have a signal, with their readings."""
    made = ((title, Article(id="x", outlet="o", url=None, title=title)) for title, _ in headlines(n))
    pairs = [(a, read(a)) for _, a in made]
    return [(a, r) for a, r in pairs if r.signals]


def feeds() -> list[Feed]:
    """Return ten feeds a country: where feeds are known, each day of each country is judged by what came before."""
    return [
        Feed(id=f"{country.lower()}-{n}", outlet=f"feed {country} {n}", url=f"https://{country.lower()}{n}.example/rss",
             language="sr", script=None, country=country, family=f"{country}{n}", side="serbia", kind="daily")
        for country in COUNTRIES
        for n in range(10)
    ]  # fmt: skip


def copy(known: Sequence[tuple[Article, Reading]], n: int, per_day: float) -> tuple[Article, Reading]:
    """Return the n-th article: a headline with a number, of the day that it falls on."""
    made, reading = known[n % len(known)]
    day = LAST - timedelta(days=DAYS - 1) + timedelta(days=int(n / per_day))
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=n % 80_000)
    outlet = f"outlet{n % 200}"
    signals = tuple(replace(s, happened_on=None) for s in reading.signals)
    return replace(
        made, id=f"m{n:08}", outlet=outlet, url=f"https://{outlet}.example/{n}", title=f"{made.title} {n}", published_date=day,
        first_seen_at=at, family=outlet, side="serbia", country=COUNTRIES[n % len(COUNTRIES)],
    ), replace(reading, signals=signals)  # fmt: skip


class Rows:
    """What the pipeline would store of copies of headlines, with given events; each headline is worked out once."""

    def __init__(self, known: Sequence[tuple[Article, Reading]]) -> None:
        self._known = known
        self._made: dict[int, tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]] = {}
        self._founder = ""
        self._day: date | None = None

    def of(self, start: int, stop: int, per_day: float) -> dict[sa.Table, list[dict[str, Any]]]:
        """Return the rows of some articles."""
        rows: dict[sa.Table, list[dict[str, Any]]] = {t: [] for t in (article, score, signal, event_report, membership)}
        for n in range(start, stop):
            a, r = copy(self._known, n, per_day)
            at = a.first_seen_at or datetime.now(UTC)
            made, signals, report = self._templates(n % len(self._known), a, r)
            own = {"id": a.id, "outlet": a.outlet, "url": a.url, "title": a.title, "published_date": a.published_date,
                   "day": a.published_date, "seen_day": a.published_date, "first_seen_at": at, "family": a.family,
                   "country": a.country}  # fmt: skip
            if _FOUNDS[n % len(_FOUNDS)] or not self._founder:
                self._founder, self._day = a.id, a.published_date
            rows[article].append(made | own)
            rows[score].append({"article_id": a.id, "scorer_version": r.scorer_version, "language": r.language,
                                "scored_at": at, "current": True})  # fmt: skip
            of = {"article_id": a.id, "day": a.published_date, "outlet": a.outlet, "family": a.family, "first_seen_at": at}
            rows[signal] += [s | of | {"id": f"s1{n}-{k}"} for k, s in enumerate(signals)]
            rows[event_report].append(report | {"article_id": a.id, "origin": a.outlet})
            found = Membership(article_id=a.id, event_id=event_id(self._founder), day=self._day, reasons={})
            rows[membership].append(membership_row(found, at))
        return rows

    def _templates(self, k: int, a: Article, r: Reading) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
        if k not in self._made:
            at = a.first_seen_at or datetime.now(UTC)
            row = codec.article_row(a, at)
            self._made[k] = (row, codec.signal_rows(row, r), report_row(report_of(a, r, seen_at=at)))
        return self._made[k]


def fill(url: str, n_signals: int) -> Iterator[tuple[str, int]]:
    """Fill a new store; yield what was done and the number.

    Beyond `_ONCE` signals what was filled in and rolled up is copied by the database, some copies on each day.
    """
    writer = open_writer(url)
    writer.put_feeds(feeds(), datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) - timedelta(days=DAYS))
    writer.close()
    known = telling(3_000)
    per_article = sum(len(r.signals) for _, r in known) / len(known)
    times = max(1, round(n_signals / _ONCE))
    n_articles = int(n_signals / times / per_article) + 1
    engine = _hurried(url)
    rows = Rows(known)
    for at in range(0, n_articles, _CHUNK):
        with engine.begin() as connection:
            for table, made in rows.of(at, min(at + _CHUNK, n_articles), n_articles / DAYS).items():
                insert(connection, table, made)
    yield "articles", n_articles * times
    with engine.begin() as connection:
        yield "events", rebuild(connection) * times
    with engine.begin() as connection:
        if times > 1:
            multiply(connection, times)
        yield "signals", connection.scalar(sa.select(sa.func.count()).select_from(signal)) or 0
    engine.dispose()


def one_more(url: str, n: int) -> None:
    """Write articles of the last day, as a round of the scheduler does: nothing that was read before is the newest any more."""
    writer = open_writer(url)
    stamp, at = f"{time.time_ns()}-{n}", NOON - timedelta(minutes=5)
    batch = []
    for k, (a, reading) in enumerate(telling(60)[:20]):
        made = replace(
            a, id=f"d{stamp}-{k}", url=f"https://more.example/{stamp}/{k}", title=f"{a.title} {stamp}", published_date=LAST,
            first_seen_at=at, family="more",
        )  # fmt: skip
        batch.append(Delivery(article=made, feed_id=None, guid=None, seen_at=at, reading=reading))
    writer.add(batch)
    writer.close()


def _hurried(url: str) -> sa.Engine:
    """Return an engine that does without what saves a store from a crash: one that is only measured is filled again."""
    engine = connect_engine(url, writing=True)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _hurry(connection: Any, _record: object) -> None:
            for pragma in ("foreign_keys=OFF", "journal_mode=MEMORY", "synchronous=OFF", "cache_size=-1000000"):
                connection.execute(f"PRAGMA {pragma}")

    return engine
