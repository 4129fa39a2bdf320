"""Roles: given by command, bound to councils, gone with the next request."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shop import accounts, authz
from shop.accounts import WrongScope
from shop.db import transaction
from shop.models import AuditEntry, Role, RoleGrant, User
from tests import make


@pytest.fixture
def command(app: Flask) -> Callable[..., str]:
    """Give a function that runs a command of the shop."""

    def run(*args: str) -> str:
        return str(app.test_cli_runner().invoke(args=list(args)).output)

    return run


def grants(session: Session) -> list[tuple[Role, str]]:
    session.rollback()
    return [
        (grant.role, grant.scope) for grant in session.scalars(sa.select(RoleGrant).order_by(RoleGrant.id))
    ]


def test_a_role_is_given_and_taken_by_command(command: Callable[..., str], session: Session) -> None:
    make.user(email="ratna@contoh.id")

    assert "ratna@contoh.id: curator of 17" in command(
        "accounts", "grant", "ratna@contoh.id", "curator", "--council", "17"
    )
    assert grants(session) == [(Role.CURATOR, "17")]

    command("accounts", "revoke", "ratna@contoh.id", "curator", "--council", "17")
    assert grants(session) == []
    assert session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "role.granted",
        "role.revoked",
    ]


def test_a_role_given_twice_is_given_once(command: Callable[..., str], session: Session) -> None:
    make.user(email="ratna@contoh.id")

    for _ in range(2):
        command("accounts", "grant", "ratna@contoh.id", "admin")

    assert grants(session) == [(Role.ADMIN, "")]
    assert len(session.scalars(sa.select(AuditEntry)).all()) == 1


def test_a_stranger_gets_no_role(command: Callable[..., str], session: Session) -> None:
    assert "Nobody has an account" in command("accounts", "grant", "siapa@contoh.id", "admin")
    assert "Invalid value" in command("accounts", "grant", "siapa@contoh.id", "emperor")
    assert grants(session) == []


@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.CURATOR, ""), (Role.COUNCIL_ADMIN, ""), (Role.ARTISAN, "17"), (Role.ADMIN, "17")],
)
def test_a_role_has_a_council_or_has_none(session: Session, role: Role, scope: str) -> None:
    person = make.user()

    with pytest.raises(WrongScope), transaction():
        accounts.grant(session, make.ACTOR, person, role, scope)


def test_a_province_reaches_its_regencies_and_nobody_elses(app: Flask) -> None:
    province = authz.scopes(make.staff(Role.CURATOR, "17"), Role.CURATOR)
    city = authz.scopes(make.staff(Role.CURATOR, "17.71"), Role.CURATOR)

    assert [authz.covers(province, code) for code in ("17", "17.71", "16", "1", "nasional")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [authz.covers(city, code) for code in ("17.71", "17", "17.01")] == [True, False, False]


def test_administrators_and_the_national_council_reach_all(app: Flask) -> None:
    for person in (make.staff(Role.ADMIN), make.staff(Role.CURATOR, "nasional")):
        assert authz.covers(authz.scopes(person, Role.CURATOR), "62.71")


def test_a_role_reaches_only_as_that_role(app: Flask) -> None:
    person = make.staff(Role.CURATOR, "17")

    assert authz.scopes(person, Role.COUNCIL_ADMIN) == frozenset()
    assert not authz.covers(authz.scopes(person, Role.COUNCIL_ADMIN), "17")


def test_a_person_without_roles_reaches_nothing(app: Flask) -> None:
    buyer: User = make.user()

    assert not authz.covers(authz.scopes(buyer, *Role), "17")
    assert not buyer.holds(*Role)
