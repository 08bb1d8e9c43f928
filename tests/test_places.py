"""Places: any script, any case ending, any party's name; nothing where nothing is named."""

import pytest

from tension.model import Article, Precision
from tension.places.gazetteer import gazetteer
from tension.places.resolve import locate
from tension.text.normal import fold


def named(text, language, **more):
    """Return (name, country) of the places that a headline names."""
    article = Article(id="a", outlet="", url=None, title=text, **more)
    return [(m.place.id, m.place.country) for m in locate(article, language) if not m.actor]


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("hbs", "Barikade kod Jarinja", "crossing-jarinje"),
        ("hbs", "Барикаде код Јариња", "crossing-jarinje"),
        ("sq", "Barrikada në Jarinjë", "crossing-jarinje"),
        ("en", "Barricades at Jarinje", "crossing-jarinje"),
        ("hbs", "Patrole u Leposaviću", "leposavic"),
        ("sq", "Patrulla në Leposaviq", "leposavic"),
        ("hbs", "Protest u Podgorici", "podgorica"),
        ("hu", "Tüntetés Belgrádban", "belgrade"),
        ("tr", "Atina'da gösteri", "athens"),
        ("el", "Πορεία στη Λευκωσία", "nicosia"),
        ("bg", "Протест в София", "sofia"),
        ("ro", "Protest la București", "bucharest"),
    ],
)
def test_inflected_names_of_every_party_lead_to_one_place(language, text, place):
    """A place is found through case endings and exonyms, in either script."""
    ids = [i for i, _ in named(text, language)]
    places = [p for p in gazetteer().places if p.id in ids]

    assert len(ids) == 1
    assert any(place in {p.id, *(fold(n) for n in (p.name, *p.aliases))} for p in places)


def test_an_adjective_names_an_actor_and_no_place():
    """*Serbian jets* says who, not where."""
    mentions = locate(Article(id="a", outlet="", url=None, title="Serbian jets over Jarinje"), "en")

    assert [(m.place.country, m.actor) for m in mentions] == [("RS", True), ("XK", False)]


def test_no_place_is_invented():
    """A headline that names no place has none."""
    assert named("Protesti se nastavljaju", "hbs") == []


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("en", "Barricades in Leposavić", "788731"),
        ("bg", "Протест в Митровица", "789225"),
        ("hbs", "Protest u Mitrovici", "789225"),
    ],
)
def test_reviewed_names_of_a_town_are_as_good_as_its_main_one(language, text, place):
    """The other party's name of a town leads to it, and not to a namesake's alternate name."""
    assert named(text, language)[0][0] == place


def test_a_person_is_not_a_town():
    """A surname beside a first name that is also a town stays a person."""
    assert named("Berat Albayrak resigns as minister", "en") == []


def test_context_decides_between_namesakes():
    """Novi Pazar is in Serbia beside Serbian places, in Bulgaria beside Bulgarian ones."""
    serbian = named("Raška i Novi Pazar u Srbiji", "hbs")
    bulgarian = named("Шумен и Нови пазар в България", "bg")

    assert ("787595", "RS") in serbian
    assert ("728734", "BG") in bulgarian


def test_rivals_are_kept():
    """The other places of the same name are remembered for the analyst."""
    mentions = locate(Article(id="a", outlet="", url=None, title="Protest u Novom Pazaru", country="RS"), "hbs")

    assert "728734" in mentions[0].rivals


def test_our_own_list_is_sourced_and_large():
    """At least 120 crossings and flashpoints, each with names, coordinates and a source."""
    from tension import assets

    rows = assets.read_toml("gazetteer", "flashpoints.toml")["place"]

    assert len(rows) >= 120
    assert [] == [r["id"] for r in rows if not (r["names"] and r["source"] and 33 < r["lat"] < 49 and 12 < r["lon"] < 46)]
    assert len({r["id"] for r in rows}) == len(rows)


def test_every_watched_country_is_known():
    """All thirteen states and territories have a place with coordinates and country precision."""
    gaz = gazetteer()
    found = {c: gaz.places[gaz.countries[c]] for c in "AL BA BG CY GR HR ME MK RO RS SI TR XK".split()}

    assert all(p.lat is not None and p.precision is Precision.COUNTRY for p in found.values())
