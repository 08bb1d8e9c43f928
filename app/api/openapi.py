"""The description of the API (OpenAPI 3.1), generated from its tables."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from app.api import forms, problems
from app.api import resources as r
from tension.frametypes import DAY, FLAG, INSTANT, INTEGER, LIST, NUMBER, TEXT, types_of

#: Addresses that are not tables, with what each is.
OTHERS: Mapping[str, str] = {
    "taxonomy": "Signals with codes, names, families, weights and parts of the index, and what each mode weighs.",
    "version": "Versions of software, method, scorer and schema, and the revision and days of each store.",
}
_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    DAY: {"type": ["string", "null"], "format": "date"},
    INSTANT: {"type": ["string", "null"], "format": "date-time"},
    TEXT: {"type": ["string", "null"]},
    INTEGER: {"type": "integer"},
    NUMBER: {"type": ["number", "null"]},
    FLAG: {"type": "boolean"},
    LIST: {"type": "array", "items": {"type": "string"}},
}
_ABOUT: Mapping[str, Any] = {
    "table": {"type": "string"}, "store": {"type": "string"}, "since": {"type": "string", "format": "date"},
    "until": {"type": "string", "format": "date"}, "as_known_on": {"type": ["string", "null"], "format": "date"},
    "scope": {"type": "string"}, "method_version": {"type": "string"}, "revision": {"type": "string"},
    "numberMatched": {"type": "integer"}, "numberReturned": {"type": "integer"},
    "next": {"type": ["string", "null"], "format": "uri"},
}  # fmt: skip
_NEEDED = ["table", "store", "as_known_on", "method_version", "revision", "numberMatched", "numberReturned", "next"]


def description() -> dict[str, Any]:
    """Return the description."""
    paths: dict[str, Any] = {}
    for name, table in r.TABLES.items():
        paths[f"/{name}"] = {"get": _operation(name, table, name)}
        if table.has_places:
            paths[f"/{name}.geojson"] = {"get": _operation(name, table, f"{name}-geojson", only=forms.GEOJSON)}
    for name, text in OTHERS.items():
        paths[f"/{name}"] = {"get": _plain_operation(name, text)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Karaula read API", "version": version("karaula"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "The tables of the dashboard, with its filters and its numbers. It only reads.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": _schemas(), "parameters": _parameters(), "responses": {"Problem": _problem()}},
    }  # fmt: skip


def _operation(name: str, table: r.Table, identity: str, only: str | None = None) -> dict[str, Any]:
    content = {forms.JSON: {"schema": {"$ref": f"#/components/schemas/{name}-page"}}}
    if table.has_places:
        content[forms.GEOJSON] = {"schema": {"$ref": f"#/components/schemas/{name}-features"}}
    return {
        "operationId": identity,
        "summary": name.capitalize() + (" as GeoJSON" if only else ""),
        "description": table.text,
        "parameters": [{"$ref": f"#/components/parameters/{p}"} for p in table.parameters],
        "responses": {
            "200": {
                "description": "A page of rows.",
                "headers": {name: {"schema": {"type": "string"}} for name in ("ETag", "Link")},
                "content": {only: content[only]} if only else content,
            },
            "304": {"description": "Not changed since the answer whose ETag was stated."},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def _plain_operation(name: str, text: str) -> dict[str, Any]:
    found = {"description": text, "content": {forms.JSON: {"schema": {"type": "object"}}}}
    return {
        "operationId": name, "summary": name.capitalize(), "description": text,
        "responses": {"200": found, "default": {"$ref": "#/components/responses/Problem"}},
    }  # fmt: skip


def _parameters() -> dict[str, Any]:
    return {
        name: {
            "name": name, "in": "query", "required": name == r.SCOPE, "description": p.text,
            "schema": {"type": "array", "items": dict(p.schema), "maxItems": r.MOST_VALUES} if p.several else dict(p.schema),
        }
        for name, p in r.PARAMETERS.items()
    }  # fmt: skip


def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = {"problem": _problem_schema()}
    for name, table in r.TABLES.items():
        columns = types_of(name)
        found[name] = {
            "type": "object", "properties": {c: dict(_SCHEMAS[kind]) for c, kind in columns.items()}, "required": list(columns),
        }  # fmt: skip
        row = {"$ref": f"#/components/schemas/{name}"}
        found[f"{name}-page"] = _about({"items": {"type": "array", "items": row}})
        if table.has_places:
            feature = {
                "type": "object", "required": ["type", "geometry", "properties"],
                "properties": {"type": {"const": "Feature"}, "geometry": {"type": ["object", "null"]}, "properties": row},
            }  # fmt: skip
            collection = {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": feature}}
            found[f"{name}-features"] = _about(collection)
    return found


def _about(rows: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {**_ABOUT, **rows}, "required": [*_NEEDED, *rows]}


def _problem_schema() -> dict[str, Any]:
    texts = {name: {"type": "string"} for name in ("type", "title", "detail", "instance", "parameter")}
    return {
        "type": "object", "properties": {**texts, "status": {"type": "integer"}},
        "required": ["type", "title", "status", "detail", "instance"],
    }  # fmt: skip


def _problem() -> dict[str, Any]:
    return {
        "description": "What went wrong (RFC 9457).",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
    }
