"""Owns where an index lies on disk: folders beside each other, a pointer to the one in use, the writer's pen.

    <root>/CURRENT     name of the folder in use; replaced in one step
    <root>/PEN         locked by the one writer; freed by the system when that process dies
    <root>/v1-<…>/     an index, readable and writable by this user only

Used by engines that keep files. A reader never trusts a folder that others could write to: an index may hold
pickles.
"""

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from catalog.search.engine import IndexBusy, IndexUnavailable

POINTER, PEN = "CURRENT", "PEN"
PEN_WAIT = 30.0
"""Seconds that a writer waits for another."""
KEEP_OLD = 60.0
"""Seconds before a folder that is no longer pointed to may be removed: a reader may just be opening it."""


class Folders:
    """The folders of one index; `version` changes with the engine and the shape of what is stored."""

    def __init__(self, root: Path, version: int | str) -> None:
        """Take the root folder, which need not exist yet."""
        self.root = root
        self._name = re.compile(rf"v{version}-[0-9]+-[0-9a-f]+")
        self._version = version

    def current(self) -> Path:
        """Give the folder in use.

        :raise IndexUnavailable: when there is none, or it is not safely ours.
        """
        try:
            name = (self.root / POINTER).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnavailable("there is no index") from error
        if not self._name.fullmatch(name):
            raise IndexUnavailable("the index is of another version")
        folder = self.root / name
        try:
            facts = folder.lstat()
        except OSError as error:
            raise IndexUnavailable("the folder of the index is gone") from error
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
            raise IndexUnavailable("the folder of the index is open to others")
        return folder

    def create(self) -> Path:
        """Make a new empty folder aside."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self.root / f"v{self._version}-{time.time_ns()}-{secrets.token_hex(4)}"
        folder.mkdir(mode=0o700)
        return folder

    def switch(self, folder: Path) -> None:
        """Point to a finished folder, durably and in one step, and remove what has long been left behind."""
        aside = self.root / f"{POINTER}.new"
        with aside.open("w", encoding="ascii") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.root / POINTER)
        sync(self.root)
        self._tidy(folder)

    def _tidy(self, kept: Path) -> None:
        """Remove other index folders whose last change is long ago."""
        for folder in self.root.glob("v*-*-*"):
            with contextlib.suppress(OSError):
                if folder != kept and folder.stat().st_mtime < time.time() - KEEP_OLD:
                    shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def pen(self) -> Iterator[None]:
        """Hold the one pen of this index; PEN_WAIT seconds at most for another writer.

        :raise IndexBusy: when the other does not finish in time.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + PEN_WAIT
        with (self.root / PEN).open("a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() >= until:
                        raise IndexBusy("another process is writing the index") from error
                    time.sleep(0.05)
            yield


def sync(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
