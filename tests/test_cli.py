"""The command line as outside programs use it: contracts, exit codes, sentences on stderr."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from called import call

ROOT = Path(__file__).resolve().parents[1]
KARAULA = Path(sys.executable).with_name("karaula")


@pytest.fixture
def environment(tmp_path):
    """Name stores of this test's own."""
    return {
        "KARAULA_STORE": f"sqlite:///{tmp_path}/live.db",
        "KARAULA_REPLAY": f"sqlite:///{tmp_path}/replay.db",
        "NO_COLOR": "1",
    }


@pytest.fixture
def installed(tmp_path, environment):
    """Run the installed command; return (exit code, stdout, stderr)."""

    def run(*arguments):
        done = subprocess.run(
            [KARAULA, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=os.environ | environment,
            cwd=tmp_path,
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def karaula(tmp_path, environment):
    """Run a command in this process; return (exit code, stdout, stderr)."""
    return partial(call, environment=environment, folder=tmp_path)


def lines(path, rows):
    """Write rows as JSON lines; text is written as it stands."""
    path.write_text(
        "".join((r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)) + "\n" for r in rows), encoding="utf-8"
    )
    return path


def test_help_names_every_command(installed):
    """`karaula --help` lists the commands and the exit codes."""
    code, out, _ = installed("--help")

    assert code == 0
    assert all(name in out for name in "up refresh watch score backfill replay export index feeds doctor".split())
    assert "Exit codes" in out


def test_score_keeps_its_contract(installed, tmp_path):
    """Each line comes back with language, signals whose evidence quotes the text, and places with coordinates."""
    title = "Srbi blokirali put ka Jarinju"
    source = lines(tmp_path / "in.jsonl", [{"id": 7, "title": title, "lede": "KFOR pojačao patrole.", "published": "2021-09-20"}])
    code, _, _ = installed("score", "--input", source, "--output", tmp_path / "out.jsonl")
    (answer,) = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    signal = next(s for s in answer["signals"] if s["type"] == "border_blockade")
    span = signal["evidence"][0]

    assert code == 0
    assert answer["id"] == "7"
    assert span["text"] == {"title": title}[span["field"]][span["start"] : span["end"]]
    assert signal["mode"] == "actual"
    assert 0 < signal["confidence"] <= 1
    place = next(p for p in answer["places"] if "Jarinje" in (p["name"], *p["aliases"]))
    assert (place["country"], place["precision"]) == ("XK", "crossing")
    assert 42 < place["lat"] < 44
    assert "Jarinjë" in place["aliases"]


def test_bad_lines_are_named_and_cost_only_themselves(karaula, tmp_path):
    """A malformed line is named by its number, the others are scored, and the exit code tells."""
    source = lines(tmp_path / "in.jsonl", [{"id": "a", "title": "x"}, "{not json", {"id": "b"}, "[1]", {"id": "c", "title": "y"}])
    code, _, err = karaula("score", "--input", source, "--output", tmp_path / "out.jsonl")
    answered = [json.loads(row)["id"] for row in (tmp_path / "out.jsonl").read_text().splitlines()]

    assert code == 3
    assert answered == ["a", "c"]
    assert all(f"line {n}" in err for n in (2, 3, 4))


def test_a_file_that_is_not_there_is_named(karaula, tmp_path):
    """A missing input is one sentence and exit code 1."""
    code, _, err = karaula("score", "--input", tmp_path / "none.jsonl", "--output", tmp_path / "out.jsonl")

    assert code == 1
    assert "none.jsonl" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("url", ["nonsense", "oracle://x", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_an_unusable_store_is_one_sentence(installed, tmp_path, url):
    """An unknown or unreachable store is named, without a traceback."""
    source = lines(
        tmp_path / "in.jsonl",
        [{"id": "a", "title": "x", "url": "https://example.org/", "outlet": "O", "published": "2021-09-20"}],
    )
    code, _, err = installed("backfill", "--input", source, "--store", url)

    assert code == 1
    assert err.startswith("karaula: ")
    assert "Traceback" not in err


def test_backfill_is_safe_to_repeat_and_exports(karaula, tmp_path):
    """The same file twice adds nothing; signals come out as CSV, JSON lines, Parquet and GeoJSON."""
    rows = [
        {
            "id": "1",
            "title": "Srbi blokirali put ka Jarinju",
            "url": "https://example.org/1",
            "outlet": "O",
            "published": "2021-09-20",
        },
        {
            "id": "2",
            "title": "=Zatvoren sajam",
            "url": "https://example.org/2",
            "outlet": "O",
            "published": "2021-09-21T10:00:00Z",
        },
    ]
    source = lines(tmp_path / "in.jsonl", rows)
    first = json.loads(karaula("backfill", "--input", source, "--json")[1])
    second = json.loads(karaula("backfill", "--input", source, "--json")[1])
    for form in ("csv", "jsonl", "parquet", "geojson"):
        assert karaula("export", "signals", "--format", form, "--output", tmp_path / f"s.{form}")[0] == 0
    karaula("export", "articles", "--output", tmp_path / "a.csv")

    assert (first["articles_new"], second["articles_new"]) == (2, 0)
    assert len(pd.read_csv(tmp_path / "s.csv")) == len(pd.read_parquet(tmp_path / "s.parquet")) == first["signals"] > 0
    point = json.loads((tmp_path / "s.geojson").read_text(encoding="utf-8"))["features"][0]["geometry"]
    assert point["type"] == "Point"
    assert "'=Zatvoren" in (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_backfill_takes_articles_without_an_address(installed, tmp_path):
    """An archive that has no addresses is stored, each item once; an address that is no text is named by its line."""
    rows = [{"id": str(n), "title": f"Naslov {n % 2}", "outlet": "O", "published": "2021-09-20", **more}
            for n, more in enumerate([{}, {"url": None}, {"url": ""}, {"url": 7}])]  # fmt: skip
    source = lines(tmp_path / "in.jsonl", rows)
    code, out, err = installed("backfill", "--input", source, "--json")

    assert (code, json.loads(out)["articles_new"], json.loads(out)["lines_bad"]) == (3, 3, 1)
    assert "line 4 'url' is neither text nor null" in " ".join(err.split())
    assert json.loads(installed("backfill", "--input", source, "--json")[1])["articles_new"] == 0


def test_backfill_reads_either_name_of_the_day_and_counts_what_has_none(karaula, tmp_path):
    """`date` dates an article as `published` does, which comes first where it can be read; what has neither is counted."""
    days = [
        {"published": "2021-09-20"},
        {"date": "2021-09-21"},
        {"published": "soon", "date": "2021-09-22"},
        {"published": "2021-09-23", "date": "2021-09-01"},
        {"published": None, "date": 20210924},
        {},
    ]
    rows = [{"id": str(n), "title": f"Naslov {n}", "url": f"https://e.org/{n}", "outlet": "O", **d} for n, d in enumerate(days)]
    code, out, err = karaula("backfill", "--input", lines(tmp_path / "in.jsonl", rows), "--json")
    karaula("export", "articles", "--output", tmp_path / "a.csv")

    assert (code, json.loads(out)["undated"]) == (0, 2)
    assert '2 of 6 articles have no day that can be read in "published" or "date"' in " ".join(err.split())
    stored = pd.read_csv(tmp_path / "a.csv").sort_values("title")["published_date"]
    assert list(stored) == ["2021-09-20", "2021-09-21", "2021-09-22", "2021-09-23"]


def test_export_filters(karaula, tmp_path):
    """Country, type and days restrict what is exported; an unknown type is refused by name."""
    rows = [
        {
            "id": str(n),
            "title": "Srbi blokirali put ka Jarinju",
            "url": f"https://example.org/{n}",
            "outlet": f"O{n}",
            "published": f"2021-09-2{n}",
        }
        for n in range(3)
    ]
    karaula("backfill", "--input", lines(tmp_path / "in.jsonl", rows))
    out = tmp_path / "s.csv"
    karaula(
        "export",
        "signals",
        "--output",
        out,
        "--from",
        "2021-09-21",
        "--to",
        "2021-09-21",
        "--country",
        "xk",
        "--type",
        "border_blockade",
    )

    assert list(pd.read_csv(out)["day"]) == ["2021-09-21"]
    code, _, err = karaula("export", "signals", "--output", out, "--type", "nonsense")
    assert (code, "nonsense" in err) == (1, True)


def test_index_adds_up_and_has_no_reading_for_silent_days(karaula, tmp_path):
    """Contributions sum to the day's parts; a day without any article is null with its cause."""
    rows = [
        {
            "id": "1",
            "title": "Srbi blokirali put ka Jarinju",
            "url": "https://example.org/1",
            "outlet": "O",
            "published": "2021-09-20",
        }
    ]
    karaula("backfill", "--input", lines(tmp_path / "in.jsonl", rows))
    _, out, _ = karaula("index", "--scope", "xk", "--from", "2021-09-20", "--to", "2021-09-21")
    first, second = json.loads(out)["days"]

    assert sum(c["contribution"] for c in first["contributions"]) == pytest.approx(
        first["acts"] + first["threats"] + first["stabilising"]
    )
    assert first["value"] > 0
    assert second["value"] is None
    assert second["cause"]


def test_refresh_refuses_the_own_network_unless_allowed(karaula, tmp_path, feed_server):
    """A feed list that points inside is not followed; allowed by name it is, and the report is JSON."""
    body = (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>'
        b"<item><title>Srbi blokirali put ka Jarinju</title></item></channel></rss>"
    )
    url = feed_server.answer("/f", body)
    opml = tmp_path / "feeds.opml"
    opml.write_text(f'<opml version="2.0"><body><outline type="rss" text="O" xmlUrl="{url}"/></body></opml>', encoding="utf-8")
    refused_code, refused, _ = karaula("refresh", "--feeds", opml, "--json", "--now", "2021-09-27T12:00:00Z")
    code, allowed, _ = karaula("refresh", "--feeds", opml, "--json", "--allow-host", "127.0.0.1", "--now", "2021-09-27T12:00:00Z")
    report = json.loads(allowed)

    assert refused_code == 4
    assert json.loads(refused)["failed"][0]["reason"]
    assert code == 0
    assert (report["feeds_tried"], report["entries_seen"], report["articles_new"], report["not_modified"]) == (1, 1, 1, 0)
    assert {"retrieve", "parse", "score", "store"} <= set(report["seconds"])


def test_a_broken_feed_list_is_named(karaula, tmp_path):
    """OPML that is no XML is one sentence with the file's name."""
    opml = tmp_path / "broken.opml"
    opml.write_text("this is not opml", encoding="utf-8")
    code, _, err = karaula("refresh", "--feeds", opml)

    assert code == 1
    assert "broken.opml" in err


def test_feed_lists_survive_export_and_import(karaula, tmp_path):
    """The catalogue written as OPML reads back with ids, languages, families and sides."""
    karaula("feeds", "export", tmp_path / "all.opml")
    catalogue = json.loads(karaula("feeds", "list", "--json")[1])
    read_back = json.loads(karaula("feeds", "list", "--json", "--feeds", tmp_path / "all.opml")[1])

    assert len(catalogue) >= 150
    assert sorted(catalogue, key=lambda f: f["id"]) == sorted(read_back, key=lambda f: f["id"])


def test_doctor_says_what_needs_attention(karaula):
    """Without stores the doctor names them and exits with 1."""
    code, out, _ = karaula("doctor")

    assert code == 1
    assert "attention" in out
    assert "does not exist yet" in out
