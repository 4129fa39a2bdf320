"""Chooses the search engine of this installation; one per process and folder, shared by its threads."""

from functools import cache
from pathlib import Path

from catalog.search.engine import SearchEngine
from catalog.search.whoosh_engine import WhooshEngine
from shop import config


def current() -> SearchEngine:
    """Give the engine of the running application."""
    return _engine(config.current().search_dir)


@cache
def _engine(folder: str) -> SearchEngine:
    return WhooshEngine(Path(folder))
