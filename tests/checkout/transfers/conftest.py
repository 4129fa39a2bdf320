"""Fixtures of the tests of bank transfers."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from shop import mail
from shop.db import db
from shop.models import Mail


@pytest.fixture(autouse=True)
def readable_letters(app: Flask) -> Iterator[None]:
    """See after every test that each letter which was promised can be written in both languages."""
    yield
    db.session.rollback()
    for letter in db.session.scalars(sa.select(Mail).where(Mail.template.like("transfer_%"))).all():
        for locale in ("id", "en"):
            subject, text, html = mail.render(letter.template, locale, letter.context)
            assert subject
            assert "http://" in text
            assert "None" not in text + html
