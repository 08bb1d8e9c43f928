"""The page Sides: how events are told, by whom, in which words; publishers, agencies and denials; and its states."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from desk import MAIN, html, open_page
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app import repository, sides
from app.components import sides_desk, sides_rows
from app.theme import DARK, LIGHT
from tension.events.provenance import BOTH, DISPUTED, ONE, UNKNOWN
from tension.model import REGION, Query

HOSTILE = '<img src=x onerror="alert(1)">'
SINCE, UNTIL = date(2021, 9, 18), date(2021, 9, 30)
DESK = ("World desk", "world", "international", "INT", "en")
DAILY = ("Dnevnik", "dnevnik", "serbia", "RS", "sr")
GAZETTE = ("Gazeta", "gazeta", "kosovo-albanian", "XK", "sq")
TOLD = [
    (date(2021, 9, 20), f"Serbs block road to Jarinje crossing with lorries, Kosovo police say {HOSTILE}", *DESK),
    (date(2021, 9, 20), "Srbi kamionima blokirali put ka prelazu Jarinje", *DAILY),
    (date(2021, 9, 20), "Serbët bllokojnë me kamionë rrugën drejt Jarinjës", *GAZETTE),
    (date(2021, 9, 25), "Bačene dve bombe na policijsku stanicu u Zvečanu", *DAILY),
    (date(2021, 9, 28), "Explosion damages police station in Thessaloniki", *DESK),
]


@pytest.fixture
def archive(desk_stores, tell) -> str:
    """The address of an archive whose items carry their publics: a blockade that both sides tell, and one-sided events."""
    tell(desk_stores["replay"], TOLD, feeds=False)
    return desk_stores["replay"]


def asked() -> Query:
    """Return the query of the window."""
    return Query(since=SINCE, until=UNTIL)


def opened(store: str = "replay", **stated: str | list[str]) -> AppTest:
    """Open the page by its address."""
    return open_page("sides", **{"store": store, "window": [SINCE.isoformat(), UNTIL.isoformat()], **stated})


def event(**fields) -> dict:
    """Make an event as the frame of events has it."""
    made = {
        "event": "e1", "day": pd.Timestamp(2021, 9, 20), "countries": ("RS", "XK"), "told": UNKNOWN, "sides": (),
        "origins": ("a",), "code": "border_blockade", "codes": ("border_blockade",), "n_reports": 1,
        "article_ids": ("a1",), "denied_by": (),
        "where": "Jarinje / Jarinjë, Kosovo",
    }  # fmt: skip
    return made | fields


def report(article_id: str = "a1", **fields) -> dict:
    """Make a report as the frame of evidence has it."""
    made = {
        "article_id": article_id, "title": "Barikade u Jarinju", "summary": "", "outlet": "Dnevnik", "language": "sr",
        "side": "serbia", "url": "https://outlet.example/1", "restated": False, "signals": [], "candidates": [],
    }  # fmt: skip
    return made | fields


def spoken(code: str = "border_blockade", mode: str = "actual", text: str = "Barikade", **fields) -> dict:
    """Make a signal or candidate with its words."""
    evidence = [{"field": "title", "start": 0, "end": len(text), "text": text}]
    return {"code": code, "mode": mode, "evidence": evidence, "cue": None, "dropped": None, "signal_id": code} | fields


# --- pairs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("countries", "scopes"),
    [
        (("RS", "XK"), ("RS-XK",)),
        (("XK",), ("XK",)),
        (("DE", "XK"), ("XK",)),
        ((), ("other",)),
        (("AL", "RS", "XK"), ("RS-XK", "AL-RS")),
    ],
)
def test_an_event_is_of_the_pairs_that_its_reports_name(countries, scopes):
    """Two countries of a followed pair make it; one alone is its own affair; none is *other*."""
    assert sides.scopes_of(countries) == scopes


@given(st.lists(st.sampled_from(sorted(REGION)), max_size=5))
def test_every_event_is_counted_somewhere(countries):
    """No event falls out of the table of pairs, and each pair has a name."""
    found = sides.scopes_of(tuple(countries))

    assert found
    assert all(sides.scope_name(scope) for scope in found)


def test_pairs_count_how_events_are_told_and_who_tells_alone():
    """Counts by telling add up to the events; one-sided ones are counted by the party that tells them."""
    frame = pd.DataFrame([
        event(event="e1", told=BOTH, sides=("serbia", "kosovo-albanian")), event(event="e2", told=ONE, sides=("serbia",)),
        event(event="e3", told=ONE, sides=("albania",)), event(event="e4", told=DISPUTED, sides=("serbia",)), event(event="e5"),
        event(event="e6", countries=("XK",), told=ONE, sides=("kosovo-serb", "slovenia")),
    ])  # fmt: skip

    dyad, within = sides.pairs(sides.placed(frame), {"serb": 3, "greek": 2})

    assert (dyad.scope, dyad.told) == ("RS-XK", {BOTH: 1, DISPUTED: 1, ONE: 2, UNKNOWN: 1})
    assert dyad.alone == {"serb": 1, "albanian": 1}
    assert dyad.unheard == {"serb": 3}
    assert (within.scope, within.n_events, within.alone) == ("XK", 1, {"serb": 1})
    assert sides_rows.said(dyad) == "1 both sides, 1 disputed, 2 one side only (Serb 1 and Albanian 1), 1 side unknown"


def test_a_party_is_unheard_where_all_its_publics_are_silent():
    """A day counts against a party only if none of its publics had a reading; parties without feeds are not asked after."""
    first = date(2021, 9, 1)
    rows = [
        {
            "side": side,
            "day": pd.Timestamp(first + timedelta(days=n)),
            "n_articles": articles[n],
            "n_feeds_answered": 1,
            "n_feeds": 1,
        }
        for side, articles in {"serbia": (5, 0, 0), "kosovo-serb": (2, 3, 0), "greece": (1, 1, 1)}.items()
        for n in range(3)
    ]

    assert sides.unheard(pd.DataFrame(rows), first, first + timedelta(days=2)) == {"serb": 1}


# --- publishers and agencies ------------------------------------------------------------------------------------------


def test_families_have_their_outlets_and_the_share_of_agency_texts():
    """Two outlets of one owner are one row; the share counts articles, not signals."""
    signals = pd.DataFrame(
        {
            "signal_id": ["s1", "s2", "s3", "s4"], "article_id": ["a1", "a1", "a2", "a3"], "event": ["e1", "e1", "e1", "e2"],
            "family": ["owner", "owner", "owner", "other"], "outlet": ["one", "one", "two", "three"],
            "origin": ["wire:tanjug", "wire:tanjug", "owner", "wire:tanjug"],
        }
    )  # fmt: skip

    found = sides.families(signals).set_index("family")
    wires = sides.wires(signals)

    assert found.loc["owner", "outlets"] == ("one", "two")
    assert found.loc["owner", ["n_articles", "n_signals", "n_events", "wire_share"]].tolist() == [2, 3, 1, 0.5]
    assert wires[["agency", "n_articles", "n_outlets", "n_families", "n_events"]].to_numpy().tolist() == [["Tanjug", 2, 2, 2, 2]]


def test_no_agency_is_an_empty_table():
    """Without an agency's text there is no row, and no error."""
    signals = pd.DataFrame({name: ["x"] for name in ("signal_id", "article_id", "event", "family", "outlet", "origin")})

    assert sides.wires(signals).empty
    assert sides.families(signals)["wire_share"].tolist() == [0.0]


