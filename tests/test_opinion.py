"""Second opinions: what is asked, what is accepted, and that it never counts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from feedserver import FeedServer
from hypothesis import given
from hypothesis import strategies as st

from ingest.opinion import Endpoint, endpoint
from tension.errors import OpinionError, SettingsError
from tension.model import Article, Mode
from tension.opinion import MOST_CLAIMS, answered
from tension.settings import Settings

HEADLINE = "Srbi blokirali put ka Jarinju"
ARTICLE = Article(id="a", outlet="", url=None, title=HEADLINE, summary="Saobraćaj je u prekidu od jutros.")
CLAIM = {"code": "border_blockade", "mode": "actual", "words": "blokirali put"}


def said(*claims):
    """Return what a model answers, as it likes to: fenced, with a word before."""
    return "Here you are:\n```json\n" + json.dumps({"signals": list(claims)}) + "\n```"


@pytest.fixture
def model():
    """Serve an endpoint with the chat interface; yield (server, base address, questions asked)."""
    server, asked = FeedServer(), []

    def reply(handler):
        asked.append((dict(handler.headers), json.loads(handler.sent)))
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": said(CLAIM)}}]}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    server.routes["/v1/chat/completions"] = reply
    yield server, server.url("/v1"), asked
    server.close()


def test_an_answer_is_led_back_to_the_words_of_the_text():
    """Code and mode are those of the taxonomy, and the words are found where they stand."""
    (claim,) = answered(said(CLAIM), ARTICLE, "m").claims

    assert (claim.code, claim.mode) == ("border_blockade", Mode.ACTUAL)
    assert HEADLINE[claim.span.start : claim.span.end] == "blokirali put"


def test_words_that_the_text_does_not_have_are_no_evidence():
    """A model that makes up a quotation is not believed about it."""
    (claim,) = answered(said(CLAIM | {"words": "sandbags on the bridge"}), ARTICLE, "m").claims

    assert claim.span is None


def test_one_bad_claim_costs_no_other():
    """Unknown codes and modes are said to be unusable, and the rest is read."""
    opinion = answered(said({"code": "war"}, "nonsense", CLAIM | {"mode": "maybe"}, CLAIM), ARTICLE, "m")

    assert [c.code for c in opinion.claims] == ["border_blockade"]
    assert len(opinion.unused) == 3


def test_an_answer_without_end_is_cut():
    """No answer makes more claims than a text could have acts."""
    opinion = answered(said(*[CLAIM] * 1000), ARTICLE, "m")

    assert len(opinion.claims) == MOST_CLAIMS
    assert opinion.unused == (f"{1000 - MOST_CLAIMS} more claims were not read",)


@given(st.text(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(lambda x: json.dumps({"signals": x})))
def test_any_answer_is_an_opinion_or_a_clear_error(answer):
    """Whatever comes back, it is read or refused by the model's name."""
    try:
        claims = answered(answer, ARTICLE, "the model").claims
    except OpinionError as e:
        named, claims = str(e).startswith("the model: "), ()
    else:
        named = True
    assert named
    assert claims == ()


def test_the_endpoint_is_asked_as_its_interface_wants(model):
    """Model, key and the text are sent; temperature 0; the text is not an instruction."""
    _, address, asked = model
    opinion = Endpoint(address + "/", "llama", "secret").opinion(ARTICLE)

    ((headers, body),) = asked
    assert headers["Authorization"] == "Bearer secret"
    assert (body["model"], body["temperature"]) == ("llama", 0)
    assert HEADLINE in body["messages"][1]["content"]
    assert HEADLINE not in body["messages"][0]["content"]
    assert opinion.by == "llama"


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b"no"), (200, b"<html>"), (200, b"{}"), (200, b'{"choices": [{"message": {"content": 7}}]}'), (200, b"x" * 300_000)],
)
def test_an_endpoint_that_fails_is_named(model, status, body):
    """Errors, pages, empty and endless answers: the error says which address gave no opinion."""
    server, address, _ = model
    server.answer("/v1/chat/completions", body, status)

    with pytest.raises(OpinionError, match=r"/v1/chat/completions: no second opinion"):
        Endpoint(address, "llama", None).opinion(ARTICLE)


def test_nobody_listening_is_said():
    """A port where nothing answers gives the same clear error."""
    with pytest.raises(OpinionError, match="no second opinion"):
        Endpoint("http://127.0.0.1:9/v1", "llama", None).opinion(ARTICLE)


def test_it_is_off_until_an_operator_names_endpoint_and_model():
    """Nothing is asked by default, and the missing setting is named."""
    with pytest.raises(SettingsError, match="opinion_url"):
        endpoint(Settings())
    with pytest.raises(SettingsError, match="opinion_model"):
        endpoint(Settings(opinion_url="http://127.0.0.1:9/v1"))


def test_the_key_is_never_shown():
    """Settings that are printed or logged do not spell the key."""
    assert "secret" not in repr(Settings(opinion_key="secret"))


def test_explain_marks_it_as_counting_for_nothing(model):
    """The command prints the second opinion beside its own reading, with the model's name."""
    _, address, _ = model
    environment = os.environ | {"KARAULA_OPINION_URL": address, "KARAULA_OPINION_MODEL": "llama", "NO_COLOR": "1"}
    command = [Path(sys.executable).with_name("karaula"), "explain", "--second-opinion", HEADLINE]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)

    assert done.returncode == 0, done.stderr
    assert "Second opinion by llama; it counts for nothing" in done.stdout
    assert "border_blockade  actual · “blokirali put”" in done.stdout
