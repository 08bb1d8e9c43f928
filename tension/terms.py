"""How Babel finds the messages of the desk: in code, inside f-strings, too, and in data that holds words.

Which files, and which keys of data hold words, is stated in `assets/locale/babel.cfg`: `signal.name` is the key `name` of
each table of the list `signal`, `family.*` all values of the table `family`, `party.<` its keys, as names.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

import tomli

#: A message as Babel takes it: line, function, message or messages, comments.
Message = tuple[int, str, str | tuple[str | None, ...], list[str]]


def of_code(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, str]  # noqa: ARG001 - Babel's
) -> Iterator[Message]:  # fmt: skip
    """Yield the messages of a Python file; Babel's own reader looks into f-strings only from Python 3.12 on."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            said = tuple(a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args)
            if said and said[0]:
                yield node.lineno, node.func.id, said[0] if len(said) == 1 else said, []


def of_data(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, str]  # noqa: ARG001 - Babel's
) -> Iterator[Message]:  # fmt: skip
    """Yield the words of a TOML file at the keys that its options name."""
    text = file.read().decode("utf-8")
    known = tomli.loads(text)
    lines = text.splitlines()
    for key in options["keys"].split():
        for word in _at(known, key.split(".")):
            yield _line(lines, word), "", word, []


def _at(found: Any, path: list[str]) -> Iterator[str]:  # noqa: ANN401 - whatever TOML holds
    if not path:
        if isinstance(found, str) and found:
            yield found
    elif isinstance(found, list):
        for one in found:
            yield from _at(one, path)
    elif path[0] == "*":
        for one in found.values():
            yield from _at(one, path[1:])
    elif path[0] == "<":
        yield from (str(name).capitalize() for name in found)
    elif path[0] in found:
        yield from _at(found[path[0]], path[1:])


def _line(lines: list[str], word: str) -> int:
    begin = word[:40].casefold()
    return next((n for n, line in enumerate(lines, start=1) if begin in line.casefold()), 1)
