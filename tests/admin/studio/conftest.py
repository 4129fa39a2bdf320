"""Fixtures of the studio's tests: an artisan's phone, and the bank of the checkout's tests."""

from collections.abc import Callable

import pytest

from catalog.models import Workshop
from shop.models import User
from tests import make_catalog
from tests.checkout.conftest import bank
from tests.pages import Page

__all__ = ["bank"]


@pytest.fixture
def shop(app: object) -> Workshop:
    """Give a workshop in Bengkulu with one member."""
    return make_catalog.workshop(name="Sanggar Melur")


@pytest.fixture
def artisan(shop: Workshop, signed_in: Callable[[User], Page]) -> Page:
    """Give the browser of the workshop's member."""
    return signed_in(make_catalog.member(shop))


@pytest.fixture
def neighbour(signed_in: Callable[[User], Page]) -> Page:
    """Give the browser of another workshop's member."""
    return signed_in(make_catalog.member(make_catalog.workshop(name="Sanggar Sebelah")))
