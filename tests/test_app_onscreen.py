"""What is on screen as a file, and the link to a view."""

import json
from datetime import UTC, date, datetime
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from app import onscreen, tally
from app.components import header
from app.scopes import Scope, Voices, table
from tension.errors import SettingsError
from tension.events.table import events as table_of_events
from tension.model import Query

HOSTILE = '=HYPERLINK("x")<script>'
QUERY = Query(since=date(2021, 9, 1), until=date(2021, 9, 30))


@pytest.fixture
def found() -> pd.DataFrame:
    """Two weighed signals: one at a crossing, one known to its country only; both of one hostile article."""
    rows = pd.DataFrame(
        {
            "signal_id": ["s1", "s2"], "article_id": ["a1", "a1"], "code": ["border_blockade", "protest"], "mode": "actual",
            "confidence": 0.8, "rule": "en:x:y", "day": pd.to_datetime(["2021-09-20", "2021-09-21"]), "day_stated": "published",
            "place_id": ["gate", "country-xk"], "place_name": ["+Gate", "Kosovo"], "country": "XK", "lat": 43.0, "lon": 21.0,
            "precision": ["crossing", "country"], "language": "sr", "outlet": "Лист", "family": "@owner", "side": "serbia",
            "outlet_country": "RS", "first_seen_at": pd.Timestamp("2021-09-20", tz="UTC"), "event": ["e1", "e2"],
        }
    )  # fmt: skip
    return tally.weighed(rows)


@pytest.fixture
def shown(found) -> onscreen.OnScreen:
    """These signals as a page offers them."""
    articles = pd.DataFrame({"article_id": ["a1"], "title": [HOSTILE], "url": ["https://outlet.example/1"]})
    return onscreen.OnScreen(name="signals", has_places=True, frame=lambda: onscreen.signals(found, articles))


def test_csv_has_every_row_and_no_formula(shown):
    """Each signal with its headline, in UTF-8 that spreadsheets take; no cell begins like a formula."""
    content = shown.content("csv")
    back = pd.read_csv(BytesIO(content), encoding="utf-8-sig")

    assert content.startswith(b"\xef\xbb\xbf")
    assert list(back["signal"]) == ["border blockade", "protest"]
    assert list(back["title"]) == [f"'{HOSTILE}"] * 2
    assert list(back["publisher"]) == ["'@owner"] * 2
    assert back["place_name"][0] == "'+Gate"
    assert list(back["day"]) == ["2021-09-20", "2021-09-21"]
    assert set(back["outlet"]) == {"Лист"}


def test_geojson_has_points_for_exact_places_only(shown):
    """The crossing is a point; what is known only to the country has no spot of its own."""
    content = shown.content("geojson")
    back = gpd.read_file(BytesIO(content)).set_index("signal_id")

    assert json.loads(content)["type"] == "FeatureCollection"
    assert (back.geometry["s1"].x, back.geometry["s1"].y) == (21.0, 43.0)
    assert back.geometry["s2"] is None
    assert back["title"]["s1"] == HOSTILE


def test_geopackage_opens_as_one_layer_of_points(shown, tmp_path):
    """The layer has every row, points for exact places, the headline as it was; the same table is the same file."""
    file = tmp_path / "signals.gpkg"
    file.write_bytes(shown.content("gpkg"))
    back = pyogrio.read_dataframe(file).set_index("signal_id")

    assert pyogrio.list_layers(file).tolist() == [["karaula", "Point"]]
    assert pyogrio.read_info(file)["crs"] == "EPSG:4326"
    assert (back.geometry["s1"].x, back.geometry["s1"].y) == (21.0, 43.0)
    assert back.geometry["s2"] is None
    assert back["title"]["s1"] == HOSTILE
    assert shown.content("gpkg") == file.read_bytes()


def test_parquet_keeps_types(shown):
    """Days stay days, numbers numbers, and the headline is as it was."""
    back = pd.read_parquet(BytesIO(shown.content("parquet")))

    assert str(back["day"].dtype).startswith("datetime64")
    assert list(back["weight"]) == [7.0, 4.5]
    assert list(back["title"]) == [HOSTILE] * 2


def test_rows_without_places_are_no_geojson():
    """Feeds and scopes are offered as tables alone, and an unknown format is refused."""
    feeds = onscreen.OnScreen(name="feeds", frame=lambda: pd.DataFrame({"url": ["https://outlet.example"]}))

    assert feeds.formats == ("csv", "parquet")
    with pytest.raises(SettingsError):
        feeds.content("geojson")
    with pytest.raises(SettingsError):
        feeds.content("gpkg")
    with pytest.raises(SettingsError):
        feeds.content("xlsx")


def test_file_name_says_what_is_in_it(shown):
    """Rows, days, and as known when."""
    known = Query(since=QUERY.since, until=QUERY.until, as_known_at=datetime(2021, 9, 25, 23, tzinfo=UTC))
    narrowed = onscreen.OnScreen(name="signals", frame=shown.frame, days=("2021-09-20", "2021-09-21"))

    assert shown.file_name(QUERY, "csv") == "karaula-signals_2021-09-01_2021-09-30.csv"
    assert narrowed.file_name(known, "parquet") == "karaula-signals_2021-09-20_2021-09-21_known-2021-09-25.parquet"


def test_scope_without_a_reading_has_no_value():
    """In the file a missing value is missing, not zero."""
    dead = Scope(
        code="AL", name="Albania", level="no reading", against="3 feeds, none answering", spark=(1.0, None), band=None,
        index=None, change_1d=None, change_7d=None, last_read=None, voices=Voices(),
    )  # fmt: skip

    content = onscreen.as_file(table([dead], date(2021, 9, 30)), "csv")
    back = pd.read_csv(BytesIO(content), encoding="utf-8-sig")

    assert back[["value", "low", "high", "index"]].isna().all(axis=None)
    assert back["level"].tolist() == ["no reading"]


def test_events_are_written_with_their_lists(found):
    """Events in order of day, lists between bars, names that look like formulas quoted."""
    made = onscreen.events(table_of_events(found.assign(origin="a", side="", countries="XK", event_day=found["day"])))

    back = pd.read_csv(BytesIO(onscreen.as_file(made, "csv")), encoding="utf-8-sig")

    assert back["event"].tolist() == ["e1", "e2"]
    assert back["codes"].tolist() == ["border_blockade", "protest"]
    assert back["place_name"][0] == "'+Gate"
    assert pd.read_parquet(BytesIO(onscreen.as_file(made, "parquet")))["event"].tolist() == ["e1", "e2"]


def test_link_states_store_and_days():
    """The link has what the browser leaves out, keeps what stands in the address, and states nothing twice."""
    parameters = [("window", "2020-01-01"), ("store", "live"), ("signals", "protest"), ("signals", "unrest"), ("q", "а б&c=<d>")]

    link = header.permalink("http://127.0.0.1:8501/events", parameters, "replay", QUERY)

    assert parse_qs(urlsplit(link).query) == {
        "store": ["replay"], "window": ["2021-09-01", "2021-09-30"], "signals": ["protest", "unrest"], "q": ["а б&c=<d>"],
    }  # fmt: skip
    assert link.startswith("http://127.0.0.1:8501/events?")
    assert "<" not in link
