"""What an operator may set, each with its environment variable `KARAULA_<NAME>`.

The class only describes; a door instantiates it (and so reads the environment), nothing below a door does.
"""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Where a checkout keeps what it collects; not part of the repository.
DATA = Path(__file__).resolve().parents[1] / "var"


class Settings(BaseSettings):
    """Settings of one process. Values come from arguments, then the environment, then these defaults."""

    model_config = SettingsConfigDict(env_prefix="KARAULA_", frozen=True, extra="ignore")

    store: str = Field(default=f"sqlite:///{DATA / 'karaula.db'}", description="SQLAlchemy URL of the live store")
    replay: str = Field(default=f"sqlite:///{DATA / 'replay.db'}", description="SQLAlchemy URL of the replay archive's store")
    feeds: Path | None = Field(default=None, description="OPML file to use instead of the catalogue under assets/feeds")
    contact: str = Field(
        default="operator not stated", description="Who operates this installation: sent to publishers in the User-Agent"
    )
    host: str = Field(default="127.0.0.1", description="Address that the dashboard binds to")
    port: int = Field(default=8501, ge=1, le=65535, description="Port of the dashboard")
    concurrency: int = Field(default=32, ge=1, le=256, description="Feeds retrieved at the same time")
    log_level: str = Field(default="info", description="debug | info | warning | error")
