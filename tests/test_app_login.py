"""Log-in by OpenID Connect, against a provider that answers: by its button in, by a verified address to a role, and out again."""

import sys
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import streamlit as st
from browsing import chromium
from desk import html, open_page
from provider import CLIENT, SECRET, Provider
from served import dashboard, free_port
from streamlit import config
from streamlit.testing.v1 import AppTest

from app import login, who
from tension.store import open_writer

ROLES = '{"desk": "operator", "ana@example.org": "reviewer", "sub:bo": "operator"}'
PEOPLE = {
    "ana": {"email": "ana@example.org", "email_verified": True},
    "eve": {"email": "ana@example.org", "email_verified": False},
}  # fmt: skip


@pytest.mark.parametrize(
    ("user", "name", "role"),
    [
        ({}, "desk", "operator"),
        ({"is_logged_in": False}, "", "reader"),
        ({"is_logged_in": True, "sub": "1", "email": "Ana@Example.org", "email_verified": True}, "Ana@Example.org", "reviewer"),
        ({"is_logged_in": True, "sub": "1", "email": "ana@example.org", "email_verified": "true"}, "ana@example.org", "reviewer"),
        ({"is_logged_in": True, "sub": "1", "email": "ana@example.org", "email_verified": False}, "sub:1", "reader"),
        ({"is_logged_in": True, "sub": "1", "email": "ana@example.org", "email_verified": "false"}, "sub:1", "reader"),
        ({"is_logged_in": True, "sub": "1", "email": "ana@example.org"}, "sub:1", "reader"),
        ({"is_logged_in": True, "sub": "1", "email": "no@example.org", "email_verified": True}, "no@example.org", "reader"),
        ({"is_logged_in": True, "sub": "1", "email": "desk", "email_verified": True}, "sub:1", "reader"),
        ({"is_logged_in": True, "sub": "desk"}, "sub:desk", "reader"),
        ({"is_logged_in": True, "sub": "bo", "email": "x@example.org"}, "sub:bo", "operator"),
        ({"is_logged_in": True}, "", "reader"),
    ],
)
def test_roles_go_by_verified_address_or_profile(user, name, role):
    """Where a log-in is configured, the profile has no say; only what the provider vouches for names somebody; others read."""
    found = who.of(user, "desk", {"desk": "operator", "ana@example.org": "reviewer", "sub:bo": "operator"})

    assert (found.name, found.role, found.may_log_in) == (name, role, user.get("is_logged_in") is False)
    assert found.reviews == (role != "reader")


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that nobody is sent to by a browser."""
    made = Provider(PEOPLE, "http://127.0.0.1:1/oauth2callback")
    yield made
    made.close()


@pytest.fixture
def configured(monkeypatch) -> dict[str, object]:
    """What stands in `[auth]`, to be changed by a test."""
    auth: dict[str, object] = {
        "redirect_uri": "http://127.0.0.1:1/oauth2callback", "cookie_secret": "c" * 32, "client_id": CLIENT,
        "client_secret": SECRET, "server_metadata_url": "http://127.0.0.1:1/.well-known/openid-configuration",
    }  # fmt: skip
    monkeypatch.setattr(st.secrets, "_secrets", {"auth": auth})
    return auth


def test_provider_that_answers_is_no_trouble(provider, configured):
    """With all that is needed, and a provider that describes itself, nothing is in the way."""
    configured["server_metadata_url"] = provider.description

    assert login.is_configured()
    assert login.providers() == (login.DEFAULT,)
    assert login.trouble(login.DEFAULT) is None


def test_named_providers_are_each_offered(provider, configured):
    """Tables in `[auth]` are providers of their own; one in `[auth]` itself comes first."""
    own = {name: configured.pop(name) for name in ("client_id", "client_secret", "server_metadata_url")}
    configured["ministry"] = own | {"server_metadata_url": provider.description}
    configured["away"] = own

    assert login.providers() == ("away", "ministry")
    assert login.trouble("ministry") is None
    assert "127.0.0.1:1 does not answer" in login.trouble("away")
    configured |= own
    assert login.providers() == (login.DEFAULT, "away", "ministry")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cookie_secret": "", "client_id": ""}, "cookie_secret, client_id missing"),
        ({"redirect_uri": "http://127.0.0.1:1/"}, "/oauth2callback"),
        ({"server_metadata_url": "file:///etc/passwd"}, "begin with https://"),
        ({"server_metadata_url": "http://secret:word@127.0.0.1:1/x"}, "at 127.0.0.1:1 does not answer"),
    ],
)
def test_what_is_configured_wrongly_is_said(configured, changed, said):
    """Missing keys are named, wrong ones told, and no password is repeated."""
    configured |= changed

    assert said in login.trouble(login.DEFAULT)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(503, b"{}", "answers with an error (503)"), (200, b"<html>", "no OpenID provider"), (200, b"[]", "no OpenID provider"),
     (200, b'{"issuer": "x"}', "no OpenID provider"), (200, b"\xff\xfe", "no OpenID provider")],
)  # fmt: skip
def test_what_answers_and_is_no_provider_is_said(configured, status, body, said):
    """An error, another page, half a description: a sentence each."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.handle_request, daemon=True).start()
    configured["server_metadata_url"] = f"http://127.0.0.1:{server.server_port}/"

    assert said in login.trouble(login.DEFAULT)
    server.server_close()


