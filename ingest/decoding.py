"""Bytes to text, whatever the declaration says.

What is tried, in this order: a byte order mark cannot be there by accident; the zero bytes of UTF-16 neither; text
with letters beyond ASCII that happens to be valid UTF-8 is UTF-8; and only then is a single-byte encoding chosen,
among the declared one and those of the feed's language, by which of them brings up that language's letters.
"""

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from tension import assets

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: The first signs of a document in wide letters. A lone zero before plain bytes is dirt.
_ZEROS = (
    (re.compile(rb"[<{]\0\0\0[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{]\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{]\0[^\0]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
#: Encodings that a declaration may bring in. Python knows stranger ones, which no feed is written in.
_SINGLE_BYTE = re.compile(r"(?:cp125\d|iso8859-\d+|koi8-[ru]|mac-\w+)")
#: Characters that XML 1.0 forbids, and the noncharacters. (Those from 0x80 to 0x9f stay: they show what was encoded twice.)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
#: Signs of ASCII whose two bytes changed places, as they do behind a byte that was lost.
_OUT_OF_STEP = {n << 8: chr(n) for n in range(0x20, 0x7F)}
#: One broken byte in so many good letters is damage; more is another encoding.
_GOOD_PER_BAD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text with the encoding it turned out to be in."""

    text: str
    encoding: str
    #: What was wrong, in words, or None.
    issue: str | None = None


def decode(content: bytes, *, charset: str | None, language: str) -> Decoded:
    """Decode a document by what it is rather than by what it says. Never fails; forbidden characters are removed."""
    declared = _declared(content, charset)
    encoding, issue = _encoding(content, declared, language)
    text = content.decode(encoding, errors="replace").lstrip("\ufeff")
    if encoding.startswith("utf-16") and chr(ord("<") << 8) in text:
        text, issue = text.translate(_OUT_OF_STEP), issue or "a byte is missing: letters of two bytes are out of step"
    if issue is None and declared and encoding not in {*declared, "ascii"} and content.isascii() is False:
        issue = f"declared as {declared[0]}, but is {encoding}"
    return Decoded(text=_FORBIDDEN.sub("", text), encoding=encoding, issue=issue)


def spaced(content: bytes, encoding: str) -> str:
    """Return a document with spaces where `decode` removes forbidden characters: in a broken tag they part its words."""
    return _FORBIDDEN.sub(" ", content.decode(encoding, errors="replace"))


def _encoding(content: bytes, declared: tuple[str, ...], language: str) -> tuple[str, str | None]:
    mark, marked = next(((m, e) for m, e in _MARKS if content.startswith(m)), (b"", ""))
    if marked == "utf-8":
        return marked, None
    head = content[len(mark) : len(mark) + 64].lstrip(b" \t\r\n")
    for zeros, encoding in _ZEROS:
        if zeros.match(head):
            return encoding, f"marked as {marked}, but is {encoding}" if mark and marked != encoding else None
    # Texts of two bytes a letter have zeros at the latest in their first tag: a mark without any is a lie.
    if mark and b"\0" in content[:400]:
        return marked, None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", None
    text = content.decode("utf-8", errors="replace")
    n_bad = text.count("\ufffd")
    n_good = sum(c > "\x7f" for c in text) - n_bad
    if n_good >= _GOOD_PER_BAD * n_bad:
        return "utf-8", f"broken characters: {n_bad}"
    return _likeliest(content, declared, language), None


def _declared(content: bytes, charset: str | None) -> tuple[str, ...]:
    """Return the usable names among the declared encodings: the document's own first, it travels with it."""
    match = _DECLARED.search(content[:512])
    names = (match[1].decode("ascii") if match else None, charset)
    return tuple(dict.fromkeys(n for n in map(_known, names) if n))


def _known(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    return found if found in {"utf-8", "ascii"} or _SINGLE_BYTE.fullmatch(found) else None


def _likeliest(content: bytes, declared: tuple[str, ...], language: str) -> str:
    letters, signs, own = _expected(language)
    # A sample is enough, and a hostile document is not allowed to be slow.
    sample = bytes(b for b in content[:400_000] if b > 0x7F)[:20_000]  # noqa: PLR2004 - ASCII ends there
    candidates = [n for n in declared if _SINGLE_BYTE.fullmatch(n)]
    candidates += [n for n in own if n not in candidates]

    def fits(encoding: str) -> float:
        text = sample.decode(encoding, errors="replace")
        return sum((c in letters) - 2 * (c not in letters and c not in signs) for c in text)

    return max(candidates, key=fits)


@lru_cache(maxsize=32)
def _expected(language: str) -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    data = assets.read_toml("feeds", "encodings.toml")
    signs = frozenset(data["common"]["signs"])
    rows = data["language"]
    chosen = [rows[language]] if language in rows else list(rows.values())
    own = dict.fromkeys(codecs.lookup(n).name for row in chosen for n in row["encodings"])
    return frozenset("".join(row["letters"] for row in chosen)), signs, tuple(own)
