"""What watches fire on, when they are told, and what is said: as functions of facts, days and moments."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.errors import SettingsError
from tension.events.facts import Fact
from tension.index.level import Level
from tension.index.method import PARTS
from tension.index.series import Day, silent
from tension.text.normal import fold
from tension.watches import codec, names, targets
from tension.watches.firing import Firing, Found, Report, Seen, fires, preview, says
from tension.watches.message import address, message, message_id, plain
from tension.watches.rss import rss
from tension.watches.timing import Pending, day_begins, groups, is_quiet, last_digest, next_try
from tension.watches.watch import Quiet, Trigger, Watch, checked, is_scope
from tension.watches.wording import described, told

SINCE, UNTIL = date(2021, 9, 1), date(2021, 9, 30)
NOW = datetime(2021, 9, 20, 12, tzinfo=UTC)
ZONES = ["UTC", "Europe/Belgrade", "Europe/Athens", "America/New_York", "Australia/Lord_Howe"]


def watch(**fields: Any) -> Watch:
    """Make a watch over the whole region."""
    made: dict[str, Any] = {"id": "w", "name": "North", "token": "t" * 32, "made_at": NOW, "since": SINCE}
    return Watch(**made | fields)


def fact(event: str, day: date, **fields: Any) -> Fact:
    """Make an event."""
    made: dict[str, Any] = {
        "base": 8.0, "code": "border_blockade", "place_id": "crossing-jarinje", "place_name": "Jarinje", "country": "XK",
        "lat": 43.2, "lon": 20.7, "precision": "crossing", "confidence": 0.8, "origins": ("a",), "countries": ("XK",),
        "codes": ("border_blockade",), "languages": ("sr",), "sides": (), "article_ids": (f"a-{event}",),
    }  # fmt: skip
    return Fact(event=event, day=day, **made | fields)


def days(values: Sequence[float | None], *, reference: float = 5.0) -> list[Day]:
    """Make an index that begins the day before `SINCE`."""
    found = []
    for n, value in enumerate(values):
        day = SINCE + timedelta(days=n - 1)
        if value is None:
            found.append(silent(day, "feeds down"))
            continue
        higher = [m for m in range(n) if values[m] is not None and (values[m] or 0.0) >= value]
        since = SINCE + timedelta(days=higher[-1] - 1) if higher else None
        level = Level(word="high", percentile=0.9, robust_z=None, highest_since=since, reference=reference, n_days=365)
        parts = {**dict.fromkeys(PARTS, 0.0), "acts": value}
        found.append(
            Day(day=day, value=value, cause=None, parts=parts, band=None, level=level, contributions=(), stabilising=())
        )  # fmt: skip
    return found


# --- what fires -------------------------------------------------------------------------------------------------------


def test_events_fire_by_code_voices_and_phrase_once_each() -> None:
    """All that is asked for must hold; a key that fired already does not fire again."""
    found = Found(
        facts=[
            fact("e1", date(2021, 9, 20), origins=("a", "b"), article_ids=("a1",)),
            fact("e2", date(2021, 9, 21), article_ids=("a2",)),
            fact("e3", date(2021, 9, 22), origins=("a", "b"), codes=("protest",), code="protest"),
            fact("e4", date(2021, 9, 23), origins=("a", "b"), article_ids=("a4",)),
            fact("e5", date(2021, 10, 23), origins=("a", "b"), article_ids=("a1",)),
        ],
        folded={"a1": fold("Постављене барикаде на Јарињу"), "a2": fold("Barikade na Jarinju"), "a4": fold("Sednica vlade")},
    )
    asked = watch(codes=("border_blockade",), min_independent=2, phrase="barikad na jarinj")

    assert [f.key for f in fires(asked, found, SINCE, UNTIL)] == ["event:e1"]
    assert fires(asked, found, SINCE, UNTIL, {"event:e1"}) == []
    assert "2 independent voices" in fires(asked, found, SINCE, UNTIL)[0].cause


def test_many_events_of_a_day_fire_once() -> None:
    """The heaviest are its evidence; all are counted."""
    facts = [fact(f"e{n}", date(2021, 9, 20), base=float(n)) for n in range(7)] + [fact("x", date(2021, 9, 21))]
    fired = fires(watch(threshold=3.0), Found(facts=facts), SINCE, UNTIL)

    assert [(f.key, f.n_events, len(f.events)) for f in fired] == [("day:2021-09-20", 7, 5)]
    assert fired[0].events[0].event == "e6"


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("Јариње", "Blokada na Jarinje", True),
        ("barikad", "Нове барикаде", True),
        ("Leposavic", "Лепосавић", True),
        ("rinje", "Jarinje", False),
        ("na put", "put na granici", False),
        (".*", "anything", False),
        ("οδόφραγμα", "Νέο οδόφραγμα στα σύνορα", True),
        ("polic(e", "Kosovo police", False),
    ],
)
def test_phrases(phrase: str, text: str, *, found: bool) -> None:
    """Script, case, accents play no part; a word finds what begins with it; words stand behind each other; no pattern is read."""
    assert says(phrase, fold(text)) is found


def test_a_rise_is_told_once_however_long_it_lasts() -> None:
    """Staying above says nothing new; falling below and rising again does; a gap neither ends nor begins a rise."""
    index = days([1, 2, 12, 15, None, 14, 3, 11, 11, None, None])
    fired = fires(watch(trigger=Trigger.LOAD, threshold=10.0), Found(days=index), SINCE, UNTIL)

    assert [f.key for f in fired] == ["day:2021-09-02", "day:2021-09-07"]
    # Reports that come late move the rise a day back: it is the same rise.
    assert fires(watch(trigger=Trigger.LOAD, threshold=2.0), Found(days=index), SINCE, UNTIL, {"day:2021-09-02"}) == []


def test_index_and_highest_since() -> None:
    """The index is held against the year's mean; the highest in so many days is told with since when."""
    index = days([9, *[1.0] * 12, 6, 20])
    by_index = fires(watch(trigger=Trigger.INDEX, threshold=300.0), Found(days=index), SINCE, UNTIL)
    highest = fires(watch(trigger=Trigger.HIGHEST, highest_days=10), Found(days=index), SINCE, UNTIL)

    assert [f.day for f in by_index] == [date(2021, 9, 14)]
    assert [f.day for f in highest] == [date(2021, 9, 13)]
    assert "highest since 31 Aug 2021" in highest[0].cause
    assert fires(watch(trigger=Trigger.HIGHEST, highest_days=30), Found(days=index[:14]), SINCE, UNTIL) == []


