"""The read API as programs use it: a real server process on loopback, real stores, real HTTP."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

import geopandas as gpd
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api import resources
from app.api.openapi import description
from tension.errors import SettingsError
from tension.frametypes import TABLES, types_of
from tension.index.scopes import check_scope
from tension.settings import Settings
from tension.store import open_writer

KARAULA = Path(sys.executable).with_name("karaula")
HOSTILE = '<img src=x onerror="alert(1)"> =HYPERLINK("x") \u202e'
RS = ("serbia", "RS", "sr")
TOLD = [
    (date(2021, 9, 20), "Srbi kamionima blokirali put ka prelazu Jarinje", "Danas", "danas", *RS),
    (date(2021, 9, 20), "Serbs block road to Jarinje crossing with lorries", "Wire", "wire", "", "INT", "en"),
    (
        date(2021, 9, 22),
        f"{HOSTILE} Serbs still block the road at Jarinje crossing for third day",
        "Wire",
        "wire",
        "",
        "INT",
        "en",
    ),
    (date(2021, 9, 25), "Eksplozija u Leposaviću", "Danas", "danas", *RS),
    (date(2021, 9, 26), "Eksplozija u Nikšiću", "Danas", "danas", *RS),
]
WINDOW = "window=2021-09-18&window=2021-09-30"


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> dict[str, str]:
    """Addresses of a live store and an archive that is not there."""
    folder = tmp_path_factory.mktemp("api")
    return {"KARAULA_STORE": f"sqlite:///{folder}/live.db", "KARAULA_REPLAY": f"sqlite:///{folder}/replay.db", "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def api(stores, tmp_path_factory) -> Iterator[httpx.Client]:
    """A client of `karaula api` on a port of its own, over a store that the installed command filled."""
    source = tmp_path_factory.mktemp("in") / "in.jsonl"
    rows = [
        {"id": f"r{n}", "title": title, "url": f"https://o{n}.example/{n}", "outlet": outlet, "published": day.isoformat(),
         "language": language}
        for n, (day, title, outlet, _, _, _, language) in enumerate(TOLD)
    ]  # fmt: skip
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    environment = os.environ | stores
    command = [KARAULA, "backfill", "--input", str(source), "--now", "2021-10-03T00:00:00Z"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [KARAULA, "api", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    base = f"http://127.0.0.1:{port}/api/v1"
    try:
        _wait(process, f"{base}/taxonomy")
        with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
            yield client
    finally:
        process.send_signal(2)
        _, said = process.communicate(timeout=30)
    assert said.decode().strip() == "Stopped."


def _wait(process: subprocess.Popen, url: str) -> None:
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail(f"the server stopped: {process.stderr.read()}")
        try:
            httpx.get(url, timeout=5, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not answer within a minute")


@pytest.fixture(scope="module")
def run(stores):
    """Run the installed command on the same store; return what it prints, or writes as JSON lines."""

    def command(*arguments, target=None):
        more = ["--format", "jsonl", "--output", str(target)] if target else []
        done = subprocess.run([KARAULA, *arguments, *more], env=os.environ | stores, check=True, capture_output=True, text=True)
        return [json.loads(line) for line in target.read_text("utf-8").splitlines()] if target else json.loads(done.stdout)

    return command


def got(api, path, **headers) -> dict:
    """Return the JSON of a good answer."""
    answer = api.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_index_is_that_of_the_command(api, run):
    """Every number of every day is the very number that `karaula index` prints."""
    days = run("index", "--scope", "XK", "--from", "2021-09-18", "--to", "2021-09-30")["days"]
    items = got(api, f"/index?scope=XK&{WINDOW}")["items"]

    assert [{name: day[name] for name in types_of("index")} for day in days] == items
    assert any(day["value"] for day in days)
    assert any(day["cause"] for day in days)


@pytest.mark.parametrize("what", ["events", "situations", "crossings"])
def test_tables_are_those_of_the_export(api, run, tmp_path, what):
    """Every value of every row is the one that `karaula export` writes."""
    key = {"events": "event", "situations": "situation", "crossings": "place_id"}[what]
    rows = {row[key]: row for row in run("export", what, "--to", "2021-09-30", target=tmp_path / "rows.jsonl")}
    items = {row[key]: row for row in got(api, f"/{what}?since=2021-01-01&until=2021-09-30")["items"]}

    assert items.keys() == rows.keys()
    assert len(items) > 0
    for name, item in items.items():
        for column, value in item.items():
            # The export rounds floats to ten digits and writes no denial as an absent list.
            wanted = rows[name][column]
            assert value == (pytest.approx(wanted, abs=1e-9) if isinstance(value, float) else wanted), column


def test_a_pasted_permalink_filters_as_the_dashboard_does(api):
    """The names of the filters are those of the dashboard's address; a filter changes no weight."""
    from app import filters

    names = {filters.STORE, filters.WINDOW, filters.CODES, filters.COUNTRIES, filters.LANGUAGES, filters.OUTLETS,
             filters.CERTAINTY, filters.KNOWN}  # fmt: skip
    whole = {row["event"]: row["weight"] for row in got(api, f"/events?{WINDOW}")["items"]}
    some = got(api, f"/events?store=live&{WINDOW}&signals=border_blockade&where=XK&languages=en&outlets=Wire&certainty=0.1")[
        "items"
    ]

    assert names <= set(resources.TABLES["events"].parameters)
    assert 0 < len(some) < len(whole)
    assert all(row["weight"] == whole[row["event"]] and row["code"] == "border_blockade" for row in some)