def _archive(url: str, records) -> None:
    writer = open_writer(url)
    writer.add([records.delivery(records.article(restated=True), records.signal(), feed_id=None)])
    writer.close()


def _pressed(at: AppTest) -> AppTest:
    next(b for b in at.button if b.key == "log-in-side-default").click()
    return at.run()


def test_missing_library_is_a_sentence_and_everybody_reads(desk_stores, records, configured, monkeypatch):
    """Without the library of the log-in nobody becomes the profile, and the button says what is missing."""
    _archive(desk_stores["replay"], records)
    monkeypatch.setitem(sys.modules, "authlib", None)
    at = open_page("review")

    assert "Reviewing needs a log-in" in html(at)
    said = html(_pressed(at))
    assert "its library is not installed" in said


def test_secrets_that_cannot_be_read_make_nobody_an_operator(desk_stores, records, tmp_path, monkeypatch):
    """A file of secrets with a slip may ask for a log-in: the profile, who is an operator, does not sit there then."""
    _archive(desk_stores["replay"], records)
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('[auth\nredirect_uri = "x"')
    monkeypatch.setattr(st.secrets, "_secrets", None)
    before = st.get_option("secrets.files")
    config.set_option("secrets.files", [str(secrets)])
    try:
        said = html(open_page("review"))
    finally:
        config.set_option("secrets.files", before)

    assert "secrets.toml cannot be read" in said
    assert "You review as" not in said


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path, records) -> Iterator[tuple[str, Provider]]:
    """The address of the dashboard as it is served, with an archive, and the provider by which one logs in to it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    provider = Provider(PEOPLE, f"{url}oauth2callback")
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "{url}oauth2callback"\ncookie_secret = "{"c" * 32}"\nclient_id = "{CLIENT}"\n'
        f'client_secret = "{SECRET}"\nserver_metadata_url = "{provider.description}"\n'
    )
    stores = {name: f"sqlite:///{tmp_path}/{name}.db" for name in ("live", "replay")}
    _archive(stores["replay"], records)
    said = ["--secrets.files", str(secrets)]
    with closing(provider), dashboard(tmp_path, port=port, said=said, KARAULA_ROLES=ROLES, **stores):
        yield url, provider


def _press(page) -> None:
    """Press the first button to log in for as long as a hand does: it must not move meanwhile.

    Once the page stands: on a busy machine a press while it is still drawn may be lost with the run that it came into.
    """
    button = page.get_by_role("button", name="Log in").first
    button.wait_for()
    page.wait_for_function("() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'")
    at = button.bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(150)
    page.mouse.up()


def _log_in(page, person: str) -> None:
    """Press, and choose who one is: by the whole name, as the page that is left has a link to *Eve*nts."""
    _press(page)
    page.get_by_role("link", name=person, exact=True).click()


def _log_out(page) -> None:
    """Log out, and wait for the page that the provider sends back to: the one before says at once that nobody is logged in."""
    page.evaluate("() => { window.before = true; }")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_function("() => !window.before && document.querySelector('[data-testid=stMain]')")


def test_log_in_by_a_provider_and_out_again(served):
    """A verified reviewer reviews; the same address unverified reads; who is refused stays out; a dead provider is a sentence."""
    url, provider = served
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(40_000)
        page.goto(f"{url}review")
        page.get_by_text("Reviewing needs a log-in").wait_for()

        _log_in(page, "ana")
        page.get_by_text("ana@example.org (reviewer)").wait_for()
        page.get_by_role("link", name="Review").click()
        page.get_by_text("You review as ana@example.org (reviewer).").wait_for()
        _log_out(page)
        assert provider.asked == ["authorize", "authorize", "token", "end"]

        _log_in(page, "eve")
        page.get_by_text("ana@example.org (reader)").wait_for()
        page.get_by_text("does not say that this address is verified").wait_for()
        _log_out(page)

        _log_in(page, "nobody")
        page.wait_for_url(f"{url}**")
        provider.close()
        _press(page)
        page.get_by_text("does not answer: try again later").wait_for()
        assert "Traceback" not in page.content()
