"""Pages of tables as JSON and GeoJSON, with the headers by which they are paged, cached and compared."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response

from app.api import forms
from app.api import resources as r
from app.api.asking import Asked, cursor
from app.api.source import Look, Page, Source
from tension.frametypes import DAY, INSTANT, LIST, types_of
from tension.model import EXACT
from tension.taxonomy import method_version

#: Raised when the same rows are written in another way.
_FORM_VERSION = 1


def answer(request: Request, look: Look, name: str, asked: Asked, media: str, source: Source) -> Response:
    """Return a page of a table, or that it has not changed."""
    tag = etag(request, look, name, replace(asked, query=source.query(look, name, asked)), media)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept"}
    if _is_known(tag, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    page = source.page(look, name, asked)
    following = None if page.last is None else str(request.url.include_query_params(**{r.CURSOR: cursor(page.last)}))
    headers["Link"] = _links(request.url, following)
    told = _told(look, name, asked, page, following)
    rows = records(page.rows, name)
    body = told | ({"features": features(rows)} if media == forms.GEOJSON else {"items": rows})
    if media == forms.GEOJSON:
        body = {"type": "FeatureCollection", **body}
    return Response(_written(body), headers=headers, media_type=media)


def etag(request: Request, look: Look, name: str, asked: Asked, media: str) -> str:
    """Return the validator of an answer: store, its revision, method, and all that is asked for, with its defaults.

    It is a weak one: the answer may be sent compressed.
    """
    parts = (_FORM_VERSION, look.desk.store, look.revision(name), method_version(), name, asked, media, str(request.base_url))
    return f'W/"{hashlib.blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()}"'


def _is_known(tag: str, stated: str) -> bool:
    """Tell whether If-None-Match names a validator; compared weakly (RFC 9110, 13.1.2)."""
    named = {part.strip().removeprefix("W/") for part in stated.split(",")}
    return "*" in named or tag.removeprefix("W/") in named


def _links(url: URL, following: str | None) -> str:
    """Return the header Link (RFC 8288)."""
    first = url.remove_query_params(r.CURSOR)
    links = [f'<{first}>; rel="first"', '</api/v1/openapi.json>; rel="service-desc"', '</api/v1/>; rel="service-doc"']
    return ", ".join([*links, *([f'<{following}>; rel="next"'] if following else [])])


def _told(look: Look, name: str, asked: Asked, page: Page, following: str | None) -> dict[str, Any]:
    """Return what an answer says of itself before its rows."""
    known = look.desk.known_on
    days = {} if name == "feeds" else {"since": asked.query.since.isoformat(), "until": asked.query.until.isoformat()}
    return {
        "table": name, "store": look.desk.store, **days, "as_known_on": known and known.isoformat(),
        **({"scope": asked.scope} if asked.scope else {}),
        "method_version": method_version(), "revision": look.revision(name),
        "numberMatched": page.n_matched, "numberReturned": len(page.rows), "next": following,
    }  # fmt: skip


def records(frame: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    """Return rows as JSON has them: days and instants as ISO 8601, nothing where nothing is known."""
    columns = {column: _plain(frame[column], kind) for column, kind in types_of(name).items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _plain(values: "pd.Series[Any]", kind: str) -> Sequence[Any]:
    if kind == LIST:
        return [list(value) for value in values]
    if kind in {DAY, INSTANT}:
        values = values.dt.strftime("%Y-%m-%d" if kind == DAY else "%Y-%m-%dT%H:%M:%SZ")
    found: list[Any] = values.astype(object).where(values.notna(), None).tolist()
    return found


def features(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as features (RFC 7946): a point where the place is known exactly, else no geometry."""
    return [{"type": "Feature", "geometry": _point(row), "properties": row} for row in rows]


def _point(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["precision"] not in EXACT or row["lat"] is None or row["lon"] is None:
        return None
    return {"type": "Point", "coordinates": [row["lon"], row["lat"]]}


def _written(body: dict[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
