"""Chooses the search engine of this installation (`KRIYA_SEARCH`); one per process and folder, shared by its threads."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from catalog.search.engine import SearchEngine
from catalog.search.whoosh_engine import WhooshEngine
from shop import config


def _tantivy(folder: Path) -> SearchEngine:
    from catalog.search.tantivy_engine import TantivyEngine  # noqa: PLC0415  # its library only where it is chosen

    return TantivyEngine(folder)


ENGINES: dict[str, Callable[[Path], SearchEngine]] = {"whoosh": WhooshEngine, "tantivy": _tantivy}


def current() -> SearchEngine:
    """Give the engine of the running application."""
    settings = config.current()
    return _engine(settings.search, settings.search_dir)


@cache
def _engine(name: str, folder: str) -> SearchEngine:
    return ENGINES[name](Path(folder))
