"""What is sent: plain text in which nothing of a feed can pass for anything else. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tension.watches import names
from tension.watches.firing import Firing, Report, Seen
from tension.watches.watch import Watch

#: Letters of a headline, of a subject, of an address; firings told in full in one message.
_HEADLINE, _SUBJECT, _ADDRESS, _IN_FULL = 200, 120, 600, 10
#: Chat services give these a meaning: a mention of all, a link, bold, code, a quotation.
_MARKS = re.compile(r"([\\`*_{}\[\]<>|~#@&])")
_LOOKALIKES = {
    "@": "＠", "<": "‹", ">": "›", "[": "⟦", "]": "⟧", "*": "∗", "_": "＿", "`": "‘", "~": "∼", "|": "¦", "#": "＃", "\\": "⧵",
    "{": "❴", "}": "❵", "&": "＆",
}  # fmt: skip
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent once to each target."""

    #: The same for the same firings of a watch: a second arrival is known by it.
    id: str
    subject: str
    body: str


def message_id(watch_id: str, keys: Iterable[str]) -> str:
    """Return the id of the message of some firings."""
    return hashlib.sha256("\n".join((watch_id, *sorted(keys))).encode()).hexdigest()[:16]


def plain(text: str, most: int = _HEADLINE) -> str:
    r"""Return a text of a stranger in one line, without controls, direction marks or anything that a chat would act on.

    >>> plain("<b>@everyone</b>\u202e [x](javascript:1)")
    '‹b›＠everyone‹/b› ⟦x⟧(javascript:1)'
    """
    kept = "".join(c if c.isspace() or unicodedata.category(c)[0] != "C" else "" for c in text)
    line = _SPACE.sub(" ", kept).strip()
    line = line if len(line) <= most else line[: most - 1] + "…"
    return _MARKS.sub(lambda m: _LOOKALIKES[m.group()], line)


def address(url: str | None) -> str | None:
    """Return an address that may be sent: of the web, in one piece, of a sane length; else None."""
    if url is None or len(url) > _ADDRESS or any(c.isspace() or c in '<>"`\\|' or unicodedata.category(c)[0] == "C" for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def message(watch: Watch, firings: Sequence[Firing]) -> Message:
    """Return the message of some firings, the newest day first."""
    ordered = sorted(firings, key=lambda f: f.day, reverse=True)
    first = ordered[0]
    name = plain(watch.name, _SUBJECT)
    told = plain(first.cause, _SUBJECT) if len(ordered) == 1 else f"{len(ordered)} times, newest {names.day(first.day)}"
    made = message_id(watch.id, (f.key for f in ordered))
    lines = [f"Watch “{name}”, {names.scope(watch.scope)}", ""]
    for one in ordered[:_IN_FULL]:
        lines += [*_told(one), ""]
    if len(ordered) > _IN_FULL:
        lines += [f"and {len(ordered) - _IN_FULL} more; all are on the page Watches", ""]
    lines.append(f"Karaula, message {made}. A message with this number that comes twice is one message.")
    return Message(id=made, subject=f"{name}: {told}", body="\n".join(lines))


def _told(firing: Firing) -> Iterator[str]:
    yield plain(firing.cause, 400)
    single = firing.key.startswith("event:")
    for seen in firing.events:
        if not single:
            yield f"- {event_line(seen)}"
        for report in seen.reports:
            yield f"  - {plain(report.title)} ({plain(report.outlet, 60)}, {report.language})"
            link = address(report.url)
            yield f"    {link}" if link else "    (no address given)"
    if firing.n_events > len(firing.events):
        yield f"  and {firing.n_events - len(firing.events)} more events"


def event_line(seen: Seen) -> str:
    """Return an event in one line."""
    where = f", {plain(seen.where)}" if seen.where else ""
    voices = "1 voice" if seen.n_independent == 1 else f"{seen.n_independent} voices"
    return f"{names.signal(seen.code)}{where}, {names.day(seen.day)}, {voices}"


def first_report(firing: Firing) -> Report | None:
    """Return the first report with an address that may be opened."""
    return next((r for seen in firing.events for r in seen.reports if address(r.url)), None)
