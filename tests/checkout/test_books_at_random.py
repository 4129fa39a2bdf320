"""Whatever happens in whatever order, the books add up to zero, and their export gives the same balances.

Sales of 1 to 7 workshops with awkward prices, vouchers and codes, allowances, whole refunds, accepted parcels, payouts that
arrive, fail and come back, in random order. The short walk runs with the other tests; `KRIYA_BOOKS_TRANSFERS=1000000`
walks on until the books have so many transfers.
"""

import os
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as start_with
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy.orm import InstrumentedAttribute, Session

from admin import export
from admin.verify import payouts as payout_checks
from admin.verify import shares
from catalog.models import Product
from checkout import books, commissions, credits, ledger, orders, payouts, shipping
from checkout.credits import CreditItem
from checkout.models import (
    CreditKind,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentState,
    Payout,
    PayoutState,
    Shipment,
    ShipmentLine,
    ShipmentState,
    Transfer,
)
from checkout.payees import Payee
from shop.db import db, now, transaction
from shop.errors import ShopError
from tests import make_catalog, make_payouts
from tests.make import ACTOR

SHORT = 800
"""Transfers of the walk that runs with the other tests."""
TARGET = int(os.environ.get("KRIYA_BOOKS_TRANSFERS", SHORT))
CHECKS = (
    shares.adds_up, shares.held_is_in_the_lines, shares.split_is_the_payment, shares.shares_are_posted,
    shares.credits_are_counted, shares.credits_are_posted, shares.commission_is_its_rate,
    payout_checks.amounts_are_their_earnings, payout_checks.an_earning_once,
    payout_checks.within_what_was_earned, payout_checks.by_two_people, payout_checks.are_in_the_books,
)  # fmt: skip
AMOUNTS = st.integers(1, 9_999_999) | st.sampled_from([1, 3, 7, 99, 333, 1_001, 99_999, 333_333])
LINE = st.tuples(
    AMOUNTS,
    st.integers(1, 7),
    st.integers(0, 100),
    st.integers(0, 100),
    st.sampled_from(["marketplace", "council"]),
)
"""Price, pieces, percent off, percent of that which somebody else bears, who."""
WORKSHOPS = 7
_numbers = count(1)


class Shop:
    """What every walk finds: seven workshops that may be paid, and two people of finance."""

    def __init__(self) -> None:
        made = [make_catalog.workshop() for _ in range(WORKSHOPS)]
        self.workshops = [workshop.id for workshop in made]
        for workshop_id in self.workshops:
            make_payouts.details(Payee(workshop_id=workshop_id))
        self.piece: Product = make_catalog.piece(made[0])
        """Stands for what any of them sells: the books do not ask what a piece is."""
        self.variant_id = make_catalog.variant_of(self.piece).id
        self.council = made[0].council_id
        make_payouts.details(Payee(council_id=self.council))
        self.finance = [make_payouts.officer(f"Keuangan {number}")[1] for number in range(2)]


