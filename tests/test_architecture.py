"""The house: rooms, doors, and what may not stand in them."""

import ast
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("app", "ingest", "tension")
MODULES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_the_packages_are_ours(package):
    """`import app` finds this project's folder and no other distribution's."""
    assert {"karaula"} == set(importlib.metadata.packages_distributions()[package])


def test_no_module_in_app_shadows_another():
    """Streamlit puts the script's folder first on the path: nothing there may have a known module's name."""
    installed = set(importlib.metadata.packages_distributions()) - set(PACKAGES)
    taken = set(sys.stdlib_module_names) | installed | {"app", "pages"}
    here = {p.stem for p in (ROOT / "app").iterdir() if p.suffix == ".py" or (p.is_dir() and p.name[0] not in "._")}

    assert set() == here & taken


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("tension.reading", "streamlit"),
        ("tension.reading", "feedparser"),
        ("tension.reading", "httpx"),
        ("tension.reading", "sqlalchemy"),
        ("tension.batch", "streamlit"),
        ("app.repository", "feedparser"),
        ("app.repository", "httpx"),
        ("ingest.commands.refresh", "pandas"),
    ],
)
def test_heavy_libraries_stay_behind_their_door(package, forbidden):
    """Importing a module does not bring in a library that belongs to another room."""
    code = f"import sys, {package}; print({forbidden!r} in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert printed.strip() == "False"


@pytest.mark.parametrize("module", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_modules_have_one_subject_and_functions_fit_a_screen(module):
    """No module is longer than 300 lines, no function longer than 60; none is called utils."""
    text = module.read_text(encoding="utf-8")
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]

    assert len(text.splitlines()) <= 300
    assert [] == long
    assert module.stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("module", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_code_holds_no_word_of_a_balkan_language(module):
    """Letters of the region's languages stand in assets, comments and docstrings, not in the code's own strings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
        and any("\u0370" <= c <= "\u04ff" for c in node.value) and len(node.value) > 1
    ]  # fmt: skip

    assert [s for s in found if not s.startswith(("[", "(?"))] == []


@pytest.mark.parametrize("module", [m for m in MODULES if "tension" in m.parts], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_core_reads_no_clock(module):
    """Nothing in tension/ asks what time it is: time is an argument."""
    calls = [
        ast.unparse(node.func) for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]

    assert [] == [c for c in calls if c in {"datetime.now", "date.today", "datetime.utcnow", "time.time", "datetime.today"}]


def test_every_test_says_what_it_shows():
    """Each test function has a docstring."""
    silent = [
        f"{path.name}:{node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert [] == silent
