"""Every engine, empty and with the small catalogue."""

from pathlib import Path

import pytest
from flask import Flask

from catalog.search.engine import SearchEngine
from catalog.search.engines import ENGINES
from tests.make_search import Node, catalogue


@pytest.fixture(params=list(ENGINES))
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """Give an engine without an index."""
    return ENGINES[request.param](tmp_path / "search")


@pytest.fixture
def engine(empty: SearchEngine) -> SearchEngine:
    """Give an engine with the small catalogue."""
    empty.rebuild(catalogue(), seq=7)
    return empty


@pytest.fixture(params=ENGINES)
def nodes(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> tuple[Node, Node]:
    """Give two nodes without any index, on one database."""
    make = ENGINES[request.param]
    return Node(make, tmp_path / "one"), Node(make, tmp_path / "two")
