"""Who sits at the desk, and what that person may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app import access, login
from tension.review.record import Review
from tension.settings import Role

#: Before the id of a person at the provider, where no verified address says who it is.
SUBJECT = "sub:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """One person, or a named profile of this machine."""

    #: Verified e-mail, `sub:` and the id at the provider, or name of the profile; empty where nobody logged in.
    name: str
    role: Role
    #: Whether log-in is configured and nobody did.
    may_log_in: bool = False
    #: An address that this person states and that the provider does not vouch for.
    unverified: str = ""

    @property
    def reviews(self) -> bool:
        """Tell whether this person may review."""
        return bool(self.name) and self.role != "reader"

    def may_undo(self, review: Review) -> bool:
        """Tell whether this person may undo a review: the own ones, an operator all."""
        return self.reviews and (self.role == "operator" or review.reviewer == self.name)


def of(user: Mapping[str, Any], profile: str, roles: Mapping[str, Role]) -> Who:
    """Return who it is.

    Args:
        user: what the log-in tells; without `is_logged_in` none is configured, and the profile sits there.
        profile: name of this machine's profile.
        roles: role by e-mail, `sub:` and id, or profile; whoever is not in it reads.
    """
    if "is_logged_in" not in user:
        return Who(name=profile, role=_role(profile, roles))
    if not user["is_logged_in"]:
        return Who(name="", role="reader", may_log_in=True)
    email, subject = str(user.get("email") or ""), str(user.get("sub") or "")
    # An address that the provider does not vouch for may be anybody's; not to say so is not to vouch. Some write it as a text.
    # Without an @ it is no address, but may be the name of a profile.
    if "@" in email and str(user.get("email_verified")).casefold() == "true":
        return Who(name=email, role=_role(email, roles))
    name = f"{SUBJECT}{subject}" if subject else ""
    return Who(name=name, role=_role(name, roles), unverified=email)


def _role(name: str, roles: Mapping[str, Role]) -> Role:
    known = {key.casefold(): role for key, role in roles.items()}
    return known.get(name.casefold(), "reader")


def here() -> Who:
    """Return who sits at the desk now."""
    if login.broken() is not None:
        return Who(name="", role="reader")
    settings = access.settings()
    return of(st.user.to_dict(), settings.profile, settings.roles)
