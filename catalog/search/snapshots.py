"""Owns how a process holds an index open: the latest commit for everybody, an older one until its last reader is done.

Called by engines that keep files. Threads share a snapshot; a forked process never shares its parent's.
"""

import contextlib
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Generic, Protocol, TypeVar

from catalog.search.engine import IndexUnavailable
from catalog.search.folders import Folders
from catalog.search.query import Health

log = logging.getLogger(__name__)

TRIES = 3
"""Between reading which files a commit has and opening them, the next commit may remove them."""
PAUSE = 0.02


class Openable(Protocol):
    """One commit of an index, open for reading."""

    def is_latest(self) -> bool:
        """Whether nothing was committed since to the same folder."""

    def health(self) -> Health:
        """Ask something whose answer is known."""

    def close(self) -> None:
        """Let go of the files."""


S = TypeVar("S", bound=Openable)


@dataclass(eq=False, slots=True)
class _Held(Generic[S]):
    """An open snapshot, who may use it, and how many do."""

    snapshot: S
    folder: Path
    pid: int
    users: int = 0
    retired: bool = False

    def release_unused(self) -> None:
        if self.retired and not self.users:
            self.snapshot.close()


class Snapshots(Generic[S]):
    """Opens the latest commit when it changed; `opened(folder, before)` may take over what `before` decoded."""

    def __init__(self, folders: Folders, opened: Callable[[Path, S | None], S]) -> None:
        """Take where the index lies and how to open it."""
        self._folders, self._open = folders, opened
        self._lock = threading.Lock()
        self._held: _Held[S] | None = None

    @contextlib.contextmanager
    def latest(self) -> Iterator[S]:
        """Give the latest commit; it stays open while anybody uses it.

        :raise IndexUnavailable: when there is none, or it cannot be read.
        """
        try:
            with guarded():
                with self._lock:
                    held = self._latest()
                    held.users += 1
                try:
                    yield held.snapshot
                finally:
                    with self._lock:
                        held.users -= 1
                        held.release_unused()
        except IndexUnavailable:
            self.forget()
            raise

    def check(self) -> Health:
        """Open afresh, and say how it is."""
        try:
            self.forget()
            with self.latest() as snapshot:
                return snapshot.health()
        except IndexUnavailable as problem:
            return Health(False, problem=str(problem))

    @contextlib.contextmanager
    def files(self) -> Iterator[tuple[Health, dict[str, BinaryIO]]]:
        """Hold the files of the latest commit open, whatever is written meanwhile, and say how it is.

        :raise IndexUnavailable: when there is none, or it is broken.
        """
        with contextlib.ExitStack() as stack:
            with self._folders.pen():
                health = self.check()
                if not health.ok:
                    raise IndexUnavailable(health.problem)
                paths = sorted(path for path in self._folders.current().iterdir() if _is_content(path))
                opened: dict[str, BinaryIO] = {
                    path.name: stack.enter_context(path.open("rb")) for path in paths
                }
            yield health, opened

    def adopt(self, fill: Callable[[Path], None], seq: int) -> Health:
        """Have a new folder filled with an index, look whether it is whole and of this seq, and switch to it.

        :raise IndexUnavailable: when it is not; what there was stays.
        """
        with self._folders.pen():
            folder = self._folders.create()
            try:
                fill(folder)
                with guarded():
                    snapshot = self._open(folder, None)
                    health = snapshot.health()
                    snapshot.close()
                if not health.ok or health.seq != seq:
                    raise IndexUnavailable(health.problem or f"it goes to {health.seq}, not to {seq}")
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._folders.switch(folder)
        return health

    def forget(self) -> None:
        """Open afresh the next time."""
        with self._lock:
            self._retire()

    def _latest(self) -> _Held[S]:
        folder = self._folders.current()
        held = self._held
        if held is not None and held.pid != os.getpid():
            held = self._held = None
        if held is not None and held.folder == folder and held.snapshot.is_latest():
            return held
        for attempt in range(1, TRIES + 1):
            try:
                opened = self._open(folder, held.snapshot if held else None)
                break
            except Exception:
                if attempt == TRIES:
                    raise
                time.sleep(PAUSE * attempt)
                folder = self._folders.current()
        else:
            raise IndexUnavailable("the index does not open")
        self._retire()
        self._held = _Held(opened, folder, os.getpid())
        return self._held

    def _retire(self) -> None:
        """Stop handing the open snapshot out; whoever uses it last closes it."""
        before, self._held = self._held, None
        if before is not None:
            before.retired = True
            before.release_unused()


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever a torn or foreign file raises into IndexUnavailable."""
    try:
        yield
    except IndexUnavailable:
        raise
    except BaseException as error:
        # tantivy panics where others raise, and a panic is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        log.exception("the search index cannot be used")
        raise IndexUnavailable("the index cannot be read") from error


def _is_content(path: Path) -> bool:
    return path.is_file() and not path.name.lower().endswith("lock")
