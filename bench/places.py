"""Databases for measurements: an SQLite file, and a PostgreSQL of its own where its programs are installed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def databases(*, sqlite: bool = True, postgres: bool = True) -> Iterator[dict[str, str]]:
    """Give the addresses of empty databases by the name of their kind; they go when the block ends."""
    with tempfile.TemporaryDirectory(prefix="kriya-bench-") as folder:
        Path(folder).chmod(0o755)
        found = {}
        if sqlite:
            found["SQLite"] = f"sqlite:///{folder}/kriya.sqlite"
        if postgres:
            # The servers of the tests stop when the process named here is gone.
            os.environ["TEST_RUN_FOLDER"] = folder
            (Path(folder) / "owner").write_text(str(os.getpid()))
            from tests.servers.postgres import Postgres, start  # noqa: PLC0415

            given = os.environ.get("TEST_DATABASE_URL")
            server = Postgres(given.replace("postgresql+psycopg", "postgresql") if given else start()["url"])
            found["PostgreSQL"] = server.create_database()
        yield found
