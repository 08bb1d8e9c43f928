"""A day of the schedule in fast-forward over somebody else's feeds, with faults injected; prints a report in Markdown.

    day_report.py --opml http://127.0.0.1:8800/opml --move http://127.0.0.1:8800/now --start 2026-02-10T06:00:00+00:00

The server must have a list of its feeds (OPML) and a moment that a POST moves, whereupon the feeds carry newer items. The
feeds are asked through a proxy on loopback that spoils some of them for some hours. The same day is run a second time
without faults, and what is stored is compared. The report has names of feeds and numbers, and no text of anybody.
"""

import argparse
import asyncio
import hashlib
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import sqlalchemy as sa
from bench_day import Clock, resident_mb

from ingest import pipeline
from ingest.articles import ID_VERSION, article_id
from ingest.commands.refresh import retrieval
from ingest.commands.watch import rounds
from ingest.opml import read_opml
from ingest.sharing import holder
from tension.feeds.ailments import ailments
from tension.settings import Settings
from tension.store import FetchRecord, open_reader, open_writer
from tension.store.checking import problems
from tension.store.engines import connect_engine
from tension.store.schema import article

HOURS = 24
#: A feed in three is spoilt for so long.
BAD_HOURS = 3
FAULTS = ("busy (503, Retry-After)", "gone missing (404)", "hangs up", "cut in half", "a web page", "a redirect in a circle")
KINDS = dict(zip(FAULTS, ("busy", "missing", "reset", "cut", "page", "circle"), strict=True))