def test_what_moved_the_index_is_its_evidence() -> None:
    """Acts and threats of the week before, the heaviest first; what calms is not among them."""
    facts = [
        fact("old", date(2021, 9, 1), base=99.0),
        fact("talks", date(2021, 9, 10), code="dialogue", codes=("dialogue",)),
        fact("small", date(2021, 9, 10), base=1.0),
        fact("large", date(2021, 9, 9), base=9.0),
    ]
    index = days([0.0] * 10 + [50.0])
    fired = fires(watch(trigger=Trigger.LOAD, threshold=10.0), Found(facts=facts, days=index), SINCE, UNTIL)

    assert [seen.event for seen in fired[0].events] == ["large", "small"]


def test_preview_counts_and_says_gaps() -> None:
    """The sentence has the number of firings, their days where they differ, and the days without a reading."""
    facts = [fact("e1", UNTIL), fact("e2", UNTIL), fact("old", UNTIL - timedelta(days=90))]
    found = preview(watch(), Found(facts=facts), UNTIL)

    assert found.sentence == "In the 90 days to 30 Sep 2021 this watch would have fired 2 times, on 1 day."
    assert dict(found.per_day) == {UNTIL: 2}
    nothing = preview(
        watch(trigger=Trigger.LOAD), Found(days=[silent(UNTIL, "x")], unread=[UNTIL, UNTIL - timedelta(days=95)]), UNTIL
    )
    assert nothing.sentence == (
        "In the 90 days to 30 Sep 2021 this watch would not have fired; 1 of these days has no reading."
    )  # fmt: skip


# --- what may be asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "needs a name"),
        ({"scope": "place:../../x"}, "no scope"),
        ({"scope": "XK-RS"}, "no scope"),
        ({"phrase": "…"}, "no word"),
        ({"threshold": float("nan")}, "above 0"),
        ({"threshold": 1.5}, "whole number"),
        ({"highest_days": 3}, "looks back"),
        ({"budget": 0}, "budget"),
        ({"quiet": Quiet(begins=time(7), ends=time(7))}, "pause"),
        ({"zone": "../etc/passwd"}, "no time zone"),
        ({"trigger": Trigger.INDEX, "min_independent": 2}, "one number"),
        ({"targets": tuple(f"json://{n}" for n in range(11))}, "more than 10"),
    ],
)
def test_nonsense_is_refused_in_words(fields: dict[str, Any], said: str) -> None:
    """Each thing that cannot be watched is named."""
    with pytest.raises(SettingsError, match=said):
        checked(watch(**fields))
    assert checked(watch()) == watch()


