"""Owns copies of an index in the media store: a node leaves one, a node that joins takes the newest that fits.

    private/search/<version>/<time>-<seq>-<…>/0000, 0001 …   the files of the index, one after the other, in parts
    private/search/<version>/<time>-<seq>-<…>/manifest.json  which files, their checksums, the line of the log; signed

The manifest is written last, so that what has one is complete. An index may hold pickles: nothing of a copy is opened that
was not signed with this shop's key. Called by `catalog.search.following` and by `flask search snapshot`.
"""

import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from catalog import changes
from catalog.search import folders
from catalog.search.engine import IndexUnavailable, SearchEngine
from shop import config, media
from shop.errors import ShopError

log = logging.getLogger(__name__)

FOLDER, MANIFEST = "private/search", "manifest.json"
PART = 16_000_000
"""Bytes that are in memory at a time."""
KEPT = 2
UNFINISHED = 86_400
"""Seconds after which a copy without a manifest is given up."""
TOO_FAR = 4
"""A copy is of use as long as fewer than one piece in so many has changed since."""
_NAME = re.compile(r"(?P<time>[0-9]{10})-(?P<seq>[0-9]+)-[0-9a-f]{8}")
_FILE = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}")


@dataclass(frozen=True, slots=True)
class Copy:
    """What a manifest says."""

    name: str
    version: str
    seq: int
    line: str
    """What the log says under that number, and when it was written: a restored database may count on otherwise."""
    pieces: int
    files: list[tuple[str, int]]
    parts: list[str]
    """Their checksums."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for _, size in self.files)


class Damaged(IndexUnavailable):
    """A copy is not what its manifest says."""


def leave(session: Session, engine: SearchEngine) -> Copy:
    """Put a copy of this node's index into the media store, and forget the older ones.

    :raise IndexUnavailable: when there is no index, it is broken, or the log does not know its number.
    """
    with engine.files() as (health, files):
        line = changes.line(session, health.seq)
        if line is None:
            raise IndexUnavailable("the log does not know the number of this index any more")
        name = f"{int(time.time()):010}-{health.seq}-{secrets.token_hex(4)}"
        sizes = [(path, os.fstat(file.fileno()).st_size) for path, file in files.items()]
        folder, sums = f"{FOLDER}/{engine.version}/{name}", []
        for number, part in enumerate(_parts(files.values())):
            media.current().put(f"{folder}/{number:04}", part)
            sums.append(hashlib.sha256(part).hexdigest())
    copy = Copy(name, engine.version, health.seq, line, health.pieces, sizes, sums)
    said = json.dumps(asdict(copy))
    media.current().put(
        f"{folder}/{MANIFEST}", json.dumps({"says": said, "signed": _signature(said)}).encode()
    )
    _tidy(engine.version)
    return copy


def take(session: Session, engine: SearchEngine, but: Iterable[str] = ()) -> Copy | None:
    """Start this node's index from the newest copy that fits; None when there is none. `but`: names to pass over."""
    for name in _complete(engine.version):
        if name in but:
            continue
        try:
            copy = _read(engine.version, name)
            if not _fits(session, copy):
                continue
            engine.adopt(lambda folder, copy=copy: _fill(folder, copy), copy.seq)  # type: ignore[misc]
        except (ShopError, IndexUnavailable, ValueError, TypeError, KeyError) as problem:
            log.warning("a copy of the index cannot be used", extra={"copy": name, "problem": str(problem)})
            continue
        return copy
    return None


def newest(version: str) -> str | None:
    """Name the newest complete copy of an index of this version."""
    return next(iter(_complete(version)), None)


def seq_of(name: str) -> int:
    """Read the number of the last change from the name of a copy."""
    found = _NAME.fullmatch(name)
    return int(found["seq"]) if found else 0


def _parts(files: Iterable[BinaryIO]) -> Iterator[bytes]:
    """Read files one after the other, in pieces of equal length."""
    part = bytearray()
    for file in files:
        while read := file.read(PART - len(part)):
            part += read
            if len(part) == PART:
                yield bytes(part)
                part.clear()
    if part:
        yield bytes(part)


def _fill(folder: Path, copy: Copy) -> None:
    """Write the files of a copy into a folder, and to the disk. :raise Damaged:"""
    parts = _stored(copy)
    part = memoryview(b"")
    for name, size in copy.files:
        if not _FILE.fullmatch(name):
            raise Damaged("a file has a strange name")
        left = size
        with (folder / name).open("xb") as file:
            while left:
                part = part or memoryview(next(parts, b""))
                if not part:
                    raise Damaged("the copy ends too soon")
                written = file.write(part[:left])
                left, part = left - written, part[written:]
            file.flush()
            os.fsync(file.fileno())
    if part or next(parts, None) is not None:
        raise Damaged("the copy goes on after its end")
    folders.sync(folder)


def _stored(copy: Copy) -> Iterator[bytes]:
    """Give the parts of a copy, each as it was written."""
    for number, checksum in enumerate(copy.parts):
        part = media.current().get(f"{FOLDER}/{copy.version}/{copy.name}/{number:04}")
        if hashlib.sha256(part).hexdigest() != checksum:
            raise Damaged("a part is not what it was")
        yield part


def _read(version: str, name: str) -> Copy:
    """Read a manifest. :raise Damaged: when it was not signed here."""
    written = json.loads(media.current().get(f"{FOLDER}/{version}/{name}/{MANIFEST}"))
    if not hmac.compare_digest(_signature(written["says"]), written["signed"]):
        raise Damaged("the copy was signed by somebody else")
    copy = Copy(**json.loads(written["says"]))
    if (copy.name, copy.version) != (name, version):
        raise Damaged("the copy lies in the place of another")
    return copy


def _fits(session: Session, copy: Copy) -> bool:
    """Say whether the log leads from a copy to the present, and not too far."""
    ahead = changes.version(session) - copy.seq
    return (
        0 <= ahead <= max(copy.pieces // TOO_FAR, 1)
        and changes.line(session, copy.seq) == copy.line
        and not changes.everything_since(session, copy.seq)
    )


def _signature(said: str) -> str:
    key = hashlib.sha256(b"copies of the search index\0" + config.current().secret_key.encode()).digest()
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


# --- what is kept --------------------------------------------------------------------------------------


def _lying() -> Mapping[tuple[str, str], list[str]]:
    """Give what lies in the store, by version and name of the copy: the names of its files."""
    found: dict[tuple[str, str], list[str]] = {}
    for key in media.current().keys(FOLDER + "/"):
        version, name, file = key.removeprefix(FOLDER + "/").split("/", 2)
        if _NAME.fullmatch(name):
            found.setdefault((version, name), []).append(file)
    return found


def _complete(version: str) -> list[str]:
    """Name the complete copies of a version, the newest first."""
    try:
        lying = _lying()
    except ShopError as problem:
        log.warning("the media store does not say what copies there are", extra={"problem": str(problem)})
        return []
    names = (name for (of, name), files in lying.items() if of == version and MANIFEST in files)
    return sorted(names, reverse=True)


def _tidy(version: str) -> None:
    """Forget all copies but the newest, those that nobody finished, and those older than the log."""
    kept, moment = _complete(version)[:KEPT], time.time()
    for (of, name), files in _lying().items():
        age = moment - int(name.partition("-")[0])
        outdone = of == version and MANIFEST in files and name not in kept
        given_up = MANIFEST not in files and age > UNFINISHED
        if outdone or given_up or age > changes.KEEP.total_seconds():
            for file in sorted(files, reverse=True):  # the manifest first
                media.current().delete(f"{FOLDER}/{of}/{name}/{file}")
