"""One test run and the real servers started for it, shared by all pytest workers.

The process that was started as `pytest` owns a folder; the first worker that needs a server starts it there
under a lock, the others find it. A keeper ends each server when that process has gone, however it went.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

VARIABLE = "TEST_RUN_FOLDER"


def folder() -> Path:
    """Give the folder of this test run."""
    return Path(os.environ[VARIABLE])


def owner() -> int:
    """Give the id of the process this run belongs to."""
    return int((folder() / "owner").read_text())


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Let one worker at a time through."""
    with (folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def once(name: str, make: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Give what `make` returned the first time any worker of this run asked for `name`."""
    with lock(name):
        facts = folder() / f"{name}.json"
        if not facts.exists():
            facts.write_text(json.dumps(make()))
        known: dict[str, str] = json.loads(facts.read_text())
        return known


def keep(
    name: str, command: list[str], *, user: int | None = None, env: dict[str, str] | None = None
) -> None:
    """Run a server in the background until the run ends; its words go to `<name>.log`."""
    with (folder() / f"{name}.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.run", str(owner()), *command],
            cwd=Path(__file__).parents[2],
            env={**os.environ, **(env or {}), "KEEP_AS_USER": "" if user is None else str(user)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (folder() / f"{name}.pid").write_text(str(keeper.pid))
    keeper.returncode = 0  # it outlives this worker on purpose; the owner of the run ends it


def words(name: str) -> str:
    """Give the end of what a server said, for the message of a failure."""
    with suppress(FileNotFoundError):
        return (folder() / f"{name}.log").read_text(errors="replace")[-2000:]
    return ""


def wait_for(answers: Callable[[], bool], name: str, seconds: float = 30) -> None:
    """Return as soon as a server answers.

    :raise RuntimeError: with the server's own words, when it does not.
    """
    until = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > until:
            raise RuntimeError(f"{name} did not start in {seconds:.0f} s. It said:\n{words(name)}")
        time.sleep(0.02)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Open the folder of this run, in the process that owns it."""
    if hasattr(config, "workerinput"):
        return
    path = Path(tempfile.mkdtemp(prefix="kriya-tests-"))
    path.chmod(0o755)
    (path / "owner").write_text(str(os.getpid()))
    os.environ[VARIABLE] = str(path)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers and remove the folder."""
    if hasattr(config, "workerinput") or VARIABLE not in os.environ:
        return
    path = folder()
    keepers = [int(file.read_text()) for file in path.glob("*.pid")]
    for keeper in keepers:
        with suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM)
    until = time.monotonic() + 10
    while any(_lives(keeper) for keeper in keepers) and time.monotonic() < until:
        time.sleep(0.02)
    shutil.rmtree(path, ignore_errors=True)
    del os.environ[VARIABLE]


def _lives(process: int) -> bool:
    with suppress(ChildProcessError):
        return os.waitpid(process, os.WNOHANG) == (0, 0)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _stand_by(owner: int, command: list[str]) -> int:
    """Run a server until it ends, a signal comes, or the owner has gone."""
    asked = False

    def ask(*_: object) -> None:
        nonlocal asked
        asked = True

    signal.signal(signal.SIGTERM, ask)
    user = os.environ.pop("KEEP_AS_USER", "")
    if user:
        server = subprocess.Popen(command, user=int(user), group=int(user), extra_groups=[])
    else:
        server = subprocess.Popen(command)
    while server.poll() is None and not asked and _lives(owner):
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.3)
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # for PostgreSQL: end now, with the connections
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
    code = server.wait()
    if not _lives(owner):
        shutil.rmtree(folder(), ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(_stand_by(int(sys.argv[1]), sys.argv[2:]))