def test_scopes() -> None:
    """Only what the index computes is a scope."""
    assert all(map(is_scope, ("region", "RS", "RS-XK", "place:crossing-jarinje", "municipality:x")))
    assert not any(map(is_scope, ("", "US", "RS-RS", "RS-XK-ME", "place:", "place:a b", "rs")))


def test_a_watch_and_a_firing_survive_the_store() -> None:
    """What is read back is what was written; no secret is in the body."""
    full = watch(
        codes=("protest",), phrase="Ђ", quiet=Quiet(begins=time(22, 30), ends=time(7)), digest=time(8), targets=("json://u:p@h/",),
        trigger=Trigger.EVENTS, threshold=2.0,
    )  # fmt: skip
    apart = {name: getattr(full, name) for name in ("id", "targets", "token", "paused", "since", "made_at")}
    assert codec.watch_of(codec.watch_body(full), **apart) == full
    assert "json://" not in codec.watch_body(full)
    assert full.token not in codec.watch_body(full)
    fired = firing("Đ")
    assert codec.firing_of(codec.firing_body(fired)) == fired


# --- when it is told --------------------------------------------------------------------------------------------------

moments = st.integers(0, 400 * 24 * 60).map(lambda n: NOW - timedelta(days=200) + timedelta(minutes=n))
clock = st.times().map(lambda t: t.replace(microsecond=0))


@given(now=moments, zone=st.sampled_from(ZONES), begins=clock, ends=clock)
def test_quiet_hours_follow_the_clock_on_the_wall(now: datetime, zone: str, begins: time, ends: time) -> None:
    """Over midnight and on the days when clocks change, an hour is quiet if its local time lies between the two."""
    one = watch(zone=zone, quiet=Quiet(begins=begins, ends=ends))
    local = now.astimezone(ZoneInfo(zone)).time()
    inside = begins <= local < ends if begins < ends else local >= begins or local < ends

    assert is_quiet(one, now) is inside
    if inside:
        assert groups(one, [Pending(key="k", fired_at=now)], 0, now) == []


def test_the_hour_that_comes_twice_and_the_one_that_does_not_come() -> None:
    """Belgrade, 31 October: 2:30 comes twice and is quiet both times. 28 March: 3:00 follows 1:59, quiet ends with it."""
    one = watch(zone="Europe/Belgrade", quiet=Quiet(begins=time(2), ends=time(3)))
    assert [is_quiet(one, datetime(2021, 10, 31, hour, 30, tzinfo=UTC)) for hour in (0, 1, 2)] == [True, True, False]
    assert [is_quiet(one, datetime(2021, 3, 28, 0, 59, tzinfo=UTC)), is_quiet(one, datetime(2021, 3, 28, 1, 0, tzinfo=UTC))] == [
        False, False,
    ]  # fmt: skip


@given(now=moments, zone=st.sampled_from(ZONES), at=clock)
def test_every_day_has_one_digest(now: datetime, zone: str, at: time) -> None:
    """The newest digest is never ahead, less than two days old, and does not move while the day goes on."""
    one = watch(zone=zone, digest=at)
    due = last_digest(one, now)

    assert due <= now < due + timedelta(hours=26)
    assert last_digest(one, due) == due
    assert day_begins(one, now) <= now


@given(
    ages=st.lists(st.integers(0, 60 * 50), max_size=40), budget=st.integers(1, 6), sent=st.integers(0, 8),
    digest=st.none() | clock, quiet=st.booleans(), zone=st.sampled_from(ZONES),
)  # fmt: skip
def test_budget_is_kept_and_nothing_is_told_twice(
    ages: list[int], budget: int, sent: int, digest: time | None, quiet: bool, zone: str  # noqa: FBT001 - drawn
) -> None:  # fmt: skip
    """Messages never exceed what is left of the day's budget; a firing is in one of them at most; with budget left, in one."""
    now = NOW
    hours = Quiet(begins=time(22), ends=time(7)) if quiet else None
    one = watch(budget=budget, digest=digest, quiet=hours, zone=zone)
    pending = [Pending(key=f"k{n}", fired_at=now - timedelta(minutes=age)) for n, age in enumerate(ages)]
    made = groups(one, pending, sent, now)
    keys = [key for some in made for key in some]

    assert len(made) <= max(0, budget - sent)
    assert all(made)
    assert len(keys) == len(set(keys))
    if digest is None and sent < budget and not is_quiet(one, now):
        assert set(keys) == {p.key for p in pending}
    assert groups(watch(paused=True), pending, 0, now) == []


