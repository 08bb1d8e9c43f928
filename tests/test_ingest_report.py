"""The report of a round, for programs and for people."""

import json
from datetime import UTC, datetime

from ingest.report import FailedFeed, FeedIssue, RoundReport

REPORT = RoundReport(
    started_at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    feeds_tried=30,
    not_modified=4,
    failed=[FailedFeed(feed=f"xx-{n}", reason="the server answered 404", grade="hard") for n in range(25)],
    entries_seen=200,
    articles_new=12,
    sightings=188,
    signals=3,
    issues=[FeedIssue(feed="aa-b", issue="an entry without a title was left out")],
    seconds={"retrieve": 1.23456, "parse": 0.5},
)


def test_the_report_is_plain_data() -> None:
    """It goes through JSON unchanged and has every figure of the round."""
    data = REPORT.as_dict()
    assert json.loads(json.dumps(data)) == data
    assert {k: v for k, v in data.items() if k not in {"failed", "issues"}} == {
        "started_at": "2026-11-23T12:00:00+00:00",
        "feeds_tried": 30,
        "feeds_answered": 5,
        "not_modified": 4,
        "entries_seen": 200,
        "articles_new": 12,
        "sightings": 188,
        "signals": 3,
        "seconds": {"retrieve": 1.235, "parse": 0.5},
    }
    assert data["failed"][0] == {"feed": "xx-0", "reason": "the server answered 404", "grade": "hard"}


def test_the_report_in_words_names_what_failed() -> None:
    """Long lists are cut, and it is said by how much."""
    text = REPORT.as_text()
    assert text.startswith("5 of 30 feeds answered, 4 of them unchanged.\n200 entries seen: 12 new articles with 3 signals.")
    assert "  xx-19: the server answered 404 (hard)\n  ... and 5 more\n" in text
    assert text.endswith("Remarks (1):\n  aa-b: an entry without a title was left out")


def test_a_round_over_nothing_is_said_so() -> None:
    """No feeds, no seconds, no lists: still two sentences."""
    assert RoundReport(started_at=REPORT.started_at).as_text().count("\n") == 2
