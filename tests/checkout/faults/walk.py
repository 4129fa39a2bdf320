"""A random walk of buyers, banks and bad luck over one shop and one gateway, and what must hold at its end."""

import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from admin import verify
from catalog.models import Product
from checkout import credits, gateway, gateway_accounts, gateway_differences, ledger, orders, payments
from checkout.credits import CreditItem
from checkout.models import (
    CreditKind,
    Dispute,
    DisputeState,
    Order,
    OrderState,
    Payment,
    PaymentState,
    Refund,
    RefundState,
)
from shop.db import db, now, transaction
from shop.errors import ShopError
from shop.models import AuditEntry, Job, JobState
from tests import make_catalog, make_checkout
from tests.checkout.faults.teller import signed
from tests.checkout.faults.worlds import World
from tests.make import ACTOR
from tests.pages import Page

KINDS = ("500", "hang", "cut")
CALLS = (
    "POST /v1/checkout/sessions",
    "GET /v1/checkout/sessions",
    "POST /v1/refunds",
    "GET /v1/refunds",
    "GET /v1/balance",
)
LATE = 72 * 3600


class Walk:
    """One walk: everything in it follows from the seed."""

    def __init__(
        self, world: World, page: Page, run_jobs: Callable[[], int], seed: int, *, orders: int, faults: int
    ) -> None:
        self.world, self.page, self.run_jobs = world, page, run_jobs
        self.dice = random.Random(seed)
        self.orders: list[int] = []
        self.most, self.faults_left = orders, faults
        self.bag: list[tuple[bytes, str]] = []
        """Messages that are to be delivered late, or never."""
        self.pieces: list[Product] = [
            make_catalog.piece(price=price, on_hand=stock)
            for price, stock in ((123_457, 2), (99_999, 1), (350_000, 30))
        ]

    # --- steps

    def step(self) -> None:
        """Let one thing happen."""
        steps: list[tuple[Callable[[], None], int]] = [
            (self.order, 4),
            (self.open, 4),
            (self.buyer, 6),
            (self.bank, 2),
            (self.deliver, 5),
            (self.forge, 2),
            (self.come_back, 2),
            (self.work, 3),
            (self.lapse, 1),
            (self.cancel, 1),
            (self.give_back, 2),
            (self.dispute, 1),
            (self.refund_returns, 1),
            (self.go_wrong, 3),
        ]
        chosen = self.dice.choices([one for one, _weight in steps], [weight for _one, weight in steps])[0]
        with contextlib.suppress(ShopError):
            chosen()
        db.session.rollback()

    def order(self) -> None:
        if len(self.orders) < self.most:
            wanted = self.dice.sample(self.pieces, self.dice.choice((1, 1, 2)))
            self.orders.append(
                make_checkout.order(*((one, self.dice.choice((1, 1, 2))) for one in wanted)).id
            )

    def open(self) -> None:
        if self.orders:
            payments.start(self.dice.choice(self.orders))

    def buyer(self) -> None:
        pages = self.world.open_pages()
        if pages:
            act = self.dice.choice((self.world.pay, self.world.pay, self.world.challenge, self.world.promise))
            act(self.dice.choice(pages))

    def bank(self) -> None:
        pages = self.world.waiting_pages()
        if pages:
            self.world.land(self.dice.choice(pages), arrives=self.dice.random() < 0.6)

    def deliver(self) -> None:
        """Deliver some messages, in any order, some twice; keep others for three days, or for ever."""
        letters = [*self.world.letters()]
        self.dice.shuffle(letters)
        for letter in letters:
            fate = self.dice.random()
            if fate < 0.4:
                self.bag.append(letter)
            else:
                for _copy in range(1 if fate < 0.8 else 3):
                    assert self.post(*letter) == 200

    def forge(self) -> None:
        """Tell lies that nobody signed, or that were signed for another message, with another key, or days ago."""
        ref = self.dice.choice(self.world.open_pages() or ["cs_none"])
        lie = json.dumps(
            {
                "id": f"evt_lie{self.dice.random()}", "object": "event", "type": "checkout.session.completed",
                "api_version": "2026-10-28.endive", "created": 1, "livemode": False, "pending_webhooks": 1,
                "request": None,
                "data": {"object": {"id": ref, "object": "checkout.session", "payment_status": "paid"}},
            }
        ).encode()  # fmt: skip
        mark = self.dice.choice(
            [
                "",
                signed(lie, secret="whsec_of_a_forger"),
                signed(b"another", secret=self.world.secret),
                signed(lie, secret=self.world.secret, age=LATE),
            ]
        )
        assert self.post(lie, mark) == 400

    def post(self, body: bytes, mark: str) -> int:
        headers = {"Stripe-Signature": mark, "Content-Type": "application/json"}
        return self.page._open("POST", "/stripe/webhook", False, False, data=body, headers=headers).status

    def come_back(self) -> None:
        for payment_id in self.some(sa.select(Payment.id)):
            payments.settle(payment_id)

    def work(self) -> None:
        self.run_jobs()
        if self.dice.random() < 0.3:
            payments.reconcile()

    def lapse(self) -> None:
        for order_id in self.some(sa.select(Order.id).where(Order.state == OrderState.PENDING)):
            make_checkout.overdue(db.session.get_one(Order, order_id))
            payments.expire_due()

    def cancel(self) -> None:
        for order_id in self.some(sa.select(Order.id).where(Order.state == OrderState.PENDING)):
            payments.close(ACTOR, order_id, OrderState.CANCELLED)

    def give_back(self) -> None:
        for order_id in self.some(sa.select(Order.id).where(Order.state == OrderState.PAID)):
            with transaction() as session:
                order = session.get_one(Order, order_id)
                if self.dice.random() < 0.4:
                    credits.give_all(session, ACTOR, order, "Batal.")
                    continue
                line = orders.lines_of(session, order_id)[0]
                amount = self.dice.randint(1, max(1, (line.paid - line.credited) // 3))
                credits.give(
                    session, ACTOR, order, [CreditItem(order_line_id=line.id, amount=amount)],
                    kind=CreditKind.ALLOWANCE, reason="Cacat kecil.", key=f"walk:{self.dice.random()}",
                )  # fmt: skip

    def dispute(self) -> None:
        undecided = self.world.undecided()
        if undecided:
            self.world.decide(self.dice.choice(undecided), won=self.dice.random() < 0.5)
            return
        whole = [one for one in self.world.charges() if not one.refunded and not one.disputed]
        if whole:
            self.world.dispute(self.dice.choice(whole).intent)

    def refund_returns(self) -> None:
        disputed = {one.intent for one in self.world.charges() if one.disputed}
        if self.world.refunds() and not disputed:
            self.world.refund_back(self.dice.choice(self.world.refunds()))

    def go_wrong(self) -> None:
        if self.faults_left:
            self.faults_left -= 1
            self.world.fault(
                self.dice.choice(KINDS), self.dice.choice(CALLS), self.dice.choice(("before", "after"))
            )

    def some(self, query: "sa.Select[int]") -> list[int]:
        """Give one row's id of these, or none."""
        ids = list(db.session.scalars(query))
        db.session.rollback()
        return [self.dice.choice(ids)] if ids else []

    # --- the end

    def recover(self) -> None:
        """Let the faults stop and time pass, without a person."""
        self.world.clear()
        for ref in self.world.waiting_pages():
            self.world.land(ref, arrives=self.dice.random() < 0.5)
        for ref in self.world.undecided():
            self.world.decide(ref, won=self.dice.random() < 0.5)
        for _minute in range(4):
            self.pass_time()
            self.run_jobs()
            payments.reconcile()
            payments.expire_due()
            gateway_accounts.compare()

    def pass_time(self) -> None:
        earlier = now() - timedelta(minutes=16)
        with transaction() as session:
            session.execute(
                sa.update(Job).where(Job.state == JobState.DUE).values(run_at=earlier, lease_until=None)
            )
            session.execute(
                sa.update(Payment)
                .where(Payment.state == PaymentState.PENDING, Payment.session_ref.is_(None))
                .values(created_at=earlier)
            )
            session.execute(sa.update(Refund).values(created_at=earlier))
            session.execute(
                sa.update(Order).where(Order.state == OrderState.PENDING).values(expires_at=earlier)
            )

    def late_letters(self) -> None:
        """Deliver three days later what was kept, all of it, twice."""
        letters = [*self.bag, *self.world.letters()]
        self.dice.shuffle(letters)
        for body, _old in [*letters, *letters]:
            assert self.post(body, signed(body, secret=self.world.secret)) == 200
        self.run_jobs()


def judge(world: World) -> Counter[str]:
    """Hold everything promised against what the gateway says; give what became of the money."""
    db.session.rollback()
    session, ends = db.session(), Counter[str]()
    ours = {
        payment.intent_ref: payment for payment in session.scalars(sa.select(Payment)) if payment.intent_ref
    }
    for charge in world.charges():
        payment = ours.pop(charge.intent)
        order = session.get_one(Order, payment.order_id)
        assert (order.number, payment.amount * 100) == (charge.order_number, charge.amount)
        back = _sum(session, payment, RefundState.DONE)
        assert back * 100 == charge.refunded, f"order {order.number}: {back} is back, {charge}"
        owed = _sum(session, payment, RefundState.FAILED) if payment.refunded != payment.amount else 0
        if order.state in {OrderState.PAID, OrderState.COMPLETED} and payment.state is PaymentState.CAPTURED:
            ends["a paid order"] += 1
        else:
            whole = back + _sum(session, payment, RefundState.COVERED) + owed
            assert whole >= payment.amount, f"order {order.number}: {order.state}, {payment.state}, {whole}"
            ends["a refund"] += 1
    assert ours == {}, "captured without the gateway's money"
    paid = sa.select(Payment.order_id).where(Payment.state == PaymentState.CAPTURED)
    counted = Counter(session.scalars(paid))
    assert max(counted.values(), default=1) == 1, "two payments for one order"
    balances = make_checkout.books_are_even()
    held = world.held()
    assert -balances.get(ledger.GATEWAY, 0) == gateway_differences.rounded(held), (balances, held)
    assert balances.get(ledger.DISPUTES_OPEN, 0) == 0, balances
    different = gateway_differences.of(session, gateway.STRIPE)
    assert different == [], different
    captured = sa.select(sa.func.count()).where(AuditEntry.action == "payment.captured")
    assert session.scalar(captured) == len(world.charges())
    lost = sa.select(sa.func.sum(Dispute.taken)).where(Dispute.state == DisputeState.LOST)
    ends["rupiah lost to banks"] = int(session.scalar(lost) or 0)
    findings = [
        one for one in verify.run(session) if not one.promise.startswith("D2") and one.promise[0] in "SOL"
    ]
    allowed = {
        f"payment {refund.payment_id} owes a refund that nobody has promised" for refund in _failed(session)
    }
    wrong = [each for one in findings for each in one.examples if each not in allowed]
    assert wrong == [], wrong
    return ends


def _sum(session: sa.orm.Session, payment: Payment, state: RefundState) -> int:
    query = sa.select(sa.func.sum(Refund.amount)).where(
        Refund.payment_id == payment.id, Refund.state == state
    )
    return int(session.scalar(query) or 0)


def _failed(session: sa.orm.Session) -> list[Refund]:
    return list(session.scalars(sa.select(Refund).where(Refund.state == RefundState.FAILED)))