def test_back_off_grows_and_ends() -> None:
    """Each wait is longer than the one before; in the end it is given up."""
    waits = [next_try(n, NOW) for n in range(1, 10)]
    assert waits[-1] is None
    assert waits[:-1] == sorted(at for at in waits if at is not None)


# --- what is said -----------------------------------------------------------------------------------------------------


def firing(title: str = "Barikade", url: str | None = "https://outlet.example/1", key: str = "event:e1") -> Firing:
    """Make a firing with one report."""
    report = Report(title=title, outlet=title, language="sr", url=url)
    seen = Seen(
        event="e1", day=UNTIL, code="border_blockade", where="Jarinje", n_independent=2, article_ids=("a1",), reports=(report,)
    )  # fmt: skip
    return Firing(watch_id="w", key=key, day=UNTIL, cause="Blockade, Jarinje", events=(seen,))


@given(text=st.text(max_size=400))
def test_no_text_of_a_feed_acts(text: str) -> None:
    """Whatever a headline has, a message holds no mark-up, no mention, no control and no line of its making."""
    said = plain(text)
    assert not set(said) & set("\\`*_{}[]<>|~#@&\n\r\t\x00\u202e\u200b")
    assert len(said) <= 200
    body = message(watch(), [firing(text)]).body
    assert len(body.splitlines()) == len(message(watch(), [firing("Barikade")]).body.splitlines())
    feed = rss(watch(name=text or "x"), [(NOW, firing(text))], "http://127.0.0.1:8501/")
    assert feed.startswith(b"<?xml")


@pytest.mark.parametrize(
    "url", [None, "javascript:alert(1)", "data:text/html,x", "https://", "https://a/\nb", "https://a b/", "http://[x", "//a/b",
            'https://a/"><script>', "https://a/" + "x" * 700],
)  # fmt: skip
def test_only_addresses_of_the_web_are_sent(url: str | None) -> None:
    """What is no plain http(s) address is left out, and said to be."""
    assert address(url) is None
    assert "(no address given)" in message(watch(), [firing(url=url)]).body
    assert b"<link>https" not in rss(watch(), [(NOW, firing(url=url))], "http://127.0.0.1:8501/")


def test_the_number_of_a_message_is_that_of_its_firings() -> None:
    """Order plays no part; another firing or watch gives another number; the digest tells all."""
    assert message_id("w", ["a", "b"]) == message_id("w", ["b", "a"]) != message_id("v", ["a", "b"])
    many = message(watch(), [firing(key=f"event:e{n}") for n in range(12)])
    assert "12 times" in many.subject
    assert "and 2 more" in many.body
    assert many.id in many.body


def test_addresses_are_told_by_their_service_alone() -> None:
    """Neither user, key, host nor path is shown; what acts on the machine itself is refused."""
    for url in ("jsons://user:key@host/path", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "nonsense"):
        assert not any(part in targets.shown(url) for part in ("key", "host", "path", "T1J", "A1B"))
    assert targets.target_id("json://a") != targets.target_id("json://b")
    assert targets.objection("mailtos://a:b@example.org") is None
    for bad in ("syslog://", "dbus://x", "no address", "json://a\nb", "", "json://" + "x" * 3000):
        assert targets.objection(bad) is not None


def test_watches_in_words() -> None:
    """Scope, signals, phrase and delivery are said in one sentence each, with both parties' names."""
    assert names.scope("RS-XK") == "Kosovo–Serbia"
    assert described(watch(scope="RS-XK", phrase="x", min_independent=2)) == (
        "Each event in Kosovo–Serbia: any signal, a report says “x”, from 2 independent voices on"
    )
    assert described(watch(trigger=Trigger.HIGHEST)) == "Load of the whole region is the highest in 30 days"
    assert told(watch(quiet=Quiet(begins=time(22), ends=time(7)))) == (
        "At once, up to 20 messages a day, quiet from 22:00 to 07:00 (UTC)"
    )
