"""What a text sets outside the region, and what it does not although a place elsewhere is named in it."""

import pytest

from tension.model import Article
from tension.places.resolve import locate
from tension.reading import read


def article(title):
    """Return an article of a headline alone."""
    return Article(id="a", outlet="", url=None, title=title)


def codes(title):
    """Return what counts of a headline."""
    return {signal.code for signal in read(article(title)).signals}


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Shots are fired at a patrol in Tetovo. (France 24)", {"Tetovo"}),
        ("Shots are fired at a patrol in Tetovo. (AP via New York Times) (Taiwan News)", {"Tetovo"}),
        ("Shots at a patrol in Tetovo - The Sydney Morning Herald", {"Tetovo"}),
        ("Shots are fired at a patrol (Tetovo)", {"Tetovo"}),
        ("Shots at a patrol in Tetovo (one man from Paris was hit)", {"Tetovo", "Paris"}),
    ],
)
def test_who_reports_it_says_nothing_of_where(title, names):
    """Names in the sources behind a report place nothing; a place alone in brackets, or in a sentence there, does."""
    assert names == {mention.place.name for mention in locate(article(title), "en") if not mention.actor}


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("NATO jets shoot down a drone from Iran over Turkish airspace", "air_activity"),
        ("Turkey deploys air defence batteries after two missiles from Iran", "force_posture"),
        (
            "Turkish police arrest 24 journalists on suspicion of terrorism, one the friend of a cleric now in the United States",
            "security_operation",
        ),
        ("The border crossing between Armenia and Turkey is reopened", "pullback"),
        ("Slovakia will send soldiers to KFOR", "peacekeeping"),
        ("Влада Словачке шаље војнике у Кфор", "peacekeeping"),
    ],
)
def test_a_place_elsewhere_does_not_set_the_act_there(title, code):
    """Where something comes from, whom it concerns, the other side of a border, who sends the soldiers."""
    assert code in codes(title)


@pytest.mark.parametrize(
    "title",
    [
        "Turkey bombs PKK positions in northern Iraq",
        "Turkish soldiers are killed in an ambush in Syria",
        "Police clash with protesters in Paris, a Serbian daily reports",
        "Drones violate Lithuanian airspace again",
    ],
)
def test_what_is_done_elsewhere_stays_elsewhere(title):
    """An actor of the region does not bring home what the text puts on other ground."""
    assert not codes(title)


@pytest.mark.parametrize(
    ("title", "code", "place"),
    [
        ("Turska gradi fabriku municije na Kosovu", "arms_buildup", "Kosovo"),
        ("Αντιδρά η Άγκυρα για τους Patriot στην Κάρπαθο", "force_posture", "Karpathos"),
        ("Greece deploys Patriot missiles to Bulgaria", "force_posture", "Bulgaria"),
        ("Protest u Beogradu, protesti i širom Srbije", "protest", "Belgrade"),
        ("Dijalog Beograda i Prištine nastavljen posle tri meseca", "dialogue", "Belgrade"),
    ],
)
def test_who_acts_is_not_where_it_is_done(title, code, place):
    """A bare country or capital yields to a place in another country that a word for *where* names; not to its own country."""
    found = {signal.code: signal.place.name for signal in read(article(title)).signals if signal.place}

    assert found[code] == place


@pytest.mark.parametrize(
    "title",
    [
        "Konačni rezultati izbora na Kosovu: Samoopredeljenje prvo, Srpskoj listi devet mandata",
        "Samoodločba zmagala na volitvah na Kosovu",
        "A Vetëvendosje nyert, az Önrendelkezés 49 százalékot kapott Koszovóban",
    ],
)
def test_a_party_called_self_determination_asks_for_none(title):
    """Vetëvendosje by its translated name, as the press of the neighbours writes it."""
    assert "secession_challenge" not in codes(title)
