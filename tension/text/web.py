"""Which addresses from feeds may be linked. Pure."""

from urllib.parse import urlsplit


def is_web_address(url: object) -> bool:
    """Tell whether an address may be linked: http or https, with a host, and nothing that hides what it is."""
    if not isinstance(url, str) or any(ord(c) <= ord(" ") for c in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