@dataclass(slots=True)
class Plan:
    """Which feed is spoilt when, and how; the same for the same feeds."""

    start: datetime
    on: bool = True

    def fault(self, path: str, now: datetime) -> str | None:
        """Return what is wrong with a feed at a moment, or None."""
        number = int.from_bytes(hashlib.sha256(path.encode()).digest()[:4], "big")
        begins = self.start + timedelta(hours=2 + number // 64 % (HOURS - 8))
        if not self.on or number % 3 or not begins <= now < begins + timedelta(hours=BAD_HOURS):
            return None
        return FAULTS[number // 8 % len(FAULTS)]


def proxy(base: str, plan: Plan, clock: Clock) -> ThreadingHTTPServer:
    """Serve what a server has, spoilt by plan."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def log_message(self, *args: object) -> None:
            del args

        def do_GET(self) -> None:
            fault = plan.fault(self.path, clock())
            kind = KINDS[fault] if fault else ""
            if kind == "reset":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            elif kind == "busy":
                self._answer(503, b"later", {"Retry-After": "1200"})
            elif kind == "missing":
                self._answer(404, b"")
            elif kind == "page":
                self._answer(200, b"<!doctype html><html><title>Maintenance</title></html>")
            elif kind == "circle":
                self._answer(302, b"", {"Location": self.path})
            else:
                status, body, headers = _asked(base + self.path, self.headers.get("If-None-Match"))
                self._answer(status, body[: len(body) // 2] if kind == "cut" else body, {} if kind else headers)

        def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _asked(url: str, tag: str | None) -> tuple[int, bytes, dict[str, str]]:
    """Ask the server behind; return status, body, validators."""
    try:
        with urlopen(Request(url, headers={"If-None-Match": tag} if tag else {})) as answer:  # noqa: S310 - given by whoever runs this
            return answer.status, answer.read(), {"ETag": answer.headers.get("ETag", "")}
    except HTTPError as e:
        with e:
            return e.code, b"", {}


@dataclass(slots=True)
class Day:
    """What a day came to."""

    totals: Counter[str]
    history: dict[str, list[FetchRecord]]
    #: Id, outlet and instant of first sight of each article.
    stored: list[tuple[str, str, datetime]]
    wrong: list[str]
    memory: list[float]
    #: Feed and state, as `karaula doctor` would have named them at some hour.
    said: dict[str, set[str]]


def run(store: str, opml: Path, clock: Clock, start: datetime, move: str) -> Day:
    """Run a day, a minute at a time."""
    settings = Settings(store=store, feeds=opml)
    totals: Counter[str] = Counter()
    memory: list[float] = []
    said: dict[str, set[str]] = {}
    with closing(open_writer(store)) as writer:
        who = holder()
        for minute in range(HOURS * 60):
            clock.now = start + timedelta(minutes=minute)
            if minute % 10 == 0:
                urlopen(Request(move, data=clock.now.isoformat().encode())).close()  # noqa: S310 - given by whoever runs this
            for report in rounds(settings, writer, who, clock, ["127.0.0.1"]):
                totals.update(
                    rounds=1, asked=report.feeds_tried, failed=len(report.failed), unchanged=report.not_modified,
                    entries=report.entries_seen, articles=report.articles_new, signals=report.signals,
                )  # fmt: skip
            if minute % 60 == 59:
                memory.append(resident_mb())
                for feed, state in _states(store, start, clock.now):
                    said.setdefault(feed, set()).add(state)
        # Everybody once more in the end: what is then missing was lost, and not merely not due yet.
        feeds = read_opml(opml)
        last = asyncio.run(pipeline.run(feeds, writer, options=retrieval(settings, ["127.0.0.1"], clock), now=clock.now))
        totals.update(articles=last.articles_new, signals=last.signals)
    return Day(totals, _history(store, start), _stored(store), _problems(store), memory, said)


def _history(store: str, start: datetime) -> dict[str, list[FetchRecord]]:
    with closing(open_reader(store)) as reader:
        return {feed: list(fetches) for feed, fetches in reader.history(start).items()}


def _states(store: str, start: datetime, now: datetime) -> Iterator[tuple[str, str]]:
    for feed, fetches in _history(store, start).items():
        yield from ((feed, str(a.state)) for a in ailments(fetches, now))


def _stored(store: str) -> list[tuple[str, str, datetime]]:
    engine = connect_engine(store, writing=False)
    try:
        with engine.connect() as connection:
            rows = connection.execute(sa.select(article.c.id, article.c.outlet, article.c.first_seen_at))
            return [(row.id, row.outlet, row.first_seen_at) for row in rows]
    finally:
        engine.dispose()


def _problems(store: str) -> list[str]:
    return list(problems(store, lambda url, title: article_id(url=url, title=title), ID_VERSION))


def report(day: Day, calm: Day, plan: Plan, start: datetime, paths: dict[str, str], names: dict[str, str]) -> Iterator[str]:
    """Yield the report's lines."""
    totals = day.totals
    late = [
        (b.fetched_at - a.next_due_at) / timedelta(minutes=1)
        for f in day.history.values()
        for a, b in pairwise(f)
        if a.next_due_at
    ]
    ids, calm_ids = [row[0] for row in day.stored], [row[0] for row in calm.stored]
    lost = [row for row in calm.stored if row[0] not in set(ids)]
    spoilt = {feed: fault for feed, path in paths.items() if (fault := _fault_of(plan, path, start))}
    yield f"{HOURS} hours from {start:%Y-%m-%d %H:%M} UTC in fast-forward: {len(day.history)} feeds, {len(spoilt)} of them spoilt"
    yield f"for {BAD_HOURS} hours each; beside it the same day without faults. At the end each feed is asked once more.\n"
    yield "| what | with faults | without |\n|---|--:|--:|"
    for name in ("rounds", "asked", "unchanged", "failed", "entries", "articles", "signals"):
        yield f"| {name} | {totals[name]:,} | {calm.totals[name]:,} |"
    yield f"| articles that the other has and this has not | {len(lost)} | {len(set(ids) - set(calm_ids))} |"
    while_spoilt = [
        row for row in lost if any(_away(plan, paths[f], row[2], day.history.get(f, ())) for f in spoilt if names[f] == row[1])
    ]
    yield f"| of them seen without faults while the feed was spoilt here or waited for | {len(while_spoilt)} | |"
    yield f"| stored twice | {len(ids) - len(set(ids))} | {len(calm_ids) - len(set(calm_ids))} |"
    yield f"| asked later than due, at most (minutes) | {max(late):.1f} | |"
    yield f"| asked before due | {sum(m < 0 for m in late)} | |"
    yield f"| resident memory after 6 h / at the end (MB) | {day.memory[5]:.0f} / {day.memory[-1]:.0f} | |"
    yield f"| what `karaula verify` finds | {'; '.join(day.wrong) or 'nothing'} | {'; '.join(calm.wrong) or 'nothing'} |"
    yield "\n## Spoilt feeds, and what was said of them\n"
    yield "| feed | fault | asked | failed | new articles | said during the day |\n|---|---|--:|--:|--:|---|"
    for feed, fault in sorted(spoilt.items()):
        fetches = day.history.get(feed, [])
        failed, new = sum(f.outcome == "failed" for f in fetches), sum(f.n_new for f in fetches)
        states = ", ".join(sorted(day.said.get(feed, ()))) or "nothing: its entries were read as far as they came"
        yield f"| {names[feed]} | {fault} | {len(fetches)} | {failed} | {new} | {states} |"
    yield "\n## All feeds\n\n| feed | asked | unchanged | failed | new articles |\n|---|--:|--:|--:|--:|"
    for feed, fetches in sorted(day.history.items()):
        counted = Counter(f.outcome for f in fetches)
        new = sum(f.n_new for f in fetches)
        yield f"| {names[feed]} | {len(fetches)} | {counted['not_modified']} | {counted['failed']} | {new} |"


def _away(plan: Plan, path: str, at: datetime, fetches: Sequence[FetchRecord]) -> bool:
    """Tell whether a feed was spoilt at a moment, or had not answered again since it was."""
    if plan.fault(path, at):
        return True
    before = [f for f in fetches if f.fetched_at <= at]
    return bool(before) and (before[-1].outcome == "failed" or plan.fault(path, before[-1].fetched_at) is not None)


def _fault_of(plan: Plan, path: str, start: datetime) -> str | None:
    hours = (plan.fault(path, start + timedelta(minutes=m)) for m in range(0, HOURS * 60, 30))
    return next((fault for fault in hours if fault), None)


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opml", required=True)
    parser.add_argument("--move", required=True)
    parser.add_argument("--start", required=True, type=datetime.fromisoformat)
    args = parser.parse_args()
    clock, plan = Clock(), Plan(args.start)
    base = "/".join(args.opml.split("/")[:3])
    server = proxy(base, plan, clock)
    with tempfile.TemporaryDirectory() as folder:
        opml = Path(folder, "feeds.opml")
        with urlopen(args.opml) as answer:  # noqa: S310 - given by whoever runs this
            opml.write_text(
                answer.read().decode().replace(base, f"http://127.0.0.1:{server.server_address[1]}"), encoding="utf-8"
            )
        feeds = read_opml(opml)
        paths = {feed.id: "/" + feed.url.split("/", 3)[3] for feed in feeds}
        day = run(f"sqlite:///{folder}/day.db", opml, clock, args.start, args.move)
        plan.on = False
        calm = run(f"sqlite:///{folder}/calm.db", opml, clock, args.start, args.move)
        plan.on = True
    server.shutdown()
    names = {feed.id: feed.outlet for feed in feeds}
    for line in report(day, calm, plan, args.start, paths, names):
        print(line)


if __name__ == "__main__":
    main()
