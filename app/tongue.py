"""Which language the desk speaks: chosen below the filters, kept in the address and in the session."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from app import access, filters
from tension.tongue import ENGLISH, LANGUAGES, _, spoken
from tension.tongue import speak as said_in

#: Key of the choice, and its name in the address.
LANG = "lang"
_SCRIPT = Path(__file__).parent / "components" / "language.js"


def usual() -> str:
    """Return the language that is spoken where nobody chose another one (KARAULA_LANG)."""
    return access.settings().lang


def adopt() -> None:
    """Take over the language of the address on the first run, and speak it."""
    filters.adopt(LANG, tuple(LANGUAGES), default=usual())
    speak()


def speak() -> None:
    """Speak the language of this session: what is redrawn by itself runs in a thread that speaks none yet."""
    said_in(str(st.session_state.get(LANG, ENGLISH)))


def choose() -> None:
    """Draw the choice; each language by its own name."""
    # Not before the page is known: until then the browser would write it to the address of the page before.
    filters.publish(LANG, None if spoken() == usual() else spoken())
    st.segmented_control(
        _("Language of the desk"), tuple(LANGUAGES), key=LANG, required=True, format_func=LANGUAGES.__getitem__
    )  # fmt: skip
    if spoken() != ENGLISH:
        mount = st.components.v2.component("karaula_language", html="<span></span>", js=_script())
        mount(key="language", data={"language": spoken()}, height=1)


@lru_cache(maxsize=1)
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")
