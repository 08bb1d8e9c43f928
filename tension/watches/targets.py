"""Where messages go: Apprise addresses. They are secrets: a stranger who has one can write in our name."""

import hashlib
import re
from urllib.parse import urlsplit

#: Schemes that act on the machine itself, or run what is written in the address.
_LOCAL = frozenset({"dbus", "qt", "glib", "kde", "gnome", "macosx", "windows", "syslog", "sendmail", "file", "memory"})
_FORM = re.compile(r"[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE)
_LONGEST = 2_000
#: Said of what names a service; anything else in an address may be secret.
_SAID = {
    "json": "webhook (JSON)", "jsons": "webhook (JSON)", "xml": "webhook (XML)", "xmls": "webhook (XML)",
    "form": "webhook (form)", "forms": "webhook (form)", "mailto": "mail", "mailtos": "mail",
}  # fmt: skip


def target_id(url: str) -> str:
    """Return what an address is called where it must not be seen; the same for the same address."""
    return hashlib.sha256(f"karaula-target:{url}".encode()).hexdigest()[:12]


def shown(url: str) -> str:
    """Return which service an address is of, and nothing else of it.

    >>> shown("jsons://user:secret@hooks.example/T0/B0")
    'webhook (JSON)'
    """
    scheme = scheme_of(url)
    return _SAID.get(scheme, scheme or "unknown service")


def scheme_of(url: str) -> str:
    """Return the scheme of an address in lower case; empty where it has none."""
    return url.partition("://")[0].lower() if _FORM.fullmatch(url) else ""


def objection(url: str) -> str | None:
    """Return why an address cannot be delivered to, without repeating it; None where it can be tried."""
    if len(url) > _LONGEST or not _FORM.fullmatch(url) or any(ord(c) < ord(" ") for c in url):
        return "an address has the form service://…, as Apprise writes it"
    if scheme_of(url) in _LOCAL:
        return f"{scheme_of(url)}:// acts on this machine itself, not on a service"
    try:
        urlsplit(url)
    except ValueError:
        return "the address cannot be read"
    return None
