"""The page Review: the queue, the acts with their reasons, who said what, and second review."""

from datetime import UTC, date, datetime

import pytest
from desk import html, open_page
from streamlit.testing.v1 import AppTest

from app import reviews
from app.components import evidence, review_acts, review_rows
from tension.model import Query, Span
from tension.review.agreement import agreement
from tension.review.record import Act, Review
from tension.store import Delivery, open_reader, open_writer
from tension.taxonomy import signal_types

HOSTILE = '<img src=x onerror="alert(1)">'
SINCE, UNTIL = date(2021, 9, 18), date(2021, 9, 30)
TOLD = [
    (20, f"Barikade u Leposaviću {HOSTILE}", "border_blockade"),
    (25, "Eksplozija oštetila policijsku stanicu", "bombing_sabotage"),
]
ASKED = Query(since=SINCE, until=UNTIL)


@pytest.fixture
def archive(desk_stores, records) -> str:
    """The address of an archive with a blockade and, days later, a bombing."""
    url = desk_stores["replay"]
    writer = open_writer(url)
    for n, (day, title, code) in enumerate(TOLD):
        at = datetime(2021, 9, day, 8, tzinfo=UTC)
        span = Span(field="title", start=0, end=8, text=title[:8])
        reading = records.reading(records.signal(code, evidence=(span,), confidence=0.5 + n / 10))
        article = records.article(
            f"a{n}", title=title, summary="", family=f"family {n}", published_at=at, published_date=at.date(), first_seen_at=at
        )  # fmt: skip
        writer.add([Delivery(article=article, feed_id=None, guid=f"g{n}", seen_at=at, reading=reading)])
    writer.close()
    return url


def opened(**stated: str) -> AppTest:
    """Open the page by its address."""
    return open_page("review", **{"store": "replay", "window": [SINCE.isoformat(), UNTIL.isoformat()], **stated})


def widget(at: AppTest, kind: str, name: str):
    """Return the widget of a field of the acts."""
    return next(w for w in at.get(kind) if str(w.key).startswith(f"review-{name}-"))


def item(url: str, code: str) -> str:
    """Return a signal of a store as the address carries it."""
    reader = open_reader(url)
    signals = reader.signals(ASKED)
    reader.close()
    return review_rows.key_of((str(signals[signals["code"] == code]["article_id"].iloc[0]), code))


def kept(url: str) -> tuple[list[Review], set[str]]:
    """Return the reviews of a store and the codes that count."""
    reader = open_reader(url)
    found = list(reader.reviews()), set(reader.signals(ASKED)["code"].astype(str))
    reader.close()
    return found


def test_what_waits_is_listed_with_its_words(archive):
    """A bombing waits before a blockade; the open report has its words marked, and markup in it is only text."""
    at = opened()

    assert html(at).index("Eksplozija") < html(at).index("Barikade")
    assert "<mark" in html(at)
    assert "&lt;img src=x" in html(at)
    assert "<img src=x" not in html(at)
    assert "You review as <b>desk</b> (operator)" in html(at)
    assert "Nobody has reviewed it." in html(at)


def test_a_signal_is_retracted_with_a_reason_and_restored(archive):
    """Without a reason nothing is recorded; with one the signal counts no more; undone it counts again."""
    key = item(archive, "border_blockade")
    at = opened(item=key)
    widget(at, "selectbox", "act").select(Act.RETRACT).run()
    widget(at, "button", "record").click().run()
    assert "a reason is needed" in html(at)
    assert kept(archive)[0] == []
    widget(at, "text_area", "reason").input("The road was never closed").run()
    widget(at, "button", "record").click().run()
    assert not at.exception
    (made,), codes = kept(archive)
    assert (made.act, made.reviewer, made.reason) == (Act.RETRACT, "desk", "The road was never closed")
    assert "border_blockade" not in codes
    assert "Recorded: retracted" in html(at)
    assert "The road was never closed" in html(opened(item=key))

    at = opened(item=key)
    widget(at, "text_area", "undo-of-signal-reason").input("A second report confirms it").run()
    widget(at, "button", "undo-of-signal-record").click().run()
    assert not at.exception
    assert "border_blockade" in kept(archive)[1]
    assert "holds no longer" in html(opened(item=key))


def test_a_report_gets_what_was_missed_by_its_words(archive):
    """The link from a report opens the act; words that do not stand in it are refused, those that do make a signal."""
    article = item(archive, "bombing_sabotage").partition("~")[2]
    at = opened(item=f"~{article}")
    widget(at, "selectbox", "added").select("unrest").run()
    widget(at, "text_area", "reason").input("A crowd is meant").run()
    widget(at, "button", "record").click().run()
    assert "the words that say so" in html(at)
    widget(at, "text_input", "words").input("policijsku stanicu").run()
    widget(at, "button", "record").click().run()

    assert not at.exception
    assert "unrest" in kept(archive)[1]


def test_a_signal_is_relocated_to_a_place_found_by_name(archive):
    """A typed name, in any script, finds places; the map and the numbers follow."""
    at = opened(item=item(archive, "bombing_sabotage"))
    widget(at, "selectbox", "act").select(Act.RELOCATE).run()
    widget(at, "text_input", "place-name").input("Лепосавић").run()
    place = reviews.places_called("Leposavić")[0]
    widget(at, "selectbox", "place").select(place.id).run()
    widget(at, "text_area", "reason").input("The lead says so").run()
    widget(at, "button", "record").click().run()
    reader = open_reader(archive)
    signals = reader.signals(ASKED)
    reader.close()

    assert not at.exception
    assert place.id in set(signals["place_id"].dropna())


