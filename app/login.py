"""Log-in by OpenID Connect: what is configured of it, and why nobody can log in where nobody can.

Streamlit does the log-in itself, from `[auth]` in its secrets; what goes wrong there ends in two words on an empty page. So what
can be known before is looked at before, and said.
"""

import json
import ssl
from collections.abc import Mapping
from functools import lru_cache
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import httpcore
import streamlit as st

from tension.tongue import _

#: What Streamlit calls the provider that stands in `[auth]` itself.
DEFAULT = "default"
_SHARED = ("redirect_uri", "cookie_secret")
_OWN = ("client_id", "client_secret", "server_metadata_url")
#: Of what a provider says of itself, what a log-in cannot do without.
_ENDPOINTS = {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"}
_PATIENCE_S = 4.0
_MOST_BYTES = 1_000_000


def broken() -> str | None:
    """Return the file of secrets that is there and cannot be read, or None.

    Whether it asks for a log-in cannot be known then, and whoever comes must not be taken for the profile of this installation.
    """
    if st.secrets.load_if_toml_exists():
        return None
    return next((str(path) for path in st.get_option("secrets.files") if Path(path).exists()), None)


def _section() -> Mapping[str, Any]:
    found = st.secrets.get("auth") if st.secrets.load_if_toml_exists() else None
    return found if isinstance(found, Mapping) else {}


def is_configured() -> bool:
    """Tell whether a log-in is asked for."""
    return bool(_section())


def providers() -> tuple[str, ...]:
    """Return the names of the providers: that of `[auth]` itself, or those of the tables in it."""
    auth = _section()
    named = sorted(name for name, table in auth.items() if isinstance(table, Mapping) and "server_metadata_url" in table)
    return tuple(named) if named and "server_metadata_url" not in auth else (DEFAULT, *named)


def trouble(provider: str) -> str | None:
    """Return why nobody can log in by a provider at this moment, or None where one can."""
    if find_spec("authlib") is None:
        return _("A log-in is configured, but its library is not installed: install Karaula with the extra “login”.")
    auth = _section()
    table = auth.get(provider)
    own = table if isinstance(table, Mapping) else auth
    missing = [name for name in _SHARED if not auth.get(name)] + [name for name in _OWN if not own.get(name)]
    if missing:
        return _("The log-in is not configured in full: {names} missing in the secrets.", names=", ".join(missing))
    if not urlsplit(str(auth["redirect_uri"])).path.endswith("/oauth2callback"):
        return _("The log-in is not configured right: redirect_uri has to end in /oauth2callback.")
    return _unfit(str(own["server_metadata_url"]))


def _unfit(address: str) -> str | None:
    """Return why what answers at the address of a provider's description cannot be used, or None."""
    if urlsplit(address).scheme not in {"http", "https"}:
        return _("The log-in is not configured right: server_metadata_url has to begin with https://.")
    host = urlsplit(address).netloc.rpartition("@")[2]
    try:
        with urlopen(Request(address), timeout=_PATIENCE_S, context=_certificates()) as answer:  # noqa: S310 - looked at above
            told = json.loads(answer.read(_MOST_BYTES))
    except HTTPError as error:
        return _("The log-in provider at {host} answers with an error ({status}): try again later.", host=host, status=error.code)
    except (OSError, HTTPException):
        return _("The log-in provider at {host} does not answer: try again later. Everybody may read meanwhile.", host=host)
    except ValueError:
        told = None
    if not isinstance(told, Mapping) or not told.keys() >= _ENDPOINTS:
        return _("What answers at {host} is no OpenID provider: check server_metadata_url.", host=host)
    return None


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Return the authorities that the log-in itself trusts, which are not always those of the system."""
    return httpcore.default_ssl_context()
