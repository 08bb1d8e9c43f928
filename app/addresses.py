"""Links between pages that are written into HTML: they keep the language, which a page that is opened anew would forget."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from app import access
from tension.tongue import spoken


def of(page: str, parameters: Mapping[str, str | Sequence[str]]) -> str:
    """Return the address of a page of this desk, relative to the one that is open."""
    kept = {} if spoken() == access.settings().lang else {"lang": spoken()}
    return f"{page}?{urlencode({**parameters, **kept}, doseq=True)}"
