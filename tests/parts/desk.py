"""The desk as a test sees it: a page opened by its address, and what it writes."""

import functools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import app
from tension.model import Query

MAIN = Path(app.__file__).with_name("main.py")
#: Streamlit looks through all installed packages for each page that a test opens, for half a second; what is installed stays.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


def open_page(view: str = "now", /, **stated: str | list[str]) -> AppTest:
    """Open a page by its address; nothing may fail in it."""
    at = AppTest.from_file(str(MAIN), default_timeout=120)
    for name, value in stated.items():
        at.query_params[name] = value
    at.run()
    if view != "now":
        at.switch_page(f"views/{view}.py").run()
    assert not at.exception
    return at


def asked_of(kind: type, names: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the name of each of some methods of a class as often as one is called from now on."""
    found: list[str] = []

    def noting(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **named: Any) -> Any:
            found.append(name)
            return act(*given, **named)

        return noted

    for name in names:
        monkeypatch.setattr(kind, name, noting(name, getattr(kind, name)))
    return found


def html(at: AppTest) -> str:
    """Return all that a page writes as HTML or text."""
    kinds = ("html", "markdown", "caption", "info", "success", "warning", "error", "subheader", "code")
    elements = [element for kind in kinds for element in at.get(kind)]
    return "\n".join(str(getattr(e, "value", None) or getattr(e.proto, "body", "")) for e in elements)


def address(at: AppTest, name: str) -> list[str]:
    """Return a parameter of the address as a list."""
    found = at.query_params.get(name, [])
    return [found] if isinstance(found, str) else list(found)


def sent(at: AppTest, key: str) -> dict:
    """Return what the page sends to an element of the browser: to the map (`events`), or to its switches (`shown`)."""
    found = [json.loads(element.proto.json) for element in at.get("bidi_component") if element.proto.json]
    found = [data | json.loads(data.get("packed", "{}")) for data in found]
    (one,) = [data for data in found if key in data]
    return one


def asked(at: AppTest) -> Query:
    """Return the query that the page was drawn for."""
    return at.session_state["query"]
