"""The page Events: reports with their words, search in any script, why not."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from desk import address, html, open_page
from filled import TOWN

from app import repository, words
from tension.store import open_writer


@pytest.mark.usefixtures("full")
def test_events_lists_reports_newest_first_with_their_evidence():
    """Every report with a signal, by day, newest first: trigger words marked, where, mode, rule; hostile titles as text."""
    said = html(open_page("events"))

    assert "6 reports with a signal" in said
    assert said.count("<mark") == 6
    assert "Jarinje / Jarinjë, Kosovo (crossing, exact)" in said
    assert "no place" in said
    assert "rule sr:border_blockade:1" in said
    assert "<script>alert" not in said
    assert 'href="javascript' not in said
    today = datetime.now(UTC).date()
    days = [said.index(f"<b>{words.day(today - timedelta(days=n))}</b>") for n in range(3)]
    assert days == sorted(days)


@pytest.mark.usefixtures("full")
def test_order_of_events_is_turned_and_stays_in_the_address():
    """Oldest first turns the list around; the address carries it."""
    at = open_page("events")

    at.segmented_control(key="order").set_value("oldest first").run()

    said = html(at)
    today = datetime.now(UTC).date()
    assert said.index(words.day(today - timedelta(days=2))) < said.index(f"<b>{words.day(today)}</b>")
    assert address(at, "order") == ["oldest first"]


@pytest.fixture
def searchable(stores, records) -> SimpleNamespace:
    """A live store with headlines in two scripts, one of them without a signal, and sixty more on one day."""
    now = datetime.now(UTC)
    titles = {"cyr": "Барикаде у Лепосавићу", "lat": "Barikade u Leposaviću", "none": "Cvijeće u Leposaviću"}
    writer = open_writer(stores.live)
    writer.put_feeds([records.feed("rs-outlet")], now - timedelta(days=3))
    rows = [(i, title, () if i == "none" else (records.signal(place=TOWN),)) for i, title in titles.items()]
    rows += [(f"many{n}", f"Protest number {n}", (records.signal("protest"),)) for n in range(60)]
    deliveries = [
        records.delivery(
            records.article(i, title=title, summary="", published_at=now, published_date=now.date()), *signals, seen_at=now
        )
        for i, title, signals in rows
    ]
    writer.add(deliveries)
    writer.close()
    return stores


@pytest.mark.usefixtures("searchable")
@pytest.mark.parametrize("text", ["barikade leposavić", "БАРИКАДЕ Лепосавић", "barikade leposavic"])
def test_search_finds_in_any_script(text):
    """Cyrillic, Latin, without diacritics: the same words find the same reports, and the address carries them."""
    at = open_page("events", q=text)
    said = html(at)

    assert "2 reports with a signal for" in said
    assert "rikade" in said
    assert "рикаде" in said
    assert address(at, "q") == [text]


@pytest.mark.usefixtures("searchable")
def test_reports_without_a_signal_are_counted_and_can_be_read():
    """What matches without a signal is not hidden: it is counted, and one choice away with the reason."""
    at = open_page("events", q="leposavicu")
    assert "1 more report without a signal" in html(at)

    at.segmented_control(key="reports").set_value("all").run()

    assert "3 reports for" in html(at)
    assert "No signal. No words of any signal were found in it." in html(at)


@pytest.mark.usefixtures("searchable")
@pytest.mark.parametrize("text", ['" OR 1=1 --', "NEAR(", "*", "'; DROP TABLE article", "<img src=x onerror=alert(1)>"])
def test_search_for_operators_is_a_search_for_words(text):
    """Nothing that is typed is an operator, an error, or markup."""
    at = open_page("events", q=text)

    assert not at.error
    assert "<img" not in html(at)


@pytest.mark.usefixtures("searchable")
def test_events_come_in_pages():
    """A long list is turned page by page; the address names the page, and nonsense there is the first."""
    at = open_page("events")
    assert "1 to 25 of 62" in html(at)

    at.button(key="next").click().run()
    assert "26 to 50 of 62" in html(at)
    assert address(at, "page") == ["2"]

    assert "51 to 62 of 62" in html(open_page("events", page="99"))
    for nonsense in ("-1", "x", "9" * 5_000):
        assert "1 to 25 of 62" in html(open_page("events", page=nonsense))


@pytest.mark.usefixtures("searchable")
def test_filters_hold_for_events():
    """The shared filters narrow the list as they do everything else."""
    assert "2 reports with a signal" in html(open_page("events", where="XK", signals="border_blockade"))


@pytest.mark.usefixtures("searchable")
def test_why_not_answers_for_a_pasted_headline():
    """A headline in the box is read: what was considered, what became of it, where; it is written to no store."""
    at = open_page("events")
    before = repository.desk("live").watermark

    at.text_area(key="headline").set_value("Serbia deploys troops near Jarinje <b>now</b>").run()

    said = html(at)
    assert "1 signal: force posture" in said
    assert "Counts as force posture, at Jarinje / Jarinjë, Kosovo" in said
    assert "&lt;b&gt;now" in said
    assert repository.desk("live").watermark == before


@pytest.mark.usefixtures("searchable")
def test_why_not_can_be_linked():
    """A link with a headline opens the answer."""
    assert "No signal. No words of any signal were found in it." in html(open_page("events", headline="Flowers in the park"))
