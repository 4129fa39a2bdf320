"""The one way to search: asks the index which products match, and the database when there is no index.

Called by views as `find.find(session, request)`. What is found is only numbers: `products.cards` shows those of
them that are live.
"""

import logging
import threading
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from catalog.search import database, engines, wordbook
from catalog.search.engine import IndexUnavailable
from catalog.search.query import SearchRequest, SearchResult, Suggestion, SuggestionKind
from catalog.search.synonyms import Synonyms

log = logging.getLogger(__name__)

DATABASE = "database"
_TURN = threading.Lock()
"""Held by the thread of a process that searches. An engine keeps Python's lock while it computes, so threads that search at
the same time are no quicker, but each would hold what it has found, in memory that the process keeps afterwards."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found."""

    ids: list[int]
    total: int
    facets: dict[str, dict[str, int]]
    corrected: str | None
    meant: str | None
    """Another reading of the words that finds far more."""
    near: bool
    """Nothing held all the words; these hold some of them."""
    engine: str
    """Who answered: the name of the engine, or DATABASE."""


def find(session: Session, request: SearchRequest, words: Synonyms | None = None) -> Page:
    """Search; never fails because of the index. `words`: what to try instead of the words that hold."""
    engine = engines.current()
    if request.text.strip():
        request = replace(request, synonyms=wordbook.current(session) if words is None else words)
    try:
        with _TURN:
            result = engine.search(request)
        return _page(result, engine.name)
    except IndexUnavailable as problem:
        log.warning("searching without the index", extra={"problem": str(problem)})
        return find_without_index(session, request)


def find_without_index(session: Session, request: SearchRequest) -> Page:
    """Search in the database: also where the index has turned out to hold what is not live any more."""
    return _page(database.search(session, request), DATABASE)


def _page(result: SearchResult, engine: str) -> Page:
    return Page(result.ids, result.total, result.facets, result.corrected, result.meant, result.near, engine)


def suggest(text: str, limits: dict[SuggestionKind, int]) -> list[Suggestion]:
    """Complete what is being typed; nothing without an index."""
    try:
        return engines.current().suggest(text, limits)
    except IndexUnavailable:
        return []


def similar(product_id: int, n: int = 8) -> list[int]:
    """Give the numbers of products like one; nothing without an index."""
    try:
        return engines.current().similar(product_id, n)
    except IndexUnavailable:
        return []
