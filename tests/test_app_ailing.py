"""What feeds suffer from, on the page Sources: by the record of attempts, with since when and what to do."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from desk import html, open_page

from tension.store import open_writer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def filled(url: str, records: Any) -> datetime:
    """Fill a store with three feeds: a silent one, a blocked one that left the catalogue of panels, and a healthy one."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with closing(open_writer(url)) as writer:
        writer.put_feeds([records.feed(), records.feed("rs-other"), records.feed("rs-well")], now - 40 * DAY)
        hours = [now - n * HOUR for n in range(24 * 20, 0, -1)]
        writer.add_fetches([records.fetch(fetched_at=at, n_new=4 if at < now - 2 * DAY else 0) for at in hours])
        writer.add_fetches([records.fetch("rs-well", fetched_at=at, n_new=4) for at in hours])
        refused = {"outcome": "failed", "status": 403, "reason": "the server answered 403", "grade": "soft"}
        writer.add_fetches([records.fetch("rs-other", fetched_at=at, **refused) for at in hours[-3:]])
    return now


def test_silence_is_told_on_the_page_of_sources(desk_stores: dict[str, str], records: Any) -> None:
    """The worst first, with since when and what to do; a feed that is well is not among them, and nobody is asked before."""
    now = filled(desk_stores["live"], records)
    at = open_page("sources", store="live")
    before = len(at.dataframe)
    at.toggle(key="unwell").set_value(True).run()
    assert not at.exception
    assert len(at.dataframe) == before + 1
    (rows,) = [d.value for d in at.dataframe if "advice" in d.value]

    assert list(rows["state"]) == ["blocked", "silent"]
    assert list(rows["since"]) == [now - 3 * HOUR, now - 2 * DAY - HOUR]
    assert rows["words"].iloc[0] == "the server answered 403 (3 times)"
    assert rows["words"].iloc[1].startswith("it answers, but brought nothing new where about ")
    assert rows["advice"].str.len().min() > 20


def test_it_is_said_when_all_is_well(desk_stores: dict[str, str], records: Any) -> None:
    """An empty table would leave the reader to guess."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with closing(open_writer(desk_stores["live"])) as writer:
        writer.put_feeds([records.feed()], now - 40 * DAY)
        writer.add_fetches([records.fetch(fetched_at=now - n * HOUR, n_new=4) for n in range(24 * 10, 0, -1)])
    at = open_page("sources", store="live")
    at.toggle(key="unwell").set_value(True).run()
    assert "every feed is well" in html(at)
