"""Records to rows and back. Rows are plain dicts with the columns of `tension.store.schema`."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from tension.model import Article, CachingInfo, Candidate, Expectation, Feed, Place, PlaceMention, Reading, Signal, Span
from tension.store.protocol import Delivery, FetchRecord
from tension.text.normal import fold, fold_title

#: One row: column → value.
Row = dict[str, Any]

#: What PostgreSQL cannot hold as text, or UTF-8 cannot say.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Put the replacement character for NUL and lone surrogates: one bad entry must not stop a batch.

    Replaced one for one, so that spans still fit.
    """
    return text if text.isascii() and "\x00" not in text else _UNSTORABLE.sub("\ufffd", text)


def _storable(row: Row) -> Row:
    """Return a row with every text storable: nearly always as it is."""
    texts = "".join([v for v in row.values() if isinstance(v, str)])
    if ("\x00" not in texts) if texts.isascii() else _UNSTORABLE.search(texts) is None:
        return row
    return {k: storable(v) if isinstance(v, str) else v for k, v in row.items()}


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _span(span: Span) -> Row:
    return {"field": span.field, "start": span.start, "end": span.end, "text": span.text}


def _spans(spans: Iterable[Span]) -> str:
    return _json([_span(s) for s in spans])


def feed_row(feed: Feed) -> Row:
    """Return a feed's row, without what the store adds (`known_since`, `retired_at`)."""
    row = asdict(feed)
    del row["fulltext"]  # how it is asked, not what it is
    return _storable(row | row.pop("expects"))


def feed_of(row: Mapping[str, Any]) -> Feed:
    """Return the feed of a row."""
    names = (
        "id", "outlet", "url", "language", "script", "country", "family", "side", "kind", "cadence_minutes", "panel",
    )  # fmt: skip
    expects = Expectation(min_per_day=row["min_per_day"], max_per_day=row["max_per_day"])
    return Feed(**{name: row[name] for name in names}, expects=expects)


def fetch_row(fetch: FetchRecord) -> Row:
    """Return the row of one attempt."""
    names = ("feed_id", "fetched_at", "outcome", "status", "reason", "grade", "n_entries", "n_new", "seconds", "next_due_at")
    row = {name: getattr(fetch, name) for name in names}
    row |= {"etag": fetch.caching.etag, "last_modified": fetch.caching.last_modified}
    row |= {"moved_to": fetch.moved_to, "format": fetch.format, "remarks": _json(fetch.remarks) if fetch.remarks else None}
    return _storable(row | {"day": day_of(fetch.fetched_at)})


def fetch_of(row: Mapping[str, Any], caching: CachingInfo) -> FetchRecord:
    """Return the attempt of a row, with the validators to send next time."""
    names = ("feed_id", "fetched_at", "outcome", "status", "reason", "grade", "n_entries", "n_new", "seconds", "next_due_at")
    remarks = tuple(json.loads(row["remarks"])) if row["remarks"] else ()
    more = {"moved_to": row["moved_to"], "format": row["format"], "remarks": remarks}
    return FetchRecord(**{name: row[name] for name in names}, caching=caching, **more)


def day_of(at: datetime) -> date:
    """Return the day of an instant in UTC."""
    return at.astimezone(UTC).date()


_ARTICLE = (
    "id", "outlet", "url", "title", "summary", "body", "language", "published_at", "published_date", "first_seen_at",
    "family", "side", "country", "restated",
)  # fmt: skip


def article_row(article: Article, seen_at: datetime, flag: str | None = None) -> Row:
    """Return an article's row; `first_seen_at` is `seen_at` unless the article says otherwise."""
    row = {name: getattr(article, name) for name in _ARTICLE}
    first_seen_at = article.first_seen_at or seen_at
    stated = article.published_date or (article.published_at and day_of(article.published_at))
    title = fold_title(article.title)
    rest = fold(f"{article.summary}\n{article.body}") if article.summary or article.body else ""
    row |= {
        "first_seen_at": first_seen_at,
        "seen_day": day_of(first_seen_at),
        # A date that is yet to come is kept as stated, but counts for no day.
        "day": None if flag == "future" else stated,
        "title_folded": title,
        "folded": f"{title} {rest}" if title and rest else title or rest,
        "flag": flag,
    }
    return _storable(row)


def article_of(row: Mapping[str, Any]) -> Article:
    """Return the article of a row."""
    return Article(**{name: row[name] for name in _ARTICLE})


def sighting_row(delivery: Delivery) -> Row:
    """Return the row of one delivery."""
    source = delivery.feed_id if delivery.feed_id is not None else f"#{delivery.guid or ''}"
    return _storable(
        {
            "article_id": delivery.article.id,
            "source": source,
            "feed_id": delivery.feed_id,
            "guid": delivery.guid,
            "seen_at": delivery.seen_at,
        }
    )