def test_an_event_is_merged_with_another(archive):
    """From an event's evidence one comes to its review, and can say that another event is the same."""
    reader = open_reader(archive)
    found = reader.event_signals(ASKED)
    reader.close()
    one = str(found[found["code"] == "border_blockade"]["event"].iloc[0])
    link = evidence.review_link({"event": one}, ASKED, "replay")
    assert f"review?store=replay&amp;window=2021-09-18&amp;window=2021-09-30&amp;event={one}" in link
    at = opened(event=one)
    assert "The event as a whole" in [s.value for s in at.subheader]
    other = str(found[found["code"] == "bombing_sabotage"]["event"].iloc[0])
    record_on_event(at, "Nothing happened", act=Act.CONFIRM)
    record_on_event(at, "One and the same act", act=Act.MERGE, other=other)
    reader = open_reader(archive)
    merged = reader.event_signals(ASKED)
    reader.close()

    assert [r.act for r in kept(archive)[0]] == [Act.CONFIRM, Act.MERGE]
    assert set(merged["event"]) == {one}


def record_on_event(at: AppTest, reason: str, *, act: Act, other: str = "") -> None:
    """Record an act on the event as a whole."""
    widget(at, "selectbox", "event-act").select(act).run()
    if other:
        widget(at, "selectbox", "other").select(other).run()
    widget(at, "text_area", "event-reason").input(reason).run()
    widget(at, "button", "event-record").click().run()
    assert not at.exception


@pytest.mark.parametrize("role", ["reader", "reviewer"])
def test_readers_see_and_cannot_act(archive, monkeypatch, role):
    """A reader has no act to choose; a reviewer has, and may not undo what others reviewed."""
    monkeypatch.setenv("KARAULA_PROFILE", "mira")
    monkeypatch.setenv("KARAULA_ROLES", f'{{"mira": "{role}"}}')
    key = item(archive, "border_blockade")
    review(archive, key, Act.CONFIRM, "ana")
    review(archive, key, Act.CONFIRM, "mira", minute=1)
    at = opened(item=key, queue="reviewed")
    acts = [w for w in at.selectbox if str(w.key).startswith("review-")]

    assert bool(acts) == (role == "reviewer")
    assert ("readers see reviews" in html(at)) == (role == "reader")
    undone = [w for w in acts if "undone" in str(w.key)]
    assert [len(w.options) for w in undone] == ([1] if role == "reviewer" else [])


def review(url: str, key: str, act: Act, reviewer: str, *, minute: int = 0, **fields) -> None:
    """Record a review of a signal."""
    article, code = review_rows.item_of(key) or ("", "")
    writer = open_writer(url)
    at = datetime(2021, 10, 1, 8, minute, tzinfo=UTC)
    writer.review([
        Review(recorded_at=at, reviewer=reviewer, act=act, reason=f"{reviewer} says so", article_id=article, code=code, **fields)
    ])  # fmt: skip
    writer.close()


def test_a_second_reviewer_does_not_see_the_first_verdict(archive):
    """It waits for a second review without what was said; once given, both are shown and the conflict is listed."""
    key = item(archive, "border_blockade")
    review(archive, key, Act.RETAG, "ana", to_code="protest")
    at = opened(queue="second review")
    assert "ana says so" not in html(at)
    assert "Their verdict is shown once you have given yours" in html(at)
    assert len(widget(at, "selectbox", "act").options) == 3
    widget(at, "text_area", "reason").input("It is a blockade").run()
    widget(at, "button", "record").click().run()
    assert not at.exception
    found = agreement(kept(archive)[0])
    assert [(one, other) for _, one, other in found.conflicts] == [("protest", "border_blockade")]
    assert "border_blockade" in kept(archive)[1]
    at = opened(queue="disputed")
    assert "first: protest" in html(at)
    assert "ana says so" in html(at)


def test_looking_back_nothing_can_be_recorded(archive):
    """As known on an earlier day the page reads, has no act, and says how to come to the acts."""
    at = opened(known="2021-09-24")

    assert [w for w in at.selectbox if str(w.key).startswith("review-")] == []
    assert "You look back" in html(at)
    assert "You look back" not in html(opened())


def test_what_an_address_states_wrongly_is_said(archive):
    """Unknown items, events and queues are no error."""
    assert "no report of this id" in html(opened(item="border_blockade~nobody"))
    assert "merged, or all of it was retracted" in html(opened(event="e1nothing"))
    opened(item="~", queue="none")
    opened(item=f"{HOSTILE}~{HOSTILE}")


def test_quoted_words_are_found_where_they_stand():
    """Headline before lead before text; nothing where they do not stand."""
    row = {"title": "Barikade", "summary": "Vojska na granici", "body": None}

    (span,) = review_acts.quotation(row, " na granici ")
    assert (span.field, span.start, span.end, span.text) == ("summary", 7, 17, "na granici")
    assert review_acts.quotation(row, "Tenkovi") == review_acts.quotation(row, " ") == ()


def test_items_survive_the_address():
    """Code and article come back; what is neither is no item."""
    assert all(review_rows.item_of(review_rows.key_of(("a~1", code))) == ("a~1", code) for code in signal_types())
    assert [review_rows.item_of(key) for key in ("", "~", "border_blockade", "no_code~a1")] == [None] * 4
