"""Words that only look like a place, and towns that were not looked for: a dot stands where something happened, or nowhere."""

import pytest

from tension.model import Article
from tension.places.gazetteer import KNOWN, gazetteer
from tension.places.resolve import locate
from tension.reading import read


def _mentions(text, language):
    return locate(Article(id="a", outlet="", url=None, title=text), language)


def _named(text, language):
    return {(m.place.name, m.place.country) for m in _mentions(text, language) if not m.actor}


@pytest.mark.parametrize(
    ("text", "actor", "place"),
    [
        ("Hrvatska vojska počela vojnu vježbu na Kosovu", "HR", "XK"),
        ("Turska fregata uplovila u luku Bar", "TR", "ME"),
        ("Турске трупе вежбале на Косову", "TR", "XK"),
        ("Mađarska policija vratila migrante u Srbiju", "HU", "RS"),
    ],
)
def test_the_name_of_a_country_is_its_adjective_before_a_noun_that_agrees(text, actor, place):
    """The army is named by its country and stands elsewhere: the country is who, not where."""
    mentions = _mentions(text, "hbs")

    assert {m.place.country for m in mentions if m.actor} == {actor}
    assert {m.place.country for m in mentions if not m.actor} == {place}


@pytest.mark.parametrize(
    "text", ["Hrvatska vraća vojni rok", "Na granici Mađarske policija pucala u vazduh", "U Hrvatskoj vojska čisti snijeg"]
)
def test_the_name_of_a_country_stays_one_where_nothing_agrees(text):
    """A verb behind it, a noun in another case, a word for *where* before it: the country is meant."""
    assert {c for _, c in _named(text, "hbs")} & {"HR", "HU"}


def test_an_army_at_work_abroad_is_drawn_where_it_works():
    """The signal has the place that is named, not the country of whoever acts."""
    title = "Hrvatska vojska počela vojnu vježbu na Kosovu"
    (signal,) = read(Article(id="a", outlet="", url=None, title=title, language="hr")).signals

    assert (signal.code, signal.place.country) == ("military_maneuver", "XK")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("hbs", "Мариника Тепић позвала на протест"),
        ("hbs", "Profesor Lipovac o nesreći"),
        ("hbs", "Uhapšen Vladimir Petrović"),
        ("hbs", "Golubović: Visoka izlaznost na izborima"),
        ("hbs", "(VIDEO) Pala rasveta u centru"),
        ("hbs", "Isplata iz Plana rasta kasni"),
        ("hbs", "Bošnjaci i Srbi zajedno na protestu"),
        ("bg", "Протест на „Пътна помощ“"),
        ("bg", "Купата остава у дома, Драмата продължава"),
        ("el", "Νέα παρέμβαση Σαμαρά για τις ένοπλες δυνάμεις"),
        ("el", "Η Σοφία Παπαδοπούλου στη διαδήλωση"),
        ("el", "Κατάληψη στα καταστήματα Zara και Batman"),
        ("el", "Μέση Ανατολή: νέα κλιμάκωση"),
    ],
)
def test_persons_words_and_brands_are_no_places(language, text):
    """Surnames, people with a title, words behind a colon, brands in other letters."""
    assert _named(text, language) == set()


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("hbs", "Protest u Mionici", ("Mionica", "RS")),
        ("hbs", "Sukob navijača u Kuli", ("Kula", "RS")),
        ("hbs", "Migranti zaustavljeni kod Šida", ("Šid", "RS")),
        ("hbs", "Studenti u Pazaru blokirali most", ("Novi Pazar", "RS")),
        ("hbs", "Patrole na ulicama Gospića", ("Gospić", "HR")),
        ("hbs", "Vojska dovezla vodu u Brus", ("Brus", "RS")),
        ("hbs", "Incident u selu Vranić", ("Vranić", "RS")),
        ("hbs", "Kolona na graničnom prelazu Rača", ("Sremska Rača–Bosanska Rača", "RS")),
        ("bg", "Взрив край Търговище", ("Targovishte", "BG")),
        ("bg", "Кметът: Русе остава без охрана", ("Ruse", "BG")),
        ("bg", "Преговори в Женева", ("Geneva", "CH")),
        ("el", "Επίθεση στο Γαλάτσι", ("Galátsi", "GR")),
        ("el", "Επεισόδια στη Σόφια", ("Sofia", "BG")),
        ("el", "Φρεγάτα έδεσε στη Νάξο", ("Náxos", "GR")),
        ("tr", "Hava sahası ihlali: Didim ve Datça üzerinde uçuş", ("Didim", "TR")),
    ],
)
def test_towns_of_the_readers_are_found(language, text, place):
    """Seats of municipalities without a stated population, names in the country's own letters, short names, crossings."""
    assert place in _named(text, language)


@pytest.mark.parametrize(("language", "country"), [("sr-Latn", "RS"), ("hr", "HR")])
def test_of_namesakes_the_one_of_the_standard_is_meant(language, country):
    """Where nothing else decides, a Serbian text means the Požega in Serbia, a Croatian one that in Croatia."""
    article = Article(id="a", outlet="", url=None, title="Protest u Požegi", language=language)

    assert [m.place.country for m in locate(article, "hbs")] == [country]


def test_seats_of_municipalities_are_known_towns():
    """Whatever population is stated for it, a seat is ranked as a town that readers of its country know."""
    gaz = gazetteer()
    sizes = {p.name: gaz.population[n] for n, p in enumerate(gaz.places) if p.country == "RS"}

    assert all(sizes[name] >= KNOWN for name in ("Kula", "Šid", "Mionica", "Bujanovac", "Medveđa", "Kuršumlija"))


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("hbs", "Patrola gađana kod Peći", ("Pejë", "XK")),
        ("hbs", "Pretres u Čakovcu", ("Čakovec", "HR")),
        ("hbs", "Sneg kod Krupnja", ("Krupanj", "RS")),
        ("hbs", "Збор у Горњем Милановцу", ("Gornji Milanovac", "RS")),
        ("hbs", "Tuzi: zabrana okupljanja", ("Tuzi", "ME")),
        ("tr", "Zvornik'te karakola saldırı", ("Zvornik", "BA")),
        ("tr", "Nijerya'da baskın", ("Nigeria", "NG")),
        ("el", "Διαδήλωση έξω από τη Λάρισα", ("Lárisa", "GR")),
        ("hu", "Tüntetés a zombori bíróság előtt", ("Sombor", "RS")),
    ],
)
def test_case_forms_lead_to_the_name(language, text, place):
    """Vowels that come and go, an adjective within a name, an article between, the name as it stands before a derived one."""
    assert place in _named(text, language)
