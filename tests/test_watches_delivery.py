"""From a report in the store to a message at a real server: once for each firing, at least once for each message."""

import json
import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from ingest import posting
from ingest.cli import app, register
from ingest.commands import watch as watching
from ingest.delivery import deliver, feed_of, feed_path
from ingest.status import Status, served
from tension.errors import KaraulaError, StoreError
from tension.settings import Settings
from tension.store import open_watches, open_writer
from tension.watches.watch import Quiet, Watch

DESK = ("Desk", "desk", "international", "INT", "en")
DAILY = ("Dnevnik", "dnevnik", "serbia", "RS", "sr")
HOSTILE = '@everyone <img src=x onerror="alert(1)"> [tap](javascript:alert(1))'
TOLD = [
    (date(2021, 9, 20), f"Serbs block road to Jarinje crossing with lorries {HOSTILE}", *DESK),
    (date(2021, 9, 20), "Srbi kamionima blokirali put ka prelazu Jarinje", *DAILY),
    (date(2021, 9, 25), "Two grenades thrown at police station in Zvecan, Kosovo", *DESK),
]
NOW = datetime(2021, 9, 20, 12, tzinfo=UTC)
LOCAL = ("127.0.0.1",)


class Receiver:
    """A real webhook on loopback."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.status = 200
        mine = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def log_message(self, *args: object) -> None:
                del args

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                mine.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(mine.status)
                self.send_header("Content-Length", "0")
                if mine.status in {301, 302, 307}:
                    self.send_header("Location", f"http://127.0.0.1:{mine.port}/inside")
                self.end_headers()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Return its Apprise address, with a secret in it."""
        return f"json://desk:s3cr3t-key@127.0.0.1:{self.port}/hook"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook of this test's own."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Path, tell) -> Settings:
    """A store with a blockade told by two voices and an attack told by one, and a folder for feeds."""
    made = Settings(store=f"sqlite:///{tmp_path / 'karaula.db'}", watch_feeds=tmp_path / "feeds")
    tell(made.store, TOLD)
    return made


def watch(**fields: Any) -> Watch:
    """Make a watch over the whole region, since the first day."""
    made: dict[str, Any] = {"id": "w1", "name": "North", "token": "t" * 32, "made_at": NOW, "since": date(2021, 9, 1)}
    return Watch(**made | fields)


def keep(settings: Settings, *watches: Watch) -> None:
    """Put watches into the store."""
    with closing(open_watches(settings.store)) as store:
        for one in watches:
            store.put(one, NOW)


def run(settings: Settings, now: datetime = NOW, hosts: tuple[str, ...] = LOCAL):
    """Deliver as of a moment."""
    return deliver(settings, "me", lambda: now, hosts)


def test_a_report_becomes_one_message_with_its_evidence(settings, receiver) -> None:
    """The webhook gets cause, headlines, addresses of the texts, and a number to know it by; a second run adds nothing."""
    keep(settings, watch(targets=(receiver.address,), codes=("border_blockade",)))
    first, second = run(settings), run(settings, NOW + timedelta(hours=1))

    assert (first.fired, first.posted, first.sent) == (1, 1, 1)
    assert (second.fired, second.posted, second.sent) == (0, 0, 0)
    headers, body = receiver.got[0]
    assert len(receiver.got) == 1
    assert "Srbi kamionima blokirali put ka prelazu Jarinje" in body["message"]
    assert "https://outlet.example/a000" in body["message"]
    assert "2 independent voices" in body["message"]
    assert headers["idempotency-key"] in body["message"]


def test_a_hostile_headline_is_harmless(settings, receiver) -> None:
    """No mention of all, no mark-up, no link but addresses of the web, in message and feed alike."""
    keep(settings, watch(targets=(receiver.address,), codes=("border_blockade",)))
    run(settings)
    feed = feed_path(settings, "t" * 32).read_text(encoding="utf-8")
    for text in (receiver.got[0][1]["message"], receiver.got[0][1]["title"], feed):
        assert "@everyone" not in text
        assert "<img" not in text
        assert "](" not in text


def test_a_failure_is_tried_again_later_and_said_in_words(settings, receiver) -> None:
    """A service that answers 503 is left alone for a while; then the same message arrives under the same number."""
    keep(settings, watch(targets=(receiver.address,), codes=("border_blockade",)))
    receiver.status = 503
    failed = run(settings)
    at_once = run(settings, NOW + timedelta(seconds=30))
    receiver.status = 200
    later = run(settings, NOW + timedelta(minutes=2))
    with closing(open_watches(settings.store)) as store:
        letter = store.outbox.letters()[0]

    assert failed.failed == [("webhook (JSON)", "the service answered (HTTP 503)")]
    assert (at_once.sent, at_once.failed) == (0, [])
    assert later.sent == 1
    assert (letter.attempts, letter.delivered_at, letter.next_at) == (2, NOW + timedelta(minutes=2), None)
    assert len({headers["idempotency-key"] for headers, _ in receiver.got}) == 1


