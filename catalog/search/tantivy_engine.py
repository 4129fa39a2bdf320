"""The engine for very large catalogues: tantivy stores, matches, ranks and counts, and answers as Whoosh does.

Beside it, `tantivy_snapshot` and `tantivy_schema` import tantivy. Its traps are known (search.md): every writing session opens the
index anew, a held lock is waited for, many changes share a commit, and ids are signed integers.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import tantivy

from catalog.search import completing, folders, reading, tantivy_meanings, terms
from catalog.search.engine import IndexBusy
from catalog.search.query import (
    Health,
    IndexDoc,
    SearchRequest,
    SearchResult,
    Suggestion,
    SuggestionKind,
)
from catalog.search.snapshots import Snapshots, guarded
from catalog.search.tantivy_schema import META, SCHEMA, document, meta
from catalog.search.tantivy_snapshot import Snapshot

VERSION = f"t4a{terms.VERSION}s{tantivy_meanings.version()}"
"""Of the schema, of the words in it and of their synonyms; a new one makes every node rebuild its index."""
HEAP, SMALL_HEAP = 128_000_000, 16_000_000
"""Bytes that a writer may fill before it writes a segment: at a rebuild, and for a few changes."""
BATCH = 50_000
"""Documents between two commits of a rebuild."""


class TantivyWriter:
    """Collects changes and writes them in one commit, each time with the index opened anew."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the index; the caller holds the pen."""
        self._folder = folder
        self._changes: dict[int, IndexDoc | None] = {}
        tantivy.Index.open(str(folder))

    def put(self, doc: IndexDoc) -> None:
        """Add or replace a document at the next commit."""
        self._changes[doc.id] = doc

    def remove(self, product_id: int) -> None:
        """Take a document out at the next commit."""
        self._changes[product_id] = None

    def commit(self, seq: int | None = None) -> None:
        """Write all changes, and the seq, as one new generation."""
        writer = _writer(tantivy.Index.open(str(self._folder)))
        try:
            for product_id, doc in self._changes.items():
                writer.delete_documents_by_term("id", product_id)
                if doc is not None:
                    writer.add_document(document(doc))
            if seq is not None:
                writer.delete_documents_by_term("id", META)
                writer.add_document(meta(seq))
            writer.commit()
        finally:
            writer.wait_merging_threads()  # gives the lock back; what was not committed is forgotten
        self._changes.clear()


def _writer(index: tantivy.Index, heap: int = SMALL_HEAP) -> tantivy.IndexWriter:
    """Open the one writer; a process that has just died or is just closing may hold the lock for a moment."""
    until = time.monotonic() + folders.PEN_WAIT
    while True:
        try:
            return index.writer(heap, 1)
        except ValueError as error:
            if "LockBusy" not in str(error) and "lock" not in str(error).lower():
                raise
            if time.monotonic() >= until:
                raise IndexBusy("another process is writing the index") from error
            time.sleep(0.05)


class TantivyEngine:
    """A `catalog.search.engine.SearchEngine` in a folder of this machine."""

    name, version = "tantivy", VERSION

    def __init__(self, root: Path) -> None:
        """Take the root folder, which need not exist."""
        self._folders = folders.Folders(root, VERSION)
        self._snapshots = Snapshots(self._folders, Snapshot)

    def opened(self) -> AbstractContextManager[Snapshot]:
        """Hold the latest commit open."""
        return self._snapshots.latest()

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer one request."""
        with self._snapshots.latest() as snapshot:
            search = partial(snapshot.search, request)
            return reading.answer(request, snapshot.has, snapshot.vocabularies, search)

    def suggest(self, text: str, limits: dict[SuggestionKind, int]) -> list[Suggestion]:
        """Complete what is being typed."""
        with self._snapshots.latest() as snapshot:
            is_name = partial(snapshot.is_name, limits)
            return completing.offer(text, limits, snapshot.completes, is_name, snapshot.vocabularies)

    def similar(self, product_id: int, n: int = 8) -> list[int]:
        """Give products like one."""
        with self._snapshots.latest() as snapshot:
            return snapshot.similar(product_id, n)

    def refresh(self) -> int:
        """See the latest commit."""
        with self._snapshots.latest() as snapshot:
            return snapshot.seq

    def ids(self) -> set[int]:
        """Give all product ids."""
        with self._snapshots.latest() as snapshot:
            return set(snapshot.ids())

    @contextlib.contextmanager
    def writer(self) -> Iterator[TantivyWriter]:
        """Hold the pen."""
        with self._folders.pen():
            folder = self._folders.current()
            with guarded():
                writer = TantivyWriter(folder)
            yield writer

    def rebuild(
        self, docs: Iterable[IndexDoc], seq: int = 0, done: Callable[[int], None] | None = None
    ) -> int:
        """Build a new index aside and switch to it; nobody else writes meanwhile."""
        count = 0
        with self._folders.pen():
            folder = self._folders.create()
            writer = _writer(tantivy.Index(SCHEMA, str(folder)), HEAP)
            for doc in docs:
                writer.add_document(document(doc))
                count += 1
                if count % BATCH == 0:
                    writer.commit()
                if done and count % 100 == 0:
                    done(count)
            writer.add_document(meta(seq))
            writer.commit()
            writer.wait_merging_threads()
            self._folders.switch(folder)
        if done:
            done(count)
        return count

    def check(self) -> Health:
        """Open afresh, and ask for the newest piece by its number."""
        return self._snapshots.check()

    def files(self) -> AbstractContextManager[tuple[Health, dict[str, BinaryIO]]]:
        """Hold the files of the latest commit open."""
        return self._snapshots.files()

    def adopt(self, fill: Callable[[Path], None], seq: int) -> Health:
        """Take another node's index."""
        return self._snapshots.adopt(fill, seq)
