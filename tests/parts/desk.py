"""The desk as a test sees it: a page opened by its address, and what it writes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import app

MAIN = Path(app.__file__).with_name("main.py")


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
