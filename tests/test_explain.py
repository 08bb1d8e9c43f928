"""`karaula explain`: why, and why not."""

import json
from datetime import date
from pathlib import Path

from called import call

from tension.explain import explain
from tension.model import Article


def explained(title, **more):
    """Explain a headline."""
    return explain(Article(id="a", outlet="", url=None, title=title, **more))


def run(*arguments):
    """Run `karaula explain`; return (exit code, stdout, stderr)."""
    return call("explain", *arguments, environment={"NO_COLOR": "1"}, folder=Path.cwd())


def test_a_signal_is_led_back_to_its_words():
    """Each signal has a candidate that counts as it, with rule, words and confidence."""
    answer = explained("Srbi blokirali put ka Jarinju")
    (signal,) = [s for s in answer["signals"] if s["code"] == "border_blockade"]
    (candidate,) = [c for c in answer["candidates"] if c["counts_as"] == "border_blockade"]

    assert signal["place"]["name"].startswith("Jarinje")
    assert candidate["evidence"] == signal["evidence"]
    assert candidate["rule"].startswith("hbs:border_blockade:")
    assert 0 < candidate["confidence"] <= 1


def test_what_did_not_count_says_why():
    """A denied act names the cue; an act outside the region says so; a second mention says that one stands for it."""
    denied = explained("Policija demantuje: nije bilo pucnjave u Zvečanu")["candidates"]
    outside = explained("Police clash with protesters in Paris")["candidates"]

    assert any(c["why_not"].startswith("denied") and c["cue"] for c in denied)
    assert {c["why_not"] for c in outside if c["code"] == "unrest"} == {"outside the region"}
    assert all(c["why_not"] for c in outside)


def test_places_come_with_their_rivals():
    """The other towns of the same name are named."""
    (place,) = explained("Protest u Novom Pazaru", language="sr")["places"]

    assert place["place"]["country"] == "RS"
    assert "Novi Pazar (BG)" in [r["name"] for r in place["rivals"]]


def test_the_answer_is_plain_data():
    """It survives JSON unchanged, days included."""
    answer = explained(
        "Kosovo", body="On Saturday a bomb exploded in Leposavić.", language="en", published_date=date(2021, 9, 27)
    )

    assert json.loads(json.dumps(answer)) == answer
    assert "2021-09-25" in [s["happened_on"] for s in answer["signals"]]


def test_the_command_prints_text_and_json():
    """Readable lines by default, plain data with --json."""
    code, text, _ = run("Serbian jets flew over Jarinje", "--published", "2021-09-27")
    as_json = json.loads(run("Serbian jets flew over Jarinje", "--json", "--language", "en")[1])

    assert code == 0
    assert "air_activity" in text
    assert "Actors" in text
    assert as_json["signals"][0]["code"] == "air_activity"
    assert [a["place"]["country"] for a in as_json["actors"]] == ["RS"]


def test_a_headline_without_anything_says_so():
    """No rule fires: a sentence says it."""
    assert "No signal" in run("Sunny weekend ahead")[1]


def test_a_wrong_day_is_named():
    """A day that is none is refused in a sentence."""
    code, _, err = run("Protest", "--published", "yesterday")

    assert code == 1
    assert "yesterday" in err
