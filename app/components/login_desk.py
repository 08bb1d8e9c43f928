"""Who sits here where a log-in is configured, with the buttons for it, and in a sentence why it cannot be done."""

from pathlib import Path

import streamlit as st

from app import login, who
from app.components import markup
from app.who import Who
from tension.tongue import _


def side() -> None:
    """Draw it beside every page; nothing where no log-in is configured."""
    file = login.broken()
    if file is not None:
        said = _(
            "{file} cannot be read. Whether it asks for a log-in is not known, so nobody may change anything.",
            file=Path(file).name,
        )
        st.error(said, icon=":material/lock:")
    elif login.is_configured():
        me = who.here()
        if me.may_log_in:
            buttons("side")
        else:
            _identity(me)


def buttons(place: str) -> None:
    """Draw a button for each provider, and why the last one that was pressed did nothing.

    Args:
        place: where on the page, as the buttons may stand there twice.
    """
    trouble = f"log-in-{place}-trouble"
    for provider in login.providers():
        label = _("Log in") if provider == login.DEFAULT else _("Log in by {provider}", provider=provider)
        st.button(
            label, key=f"log-in-{place}-{provider}", icon=":material/login:", on_click=_begin, args=(provider, trouble)
        )  # fmt: skip
    said = st.session_state.pop(trouble, None)
    if said:
        st.error(said, icon=":material/lock:")


def _begin(provider: str, trouble: str) -> None:
    said = login.trouble(provider)
    if said is None:
        st.login(provider)
    else:
        st.session_state[trouble] = said


def _identity(me: Who) -> None:
    st.html(f'<div class="k-muted"><b>{markup.text(me.unverified or me.name)}</b> ({markup.text(_(me.role))})</div>')
    if me.unverified and not me.reviews:
        st.caption(_("The log-in provider does not say that this address is verified, so it only reads."))
    st.button(_("Log out"), key="log-out", icon=":material/logout:", on_click=st.logout)
