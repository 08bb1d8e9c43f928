"""The shelf: files that never change come from memory, documents name what they will need, all else passes."""

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app import asgi, shelf

FAR, NEAR = ("192.0.2.7", 50_000), ("127.0.0.1", 50_000)
LINK, SCRIPT = "<./static/js/a.js>; rel=modulepreload", "window.told = true"


def served(files, client=NEAR):
    """Return a client of an application with a page, a text, and a shelf before both."""

    async def page(_request):
        return HTMLResponse("<!DOCTYPE html><html><head><title>x</title></head><body>ž</body></html>")

    async def plain(_request):
        return PlainTextResponse("<head>")

    routes = [Route("/", page), Route("/plain", plain), Route("/static/js/a.js", plain, methods=["POST"])]
    front = [Middleware(shelf.Shelf, files=files, ahead=[LINK], said=SCRIPT)]
    return TestClient(Starlette(routes=routes, middleware=front), client=client)


def test_file_is_read_once_and_kept_for_good():
    """A file is answered from memory with its type, and the browser is told that it never changes; HEAD has no body."""
    read = []
    with served({"/static/js/a.js": lambda: read.append(1) or b"let a;"}) as client:
        first, second = client.get("/static/js/a.js"), client.get("/static/js/a.js")
        head = client.head("/static/js/a.js")

    assert first.content == second.content == b"let a;"
    assert "javascript" in first.headers["content-type"]
    assert "immutable" in first.headers["cache-control"]
    assert read == [1]
    assert (head.content, head.headers["content-length"]) == (b"", "6")


def test_far_reader_gets_compressed_bytes_and_a_near_one_does_not():
    """Bytes are compressed for a reader elsewhere who takes them, once; fonts, which are compressed already, never."""
    files = {"/a.json": lambda: b"[]" * 4000, "/a.woff2": lambda: b"f"}
    with served(files, FAR) as far, served(files) as near:
        packed = far.get("/a.json")
        refused = far.get("/a.json", headers={"accept-encoding": "identity"})

        assert packed.headers["content-encoding"] == "gzip"
        assert int(packed.headers["content-length"]) == len(gzip.compress(b"[]" * 4000, mtime=0))
        assert packed.content == refused.content == near.get("/a.json").content == b"[]" * 4000
        assert "content-encoding" not in refused.headers
        assert "content-encoding" not in near.get("/a.json").headers
        assert "content-encoding" not in far.get("/a.woff2").headers


def test_document_names_what_it_needs_and_is_told_where_it_is():
    """A document carries the links ahead and begins with the script; what is no document is left as it is."""
    with served({}) as client:
        page = client.get("/", headers={"accept": "text/html"})
        plain = client.get("/plain")

    assert page.headers["link"] == LINK
    assert page.text.startswith(f"<!DOCTYPE html><html><head><script>{SCRIPT}</script><title>")
    assert int(page.headers["content-length"]) == len(page.content)
    assert page.text.endswith("<body>ž</body></html>")
    assert plain.text == "<head>"
    assert "link" not in plain.headers


@pytest.mark.parametrize("path", ["/static/js/%2e%2e/js/a.js", "//static/js/a.js", "/static/js/A.js", "/static/js/a.js%00"])
def test_no_other_path_reaches_the_shelf(path):
    """Only the very paths of the shelf are answered from it: nothing is looked up on a disk by what a request says."""
    with served({"/static/js/a.js": lambda: b"let a;"}) as client:
        assert client.get(path).content != b"let a;"
        assert client.post("/static/js/a.js").text == "<head>"


def test_modules_are_followed_to_all_that_they_import(tmp_path: Path):
    """What a module imports at its beginning belongs to it, each once, also in a circle; what it loads on demand does not."""
    (tmp_path / "Html.aaaaaaaa.js").write_text('import{a}from"./b.bbbbbbbb.js";import"./gone.js";import("./late.cccccccc.js")')
    (tmp_path / "b.bbbbbbbb.js").write_text('import{x}from"./Html.aaaaaaaa.js";')
    (tmp_path / "late.cccccccc.js").write_text("")

    found = shelf.modules(tmp_path, ["Html", "NoSuchPart"])

    assert [file.name for file in found] == ["Html.aaaaaaaa.js", "b.bbbbbbbb.js"]


def test_dashboard_is_served_behind_the_shelf():
    """The page of the dashboard names parts of Streamlit's page, and each file that it names is on the shelf."""
    with TestClient(asgi.app, client=NEAR) as client:
        page = client.get("/map", headers={"accept": "text/html"})
        ahead = [one.partition(">")[0].lstrip("<.") for one in page.headers["link"].split(", ")]
        answers = [client.get(path) for path in ahead]

    assert "BACKEND_BASE_URL" in page.text
    assert any(path.startswith("/static/js/Html.") for path in ahead)
    assert {answer.status_code for answer in answers} == {200}
    assert all("immutable" in answer.headers["cache-control"] for answer in answers)
