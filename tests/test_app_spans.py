"""The figure of situations over time: bars, marks, rows."""

from datetime import date

import pytest

from app.figures import spans
from app.theme import DARK, LIGHT

HOSTILE = '<img src=x onerror="alert(1)">'


def span(**fields) -> spans.Span:
    """Make a span that stands for ten days and is unconfirmed for five more."""
    made = {
        "id": "t1", "name": "Jarinje / Jarinjë", "kind": "Crossing blocked", "family": "obstruction", "since": date(2021, 9, 1),
        "last": date(2021, 9, 15), "unconfirmed_since": date(2021, 9, 11), "status": "unconfirmed",
        "changes": ((date(2021, 9, 1), "opened"),),
    }  # fmt: skip
    return spans.Span(**(made | fields))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_is_unconfirmed_is_drawn_otherwise(theme):
    """A bar ends where confirmation ends; what follows is hatched, up to the end."""
    drawn = spans.build([span()], window=(date(2021, 9, 1), date(2021, 9, 30)), theme=theme)

    bars = next(t for t in drawn.data if t.type == "bar")
    assert lengths(bars) == [(date(2021, 9, 1), 10), (date(2021, 9, 11), 5)]
    assert list(bars.marker.pattern.shape) == ["", "/"]
    assert [data[0] for data in bars.customdata] == ["t1", "t1"]


def lengths(bars) -> list[tuple[date, float]]:
    """Return first day and length in days of each bar."""
    return [(base.date(), x / 86_400_000) for base, x in zip(bars.base, bars.x, strict=True)]


def test_one_day_of_a_row_has_one_mark_of_a_kind():
    """Twenty reports that confirm it on one day are one mark; those outside the window are none."""
    confirmed = tuple((date(2021, 9, 3), "confirmed") for _ in range(20))
    told = span(changes=((date(2021, 8, 1), "opened"), *confirmed, (date(2021, 9, 4), "closed")))

    drawn = spans.build([told], window=(date(2021, 9, 1), date(2021, 9, 30)), theme=LIGHT)

    marks = [(t.marker.symbol, len(t.x)) for t in drawn.data if t.type == "scatter"]
    assert marks == [("line-ns", 1), ("square", 1)]


def test_what_ends_on_the_day_it_began_is_a_bar_of_a_day():
    """A road that was opened again within hours has a bar, and the day on which anything ends is of its bar."""
    day = date(2021, 9, 4)
    drawn = spans.build([span(since=day, last=day, unconfirmed_since=None)], window=(day, day), theme=LIGHT)

    assert lengths(next(t for t in drawn.data if t.type == "bar")) == [(day, 1)]


def test_bars_stay_within_the_window():
    """What began before the window or ends after it is cut at its edges; what lies outside is not drawn."""
    window = (date(2021, 9, 5), date(2021, 9, 8))
    drawn = spans.build([span(), span(id="t2", since=date(2021, 8, 1), last=date(2021, 8, 3), unconfirmed_since=None)],
                        window=window, theme=LIGHT)  # fmt: skip

    assert lengths(next(t for t in drawn.data if t.type == "bar")) == [(date(2021, 9, 5), 4)]


def test_one_place_and_kind_is_one_row():
    """A second blockade of the same crossing stands in the row of the first; names from outside are escaped."""
    two = [
        span(),
        span(id="t2", since=date(2021, 9, 20), last=date(2021, 9, 24), unconfirmed_since=None),
        span(id="t3", name=HOSTILE),
    ]

    drawn = spans.build(two, window=(date(2021, 9, 1), date(2021, 9, 30)), theme=LIGHT)

    assert len(spans.rows_of(two)) == 2
    assert len(drawn.layout.annotations) == 2
    assert "<img" not in drawn.to_json()
    assert "3 unconfirmed" in spans.alt(two, (date(2021, 9, 1), date(2021, 9, 30)))