def test_as_known_on_goes_back(api):
    """Before the day on which the store was filled nothing was known; both names say the same."""
    for name in ("known", "as_known_on"):
        then = got(api, f"/events?{WINDOW}&{name}=2021-10-02")
        assert (then["numberMatched"], then["as_known_on"]) == (0, "2021-10-02")
        assert got(api, f"/events?{WINDOW}&{name}=2021-10-03")["numberMatched"] > 0


@pytest.mark.parametrize("name", ["events", "crossings", "articles", "index"])
def test_pages_are_the_whole_in_order(api, name):
    """Following `next` gives every row once, in the order of the whole; the header Link says the same."""
    scope = "&scope=XK" if name == "index" else ""
    whole = got(api, f"/{name}?{WINDOW}{scope}")
    url, pages = f"/{name}?{WINDOW}{scope}&limit=2", []
    while url and len(pages) < 100:
        answer = api.get(url)
        page = answer.json()
        pages += [page["items"]]
        assert answer.links.get("next", {}).get("url") == page["next"]
        assert page["numberReturned"] == len(page["items"]) <= 2
        url = page["next"]

    assert [row for page in pages for row in page] == whole["items"]
    assert whole["numberMatched"] == len(whole["items"]) > 2


def test_geojson_opens_in_geopandas(api, tmp_path):
    """By its ending or by Accept: points at exact places, in order lon, lat; the same rows as JSON."""
    by_accept = api.get(f"/events?{WINDOW}", headers={"Accept": "application/geo+json"})
    by_ending = api.get(f"/events.geojson?{WINDOW}")
    file = tmp_path / "events.geojson"
    file.write_bytes(by_ending.content)
    found = gpd.read_file(file, engine="pyogrio")
    items = {row["event"]: row for row in got(api, f"/events?{WINDOW}")["items"]}

    assert by_accept.headers["content-type"] == by_ending.headers["content-type"] == "application/geo+json"
    assert by_accept.json()["features"] == by_ending.json()["features"]
    assert set(found["event"]) == set(items)
    for event, point in zip(found["event"], found.geometry, strict=True):
        assert (point.x, point.y) == (items[event]["lon"], items[event]["lat"])


def test_an_unchanged_store_is_not_sent_again(api, stores, records):
    """If-None-Match with the ETag is 304 without a body, for each form on its own; new data changes the tag."""
    answer = api.get(f"/events?{WINDOW}")
    tag = answer.headers["etag"]
    unchanged = api.get(f"/events?{WINDOW}", headers={"If-None-Match": f'"other", {tag}'})
    tags = {api.get(path).headers["etag"] for path in (f"/events.geojson?{WINDOW}", f"/events?{WINDOW}&limit=1", "/events")}

    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
    assert len(tags | {tag}) == 4
    assert "no-cache" in answer.headers["cache-control"]
    assert "accept" in answer.headers["vary"].lower()

    writer = open_writer(stores["KARAULA_STORE"])
    writer.add([records.delivery("new", records.signal("protest"), feed_id=None)])
    writer.close()
    changed = api.get(f"/events?{WINDOW}", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)