def sell(
    session: Session, shop: Shop, wanted: list[tuple[int, int, int, int, str]], postage: int, code: int
) -> Order:
    """Write a paid order as placing and paying leave it: a line and a parcel per workshop."""
    lines = [_line(shop, number, *one) for number, one in enumerate(wanted)]
    commissions.freeze(session, lines, {})
    goods, off = sum(line.total for line in lines), sum(line.discount for line in lines)
    fee, less = postage * len(lines), (postage // 3) * len(lines)
    total = goods + fee - off - less
    number = next(_numbers)
    order = Order(
        number=f"R{number:08}", form_key=f"{number:032x}", access_key="x", state=OrderState.PAID, email="a@contoh.id",
        name="A", phone="1", street="S", district_code="17.71.02", postal_code="38225", place="P", goods_total=goods,
        shipping_total=fee, discount_total=off + less, total=total, created_at=now(), expires_at=now(), paid_at=now(),
    )  # fmt: skip
    session.add(order)
    session.flush()
    payment = Payment(
        order_id=order.id, amount=total + code, surplus=code, state=PaymentState.CAPTURED, created_at=now(),
        gateway="transfer" if code else "stripe", captured_at=now(),
    )  # fmt: skip
    session.add(payment)
    for line in lines:
        line.order_id = order.id
    parcels = [
        Shipment(
            order_id=order.id, workshop_id=line.workshop_id, zone=1, weight_g=1_000, fee=postage, discount=postage // 3,
            funded=postage // 5 if postage else 0, funded_by=ledger.MARKETPLACE if postage // 5 else "",
            etd_min_days=1, etd_max_days=2, created_at=now(), state=ShipmentState.SHIPPED, shipped_at=now(),
        )
        for line in lines
    ]  # fmt: skip
    session.add_all([*lines, *parcels])
    session.flush()
    for line, parcel in zip(lines, parcels, strict=True):
        session.add(ShipmentLine(shipment_id=parcel.id, order_line_id=line.id, quantity=line.quantity))
    ledger.post_sale(session, order, lines, parcels, payment)
    return order


def _line(
    shop: Shop, number: int, price: int, quantity: int, percent: int, borne: int, sponsor: str
) -> OrderLine:
    total = price * quantity
    discount = min(total * percent // 100, total - 1 if number == 0 else total)
    funded = discount * borne // 100
    return OrderLine(
        workshop_id=shop.workshops[number], variant_id=shop.variant_id,
        listing_id=shop.piece.live_listing_id, council_id=shop.council, title="T", workshop_name="W", unit_price=price,
        quantity=quantity, total=total, discount=discount, funded=funded,
        funded_by=("" if not funded else ledger.MARKETPLACE if sponsor == "marketplace" else ledger.council(shop.council)),
        withheld=(total - discount) // 200,
    )  # fmt: skip


class Walk(RuleBasedStateMachine):
    """One random walk; walks share one database, so the books only grow."""

    shop: Shop
    looked_at = 0
    """So many transfers had the books when everything was asked for."""

    @initialize()
    def begin(self) -> None:
        self.steps = 0

    @rule(
        wanted=st.lists(LINE, min_size=1, max_size=7),
        postage=st.integers(0, 99_999),
        code=st.sampled_from([0, 0, 7, 999]),
    )
    def somebody_buys(self, wanted: list[tuple[int, int, int, int, str]], postage: int, code: int) -> None:
        with transaction() as session:
            sell(session, self.shop, wanted, postage, code)

    @rule(pick=st.integers(0, 10**6))
    def somebody_accepts(self, pick: int) -> None:
        parcel_id = _some(Shipment.id, pick, Shipment.state == ShipmentState.SHIPPED)
        if parcel_id:
            with transaction() as session:
                shipping.confirm_received(session, ACTOR, session.get_one(Shipment, parcel_id))

    @rule(pick=st.integers(0, 10**6), percent=st.integers(1, 100), pieces=st.integers(0, 3))
    def somebody_gets_money_back(self, pick: int, percent: int, pieces: int) -> None:
        line_id = _some(OrderLine.id, pick, OrderLine.credited < OrderLine.total - OrderLine.discount)
        if not line_id:
            return
        line = db.session.get_one(OrderLine, line_id)
        left = line.paid - line.credited
        item = CreditItem(
            order_line_id=line.id, quantity=min(pieces, line.kept), amount=max(1, left * percent // 100)
        )
        self._credit(line.order_id, [item])

    @rule(pick=st.integers(0, 10**6))
    def postage_goes_back(self, pick: int) -> None:
        paid = Shipment.fee + Shipment.insurance - Shipment.discount
        parcel_id = _some(Shipment.id, pick, Shipment.credited < paid)
        if parcel_id:
            self._credit(
                db.session.get_one(Shipment, parcel_id).order_id, [CreditItem(shipment_id=parcel_id)]
            )

    @rule(pick=st.integers(0, 10**6))
    def all_goes_back(self, pick: int) -> None:
        order_id = _some(Order.id, pick, Order.state.in_((OrderState.PAID, OrderState.COMPLETED)))
        if order_id:
            _quietly(
                lambda session: credits.give_all(session, ACTOR, orders.lock(session, order_id), "Batal.")
            )

    def _credit(self, order_id: int, items: list[CreditItem]) -> None:
        key = f"walk:{next(_numbers)}"
        _quietly(
            lambda session: credits.give(
                session, ACTOR, orders.lock(session, order_id), items,
                kind=CreditKind.ALLOWANCE, reason="Retak.", key=key,
            )
        )  # fmt: skip

    @rule(number=st.integers(0, 7))
    def finance_proposes(self, number: int) -> None:
        payee = (
            Payee(council_id=self.shop.council)
            if number == 7
            else Payee(workshop_id=self.shop.workshops[number])
        )
        _quietly(lambda session: payouts.propose(session, self.shop.finance[0], payee))

    @rule(pick=st.integers(0, 10**6), way=st.sampled_from(["go", "go", "go", "go", "undo"]))
    def finance_goes_on(self, pick: int, way: str) -> None:
        moving = Payout.state.not_in(payouts.UNDONE)
        payout_id = _some(Payout.id, pick, moving)
        if payout_id:
            _quietly(lambda session: self._next(session, session.get_one(Payout, payout_id), way))

    def _next(self, session: Session, payout: Payout, way: str) -> None:
        one, other = self.shop.finance
        if way == "undo":
            undo = {PayoutState.EXPORTED: payouts.mark_failed, PayoutState.SENT: payouts.mark_returned}
            undo.get(payout.state, payouts.cancel)(session, one, payout, "Acak")
        elif payout.state is PayoutState.PROPOSED:
            payouts.approve(session, other, payout)
        elif payout.state is PayoutState.APPROVED:
            payouts.export(session, one, [payout])
        elif payout.state is PayoutState.EXPORTED:
            payouts.mark_sent(session, one, payout)

    def teardown(self) -> None:
        """Ask for everything again, at the latest when the books have grown by a tenth."""
        if _transfers() < Walk.looked_at * 11 // 10:
            return
        Walk.looked_at = _transfers()
        session = db.session()
        session.rollback()
        found = [example for check in CHECKS for example in check(session)]
        assert not found, found[:5]
        session.rollback()


def _some(column: InstrumentedAttribute[int], pick: int, condition: sa.ColumnElement[bool]) -> int | None:
    """Give one of the rows that fit, always the same for the same books and number."""
    db.session.rollback()
    many = db.session.scalar(
        sa.select(sa.func.count()).select_from(sa.select(column).where(condition).subquery())
    )
    if not many:
        return None
    found = db.session.scalar(
        sa.select(column).where(condition).order_by(column).offset(pick % many).limit(1)
    )
    db.session.rollback()
    return found


def _quietly(act: object) -> None:
    """Do something that the shop may refuse: then nothing has happened."""
    try:
        with transaction() as session:
            act(session)  # type: ignore[operator]
    except ShopError:
        return


@pytest.mark.slow
def test_the_books_add_up_whatever_happens(app: Flask, tmp_path: Path) -> None:
    Walk.shop = Shop()
    rounds = 0
    while _transfers() < TARGET or len(_earners(db.session())) < WORKSHOPS:
        rounds += 1
        assert rounds < 60 + TARGET, "some workshop never earns"
        start_with(rounds)(Walk)
        run_state_machine_as_test(
            Walk,
            settings=settings(
                max_examples=4, stateful_step_count=40, deadline=None, phases=[Phase.generate], database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    session = db.session()
    session.rollback()
    assert [example for check in CHECKS for example in check(session)] == []
    export.write(session, tmp_path, lambda _name, _count: None)
    kept = ledger.trial_balance(session)
    assert books.replay(tmp_path) == kept
    assert sum(kept.values()) == 0
    assert len(_earners(session)) == WORKSHOPS


def _earners(session: Session) -> list[str]:
    """Give the accounts of workshops that have earned something; the walk goes on until each has."""
    return [code for code in ledger.trial_balance(session) if code.startswith("workshop:")]


def _transfers() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Transfer.id))) or 0
