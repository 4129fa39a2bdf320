"""Fixtures of the checkout's tests."""

from collections.abc import Iterator

import pytest
from flask import Flask

from checkout import gateway
from tests.fake_gateway import FakeGateway


@pytest.fixture
def bank(app: Flask) -> Iterator[FakeGateway]:
    """Hand the shop a payment gateway of this test's own."""
    before = app.extensions[gateway.EXTENSION]
    fake = FakeGateway()
    app.extensions[gateway.EXTENSION] = {gateway.STRIPE: fake}
    yield fake
    app.extensions[gateway.EXTENSION] = before
