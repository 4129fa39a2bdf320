"""Owns how the parts of a Whoosh segment are read: out of the mapped file, without a copy of it in each process.

Called by `catalog.search.whoosh_engine`. Whoosh 2.7.4 maps a segment into memory and then copies every part of it
into a buffer of its own, so that each process holds the index twice, and once by itself.
"""

import io
import mmap
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from whoosh.filedb import compound
from whoosh.filedb.structfile import BufferFile

_mapped: WeakSet[mmap.mmap] = WeakSet()
"""The files of segments that are open."""


class Mapped(io.RawIOBase):
    """A part of a mapped file, read as a file of its own."""

    def __init__(self, part: memoryview) -> None:
        """Take the part."""
        super().__init__()
        self._part, self._at = part, 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Give the next bytes."""
        start = self._at
        end = len(self._part) if size is None or size < 0 else min(start + size, len(self._part))
        self._at = max(end, start)
        return bytes(self._part[start:end])

    def readline(self, size: int | None = -1) -> bytes:
        """Give what is left up to the end of the line: pickles of old kinds are read so."""
        rest = bytes(self._part[self._at :])
        line = rest[: rest.find(b"\n") + 1] or rest
        return self.read(len(line) if size is None or size < 0 else min(len(line), size))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._part)}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def tell(self) -> int:
        """Say at which place."""
        return self._at


class Part(BufferFile):
    """Whoosh's view of a part of a segment, over the mapped file itself."""

    def __init__(self, part: Any, name: str | None = None, onclose: Any = None) -> None:
        """Take the part; what is no view of a mapped file is a buffer as before."""
        super().__init__(b"", name=name, onclose=onclose)
        self._buf = memoryview(part)
        self.file = Mapped(self._buf)
        if isinstance(self._buf.obj, mmap.mmap):
            _mapped.add(self._buf.obj)

    def subset(self, position: int, length: int, name: str | None = None) -> "Part":
        """Give a part of this part, without a copy either."""
        return Part(self._buf[position : position + length], name=name or self._name)


def let_go() -> None:
    """Take what was read of mapped files out of this process; what is read again, the system still has."""
    with suppress(RuntimeError, ValueError):  # one was opened or closed meanwhile: the next time
        for file in _mapped:
            if hasattr(file, "madvise"):
                file.madvise(mmap.MADV_DONTNEED)


def install() -> None:
    """Have Whoosh open the parts of segments so."""
    compound.BufferFile = Part
