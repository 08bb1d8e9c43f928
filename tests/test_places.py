"""Places: any script, any case ending, any party's name; nothing where nothing is named."""

import pytest

from tension import assets
from tension.model import Article, Precision
from tension.places.gazetteer import crossings, gazetteer
from tension.places.resolve import locate
from tension.reading import read
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


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("hbs", "Na mitrovačkim ulicama barikade", "789225"),
        ("hbs", "Novosadski studenti zatvorili most", "3194360"),
        ("mk", "Штрајк во тетовските училишта", "785082"),
        ("bg", "Протест пред пловдивската община", "728193"),
        ("sl", "Študenti na mariborskih ulicah", "3195506"),
        ("hu", "Rálőttek a bijeljinai dzsámira", "3204186"),
        ("hu", "Kövek a szabadkai tüntetésen", "3189595"),
    ],
)
def test_the_adjective_of_a_town_says_where(language, text, place):
    """*Mitrovačke ulice* are in Mitrovica, though no name is given."""
    assert [i for i, _ in named(text, language)] == [place]


def test_the_adjective_of_a_capital_names_a_government():
    """*The Belgrade regime* is an actor: it is shown only where nothing else is named."""
    mentions = locate(Article(id="a", outlet="", url=None, title="Beogradski režim preti"), "hbs")

    assert [(m.place.name, m.actor) for m in mentions] == [("Belgrade", True)]


@pytest.mark.parametrize("text", ["Avioni nisko iznad polja", "Rešitev krize še daleč", "Szép tavaszi reggeli"])
def test_a_word_that_begins_like_an_adjective_is_none(text):
    """*Nisko* (low) is not of Niš."""
    assert [named(text, language) for language in ("hbs", "sl", "hu")] == [[], [], []]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("hbs", "Novi ustav Srpske pred poslanicima", True),
        ("hbs", "Referendum u Srpskoj u oktobru", True),
        ("hbs", "Kandidat liste koju vodi Srpska lista", False),
        ("hbs", "Srpska vojska na granici", False),
        ("hbs", "Zakon o agentima na snazi u RS", True),
        ("sl", "Vlada RS o proračunu", False),
        ("tr", "RS meclisi yasayı kabul etti", True),
    ],
)
def test_srpska_alone_is_the_entity_only_where_it_stands_as_a_name(language, text, found):
    """*Srpska* is also an adjective, and *RS* is the Republic of Slovenia to Slovenes."""
    assert ("republika-srpska" in [i for i, _ in named(text, language)]) is found


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("tr", "Kırklareli'nde boru hattında sabotaj", "743166"),
        ("tr", "Taksim'de patlama", "taksim"),
        ("hu", "Rálőttek egy rendőrautóra Tetovóban", "785082"),
        ("ro", "Tetovo: focuri asupra unei patrule", "785082"),
        ("hbs", "Plavi šlemovi ostaju na Kipru", "country-cy"),
        ("hbs", "Nož u školi u Stocu", "3190523"),
        ("el", "Χιλιάδες στο Σύνταγμα", "syntagma-square"),
        ("hbs", "Vlast najavila gradnju na Pešteru", "pester"),
        ("el", "Χημικά στα Εξάρχεια", "exarcheia"),
    ],
)
def test_endings_suffixes_and_datelines_say_where(language, text, place):
    """A case ending, an apostrophe suffix or a colon behind the opening name is a sign as good as a preposition."""
    found = [i for i, _ in named(text, language)]

    assert found == [place] or (place.isdigit() and len(found) == 1 and found[0].isdigit())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("hbs", "Odluka Suda o kaznama"),
        ("hbs", "Još jedna protestna noć"),
        ("hbs", "Kolona vozila na putu"),
        ("hbs", "Sankcije NIS-u stupile na snagu"),
        ("el", "Το Σύνταγμα ορίζει τη θητεία"),
        ("tr", "Genç işçi yaralandı"),
        ("bg", "Коктейли Молотов срещу полицията"),
    ],
)
def test_ordinary_words_and_acronyms_are_no_places(language, text):
    """A dot where nothing happened is worse than none."""
    assert named(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("hbs", "Primirje u Gazi visi o koncu", "PS"),
        ("hbs", "Noć sirena u Kijevu", "UA"),
        ("mk", "Судири во Рим поради флотилата", "IT"),
        ("tr", "TSK Münbiç'te hedefleri vurdu", "SY"),
        ("hbs", "Gosti u Beču", "AT"),
    ],
)
def test_places_elsewhere_are_not_taken_for_small_towns_of_the_region(language, text, country):
    """Gaza is not the village Gazi, Vienna not Bečej."""
    assert [c for _, c in named(text, language)] == [country]


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Protest u Preševu", "RS"),
        ("Opsada Gračanice kod Prištine", "XK"),
        ("Shodovi u Mitrovici", "XK"),
        ("Čekanje na Bajakovu", "HR"),
    ],
)
def test_of_namesakes_the_one_in_the_news_is_meant(text, country):
    """A crossing's name does not swallow the town, and each side of a crossing keeps its own country."""
    assert country in [c for _, c in named(text, "hbs")]


def test_spots_lie_in_the_region_and_are_listed_once():
    """Our lists name each place once, with a point near the country that they state."""
    own = [row for name in ("flashpoints.toml", "spots.toml") for row in assets.read_toml("gazetteer", name)["place"]]
    ids = [row["id"] for row in own]
    spots = [row["id"] for row in assets.read_toml("gazetteer", "spots.toml")["place"]]

    assert len(ids) == len(set(ids))
    assert spots == sorted(spots)
    assert all(34 <= row["lat"] < 49 and 13 < row["lon"] < 45 and row["source"] for row in own)


def test_every_adjective_belongs_to_a_place():
    """Each stem leads to a place of the gazetteer."""
    rows = assets.read_toml("gazetteer", "adjectives.toml")

    assert all(place in gazetteer().numbers for row in rows.values() for place in row["stems"])
    assert all(stem for row in rows.values() for stems in row["stems"].values() for stem in stems)


def test_crossings_are_those_of_the_whole_gazetteer():
    """The short list is the long one's crossings, each with the same name, place and country."""
    assert crossings() == {p.id: p for p in gazetteer().places if p.precision is Precision.CROSSING}
    assert len(crossings()) > 50


@pytest.mark.parametrize(
    ("language", "title", "code"),
    [
        ("sr", "Тројица руских дипломата протерана", "diplomatic_rupture"),
        ("sq", "Dakordësi në Bruksel për targat, palët nënshkruan", "agreement"),
    ],
)
def test_a_press_that_leaves_out_its_own_country_is_understood(language, title, code):
    """The other party's adjective, or the seat of a union, sets no act of states elsewhere."""
    reading = read(Article(id="a", outlet="", url=None, title=title, language=language))
    assert code in {s.code for s in reading.signals}


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Three Russian diplomats expelled over spying"),
        ("sr", "Три руска дипломате протеране из Немачке"),
        ("bg", "Трима руски дипломати са експулсирани"),
    ],
)
def test_elsewhere_stays_elsewhere(language, title):
    """A country that is named, the world's press and the press of the Union say nothing about the region."""
    reading = read(Article(id="a", outlet="", url=None, title=title, language=language))
    assert reading.signals == ()