def candidate_rows(article_id: str, reading: Reading) -> list[Row]:
    """Return the rows of all candidates, in the order of the reading."""
    return [_candidate(article_id, reading.scorer_version, n, c) for n, c in enumerate(reading.candidates)]


def _candidate(article_id: str, version: str, n: int, found: Candidate) -> Row:
    return _storable(
        {
            "article_id": article_id,
            "scorer_version": version,
            "n": n,
            "code": found.code,
            "mode": str(found.mode),
            "confidence": found.confidence,
            "evidence": _spans(found.evidence),
            "rule": found.rule,
            "cue": None if found.cue is None else _json(_span(found.cue)),
            "dropped": found.dropped,
            "position": found.position,
        }
    )


def place_row(place: Place | None) -> Row:
    """Return the columns of a place."""
    return {
        "place_id": place and place.id,
        "place_name": place and place.name,
        "place_country": place and place.country,
        "lat": place and place.lat,
        "lon": place and place.lon,
        "precision": place and str(place.precision),
        "radius_km": place and place.radius_km,
    }


def mention_rows(article_id: str, reading: Reading) -> list[Row]:
    """Return the rows of all places found, in the order of the reading."""
    return [_mention(article_id, reading.scorer_version, n, m) for n, m in enumerate(reading.mentions)]


def _mention(article_id: str, version: str, n: int, found: PlaceMention) -> Row:
    return _storable(
        {
            "article_id": article_id,
            "scorer_version": version,
            "n": n,
            **place_row(found.place),
            "span": _json(_span(found.span)),
            "actor": found.actor,
            "rivals": _json(found.rivals),
            "position": found.position,
        }
    )


def signal_id(article_id: str, scorer_version: str, signal: Signal) -> str:
    """Return the stable id of a signal: `s1` and a hash of article, scorer, code, place and first words."""
    first = signal.evidence[0] if signal.evidence else None
    words = None if first is None else (first.field, first.start, first.end)
    key = _json([article_id, scorer_version, signal.code, signal.place and signal.place.id, words])
    return "s1" + hashlib.blake2b(storable(key).encode(), digest_size=10).hexdigest()


def signal_rows(article: Mapping[str, Any], reading: Reading) -> list[Row]:
    """Return the rows of all signals, with what the map needs of their article; equal ids are one signal."""
    rows = (_signal(article, reading, n, s) for n, s in enumerate(reading.signals))
    unique: dict[str, Row] = {}
    for row in rows:
        unique.setdefault(row["id"], row)
    return list(unique.values())


def _signal(article: Mapping[str, Any], reading: Reading, n: int, found: Signal) -> Row:
    day = found.happened_on or article["day"]
    stated = "happened" if found.happened_on else "published" if article["day"] else "unknown"
    row = {
        "id": signal_id(article["id"], reading.scorer_version, found),
        "article_id": article["id"],
        "scorer_version": reading.scorer_version,
        "n": n,
        "current": True,
        "code": found.code,
        "mode": str(found.mode),
        "confidence": found.confidence,
        "rule": found.rule,
        "day": day,
        "day_stated": stated,
        **place_row(found.place),
        "language": reading.language if article["language"] == "und" else article["language"],
        "outlet_country": article["country"],
        "evidence": _spans(found.evidence),
        "cue": None if found.cue is None else _json(_span(found.cue)),
    }
    row |= {name: article[name] for name in ("outlet", "family", "side", "first_seen_at")}
    return _storable(row)


def _read(text: str | None) -> object:
    return None if text is None else json.loads(text)


def _place_dict(row: Mapping[str, Any]) -> Row | None:
    if row["place_id"] is None:
        return None
    return {
        "id": row["place_id"],
        "name": row["place_name"],
        "country": row["place_country"],
        **{name: row[name] for name in ("lat", "lon", "precision", "radius_km")},
    }


def signal_dict(row: Mapping[str, Any]) -> Row:
    """Return a signal as the reader's `evidence` gives it: the fields of `Signal` and its id, spans as dicts."""
    names = ("code", "mode", "confidence", "rule")
    return {
        "signal_id": row["id"],
        **{name: row[name] for name in names},
        "evidence": _read(row["evidence"]),
        "cue": _read(row["cue"]),
        "place": _place_dict(row),
        "happened_on": row["day"] if row["day_stated"] == "happened" else None,
        "day": row["day"],
        "day_stated": row["day_stated"],
    }


def mention_dict(row: Mapping[str, Any]) -> Row:
    """Return a mention as the reader's `evidence` gives it."""
    return {
        "place": _place_dict(row),
        "span": _read(row["span"]),
        "actor": row["actor"],
        "rivals": _read(row["rivals"]),
        "position": row["position"],
    }


def candidate_dict(row: Mapping[str, Any]) -> Row:
    """Return a candidate as the reader's `evidence` gives it."""
    names = ("code", "mode", "confidence", "rule", "dropped", "position")
    return {**{name: row[name] for name in names}, "evidence": _read(row["evidence"]), "cue": _read(row["cue"])}
