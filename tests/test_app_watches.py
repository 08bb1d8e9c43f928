"""The page Watches: trying, keeping, changing and removing a watch, its deliveries in words, and its states."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import html, open_page
from streamlit.testing.v1 import AppTest

from app import access, watching
from app.figures import firings as figure
from app.theme import DARK, LIGHT
from tension.settings import Settings
from tension.store import open_reader, open_watches, open_writer
from tension.watches.firing import Firing, Found, preview, preview_window
from tension.watches.gather import gather
from tension.watches.watch import Trigger, Watch

NOW = datetime.now(UTC)
TODAY = NOW.date()
DESK = ("Desk", "desk", "international", "INT", "en")
DAILY = ("Dnevnik", "dnevnik", "serbia", "RS", "sr")
HOSTILE = '<img src=x onerror="alert(1)">'
TARGET = "json://desk:s3cr3t@hooks.example/T0ken"
TOLD = [
    (TODAY - timedelta(days=2), f"Serbs block road to Jarinje crossing with lorries {HOSTILE}", *DESK),
    (TODAY - timedelta(days=2), "Srbi kamionima blokirali put ka prelazu Jarinje", *DAILY),
    (TODAY - timedelta(days=40), "Two grenades thrown at police station in Zvecan, Kosovo", *DESK),
]


@pytest.fixture
def live(desk_stores, tell) -> str:
    """The address of a live store with a blockade and an attack."""
    tell(desk_stores["live"], TOLD)
    return desk_stores["live"]


def keep(url: str, **fields: Any) -> Watch:
    """Keep a watch in a store."""
    made: dict[str, Any] = {
        "id": "w1", "name": f"North {HOSTILE}", "token": "t" * 32, "made_at": NOW, "since": TODAY, "targets": (TARGET,),
    }  # fmt: skip
    one = Watch(**made | fields)
    with closing(open_watches(url)) as store:
        store.put(one, NOW)
    return one


def kept(url: str) -> list[Watch]:
    """Return the watches of a store."""
    with closing(open_watches(url)) as store:
        return store.watches()


def opened(**stated: str) -> AppTest:
    """Open the page."""
    return open_page("watches", **{"store": "live", **stated})


def ending(at: AppTest, kind: str, end: str):
    """Return the widget of the form whose key ends so."""
    return next(w for w in at.get(kind) if (w.key or "").endswith(end))


def test_an_empty_page_begins_with_the_form_and_its_preview(live) -> None:
    """Nothing is watched; the form is there, and tells how often a watch over everything would have fired."""
    at = opened()

    assert "Nothing is watched yet" in html(at)
    assert "would have fired 2 times" in html(at)
    assert HOSTILE not in "".join(str(e.value) for e in at.get("html") if hasattr(e, "value"))


def test_a_watch_is_tried_kept_paused_and_removed(live) -> None:
    """The preview follows the form; what is kept is what was asked for; each act is in the store at once."""
    at = opened()
    ending(at, "text_input", "-phrase").input("блокирали пут").run()
    assert "would have fired once" in html(at)
    ending(at, "text_input", "-name").input("Jarinje")
    ending(at, "text_input", "-new").input(TARGET)
    at.button(key="watch-keep").click().run()
    assert not at.exception
    found = kept(live)[0]
    assert (found.name, found.phrase, found.targets) == ("Jarinje", "блокирали пут", (TARGET,))
    assert len(found.token) >= 30
    assert "1 watch; none has fired yet" in html(at)

    at.button(key=f"pause-{found.id}").click().run()
    assert kept(live)[0].paused
    assert "1 paused" in html(at)
    at.button(key=f"remove-{found.id}").click().run()
    assert not at.exception
    assert kept(live) == []


def test_editing_keeps_what_was_not_changed(live) -> None:
    """Id, token and addresses stay; the address in the link opens the watch."""
    one = keep(live, phrase="Jarinje")
    at = opened(watch="w1")
    ending(at, "number_input", "-voices").set_value(2)
    at.button(key="watch-keep").click().run()
    assert not at.exception
    found = kept(live)[0]

    assert (found.id, found.token, found.targets, found.phrase) == (one.id, one.token, one.targets, one.phrase)
    assert found.min_independent == 2


@pytest.mark.parametrize("trigger", [Trigger.LOAD, Trigger.INDEX, Trigger.HIGHEST])
def test_each_trigger_has_a_preview(live, trigger) -> None:
    """Watches over the index are drawn against their line, whatever its history."""
    keep(live, trigger=trigger, threshold=1.0, targets=())
    at = opened(watch="w1")

    assert "In the 90 days to" in html(at)


def test_nonsense_in_form_and_address_is_html(live) -> None:
    """No name, an address without a service, a watch that is not there: words, no trace."""
    at = opened(watch="../../nothing")
    at.button(key="watch-keep").click().run()
    assert "needs a name" in html(at)
    ending(at, "text_input", "-new").input("syslog://").run()
    assert "acts on this machine itself" in html(at)
    assert kept(live) == []


def test_deliveries_are_told_in_words_and_no_secret_is_shown(live) -> None:
    """What waits, what failed and why, what was given up; no part of an address; hostile names are text."""
    one = keep(live)
    fired = [Firing(watch_id="w1", key=f"event:e{n}", day=TODAY, cause=f"Blockade {HOSTILE}", events=()) for n in range(4)]
    with closing(open_watches(live)) as store:
        store.add_firings(fired, NOW)
        for n in range(4):
            store.post(one, [f"event:e{n}"], NOW + timedelta(seconds=n))
        first, second, third, _ = sorted(store.outbox.letters(), key=lambda letter: letter.made_at)
        store.outbox.delivered(first.id, NOW)
        store.outbox.failed(second.id, NOW, NOW + timedelta(hours=1), "the service answered (HTTP 503)")
        store.outbox.failed(third.id, NOW, None, "the service refused it (HTTP 401)")
    at = opened(watch="w1")
    table = next(frame.value for frame in at.dataframe if "became" in frame.value.columns)
    became = " | ".join(table["became"])

    assert "2 deliveries failed" in html(at)
    for words in ("waits for the scheduler", "delivered ", "failed 1 time: the service answered (HTTP 503); again", "given up"):
        assert words in became
    whole = html(at) + table.to_csv()
    assert "s3cr3t" not in whole
    assert "T0ken" not in whole
    assert "<img" not in html(at)
    assert {"webhook (JSON)"} == set(table["service"])


def test_readers_try_and_change_nothing(live, monkeypatch) -> None:
    """Whoever only reads sees the watches and can try one; neither acts nor the private feed are there."""
    keep(live)
    monkeypatch.setenv("KARAULA_ROLES", '{"desk": "reader"}')
    access.settings.cache_clear()
    at = opened(watch="new")

    assert "changed by reviewers and operators" in html(at)
    assert "In the 90 days to" in html(at)
    assert at.button(key="watch-keep").disabled
    assert not [b for b in at.button if (b.key or "").startswith(("edit-", "pause-", "remove-"))]
    assert "t" * 32 not in html(at)


def test_the_archive_is_for_trying(desk_stores, tell) -> None:
    """A watch can be tried on the archive's last 90 days; it is not kept there."""
    tell(desk_stores["replay"], TOLD, feeds=False)
    tell(desk_stores["live"], TOLD)
    at = opened(store="replay", watch="new")

    assert "The archive is over" in html(at)
    assert at.button(key="watch-keep").disabled
    assert "would have fired 2 times" in html(at)


