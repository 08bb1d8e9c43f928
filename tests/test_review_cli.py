"""Reviews on the command line: the labelled set as a file, and the index that follows a review."""

import json
from datetime import timedelta

import pandas as pd
import pytest
from called import call

from tension.review.record import Act, Review
from tension.store import open_writer

FORMULA = "=HYPERLINK(1) Barikade"


@pytest.fixture
def karaula(sqlite_url, tmp_path, records):
    """Run the installed command over a store in which one of two reports was retracted by two people."""
    writer = open_writer(sqlite_url)
    writer.put_feeds([records.feed()], records.now)
    writer.add([records.delivery(records.article(f"a{n}", title=title), records.signal(evidence=())) for n, title in
                enumerate((FORMULA, "Barikade"))])  # fmt: skip
    for n, reviewer in enumerate(("ana", "boro")):
        given = {"recorded_at": records.now + timedelta(days=n + 1), "reviewer": reviewer, "code": "border_blockade"}
        writer.review([
            Review(act=Act.RETRACT, reason="A quotation", article_id="a0", **given),
            Review(act=Act.CONFIRM, reason="It is", article_id="a1", **given),
        ])  # fmt: skip
    writer.close()

    def run(*arguments):
        code, _, err = call(*arguments, environment={"KARAULA_STORE": sqlite_url, "NO_COLOR": "1"}, folder=tmp_path)
        assert code == 0, err

    return run


def test_the_labelled_set_is_written_in_both_formats(karaula, tmp_path):
    """One row a reviewed report; lists are lists in JSON; in CSV no headline is a formula; the window narrows it down."""
    karaula("export", "reviewed", "--format", "jsonl", "--output", "set.jsonl")
    karaula("export", "reviewed", "--format", "csv", "--output", "set.csv")
    karaula("export", "reviewed", "--format", "jsonl", "--from", "2024-01-01", "--output", "none.jsonl")
    first, second = map(json.loads, (tmp_path / "set.jsonl").read_text(encoding="utf-8").splitlines())

    assert (first["codes"], first["rejected"], first["reviewers"], first["agreed"]) == (
        [],
        ["border_blockade"],
        ["ana", "boro"],
        True,
    )
    assert (second["codes"], second["modes"], second["places"]) == (["border_blockade"], ["actual"], ["788652"])
    assert list(pd.read_csv(tmp_path / "set.csv")["title"]) == [f"'{FORMULA}", "Barikade"]
    assert (tmp_path / "none.jsonl").read_text(encoding="utf-8").strip() == ""


def test_signals_are_exported_as_corrected_and_as_known_before(karaula, tmp_path):
    """What was retracted is in no file of today, and is in that of the day before."""
    karaula("export", "signals", "--format", "csv", "--output", "now.csv")
    assert list(pd.read_csv(tmp_path / "now.csv")["article_id"]) == ["a1"]
    karaula("export", "signals", "--format", "csv", "--as-known-on", "2023-09-25", "--output", "then.csv")
    assert sorted(pd.read_csv(tmp_path / "then.csv")["article_id"]) == ["a0", "a1"]
