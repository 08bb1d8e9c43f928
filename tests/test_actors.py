"""Who acts and on whom, and the pair they make."""

import pytest

from tension import assets
from tension.actors import Actor, domestic, dyad, named, roles
from tension.model import REGION, Article
from tension.places.resolve import locate
from tension.scoring.detect import detect, fields


def parties(title, language, code, where=None):
    """Return (initiator, target, dyad) of the first candidate of a code in a headline."""
    article = Article(id="a", outlet="", url=None, title=title)
    ((_, tokens),) = fields(article)
    found = named(tokens, locate(article, language), where=where)
    candidate = next(c for c in detect(article, language) if c.code == code)
    r = roles(candidate, tokens, found, language)
    return (r.initiator and r.initiator.id, r.target and r.target.id, r.dyad)


@pytest.mark.parametrize(
    ("language", "title", "code", "expected"),
    [
        ("en", "Serbia expels Croatian diplomat", "diplomatic_rupture", ("RS", "HR", "serbia-croatia")),
        (
            "en",
            "Bulgarian ambassador expelled by North Macedonia",
            "diplomatic_rupture",
            ("MK", "BG", "north-macedonia-bulgaria"),
        ),
        ("hbs", "Србија протерала хрватског дипломату", "diplomatic_rupture", ("RS", "HR", "serbia-croatia")),
        ("en", "KFOR increases patrols in Kosovo", "peacekeeping", ("kfor", None, None)),
    ],
)
def test_who_acts_on_whom(language, title, code, expected):
    """The party before the act does it, the one behind bears it; *by* turns it round; nobody is guessed."""
    assert parties(title, language, code) == expected


def test_a_people_is_a_community_where_it_lives():
    """*Serbs* that block a road in Kosovo are Kosovo Serbs, and not the state."""
    assert parties("Srbi blokirali put ka Jarinju", "hbs", "border_blockade", where="XK")[0] == "kosovo-serbs"
    assert parties("Kosovo Serbs block road to Jarinje", "en", "border_blockade")[0] == "kosovo-serbs"


def test_a_longer_name_hides_the_shorter():
    """*Kosovo Serbs* does not also name Kosovo."""
    article = Article(id="a", outlet="", url=None, title="Kosovo Serbs block road")
    ((_, tokens),) = fields(article)

    assert [n.actor.id for n in named(tokens, locate(article, "en"))] == ["kosovo-serbs"]


def test_pairs_are_symmetric_and_exact_before_coarse():
    """The order of the parties plays no part; an entity against the state of Bosnia is that pair and no other."""
    entity = Actor(id="republika-srpska", name="", level="entity", country="BA")
    state = Actor(id="BA", name="", level="state", country="BA")
    serbia = Actor(id="RS", name="", level="state", country="RS")
    kosovo = Actor(id="XK", name="", level="state", country="XK")

    assert dyad(entity, state) == dyad(state, entity) == "rs-bih-state"
    assert dyad(serbia, kosovo) == dyad(kosovo, serbia) == "serbia-kosovo"
    assert dyad(serbia, serbia) is None
    assert dyad(serbia, None) is None


def test_affairs_of_one_country_are_domestic():
    """Two parties of one country make its own affair; a mission of several states takes nothing away."""
    entity = Actor(id="republika-srpska", name="", level="entity", country="BA")
    mission = Actor(id="eufor", name="", level="armed", country="INT")
    serbia = Actor(id="RS", name="", level="state", country="RS")

    assert domestic(entity, mission) == "BA"
    assert domestic(entity, serbia) is None
    assert domestic(None, None) is None


def test_the_list_is_sound():
    """Every actor has a level, a scope of ours or none, and names; every pair is made of known parties."""
    data = assets.read_toml("actors.toml")
    ids = {row["id"] for row in data["actor"]}

    assert len(ids) == len(data["actor"])
    assert {row["level"] for row in data["actor"]} <= {"entity", "institution", "community", "armed"}
    assert {row["country"] for row in data["actor"]} <= REGION | {"INT"}
    assert {side for row in data["dyad"] for key in ("one", "other") for side in row[key]} <= ids | REGION
    assert {i for row in data["people"] for i in row["in"].values()} <= ids


def test_a_genitive_between_the_words_of_an_act_is_who_acts():
    """*Vojni avioni Srbije nadletali*: Serbia flies, it is not flown over."""
    assert parties("Vojni avioni Srbije nadletali Jarinje", "hbs", "air_activity")[0] == "RS"