def test_what_never_arrives_is_given_up(settings, receiver) -> None:
    """After the last wait nothing is sent any more, and the reason stays readable."""
    keep(settings, watch(targets=(receiver.address,), codes=("border_blockade",)))
    receiver.status = 500
    for day in range(12):
        run(settings, NOW + timedelta(days=2 * day))
    with closing(open_watches(settings.store)) as store:
        letter = next(one for one in store.outbox.letters() if one.made_at == NOW)

    assert letter.given_up_at is not None
    assert letter.next_at is None
    assert letter.attempts == 9
    assert "500" in letter.reason


def _die_after_sending(settings: Settings) -> None:
    from tension.store.outbox import SqlOutbox

    # The power fails between the answer of the service and the note of it.
    SqlOutbox.delivered = lambda *_: os._exit(9)  # type: ignore[method-assign]
    run(settings)


def test_killed_between_sending_and_noting_it_arrives_again_under_the_same_number(settings, receiver) -> None:
    """At least once: the message comes a second time when the claim has expired, and its number tells that it is one."""
    keep(settings, watch(targets=(receiver.address,), codes=("border_blockade",)))
    process = multiprocessing.get_context("spawn").Process(target=_die_after_sending, args=(settings,))
    process.start()
    process.join(60)
    soon = run(settings, NOW + timedelta(minutes=1))
    later = run(settings, NOW + timedelta(minutes=6))

    assert process.exitcode == 9
    assert (soon.fired, soon.posted, soon.sent) == (0, 0, 0)
    assert (later.fired, later.posted, later.sent) == (0, 0, 1)
    assert len(receiver.got) == 2
    assert len({headers["idempotency-key"] for headers, _ in receiver.got}) == 1


def test_no_way_inside_and_no_redirect(settings, receiver) -> None:
    """An address inside the network is refused unless it was allowed by name; an answer that leads elsewhere is not followed."""
    keep(settings, watch(targets=(receiver.address,), codes=("border_blockade",)))
    refused = run(settings, hosts=())
    assert refused.failed == [
        ("webhook (JSON)", "the address leads inside the own network and was not allowed by --allow-host")
    ]  # fmt: skip
    assert receiver.got == []

    receiver.status = 307
    sent = posting.send(receiver.address, "a", "b", "id", frozenset(LOCAL))
    assert not sent.went_well
    assert len(receiver.got) == 1


def test_secrets_are_told_to_nobody(settings, receiver, capfd) -> None:
    """Neither log, nor reasons, nor the list, nor the outbox has an address or a part of it."""
    keep(settings, watch(targets=(receiver.address,), codes=("border_blockade",)))
    receiver.status = 500
    run(settings)
    receiver.close()
    run(settings, NOW + timedelta(minutes=10))
    register("watches", "refresh")
    listed = CliRunner().invoke(app, ["watches", "list", "--json", "--store", settings.store]).output
    with closing(open_watches(settings.store)) as store:
        letters = repr(store.outbox.letters())
    heard = capfd.readouterr()
    for text in (listed, letters, heard.out, heard.err):
        assert "s3cr3t" not in text
        assert "/hook" not in text
    assert "could not be reached" in letters
    assert "webhook (JSON)" in listed


def test_quiet_hours_hold_back_and_nothing_is_lost(settings, receiver) -> None:
    """What fires at night comes in the morning, in one message."""
    quiet = Quiet(begins=time(22), ends=time(7))
    keep(settings, watch(targets=(receiver.address,), zone="Europe/Belgrade", quiet=quiet))
    night = datetime(2021, 9, 25, 22, 30, tzinfo=UTC)
    early, morning = run(settings, night), run(settings, datetime(2021, 9, 26, 5, 0, tzinfo=UTC))

    assert (early.fired, early.posted) == (2, 0)
    assert (morning.posted, morning.sent) == (1, 1)
    assert "2 times" in receiver.got[0][1]["title"]


def test_the_private_feed_has_what_fired(settings) -> None:
    """It is a feed that a feed reader reads, under a name that nobody can guess; it goes with its watch."""
    import feedparser

    keep(settings, watch())
    run(settings)
    parsed = feedparser.parse(feed_of(settings, f"{'t' * 32}.xml"))
    assert not parsed.bozo
    assert parsed.version == "rss20"
    assert len(parsed.entries) == 1
    assert parsed.entries[0].link.startswith("https://outlet.example/")
    assert parsed.entries[0].id.startswith("karaula:w1:event:")

    with closing(open_watches(settings.store)) as store:
        assert store.remove("w1", NOW)
    keep(settings, watch(id="w2", token="u" * 32))
    run(settings)
    assert feed_of(settings, f"{'t' * 32}.xml") is None
    assert feed_of(settings, "../karaula.db") is None


