"""People for tests. Plain functions, each one committed; inside an open `transaction()` they join it.

Other areas have theirs beside this one: tests/make_catalog.py and so on, with the same `writing()`.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy.orm import Session

from shop import accounts, passwords
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.models import Role, User

PASSWORD = "batik tulis lima warna"
ACTOR = Actor.system("test")
_numbers = itertools.count(1)


@contextmanager
def writing() -> Iterator[Session]:
    """Give the transaction that is open, or one for this alone."""
    session = db.session()
    if session.info.get("writing"):
        yield session
    else:
        with transaction() as fresh:
            yield fresh


@cache
def password_hash(password: str) -> str:
    """Give the hash of a password, worked out once for all tests."""
    return passwords.hash_of(password)


def number() -> int:
    """Give a number that no other thing of this run has, for names and addresses."""
    return next(_numbers)


def user(
    name: str = "Sari Puspita",
    *,
    email: str = "",
    password: str = PASSWORD,
    locale: str = "id",
    confirmed: bool = True,
    phone: str | None = None,
) -> User:
    """Make a person with a confirmed address."""
    with writing() as session:
        person = User(
            email=email or f"orang{number()}@contoh.id",
            name=name,
            password_hash=password_hash(password),
            locale=locale,
            phone=phone,
            confirmed_at=now() if confirmed else None,
            created_at=now(),
        )
        session.add(person)
        session.flush()
    return person


def staff(
    role: Role, council: str = "", *, name: str = "Ratna Dewi", email: str = "", locale: str = "id"
) -> User:
    """Make a person with a role: artisan, curator, council-admin, finance or admin; `council` is its code."""
    with writing() as session:
        person = user(name, email=email, locale=locale)
        accounts.grant(session, ACTOR, person, role, council)
    return person
