"""Letters: each has a subject, plain text and HTML, in both languages, and is promised with what it tells."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from checkout import credits, lateness, parcel_letters, payments
from checkout.gateway import SessionState
from checkout.models import Order, OrderState, Shipment
from shop import mail
from shop.db import db, transaction
from shop.models import Job, Mail
from tests import make_checkout
from tests.checkout.conftest import bank
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR

__all__ = ["bank"]

LETTERS = Path(__file__).resolve().parent.parent / "templates" / "mail"
NAMES = sorted(path.name.removesuffix(".subject.txt") for path in LETTERS.glob("*.subject.txt"))
BUYER = ("delivered", "held", "returning", "returned", "lost", "again", "late", "may_cancel", "delay_asked")
WORKSHOP = (
    "soon", "today", "late", "very_late", "may_cancel", "called_off", "order_called_off", "delay_accepted",
    "delay_declined", "unknown", "held", "returning", "returned", "lost", "again", "stuck", "given_back",
)  # fmt: skip
COUNCIL = ("late", "called_off", "returning", "returned", "stuck", "lost")
CONTEXT = parcel_letters.EMPTY | {
    "name": "Sari", "number": "KRY-261122-ABCDEF", "workshop": "Sanggar Melur", "link": "https://kriya.example/x",
    "day": "22 November 2026", "until": "25 November 2026", "cancel_day": "26 November 2026",
    "tracking_number": "JNE0012345",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_has_a_plain_text_beside_its_html(name: str) -> None:
    for ending in ("txt", "html"):
        assert (LETTERS / f"{name}.{ending}").is_file()
    for ending in ("txt", "html"):  # and no letter is without a subject
        bodies = {path.name.removesuffix(f".{ending}") for path in LETTERS.glob(f"[!_]*.{ending}")}
        bodies = {body for body in bodies if not body.endswith(".subject")} - {"layout", "parts"}
        assert bodies == set(NAMES)


@pytest.mark.parametrize(
    ("template", "kinds"),
    [("parcel_buyer", BUYER), ("parcel_workshop", WORKSHOP), ("parcel_council", COUNCIL)],
)
def test_each_kind_of_news_about_a_parcel_has_words_of_its_own(
    app: Flask, template: str, kinds: tuple[str, ...]
) -> None:
    for locale in ("id", "en"):
        said = {kind: mail.render(template, locale, CONTEXT | {"kind": kind}) for kind in kinds}
        assert len({text for _subject, text, _html in said.values()}) == len(kinds)
        assert all(subject and CONTEXT["link"] in text for subject, text, _html in said.values())


def _rows() -> tuple[int, int]:
    db.session.rollback()
    count = sa.select(sa.func.count())
    return (
        db.session.scalar(count.select_from(Mail)) or 0,
        db.session.scalar(count.select_from(Job)) or 0,
    )


def test_nothing_is_sent_for_what_was_rolled_back(session: Session, bank: FakeGateway) -> None:
    parcel = make_checkout.parcels(make_checkout.paid().id)[0]
    shipment_id, before = parcel.id, _rows()

    def ask_and_fail() -> None:
        with transaction() as writing:
            lateness.ask(writing, ACTOR, writing.get_one(Shipment, shipment_id), 3, "Banjir")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_fail()
    assert _rows() == before

    with transaction() as writing:
        lateness.ask(writing, ACTOR, writing.get_one(Shipment, shipment_id), 3, "Banjir")
    mails, jobs = _rows()
    assert (mails, jobs) == (before[0] + 1, before[1] + 1)  # the letter, and the job that sends it


def test_a_letter_is_promised_once_whoever_runs_twice(session: Session, bank: FakeGateway) -> None:
    parcel = make_checkout.parcels(make_checkout.paid().id)[0]
    shipment_id, before = parcel.id, _rows()
    for _ in range(3):
        with transaction() as writing:
            here = writing.get_one(Shipment, shipment_id)
            order = writing.get_one(Order, here.order_id)
            parcel_letters.to_buyer(writing, order, here, "held", key="JNE1")
    assert _rows() == (before[0] + 1, before[1] + 1)


def test_a_buyer_hears_that_a_payment_came_to_nothing_and_can_pay_again(
    session: Session, bank: FakeGateway
) -> None:
    order, ref = make_checkout.opened()
    bank.becomes(ref, SessionState.FAILED)
    payments.settle(make_checkout.payment_of(order.id).id)
    payments.settle(make_checkout.payment_of(order.id).id)
    db.session.rollback()
    told = db.session.scalars(sa.select(Mail).where(Mail.template == "order_failed")).all()
    assert [letter.to for letter in told] == [order.email]


def test_a_buyer_who_cancels_and_a_workshop_whose_order_is_called_off_hear_of_it(
    session: Session, bank: FakeGateway
) -> None:
    unpaid = make_checkout.opened()[0]
    payments.close(ACTOR, unpaid.id, OrderState.CANCELLED)
    order_id = make_checkout.paid().id
    with transaction() as writing:
        credits.give_all(writing, ACTOR, writing.get_one(Order, order_id), "Salah harga")
    db.session.rollback()
    assert db.session.scalars(sa.select(Mail.to).where(Mail.template == "order_cancelled")).all() == [
        unpaid.email
    ]
    told = db.session.scalars(sa.select(Mail).where(Mail.template == "parcel_workshop")).one()
    assert (told.context["kind"], told.context["reason"]) == ("order_called_off", "Salah harga")