# --- denials and wording ----------------------------------------------------------------------------------------------


def test_a_denial_is_linked_to_the_reports_that_it_contradicts():
    """A report that denies shots points to the reports that tell of shots, not to others, and not to itself."""
    denial = report("a1", candidates=[spoken("armed_clash", "denied"), spoken("protest", "denied", dropped="not in the region")])
    shots, talks = report("a2", signals=[spoken("armed_clash")]), report("a3", signals=[spoken("dialogue")])

    assert [c["code"] for c in sides.denied(denial)] == ["armed_clash"]
    assert sides.contradicted(denial, [denial, shots, talks]) == [shots]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_wording_stands_side_by_side_with_what_is_denied(theme):
    """Each public has its column, the parties first; the denial says what, by which word, and who says otherwise."""
    cue = {"field": "title", "start": 0, "end": 3, "text": "nije"}
    rows = [
        report("a1", side="slovenia", outlet="Dnevna"),
        report("a2", signals=[spoken()], side="serbia"),
        report("a3", candidates=[spoken(mode="denied", cue=cue)], side="kosovo-albanian", outlet="Gazeta"),
    ]

    said = sides_rows.wording(event(denied_by=("a3",), told=DISPUTED, sides=("serbia",)), rows, {"a2": "wire:tanjug"}, theme)

    assert said.index("Serb side") < said.index("Albanian side") < said.index("no party to it")
    assert "denies border blockade, by “nije”" in said
    assert "said by Dnevnik: “Barikade u Jarinju”" in said
    assert "text of Tanjug" in said
    assert "No report of it by: Albanian publics." in said
    assert said.count("<mark") == 2


def test_hostile_words_stay_words():
    """Headlines, outlets, leads, agencies' names and addresses from feeds are escaped or dropped wherever they are shown."""
    evil = report(
        title=HOSTILE, summary=HOSTILE, outlet=HOSTILE, language=HOSTILE, url="javascript:alert(1)", side=HOSTILE,
        candidates=[spoken(mode="denied", text=HOSTILE, cue={"text": HOSTILE})], signals=[spoken(text=HOSTILE)],
    )  # fmt: skip
    row = event(where=HOSTILE, denied_by=("a1",), sides=(HOSTILE,), told=DISPUTED)

    shown = sides_rows.wording(row, [evil, evil | {"article_id": "a2"}], {"a1": f"wire:{HOSTILE}"}, LIGHT)
    shown += sides_rows.events([row], {"a1": evil}, LIGHT, chosen=None)

    assert "<img" not in shown
    assert "javascript:" not in shown


