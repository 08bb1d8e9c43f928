"""Generated streams of reports for a store, where few days, outlets, places and codes make much coincide."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tension.events.kinds import standing_codes
from tension.model import Article, Candidate, Mode, PlaceMention, Reading, Signal, Span
from tension.places.gazetteer import gazetteer
from tension.store import Delivery, StoreReader, StoreWriter, open_reader, open_writer

DAY = date(2021, 9, 20)
NOON = datetime(2021, 9, 20, 12, tzinfo=UTC)
SCOPES = ("region", "XK", "RS", "RS-XK", "place:crossing-jarinje", "municipality:xk-zubin-potok")
_NAMED = {"crossing-jarinje", "crossing-brnjak", "country-xk", "country-rs"}
#: Without their aliases, so that an example that fails can be read.
PLACES = {p.id: replace(p, aliases=()) for p in gazetteer().places if p.id in _NAMED}
SPAN = Span(field="title", start=0, end=4, text="text")
#: Outlets that are feeds of the panel; what another one reports was handed in.
OUTLETS = ("a", "b", "c")


def few(n: int) -> settings:
    """Return settings for so many examples, each with stores of its own; shrinking them would take minutes."""
    return settings(
        max_examples=n, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
    )


@st.composite
def deliveries(draw: Any, n: int) -> Delivery:
    """Draw one article with up to two signals; every four articles three days pass."""
    place = PLACES[draw(st.sampled_from(sorted(PLACES)))]
    codes = draw(st.lists(st.sampled_from([*standing_codes(), "threat_rhetoric", "armed_clash"]), max_size=2, unique=True))
    mode = draw(st.sampled_from([Mode.ACTUAL, Mode.ACTUAL, Mode.ANNOUNCED]))
    day = DAY + timedelta(days=draw(st.integers(0, 12)))
    at = NOON + timedelta(days=n // 4 * 3, minutes=n)
    outlet = draw(st.sampled_from([*OUTLETS, "late"]))
    made = [Signal(code=c, mode=mode, confidence=0.8, evidence=(SPAN,), rule="r", place=place) for c in codes]
    named = [place, PLACES[draw(st.sampled_from(["country-rs", "crossing-brnjak"]))]]
    reading = Reading(
        language="sr", scorer_version="v1", signals=tuple(made), mentions=tuple(PlaceMention(place=p, span=SPAN) for p in named),
        candidates=tuple(Candidate(code=c, mode=mode, confidence=0.8, evidence=(SPAN,), rule="r") for c in codes),
    )  # fmt: skip
    article = Article(
        id=f"a{n}", outlet=outlet, url=None, title=draw(st.sampled_from(["Barikade kod prelaza", "Protest", f"Vest {n}"])),
        published_date=day, first_seen_at=at, family=outlet, side=draw(st.sampled_from(["serbia", ""])), country="RS",
    )  # fmt: skip
    return Delivery(article=article, feed_id=None, guid=f"g{n}", seen_at=at, reading=reading)


streams = st.integers(1, 24).flatmap(lambda size: st.tuples(*(deliveries(n) for n in range(size)))).map(list)


def write(writer: StoreWriter, stream: list[Delivery], size: int) -> None:
    """Store a stream in batches."""
    for at in range(0, len(stream), size):
        writer.add(stream[at : at + size])


class Stores:
    """New stores that know the feeds of `OUTLETS`: copies of one, for to make its tables takes longer than to fill it."""

    def __init__(self, folder: Path, feeds: Any) -> None:
        """Make the store that is copied.

        Args:
            folder: in which all of them are.
            feeds: of conftest's `records`.
        """
        self._folder = folder
        self._made: list[tuple[StoreWriter, StoreReader]] = []
        writer = open_writer(f"sqlite:///{folder / 'first.db'}")
        writer.put_feeds([feeds(outlet=o, id=f"rs-{o}") for o in OUTLETS], NOON)
        writer.close()

    def new(self) -> tuple[StoreWriter, StoreReader, str]:
        """Return writer, reader and address of another one."""
        path = self._folder / f"{len(self._made)}.db"
        shutil.copy(self._folder / "first.db", path)
        url = f"sqlite:///{path}"
        self._made.append((open_writer(url), open_reader(url)))
        return *self._made[-1], url

    def close(self) -> None:
        """Close them all."""
        for writer, reader in self._made:
            writer.close()
            reader.close()
