"""Where permanent redirects led lately: the next question goes there at once, as RFC 9110 (15.4.2, 15.4.9) asks for.

The catalogue stays as it is: a move is told to the operator, who decides. Some times a day the old address is asked
again, so that a redirect that was a mistake does not last for ever.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: For how long a move is followed before the old address is asked again.
BELIEVED = timedelta(hours=6)
_MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class Moves:
    """What moved; lives as long as the process, across its rounds."""

    _known: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def of(self, url: str, now: datetime) -> str | None:
        """Return where an address has moved to, as far as it is known and still believed."""
        to, until = self._known.get(url, (None, now))
        return to if now < until <= now + BELIEVED else None

    def learn(self, url: str, to: str, now: datetime) -> None:
        """Remember a move."""
        while len(self._known) >= _MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[url] = (to, now + BELIEVED)

    def forget(self, url: str) -> None:
        """Ask the old address the next time: the new one gives nothing."""
        self._known.pop(url, None)