BAD = {
    "events?certainty=nan": "certainty", "events?certainty=1.1": "certainty", "events?certainty=-0": "certainty",
    "events?limit=0": "limit", "events?limit=10001": "limit", "events?limit=1e3": "limit", "events?limit=٣": "limit",
    "events?window=yesterday": "window", "events?window=2021-02-30": "window", "events?since=0001-01-01": "since",
    "events?window=2021-01-01&window=2021-01-02&window=2021-01-03": "window", "events?since=2021-02-01&until=2021-01-01": "until",
    "events?window=2021-01-01&since=2021-01-01": "window", "events?window=2019-01-01&window=2021-01-01": "window",
    "events?signals=war": "signals", "events?where=KOS": "where", "events?where=%00%00": "where",
    "events?languages=english": "languages",
    "events?outlets=%00": "outlets", "events?outlets=" + "x" * 201: "outlets", "events?colour=red": "colour",
    "events?store=live&store=replay": "store", "events?store=../x": "store", "events?known=now": "known",
    "events?known=2021-01-01&as_known_on=2021-01-02": "as_known_on", "events?cursor=%21": "cursor", "events?cursor=W10": "cursor",
    "events?scope=RS": "scope", "events?" + "&".join(f"outlets=o{n}" for n in range(101)): "outlets",
    "index": "scope", "index?scope=ZZ": "scope", "index?scope=RS&feeds=some": "feeds", "index?scope=place:' OR 1=1 --": "scope",
    "crossings?signals=protest": "signals", "feeds?window=2021-01-01": "window", "situations?certainty=0.5": "certainty",
}  # fmt: skip


@pytest.mark.parametrize("path", BAD)
def test_a_bad_parameter_is_named(api, path):
    """What cannot be used is refused, not passed over: 400 as RFC 9457 says it, with the name of the parameter."""
    answer = api.get(f"/{path}")
    problem = answer.json()

    assert (answer.status_code, problem["status"], problem["parameter"]) == (400, 400, BAD[path])
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"].startswith(f"{BAD[path]}: ")
    assert {"type", "title", "instance"} <= problem.keys()


def test_what_is_not_there_is_a_problem_too(api):
    """Unknown addresses, other methods, other forms, a store that is not there: each its own status, none a page of HTML."""
    answers = {
        404: [api.get("/nothing"), api.get("/events.csv"), api.get("/../../etc/passwd")],
        405: [api.post("/events"), api.delete("/events"), api.put("/feeds"), api.options("/index")],
        406: [api.get("/coverage.geojson?x"), api.get(f"/events?{WINDOW}", headers={"Accept": "text/csv"})],
        421: [
            api.get("/version", headers={"Host": "evil.example"}),
            api.get("/version", headers={"Host": "127.0.0.1.evil.example"}),
        ],
        503: [api.get("/events?store=replay")],
    }
    for status, all_of_them in answers.items():
        for answer in all_of_them:
            assert (answer.status_code, answer.json()["status"]) == (status, status)
            assert answer.headers["content-type"] == "application/problem+json"
    assert answers[405][0].headers["allow"].replace(" ", "").split(",")[0] in {"GET", "HEAD"}
    assert api.head(f"/events?{WINDOW}").status_code == 200


