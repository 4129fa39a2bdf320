"""The port of the search engines: what the catalogue asks of whatever holds the index.

`catalog.search.whoosh_engine` is the embedded default. An engine answers *which* products match, never *what*
they are or whether they may be shown. Web processes only read; the worker (or `flask search rebuild`) writes.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from catalog.search.query import Health, IndexDoc, SearchRequest, SearchResult, Suggestion, SuggestionKind


class IndexUnavailable(Exception):
    """The index is missing or unreadable; the caller asks the database instead."""


class IndexBusy(IndexUnavailable):
    """Another process has been writing for too long; the caller tries again later."""


class IndexWriter(Protocol):
    """Changes that become visible together at `commit`; the last word on an id counts."""

    def put(self, doc: IndexDoc) -> None:
        """Add the document, or replace the one with its id."""

    def remove(self, product_id: int) -> None:
        """Take a product out, if it is in."""

    def commit(self, seq: int | None = None) -> None:
        """Make the changes durable and visible; `seq`, the last change they contain, is stored with them."""


class SearchEngine(Protocol):
    """An index on this machine: many readers in many processes, one writer at a time."""

    name: str
    version: str
    """Of what it writes: an index of another version is not opened."""

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer one request. Raise IndexUnavailable when there is no index that opens."""

    def suggest(self, text: str, limits: dict[SuggestionKind, int]) -> list[Suggestion]:
        """Complete what is being typed, per kind the most frequent first."""

    def similar(self, product_id: int, n: int = 8) -> list[int]:
        """Give up to `n` products like this one, without itself; [] if the index does not know it."""

    def refresh(self) -> int:
        """See the latest commit; return its seq."""

    def ids(self) -> set[int]:
        """Give the ids of all products in the index."""

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """Hold the one pen: what was not committed inside the block is forgotten.

        Raise IndexUnavailable when there is no index, IndexBusy when another process keeps the pen too long.
        """

    def rebuild(
        self, docs: Iterable[IndexDoc], seq: int = 0, done: Callable[[int], None] | None = None
    ) -> int:
        """Build a new index aside and switch to it in one step; readers keep the old one until then.

        `done` is told how many are in. Return the number of documents. They may come in any order; where the newest
        come first, what is asked for most lies together.
        """

    def check(self) -> Health:
        """Open the index afresh, ask it something whose answer is known, and say how it is."""

    def files(self) -> AbstractContextManager[tuple[Health, dict[str, BinaryIO]]]:
        """Hold the files of the latest commit open, by name, whatever is written meanwhile; and say how it is.

        Raise IndexUnavailable when there is no index, or it is broken.
        """

    def adopt(self, fill: Callable[[Path], None], seq: int) -> Health:
        """Let `fill` write the files of an index into a new folder, look at it, and switch to it in one step.

        Raise IndexUnavailable when it is not whole, or does not go to `seq`; what there was stays.
        """
