"""Fixtures of the desk's tests: a curator's browser, and the bank of the checkout's tests."""

from collections.abc import Callable

import pytest

from shop.models import Role, User
from tests import make, make_catalog
from tests.checkout.conftest import bank
from tests.pages import Page

__all__ = ["bank"]


@pytest.fixture
def curator(app: object, signed_in: Callable[[User], Page]) -> Page:
    """Give the browser of a curator of Bengkulu."""
    return signed_in(make_catalog.curator())


@pytest.fixture
def neighbour(app: object, signed_in: Callable[[User], Page]) -> Page:
    """Give the browser of a curator of Sumatera Selatan."""
    return signed_in(make_catalog.curator("16", "Kurator Palembang"))


@pytest.fixture
def officer(app: object, signed_in: Callable[[User], Page]) -> Page:
    """Give the browser of Bengkulu's council administrator."""
    return signed_in(make.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus Bengkulu"))


@pytest.fixture
def finance(app: object, signed_in: Callable[[User], Page]) -> Page:
    """Give the browser of the national finance desk."""
    return signed_in(make.staff(Role.FINANCE, "nasional", name="Keuangan"))


@pytest.fixture
def admin(app: object, signed_in: Callable[[User], Page]) -> Page:
    """Give the browser of an administrator."""
    return signed_in(make.staff(Role.ADMIN, name="Admin"))