def test_a_word_of_ten_kilobytes_and_a_reversed_one_break_nothing():
    """Long words and direction marks stay inside their column."""
    odd = report(title="x" * 10_000 + "\u202eevil")

    shown = sides_rows.wording(event(), [odd], {}, LIGHT)

    assert 'dir="auto"' in shown
    assert "overflow-wrap" in sides_rows.style(LIGHT)


@given(st.lists(st.sampled_from(["serbia", "kosovo-albanian", "slovenia", ""]), min_size=1, max_size=8))
def test_no_report_is_lost_between_columns(publics):
    """Every report is in exactly one column; those of no known public come last."""
    rows = [report(f"a{n}", side=side) for n, side in enumerate(publics)]

    found = sides.by_side(rows, ("RS", "XK"))

    assert sorted(r["article_id"] for some in found.values() for r in some) == sorted(r["article_id"] for r in rows)
    assert "" not in list(found)[:-1]


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("archive")
def test_the_page_says_how_the_events_are_told():
    """The sentence counts events told by both, by one, disputed; the pair has its row; words stand side by side."""
    at = opened()
    said = html(at)

    events = repository.events(at.session_state["desk"], asked())
    counts = events["told"].value_counts()
    assert f"of {len(events)} events {counts.get(BOTH, 0)} are told by both sides, {counts.get(ONE, 0)} by one side only" in said
    assert counts.get(BOTH, 0) >= 1
    assert "Kosovo–Serbia" in said
    assert "Albanian side" in said
    assert "Serb side" in said
    assert "&lt;img" in said
    assert HOSTILE not in said


@pytest.mark.usefixtures("archive")
def test_pair_and_telling_narrow_the_events():
    """A pair and a way of being told in the address narrow the list; what is unknown is dropped."""
    everything, narrowed = opened(), opened(pair="RS-XK", told=[BOTH, "nonsense"])

    assert "Thessaloniki" in html(everything)
    assert "Thessaloniki" not in html(narrowed)
    assert narrowed.session_state[sides_desk.TOLD] == [BOTH]
    assert opened(pair="XX-YY").session_state[sides_desk.PAIR] == sides_desk.ALL


@pytest.mark.usefixtures("archive")
def test_a_link_to_an_event_opens_its_wording():
    """The event of the address is worded, also where the list is narrowed to others."""
    events = repository.events(repository.desk("replay"), asked())
    greek = events.loc[events["country"].astype(object) == "GR", "event"].iloc[0]

    at = opened(event=str(greek), pair="RS-XK")

    assert at.session_state[sides_desk.EVENT] == greek
    assert "Explosion" in html(at)


@pytest.mark.usefixtures("archive")
def test_tables_have_publishers_and_agencies():
    """Publisher families are listed with their reports; where no agency is named, the page says so."""
    at = opened()

    assert {"dnevnik", "gazeta", "world"} <= set(at.dataframe[0].value["name"].str.lower())
    assert "names an agency" in html(at)


def test_items_without_a_public_are_said_to_be_unknown(desk_stores, tell):
    """The archive's own items carry no public: the page says so, and still has the denials."""
    tell(desk_stores["replay"], [(*row[:4], "", *row[5:]) for row in TOLD], feeds=False)

    said = html(opened())

    assert "carry no public" in said
    assert "Public not known" in said
    assert "by nobody whose side is known" in said


@pytest.mark.usefixtures("archive")
def test_an_empty_window_is_not_calm():
    """Days without an event say so, and where to look."""
    said = html(opened(window=["2021-09-18", "2021-09-19"]))

    assert "No signal" in said
    assert "does not mean calm" in said


def test_days_without_a_side_are_a_gap(desk_stores, tell):
    """Where a party's only feed is silent the pair says for how many days, so that one-sided is not taken for silence."""
    today = datetime.now(UTC).date()
    told = [(today - timedelta(days=n), f"Srbi blokirali put ka prelazu Jarinje, dan {n}", *DAILY) for n in range(4)]
    told.append((today - timedelta(days=3), "Serbët bllokojnë rrugën drejt Jarinjës", *GAZETTE))
    tell(desk_stores["live"], told)

    said = html(opened("live", window=[(today - timedelta(days=3)).isoformat(), today.isoformat()]))

    assert "Albanian: 3 of 4 days" in said
    assert "a gap, not silence" in said


def test_without_a_store_the_page_says_so(desk_stores):
    """Neither store exists: the desk explains itself, no exception."""
    at = AppTest.from_file(str(MAIN), default_timeout=60).run()
    at.switch_page("views/sides.py").run()

    assert desk_stores["live"]
    assert not at.exception
    assert at.subheader[0].value == "Nothing has been read yet"


@pytest.mark.usefixtures("archive")
def test_the_file_has_who_tells_what():
    """The export has an event a row with how it is told, by which sides and origins."""
    frame = sides_desk.table(repository.events(repository.desk("replay"), asked()))

    assert {"told", "sides", "origins", "denied_by", "lat", "lon"} <= set(frame.columns)
    assert frame["event"].is_unique
