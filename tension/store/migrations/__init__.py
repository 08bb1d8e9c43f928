"""The steps from one schema to the next, run by Alembic inside the caller's transaction."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def config() -> Config:
    """Return Alembic's configuration; there is no alembic.ini."""
    made = Config()
    # Alembic reads `%` as an interpolation.
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def upgrade(connection: sa.Connection) -> None:
    """Bring the store to the newest schema."""
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")
