"""A small OpenID provider on loopback: discovery, authorization code with PKCE, signed ID tokens, userinfo, end of session.

It is as strict as the specifications ask (OpenID Connect Core 1.0, RFC 6749, RFC 7636): another client, secret or address to
return to, a code used twice, a verifier that does not fit, are refused. Whoever is asked who he is chooses from a list.
"""

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import unquote, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "karaula", "not told to anybody"
_LIFE_S = 300


@dataclass(frozen=True)
class _Code:
    """What was granted by an authorization code, until it is used."""

    person: str
    returning_to: str
    nonce: str
    challenge: str


class Provider:
    """A provider in a thread of its own.

    Args:
        people: claims of those who may log in, by `sub`.
        returning_to: the address that the client may be sent back to.
    """

    def __init__(self, people: Mapping[str, Mapping[str, Any]], returning_to: str) -> None:
        self._people, self._returning_to = people, returning_to
        self._key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, _Code] = {}
        self._tokens: dict[str, str] = {}
        #: What was asked for, by the names of the endpoints.
        self.asked: list[str] = []
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        ends = {
            "/.well-known/openid-configuration": self._describe, "/jwks": self._keys, "/authorize": self._authorize,
            "/token": self._token, "/userinfo": self._userinfo, "/end": self._end,
        }  # fmt: skip
        routes = [Route(path, end, methods=["GET", "POST"]) for path, end in ends.items()]
        self._server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    @property
    def description(self) -> str:
        """Return the address at which it describes itself."""
        return f"{self.issuer}/.well-known/openid-configuration"

    def close(self) -> None:
        """Stop it: nobody answers at its address any more."""
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    async def _describe(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks", "end_session_endpoint": f"{self.issuer}/end",
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "scopes_supported": ["openid", "email", "profile"],
            }
        )  # fmt: skip

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        self.asked.append("authorize")
        asked = request.query_params
        wanted = {
            "client_id": CLIENT, "response_type": "code", "redirect_uri": self._returning_to, "code_challenge_method": "S256",
        }  # fmt: skip
        wrong = [name for name, value in wanted.items() if asked.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if not asked.get(name)]
        if wrong or "openid" not in asked.get("scope", "").split():
            return HTMLResponse(f"refused: {escape(str(wrong))}", status_code=400)
        person = asked.get("person")
        if person == "nobody":
            return self._back({"error": "access_denied", "state": asked["state"]})
        if person not in self._people:
            links = [
                f'<p><a href="?{escape(urlencode({**asked, "person": p}))}">{escape(p)}</a>' for p in (*self._people, "nobody")
            ]
            return HTMLResponse(f"<title>Who are you?</title>{''.join(links)}")
        code = secrets.token_urlsafe()
        self._codes[code] = _Code(person, asked["redirect_uri"], asked["nonce"], asked["code_challenge"])
        return self._back({"code": code, "state": asked["state"]})

    def _back(self, told: Mapping[str, str]) -> Response:
        return RedirectResponse(f"{self._returning_to}?{urlencode(told)}", status_code=303)

    async def _token(self, request: Request) -> Response:
        self.asked.append("token")
        form = await request.form()
        kind, _, pair = request.headers.get("authorization", "").partition(" ")
        named = [unquote(part) for part in base64.b64decode(pair).decode().split(":", 1)] if kind == "Basic" else []
        if named != [CLIENT, SECRET]:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        granted = self._codes.pop(str(form.get("code")), None)
        digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        fits = granted is not None and granted.challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if granted is None or not fits or form.get("redirect_uri") != granted.returning_to:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        token = secrets.token_urlsafe()
        self._tokens[token] = granted.person
        told = {"access_token": token, "token_type": "Bearer", "expires_in": _LIFE_S, "id_token": self._signed(granted)}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    def _signed(self, granted: _Code) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": granted.person, "nonce": granted.nonce, "iat": now, "exp": now + _LIFE_S,
            **self._people[granted.person],
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self._key)

    async def _userinfo(self, request: Request) -> Response:
        person = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if person is None:
            return JSONResponse({"error": "invalid_token"}, status_code=401)
        return JSONResponse({"sub": person, **self._people[person]})

    async def _end(self, request: Request) -> Response:
        self.asked.append("end")
        if request.query_params.get("post_logout_redirect_uri") != self._returning_to:
            return HTMLResponse("refused", status_code=400)
        return RedirectResponse(self._returning_to, status_code=303)
