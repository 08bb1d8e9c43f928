"""Whose voice a report is, and who tells of an event."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.events.provenance import wire_of
from tension.events.table import events
from tension.model import Article
from tension.store.frames import EVENT_SIGNALS

ROOT = Path(__file__).resolve().parents[1]


def article(summary, **fields):
    """Return an article with a summary."""
    return Article(**{"id": "a", "outlet": "o", "url": None, "title": "Barikade uklonjene", "summary": summary} | fields)


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("BEOGRAD (Tanjug) - Barikade su uklonjene.", "wire:tanjug"),
        ("БЕОГРАД, 20. септембра (Танјуг) – Барикаде су уклоњене.", "wire:tanjug"),
        ("Barikade su uklonjene, izvor: Beta", "wire:beta"),
        ("(FoNet) Barikade su uklonjene", "wire:fonet"),
        ("Barrikadat u hoqën. Burimi: ATA", "wire:ata"),
        ("Barikati kaldırıldı. Kaynak: AA", "wire:anadolu"),
        ("AP: barricades removed", "wire:ap"),
        ("Barricades removed, according to Reuters.", "wire:reuters"),
        ("Τα οδοφράγματα αφαιρέθηκαν. Πηγή: ΑΠΕ-ΜΠΕ", "wire:amna"),
    ],
)
def test_by_lines_name_the_agency(text, wire):
    """The agency that a by-line names is the origin, in every script."""
    assert wire_of(article(text)) == wire


@pytest.mark.parametrize(
    "text",
    [
        "Direktor Tanjuga podneo ostavku", "Beta verzija aplikacije", "Ajo ata ishin aty", "Hina je opsednuta, kaže mina",
        "Novinar je napadnut dok je radio za agenciju", "",
    ],
)  # fmt: skip
def test_an_agency_that_is_only_spoken_of_is_no_origin(text):
    """A subject, an ordinary word or an abbreviation in passing is no by-line."""
    assert not wire_of(article(text))


def row(n, *, event="e1", origin="o1", side="", code="border_blockade", mode="actual"):
    """Return one signal of an event as the store returns it."""
    return dict.fromkeys(EVENT_SIGNALS) | {
        "signal_id": f"s{n}", "article_id": f"a{n}", "code": code, "mode": mode, "confidence": 0.9, "place_id": "p1",
        "day": pd.Timestamp("2021-09-20"), "event_day": pd.Timestamp("2021-09-20"), "country": "XK", "language": "sr",
        "first_seen_at": pd.Timestamp("2021-09-20", tz="UTC"), "event": event, "origin": origin, "side": side,
        "countries": "RS,XK",
    }  # fmt: skip


def frame(*rows):
    """Return rows as a frame with the columns of the contract."""
    return pd.DataFrame(list(rows), columns=list(EVENT_SIGNALS))


def test_twenty_copies_of_one_wire_are_one_report():
    """Reports with one origin count once, however many there are."""
    copies = [row(n, origin="wire:tanjug") for n in range(20)]
    found = events(frame(*copies, row(30, origin="danas"))).iloc[0]

    assert (found["n_reports"], found["n_independent"]) == (21, 2)
    assert found["weight"] == pytest.approx(7.0 * 0.75)


def test_publics_of_one_party_are_one_side():
    """Two publics of one party, or one of a third country, make no second side; every party's publics are known."""
    known = {row["id"] for row in tomllib.loads((ROOT / "assets/feeds/sides.toml").read_text(encoding="utf-8"))["side"]}
    parties = tomllib.loads((ROOT / "assets/parties.toml").read_text(encoding="utf-8"))
    named = {side for sides in parties["party"].values() for side in sides.split()}

    assert events(frame(row(1, side="serbia"), row(2, side="kosovo-serb"))).iloc[0]["told"] == "one side only"
    assert events(frame(row(1, side="serbia"), row(2, side="slovenia"))).iloc[0]["told"] == "one side only"
    assert named == known - {"international"}
    assert {party for ones in parties["country"].values() for party in ones.split()} == set(parties["party"])


def test_who_tells():
    """Both publics, one only, nobody's own, or disputed with the denial linked."""
    both = events(frame(row(1, side="serbia"), row(2, side="kosovo-albanian"))).iloc[0]
    one = events(frame(row(1, side="serbia"), row(2, side="international"))).iloc[0]
    nobody = events(frame(row(1, side="international"))).iloc[0]
    disputed = events(frame(row(1, side="serbia")), {"e1": ["a9"]}).iloc[0]

    assert [r["told"] for r in (both, one, nobody, disputed)] == ["both sides", "one side only", "side unknown", "disputed"]
    assert disputed["denied_by"] == ("a9",)


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12), st.sampled_from("abcdefgh"))
def test_weight_is_monotone_in_independent_reports(origins, another):
    """One more report never lowers an event's weight, and a new voice raises it."""
    before = events(frame(*(row(n, origin=o) for n, o in enumerate(origins)))).iloc[0]["weight"]
    after = events(frame(*(row(n, origin=o) for n, o in enumerate([*origins, another])))).iloc[0]["weight"]

    assert after > before if another not in origins else after == before


def test_several_codes_weigh_as_the_heaviest():
    """The heaviest code decides; the others are shown."""
    found = events(frame(row(1, code="protest"), row(2, code="armed_clash", origin="o2"))).iloc[0]

    assert (found["code"], found["codes"]) == ("armed_clash", ("armed_clash", "protest"))
    assert found["weight"] == pytest.approx(9.0 * 0.75)