def test_a_store_without_an_article_can_be_watched(desk_stores) -> None:
    """Before the first round the page is there; nothing would have fired."""
    open_writer(desk_stores["live"]).close()
    at = opened()

    assert "would not have fired" in html(at)


def test_the_figure_has_bars_or_the_line(live) -> None:
    """Events are bars a day; the index is a line with its threshold, and marks where it fires; both have their words."""
    with closing(open_reader(live)) as reader:
        for trigger, n_traces in ((Trigger.EVENTS, 1), (Trigger.LOAD, 2)):
            one = Watch(id="w", name="x", token="t" * 32, made_at=NOW, since=TODAY, trigger=trigger)
            found: Found = gather(reader, one, preview_window(TODAY), TODAY)
            seen = preview(one, found, TODAY)
            line = None if trigger is Trigger.EVENTS else "value"
            for look in (LIGHT, DARK):
                drawn = json.loads(figure.build(seen, found.days, line=line, threshold=1.0, theme=look).to_json())
                assert len(drawn["data"]) == n_traces
            assert figure.alt(seen).startswith(seen.sentence)
            # Two countries of thirteen are read: the region has no reading, which the preview says.
            assert seen.n_unread == 90
            assert len(watching.firings(seen)) == (2 if trigger is Trigger.EVENTS else 0)


def test_as_known_on_holds_for_the_preview(live) -> None:
    """What was not seen by then would not have fired."""
    at = opened(watch="new", known=(TODAY - timedelta(days=3)).isoformat())

    assert "this watch would have fired once" in html(at)
    assert "By what was known on" in html(at)


def test_settings_state_where_feeds_go() -> None:
    """The folder of the private feeds is a setting."""
    assert Settings().watch_feeds.name == "watch-feeds"
