"""Send one message to one service by Apprise: no way inside the network, no address in any log, a reason in words."""

import logging
import re
import socket
from dataclasses import dataclass
from typing import Any

import apprise

from ingest.addresses import AddressRefused, check_addresses, check_host, plain_host
from tension.watches import targets

#: The header by which a webhook knows a message that it has had.
KEY_HEADER = "Idempotency-Key"
_STATUS = re.compile(r"error=(\d{3})")
_TOO_MUCH = 429
# Apprise writes addresses, and with them secrets, into its log: nobody hears it but `_reason`.
_log = logging.getLogger("apprise")
_log.propagate = False
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of an attempt."""

    #: Why it failed, without anything of the address; empty where it went well.
    reason: str = ""
    #: Whether trying again can help.
    again: bool = True

    @property
    def went_well(self) -> bool:
        """Tell whether the service took the message."""
        return not self.reason


def service(url: str) -> Any | None:  # noqa: ANN401 - a plug-in of a library without types
    """Return what an address is for Apprise, or None where it does not understand it."""
    asset = apprise.AppriseAsset(
        app_id="Karaula", app_desc="Balkan tension monitor", app_url="", secure_logging=True, http_redirects=False
    )
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


def objection(url: str) -> str | None:
    """Return why an address cannot be delivered to, without repeating it, or None."""
    said = targets.objection(url)
    if said is None and service(url) is None:
        said = f"Apprise does not understand this {targets.shown(url)} address"
    return said


def send(url: str, subject: str, body: str, message_id: str, allow_hosts: frozenset[str] = frozenset()) -> Sent:
    """Send a message.

    Args:
        url: an Apprise address.
        subject: in one line.
        body: plain text.
        message_id: the same when the same message is sent again.
        allow_hosts: hosts inside the own network that may be sent to.
    """
    said = targets.objection(url)
    plugin = None if said else service(url)
    if plugin is None:
        return Sent(reason=said or f"the {targets.shown(url)} address is not understood", again=False)
    try:
        _check(plugin, allow_hosts)
    except AddressRefused:
        return Sent(reason="the address leads inside the own network and was not allowed by --allow-host")
    except OSError:
        return Sent(reason="the service's name could not be looked up")
    if isinstance(getattr(plugin, "headers", None), dict):
        plugin.headers[KEY_HEADER] = message_id
    post = apprise.Apprise()
    post.add(plugin)
    with apprise.LogCapture(level=logging.WARNING, name=_log.name, fmt="%(message)s") as heard:  # type: ignore[no-untyped-call]
        done = post.notify(title=subject, body=body, body_format=apprise.NotifyFormat.TEXT)
        said = heard.getvalue()
    return Sent() if done else _failed(said)


def _check(plugin: Any, allow_hosts: frozenset[str]) -> None:  # noqa: ANN401 - same
    """Refuse a service of which the host is stated in the address and lies inside.

    Raises:
        AddressRefused: it does.
        OSError: its name cannot be looked up.
    """
    stated = any("{host}" in form for form in getattr(plugin, "templates", ()))
    if not stated or getattr(plugin, "mode", None) == "cloud":
        return
    host = getattr(plugin, "smtp_host", None) or getattr(plugin, "host", None)
    if not isinstance(host, str) or not host:
        return
    check_host(host, allow_hosts)
    found = socket.getaddrinfo(plain_host(host), None, type=socket.SOCK_STREAM)
    check_addresses(host, (str(row[4][0]) for row in found), allow_hosts)


def _failed(said: str) -> Sent:
    """Return what went wrong, in words of our own: those of the library may hold a part of the address."""
    status = _STATUS.search(said)
    if status is None:
        return Sent(reason="the service could not be reached")
    code = int(status.group(1))
    refused = 400 <= code < 500 and code not in {408, 425, _TOO_MUCH}  # noqa: PLR2004 - classes of HTTP
    # What is refused today may be a key that is being changed: it is tried again, and given up in the end.
    return Sent(reason=f"the service {'refused it' if refused else 'answered'} (HTTP {code})")
