"""The application: addresses, their answers, and what stands before them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app import access
from app.api import forms, openapi, problems
from app.api import resources as r
from app.api.answers import answer
from app.api.asking import Stated, asked, known_on
from app.api.guard import Guard
from app.api.source import Source
from tension.errors import StoreError
from tension.frametypes import types_of
from tension.scoring.version import scorer_version
from tension.store.schema import HEAD
from tension.taxonomy import method_version, mode_weights, signal_types

_HERE = Path(__file__).parent
_ROOT = "/api/v1"
_CHANGING = {"Cache-Control": "private, no-cache"}


def application(source: Source | None = None) -> Starlette:
    """Return the application over the stores that the environment names."""
    stores = source or Source()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        stores.close()

    tables = [
        Route(f"{_ROOT}/{name}{'.' + ending if ending else ''}", _table(stores, name, ending))
        for name in r.TABLES
        for ending in (None, *forms.ENDINGS)
    ]
    others = [
        Route("/", lambda _: RedirectResponse(f"{_ROOT}/")),
        Route(f"{_ROOT}/", _page),
        Route(f"{_ROOT}/page.css", lambda _: Response(_read("page.css"), media_type="text/css")),
        Route(f"{_ROOT}/openapi.json", lambda _: JSONResponse(openapi.description())),
        Route(f"{_ROOT}/taxonomy", _taxonomy),
        Route(f"{_ROOT}/version", lambda _: JSONResponse(_versions(stores), headers=_CHANGING)),
    ]
    return Starlette(
        routes=[*others, *tables],
        middleware=[Middleware(Guard), Middleware(GZipMiddleware, minimum_size=2_000)],
        exception_handlers={
            problems.Problem: _as_problem, StoreError: _as_store_problem, HTTPException: _as_plain_problem, 500: _as_failure,
        },
        lifespan=lifespan,
    )  # fmt: skip


def _table(source: Source, name: str, ending: str | None) -> Callable[[Request], Response]:
    """Return what answers for a table. It is no coroutine: it runs beside the loop, which goes on serving."""

    def endpoint(request: Request) -> Response:
        media = forms.chosen(ending, request.headers.get("accept", ""), has_places=r.TABLES[name].has_places, name=name)
        stated = Stated(request.query_params, name)
        look = source.look(stated.choice(r.STORE), known_on(stated))
        return answer(request, look, name, asked(stated, name, look.desk), media, source)

    return endpoint


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _page(_: Request) -> Response:
    template = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined).from_string(
        _read("page.html")
    )
    return HTMLResponse(
        template.render(
            version=version("karaula"), method=method_version(), tables=r.TABLES, others=openapi.OTHERS, parameters=r.PARAMETERS,
            columns=types_of, most=r.MOST_ROWS, problems=problems.KINDS,
        )
    )  # fmt: skip


def _taxonomy(_: Request) -> Response:
    signals = [
        {name: getattr(kind, name) for name in ("code", "name", "family", "direction", "part", "weight", "plover", "cameo")}
        for kind in signal_types().values()
    ]
    modes = {str(mode): weight for mode, weight in mode_weights().items()}
    return JSONResponse({"method_version": method_version(), "signals": signals, "mode_weights": modes})


def _versions(source: Source) -> dict[str, Any]:
    return {
        "api": "v1", "software": version("karaula"), "method": method_version(), "scorer": scorer_version(), "schema": HEAD,
        "stores": {name: _store(source, name) for name in access.STORES},
    }  # fmt: skip


def _store(source: Source, name: str) -> dict[str, Any]:
    try:
        desk = source.look(name, None).desk
    except StoreError as error:
        return {"revision": None, "span": None, "trouble": str(error)}
    return {"revision": desk.freshness, "span": desk.span and [day.isoformat() for day in desk.span], "trouble": None}


def _as_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, problems.Problem)  # noqa: S101 - how it is registered
    return error.response(request.url.path)


def _as_store_problem(request: Request, error: Exception) -> Response:
    return problems.Problem(problems.STORE, str(error), headers={"Retry-After": "30"}).response(request.url.path)


def _as_plain_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how it is registered
    kind = problems.NOT_ALLOWED if error.status_code == problems.KINDS[problems.NOT_ALLOWED][0] else problems.NOT_FOUND
    told = "use GET or HEAD" if kind == problems.NOT_ALLOWED else f"the tables are listed at {_ROOT}/"
    return problems.Problem(kind, told, headers=error.headers).response(request.url.path)


def _as_failure(request: Request, _: Exception) -> Response:
    # The cause goes to the log: Starlette raises it again once the answer is sent.
    return problems.Problem(problems.FAILED, "the log of the API has the cause").response(request.url.path)