def test_watches_are_told_though_a_round_failed(settings, receiver, tmp_path) -> None:
    """A catalogue that is being edited holds up no message; the private feed is served beside `/health`, and nothing else."""
    keep(settings, watch(targets=(receiver.address,), codes=("border_blockade",)))
    run(settings, hosts=())
    (tmp_path / "broken.opml").write_text("<opml", encoding="utf-8")
    broken = settings.model_copy(update={"feeds": tmp_path / "broken.opml"})
    status = Status(lambda: datetime.now(UTC))
    with closing(open_writer(settings.store)) as writer:
        watching._tick(broken, writer, "me", LOCAL, threading.Event(), status)

    assert len(receiver.got) == 1
    assert status.trouble is not None
    with served(status, 0, lambda name: feed_of(settings, name)) as port:
        with urlopen(f"http://127.0.0.1:{port}/feeds/{'t' * 32}.xml", timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("application/rss+xml")
            assert b"<rss" in answer.read()
        for path in ("/feeds/../karaula.db", "/feeds/", f"/feeds/{'u' * 32}.xml"):
            with pytest.raises(HTTPError, match="404") as refused:
                urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)
            refused.value.close()


def test_commands(settings, receiver, monkeypatch, tmp_path) -> None:
    """A watch is added, tried, delivered, paused and removed from the command line; what makes no sense is said."""
    register("watches", "refresh")
    monkeypatch.setenv("KARAULA_STORE", settings.store)
    monkeypatch.setenv("KARAULA_WATCH_FEEDS", str(settings.watch_feeds))
    (tmp_path / "targets.txt").write_text(f"# the desk\n{receiver.address}\n", encoding="utf-8")
    at = ["--now", NOW.isoformat()]

    def karaula(*words: str) -> str:
        result = CliRunner().invoke(app, ["watches", *words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout.strip()

    watch_id = karaula(
        "add", "--name", "Jarinje", "--scope", "crossing:jarinje", "--phrase", "блокирали пут", "--voices", "2",
        "--target-file", str(tmp_path / "targets.txt"), *at,
    )  # fmt: skip
    assert "have fired once" in karaula("preview", watch_id, *at)
    assert karaula("deliver", "--allow-host", "127.0.0.1", *at) == "1 new firings, 1 messages made, 1 deliveries"
    karaula("pause", watch_id, *at)
    assert "(paused)" in karaula("list")
    karaula("remove", watch_id, *at)
    for words, said in (
        (("preview", watch_id), "no watch"),
        (("add", "--name", "x", "--quiet", "22"), "not a time of day"),
        (("add", "--name", "x", "--trigger", "load", "--phrase", "a"), "choose events"),
        (("add", "--name", "x", "--signal", "nonsense"), "unknown signals"),
        (("add", "--name", "x", "--zone", "Europe/Nowhere"), "no time zone"),
        (("add", "--name", "x", "--target", "syslog://"), "target 1"),
        (("add", "--name", "x", "--target", "nonsense://k3y"), "does not understand"),
    ):
        with pytest.raises(KaraulaError, match=said):
            karaula(*words)


def test_watches_of_a_store_that_is_not_there(tmp_path) -> None:
    """Nothing is created by looking."""
    with pytest.raises(StoreError, match="does not exist"):
        open_watches(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_one_firing_and_one_claim_on_both_engines(store_url) -> None:
    """Two processes that see the same write it once and send it once; a claim ends by itself."""
    from tension.watches.firing import Firing

    open_writer(store_url).close()
    fired = Firing(watch_id="w1", key="event:e1", day=NOW.date(), cause="Blockade", events=())
    with closing(open_watches(store_url)) as one, closing(open_watches(store_url)) as other:
        one.put(watch(targets=("json://a.example/", "json://b.example/")), NOW)
        assert (one.add_firings([fired], NOW), other.add_firings([fired, fired], NOW)) == (1, 0)
        kept = other.watches()[0]
        posted = [store.post(kept, ["event:e1"], NOW) for store in (one, other)]
        mine = one.outbox.claim("a", NOW, NOW + timedelta(minutes=5), 1)
        yours = other.outbox.claim("b", NOW, NOW + timedelta(minutes=5), 9)
        late = other.outbox.claim("b", NOW + timedelta(minutes=6), NOW + timedelta(minutes=9), 9)
        one.outbox.delivered(mine[0].id, NOW)
        other.outbox.failed(mine[0].id, NOW, NOW, "came too late to be true")
        letters = {letter.id: letter for letter in one.outbox.letters()}

        assert kept == watch(targets=("json://a.example/", "json://b.example/"))
        assert posted[1] is None
        assert posted[0] is not None
        assert (len(mine), len(yours), len(late)) == (1, 1, 2)
        assert letters[mine[0].id].delivered_at == NOW
        assert letters[mine[0].id].next_at is None
        assert one.n_messages("w1", NOW) == 1
        assert one.remove("w1", NOW)
        assert not one.remove("w1", NOW)
        assert one.watches() == []
        assert {letter.reason for letter in one.outbox.letters()} == {"", "the watch was removed"}
