"""What a situation adds to the index, in columns of its own: a year of a large region reads ten thousand of them."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000


def upgrade() -> None:
    """Add the columns, and fill them from what is stored of each opening."""
    for name in ("event_id", "code", "countries"):
        op.add_column("standing", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("standing", sa.Column("weight", sa.Double(), nullable=False, server_default="0"))
    connection = op.get_bind()
    filled = sa.text(
        "UPDATE standing SET event_id = :event, code = :code, countries = :countries, weight = :weight"
        " WHERE series = :series AND id = :id"
    )
    stored = connection.execute(sa.text("SELECT series, id, opening FROM standing")).all()
    for some in _parts([_filled(*row) for row in stored]):
        connection.execute(filled, some)


def _filled(series: str, name: str, opening: str) -> dict[str, object]:
    told = json.loads(opening)
    of = {key: told[key] for key in ("event", "code", "weight")}
    return {"series": series, "id": name, **of, "countries": ",".join(told["countries"])}


def _parts(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    return (rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE))