def test_hostile_titles_are_data(api):
    """A headline of tags is the text it is, under a media type that no browser runs; no other site's page may read it."""
    answer = api.get(f"/articles?{WINDOW}")

    assert any(row["title"].startswith("<img src=x") for row in answer.json()["items"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "access-control-allow-origin" not in api.get("/version", headers={"Origin": "https://evil.example"}).headers


def test_evidence_of_an_event_is_one_request(api):
    """The ids that an event lists give its headlines with their addresses, whatever the window."""
    event = next(row for row in got(api, f"/events?{WINDOW}")["items"] if row["n_reports"] > 1)
    query = "&".join(f"article={article}" for article in event["article_ids"])
    reports = got(api, f"/articles?{query}")["items"]

    assert {row["article_id"] for row in reports} == set(event["article_ids"])
    assert all(row["url"].startswith("https://o") for row in reports)


def test_description_is_whole(api):
    """The OpenAPI description names every table, parameter and column, and each answer has just those columns."""
    found = got(api, "/openapi.json")
    schemas = found["components"]["schemas"]

    assert found == json.loads(json.dumps(description()))
    assert {path.strip("/").removesuffix(".geojson") for path in found["paths"]} == {*TABLES, "taxonomy", "version"}
    assert set(resources.TABLES) == set(TABLES)
    for name in TABLES:
        scope = "?scope=XK" if name == "index" else "?since=2021-09-18&until=2021-09-30" if name != "feeds" else ""
        for row in got(api, f"/{name}{scope}")["items"]:
            assert list(row) == schemas[name]["required"]
    for reference in re.findall(r'"\$ref": "#/components/(\w+)/([\w-]+)"', json.dumps(found)):
        assert reference[1] in found["components"][reference[0]]


def test_page_asks_nobody_else(api):
    """The page of the API names no other host, runs no script, and its links lead somewhere."""
    page = httpx.get(str(api.base_url).rstrip("/").removesuffix("/api/v1") + "/", follow_redirects=True, trust_env=False)
    links = set(re.findall(r'(?:href|src)="([^"#]+)', page.text))

    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert all(urlsplit(link).netloc == "" for link in links)
    for link in links - {"data:,"}:
        assert api.get(str(api.base_url.copy_with(path=urlsplit(link).path)) + "?" + urlsplit(link).query).status_code == 200
    anchors = set(re.findall(r'href="#([^"]+)', page.text))
    assert anchors <= set(re.findall(r'id="([^"]+)', page.text))


def test_versions_and_taxonomy(api):
    """Versions name each store's revision or its trouble; the taxonomy has every code with its weight."""
    versions, taxonomy = got(api, "/version"), got(api, "/taxonomy")

    assert versions["stores"]["live"]["span"][0] == "2021-09-20"
    assert "does not exist yet" in versions["stores"]["replay"]["trouble"]
    assert len(taxonomy["signals"]) == 19
    assert taxonomy["method_version"] == versions["method"]


@settings(max_examples=150)
@given(
    table=st.sampled_from(sorted(TABLES)), name=st.sampled_from(sorted(resources.PARAMETERS)), value=st.text(max_size=40),
    accept=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(str.strip),
)  # fmt: skip
def test_no_parameter_breaks_it(api, table, name, value, accept):
    """Whatever a parameter or the header Accept says, the answer is rows or a problem that is the client's; never a failure."""
    text = quote(value.encode("utf-8", "surrogatepass"))
    answer = api.get(f"/{table}?{name}={text}", headers={"Accept": accept})

    assert answer.status_code in {200, 400, 406, 503}
    assert answer.json()["status" if answer.status_code != 200 else "table"] in {answer.status_code, table}


def test_taken_port_is_named(stores, tmp_path):
    """Where the port is taken, `karaula api` says which setting gives it another, and does nothing."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [KARAULA, "api", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, env=os.environ | stores, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert "KARAULA_API_PORT" in done.stderr


def test_port_is_the_next_one():
    """The API stands one port after the dashboard unless it is told otherwise, and on loopback wherever the dashboard is."""
    from ingest import serving

    assert serving.api(Settings(port=8701, host="0.0.0.0")).address == "http://127.0.0.1:8702"  # noqa: S104 - not bound
    assert serving.api(Settings(port=8701, api_port=9000)).address == "http://127.0.0.1:9000"


def test_scopes_are_checked_once():
    """The command and the API take the same scopes."""
    assert [check_scope(s) for s in ("xk", "XK-rs", "Region", "crossing:jarinje")] == [
        "XK",
        "RS-XK",
        "region",
        "place:crossing-jarinje",
    ]
    with pytest.raises(SettingsError):
        check_scope("place:nowhere")
