"""Events, situations and the index on the command line, over real stores."""

import json

import pytest
from called import call

ROWS = [
    {"id": f"r{n}", "title": title, "url": f"https://o{n}.example/{n}", "outlet": f"o{n}", "published": day}
    for n, (day, title) in enumerate(
        [
            ("2021-09-20", "Srbi kamionima blokirali put ka prelazu Jarinje"),
            ("2021-09-20", "Serbët bllokojnë me kamionë rrugën drejt Jarinjës"),
            ("2021-09-20", "Serbs block road to Jarinje crossing with lorries"),
            ("2021-09-22", "Serbs still block the road at Jarinje crossing for third day"),
            ("2021-09-22", "Eleven goals in the cup final"),
            ("2021-10-02", "Barricades removed at Jarinje crossing"),
        ]
    )
]


@pytest.fixture(scope="module")
def karaula(tmp_path_factory):
    """Run a command over a store with a blockade; return (exit code, stdout, stderr)."""
    folder = tmp_path_factory.mktemp("cli")
    environment = {"KARAULA_STORE": f"sqlite:///{folder}/live.db", "NO_COLOR": "1"}

    def run(*arguments):
        return call(*arguments, environment=environment, folder=folder)

    run.folder = folder
    source = folder / "in.jsonl"
    source.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in ROWS), encoding="utf-8")
    assert run("backfill", "--input", source, "--now", "2021-10-03T00:00:00Z")[0] == 0
    return run


def exported(karaula, what, *arguments):
    """Return the rows of an export."""
    target = karaula.folder / f"{what}.jsonl"
    code, _, err = karaula("export", what, "--format", "jsonl", "--output", target, *arguments)
    assert code == 0, err
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_memberships_name_items_by_their_own_ids(karaula):
    """Each backfilled item comes with its event; one incident in three languages has one."""
    event = {r["id"]: r["event"] for r in exported(karaula, "memberships")}

    assert set(event) == {r["id"] for r in ROWS}
    assert event["r0"] == event["r1"] == event["r2"]
    assert event["r4"] not in {event["r0"], event["r3"], event["r5"]}


def test_events_have_voices_and_weights(karaula):
    """Events come with their reports, languages and sides."""
    top = next(e for e in exported(karaula, "events") if e["n_reports"] == 3)

    assert (top["day"], top["place_id"], top["n_independent"]) == ("2021-09-20", "crossing-jarinje", 3)
    assert top["told"] == "side unknown"
    assert set(top["countries"]) >= {"XK"}
    assert {"sq", "en"} <= set(top["languages"])


@pytest.mark.parametrize("form", ["csv", "parquet", "geojson", "gpkg"])
@pytest.mark.parametrize("what", ["events", "situations", "crossings"])
def test_exports_in_every_format(karaula, what, form):
    """Events and situations are written in each format."""
    target = karaula.folder / f"{what}.{form}"

    assert karaula("export", what, "--format", form, "--output", target)[0] == 0
    assert target.stat().st_size > 100


def test_the_crossings_board_names_what_nobody_reported_on(karaula):
    """Every crossing is there: the one that was reported on with its state, the others as *no report*."""
    state = {c["place_id"]: c["state"] for c in exported(karaula, "crossings", "--to", "2021-09-23")}
    later = {c["place_id"]: c["state"] for c in exported(karaula, "crossings")}

    assert (state["crossing-jarinje"], state["crossing-merdare"]) == ("blocked", "no report")
    assert later["crossing-jarinje"] == "reported open again"


def test_situations_have_a_beginning_and_an_end(karaula):
    """The blockade stands from its first report to the report of its end; the evidence is named."""
    found = [s for s in exported(karaula, "situations") if s["kind"] == "blockade" and s["place_id"] == "crossing-jarinje"]

    assert [(s["since"], s["until"], s["status"]) for s in found][:1] == [("2021-09-20", "2021-10-02", "closed")]
    assert len(found[0]["article_ids"]) == 5


@pytest.mark.parametrize("scope", ["XK", "RS-XK", "region", "crossing:jarinje", "place:crossing-jarinje"])
def test_the_index_of_every_scope_adds_up(karaula, scope):
    """Contributions sum to the value; days without an article are null, with the cause."""
    code, out, err = karaula("index", "--scope", scope, "--from", "2021-09-20", "--to", "2021-09-22")
    days = json.loads(out)["days"]

    assert code == 0, err
    assert [d["value"] is None for d in days] == [False, True, False]
    assert days[1]["cause"]
    assert all(sum(c["contribution"] for c in d["contributions"]) == pytest.approx(d["value"]) for d in days[::2])
    assert all(d["low"] <= d["value"] + 1e-9 for d in days[::2])


def test_the_index_as_known_before_anything_was_seen_is_null(karaula):
    """What was not known on a day is in no number as known on that day."""
    _, out, _ = karaula("index", "--scope", "XK", "--from", "2021-09-20", "--to", "2021-09-20", "--as-known-on", "2021-09-30")
    assert json.loads(out)["days"][0]["value"] is None
    _, out, _ = karaula("index", "--scope", "XK", "--from", "2021-09-20", "--to", "2021-09-20", "--as-known-on", "2021-10-03")
    assert json.loads(out)["days"][0]["value"] > 0


def test_unknown_scopes_are_refused_by_name(karaula):
    """A place that the gazetteer does not know, or a kind of scope that there is not, is a sentence and exit code 1."""
    for scope in ("crossing:nowhere", "XK-XX", "moon"):
        code, _, err = karaula("index", "--scope", scope)
        assert code == 1
        assert scope in err


def test_rescore_of_what_was_read_changes_nothing(karaula):
    """With the same scorer there is nothing to read, and every article has its event."""
    code, out, _ = karaula("rescore", "--json")
    report = json.loads(out)

    assert code == 0
    assert (report["articles_read"], report["articles_merged"]) == (0, 0)


def test_backtest_compares_with_outside_records(karaula):
    """Openings are found within a day; a monthly series is compared by rank."""
    episodes, counts = karaula.folder / "episodes.jsonl", karaula.folder / "counts.csv"
    episodes.write_text(
        '{"situation": "jarinje", "place": ["Jarinje"], "start": "2021-09-21"}\n'
        '{"situation": "elsewhere", "place": ["Kastanies"], "start": "2021-09-21"}\n'
    )
    counts.write_text("country,month,event_type,events\nXK,2021-08-01,Riots,1\nXK,2021-09-01,Riots,9\nXK,2021-09-01,Protests,5\n")
    code, out, err = karaula("backtest", "--episodes", episodes, "--series", counts, "--type", "Riots", "--json")
    report = json.loads(out)

    assert code == 0, err
    assert [(r["id"], r["hit"]) for r in report["episodes"]["rows"]] == [("jarinje", True), ("elsewhere", False)]
    assert report["correlations"] == [{"scope": "XK", "rho": pytest.approx(1.0), "months": 2}]


def test_backtest_needs_something_to_compare_with(karaula):
    """Without a record it says what to give."""
    code, _, err = karaula("backtest")
    assert (code, "--episodes" in err) == (1, True)
