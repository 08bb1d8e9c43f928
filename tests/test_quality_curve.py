"""The learning curve: more of our headlines, better models."""

import pytest

from ingest.curve import Point, plot, points
from tension import assets
from tension.errors import AssetError


def test_the_curve_goes_from_few_headlines_to_all():
    """Points are in order, and each is an F1."""
    curve = points()
    assert [p.headlines for p in curve] == sorted({p.headlines for p in curve})
    assert all(0 < f1 < 1 for p in curve for f1 in (p.ngrams, p.vectors))


def test_each_point_is_a_bar_with_its_figure():
    """The plot is a table whose bars are as long as the F1 that stands before them."""
    row = plot([Point(headlines=12_345, ngrams=0.25, vectors=0.5)]).splitlines()[-1]
    assert row == f"| 12,345 | 0.500 {'▇' * 20} | 0.250 {'▇' * 10} |"


def test_a_point_without_a_figure_is_named(monkeypatch):
    """A damaged file is an error that names it."""
    monkeypatch.setattr(assets, "read_toml", lambda *_: {"point": [{"headlines": 1, "ngrams": 0.1}]})
    with pytest.raises(AssetError, match=r"curve\.toml"):
        points()
