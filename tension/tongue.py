"""The language in which things are said: English, unless a door says otherwise for what it draws.

Messages are gettext's: English in the code, other languages in `assets/locale/<language>/LC_MESSAGES/karaula.po`. The PO
itself is read, so that nothing has to be compiled. Files, messages and the API stay English: only the desk speaks others.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tension import assets

ENGLISH = "en"
#: Languages of the interface by their tags (BCP 47), each with its own name.
LANGUAGES: Mapping[str, str] = {ENGLISH: "English", "sr-Latn": "Srpski"}
_SPOKEN: ContextVar[str] = ContextVar("spoken", default=ENGLISH)
#: Among the numbers up to this one, every plural form of a language occurs.
_ENOUGH = 200


def spoken() -> str:
    """Return the tag of the language that is spoken."""
    return _SPOKEN.get()


def speak(language: str) -> None:
    """Speak a language from now on in this thread; one that is not known is English."""
    _SPOKEN.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within a block."""
    before = _SPOKEN.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


@lru_cache(maxsize=8)
def locale(language: str) -> Locale:
    """Return what Unicode CLDR knows of a language: names, months, plurals, separators."""
    return Locale.parse(language, sep="-")


@lru_cache(maxsize=8)
def catalogue(language: str) -> NullTranslations:
    """Return the messages of a language.

    Raises:
        AssetError: its catalogue is missing.
    """
    if language == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with assets.path("locale", language.replace("-", "_"), "LC_MESSAGES", "karaula.po").open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _(message: str, /, **values: object) -> str:
    """Return a message in the language that is spoken, with values put in: whole numbers as the language writes them."""
    # To gettext the empty message is the catalogue's own head.
    said = catalogue(spoken()).gettext(message) if message else ""
    return _filled(said, values) if values else said


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """Return a message in the form that a count asks for; `{n}` in it is the count."""
    return _filled(catalogue(spoken()).ngettext(one, many, n), {"n": n, **values})


def pgettext(context: str, message: str, /, **values: object) -> str:
    """Return a message that means another thing elsewhere; the context tells the two apart."""
    said = catalogue(spoken()).pgettext(context, message)
    return _filled(said, values) if values else said


def N_(message: str) -> str:  # noqa: N802 - as gettext's own tools call it
    """Return a message as it is: it is only marked here, for the catalogue, and said elsewhere by `_`."""
    return message


class Later(str):
    """A message that is translated when it is shown: for what is written down once, before anybody speaks."""

    __slots__ = ()

    def __str__(self) -> str:
        return _(super().__str__())


def _filled(said: str, values: Mapping[str, object]) -> str:
    return said.format_map({key: number(v) if type(v) is int else v for key, v in values.items()})


@lru_cache(maxsize=8)
def _separators(language: str) -> tuple[str, str]:
    symbols = locale(language).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


def number(value: float, digits: int = 0, *, signed: bool = False) -> str:
    """Return a number with so many digits behind the point, in the separators of the language that is spoken."""
    written = f"{value:{'+' if signed else ''},.{digits}f}"
    if spoken() == ENGLISH:
        return written
    group, decimal = _separators(spoken())
    return written.translate({ord(","): group, ord("."): decimal})


def plural_forms(one: str, many: str) -> dict[str, str]:
    """Return the forms of a counted message by the category of plurals that each is for: for a door that counts by itself."""
    rule, found = locale(spoken()).plural_form, catalogue(spoken())
    forms: dict[str, str] = {}
    for n in range(_ENOUGH):
        forms.setdefault(rule(n), found.ngettext(one, many, n))
    return forms
