"""Earnings, bank details and payouts for tests, made as people make them. Each one is committed."""

from datetime import timedelta

import sqlalchemy as sa

from catalog.models import Product, Workshop
from checkout import bank_changes, bank_details, payouts
from checkout.models import BankAccount, Order, Payout
from checkout.payees import Payee
from shop.audit import Actor
from shop.db import db, now
from shop.models import Role, User
from tests import make, make_catalog, make_checkout
from tests.make import ACTOR, writing

NUMBER = "0123456789"
"""An account number of BCA."""


def earned(shop: Workshop, price: int = 500_000, *more: tuple[Product, int]) -> Order:
    """Let a workshop sell a piece and its buyer accept it."""
    order = make_checkout.paid((make_catalog.piece(shop, price=price), 1), *more)
    make_checkout.received(order)
    return make_checkout.fresh(order.id)


def details(payee: Payee, *, number: str = NUMBER, by: Actor = ACTOR, seasoned: bool = True) -> BankAccount:
    """Give a payee bank details; with `seasoned` they have been there for longer than 72 hours."""
    with writing() as session:
        account = bank_changes.change(
            session, by, payee, bank_details.checked("014", number, "Sanggar Contoh")
        )
    if seasoned:
        season(payee)
    return account


def season(payee: Payee) -> None:
    """Let 72 hours pass for the bank details of a payee."""
    with writing() as session:
        session.execute(
            sa.update(BankAccount)
            .where(payee.owns(BankAccount))
            .values(holds_until=now() - timedelta(hours=1))
        )


def ready(price: int = 500_000) -> tuple[Workshop, Payee, Order]:
    """Make a workshop that has earned something and may be paid."""
    shop = make_catalog.workshop()
    order = earned(shop, price)
    payee = Payee(workshop_id=shop.id)
    details(payee)
    return shop, payee, order


def officer(name: str = "Keuangan") -> tuple[User, Actor]:
    """Make somebody of the national finance desk."""
    person = make.staff(Role.FINANCE, "nasional", name=name)
    return person, Actor.of(person)


def proposed(payee: Payee, by: Actor = ACTOR) -> Payout:
    """Propose a payout."""
    with writing() as session:
        return payouts.propose(session, by, payee)


def approved(payee: Payee, by: Actor = ACTOR) -> Payout:
    """Propose a payout, and let somebody else approve it."""
    payout = proposed(payee, by)
    _person, other = officer("Orang lain")
    with writing() as session:
        payouts.approve(session, other, session.get_one(Payout, payout.id))
    return fresh(payout)


def exported(payee: Payee) -> Payout:
    """Put an approved payout into a bank file."""
    payout = approved(payee)
    with writing() as session:
        payouts.export(session, ACTOR, [session.get_one(Payout, payout.id)])
    return fresh(payout)


def sent(payee: Payee) -> Payout:
    """Let the bank send a payout."""
    payout = exported(payee)
    with writing() as session:
        payouts.mark_sent(session, ACTOR, session.get_one(Payout, payout.id), "BCA-77")
    return fresh(payout)


def fresh(payout: Payout) -> Payout:
    """Give a payout as it is in the database now."""
    payout_id = payout.id
    db.session.rollback()
    return db.session.get_one(Payout, payout_id)
