"""A buyer, a workshop and a worker that are killed with SIGKILL in the middle of everything, and what is left then.

Every round one process places an order, pays it at the payments sandbox, settles, sends, receives and gives part of
the money back; it is killed at a step drawn by lot: before or after a statement, a commit or a call of the gateway, or
(on SQLite, where strace is installed) at an fsync. Another process then tries the same again with the same keys. At
the end the worker runs until nothing is due, and every payment that the sandbox took must be one paid order or one
full refund, with `flask verify` clean. BENCH_ROUNDS sets how many (1,000); the seed is printed.
"""

import json
import logging
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bench.served import on_every_database

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1000"))
SEED = int(os.environ.get("BENCH_SEED", "20261122"))
DEEPEST = 900
"""Steps after which a round of today is over; a larger lot kills nobody."""
FSYNCS = 40


def main() -> None:
    """Play the rounds on both databases, and print what became of them."""
    on_every_database("bench.crashes:play")


def play(kind: str, address: str) -> None:
    """Play on one database."""
    from tests.checkout.sandbox.running import running_sandbox  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="kriya-crashes-") as folder, running_sandbox() as sandbox:
        os.environ |= {
            "KRIYA_DEMO": "1",
            "KRIYA_DATABASE_URL": address,
            "KRIYA_SECRET_KEY": "a secret for measurements, long enough for the shop",
            "KRIYA_STRIPE_API_KEY": sandbox.api_key,
            "KRIYA_STRIPE_WEBHOOK_SECRET": sandbox.webhook_secret,
            "KRIYA_STRIPE_API_BASE": sandbox.url,
            "KRIYA_MEDIA_URL": f"file:{folder}/media",
            "KRIYA_SEARCH_DIR": f"{folder}/search",
            "KRIYA_SMTP_URL": "outbox:",
        }
        from tests import make_catalog  # noqa: PLC0415
        from wsgi import app  # noqa: PLC0415

        logging.getLogger("shop.jobs").setLevel(logging.ERROR)
        logging.getLogger("checkout").setLevel(logging.ERROR)
        for command in (["db", "upgrade"], ["reference", "load"], ["rates", "load"]):
            app.test_cli_runner().invoke(args=command)
        with app.app_context():
            shops = [make_catalog.workshop() for _ in range(2)]
            pieces = [make_catalog.variant_of(make_catalog.piece(one, on_hand=9999)).id for one in shops]
            _rounds(kind, app, sandbox, pieces)


def _rounds(kind: str, app: Any, sandbox: Any, variants: list[int]) -> None:
    chance = random.Random(SEED)
    strace = shutil.which("strace") if kind == "SQLite" else None
    ends: Counter[str] = Counter()
    started = time.perf_counter()
    for number in range(ROUNDS):
        key = f"{chance.getrandbits(128):032x}"
        at_fsync = bool(strace) and number % 2 == 1
        step = chance.randrange(FSYNCS) + 1 if at_fsync else chance.randrange(DEEPEST) + 1
        ends[_killed(sandbox, variants, key, step, strace if at_fsync else None)] += 1
        if chance.random() < 0.7:  # most people try again
            ends[f"again: {_killed(sandbox, variants, key, 0, None)}"] += 1
        if number % 50 == 49:
            _tend()
            print(f"{kind}: {number + 1} rounds, {time.perf_counter() - started:.0f} s", flush=True)
    _tend(to_the_end=True)
    problems = _problems(app, sandbox)
    print(f"{kind:<11}{ROUNDS} rounds, seed {SEED}: {dict(ends)}")
    print(f"{kind:<11}{'nothing lost, doubled or stuck' if not problems else problems[:10]}")
    if problems:
        raise SystemExit(1)


# --- one life ------------------------------------------------------------------------------------------


def _killed(sandbox: Any, variants: list[int], key: str, step: int, strace: str | None) -> str:
    """Let a process live through the steps of an order, and die at one of them; say how it ended."""
    from shop.db import db  # noqa: PLC0415

    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            if strace:
                os.kill(os.getpid(), signal.SIGSTOP)
            elif step:
                _die_at(step)
            _live(sandbox, variants, key)
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - a process that failed ends like any other
            print(f"  {type(error).__name__}: {error}"[:300], flush=True)
            os._exit(3)
    tracer = _trace(strace, child, step) if strace else None
    _pid, status = os.waitpid(child, 0)
    if tracer:
        tracer.wait(10)
    if os.WIFSIGNALED(status):
        return "killed"
    return "done" if os.WEXITSTATUS(status) == 0 else "failed"


def _trace(strace: str, child: int, step: int) -> subprocess.Popen[bytes]:
    """Kill a stopped process at its so many-th fsync."""
    os.waitpid(child, os.WUNTRACED)
    kill = f"inject=fsync,fdatasync:signal=SIGKILL:when={step}"
    tracer = subprocess.Popen(
        [strace, "-f", "-p", str(child), "-e", "trace=fsync,fdatasync", "-e", kill, "-o", "/dev/null"],
        stderr=subprocess.PIPE,
    )
    assert tracer.stderr is not None
    tracer.stderr.readline()  # “attached”
    os.kill(child, signal.SIGCONT)
    return tracer


def _die_at(step: int) -> None:
    """Die at the so many-th step: before and after each statement, commit and call of the gateway."""
    import sqlalchemy as sa  # noqa: PLC0415
    from sqlalchemy.orm import Session  # noqa: PLC0415

    from checkout.stripe_gateway import StripeGateway  # noqa: PLC0415
    from shop.db import db  # noqa: PLC0415

    left = [step]

    def tick(*_args: Any, **_named: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(db.engine, name, tick)
    sa.event.listen(Session, "after_commit", tick)

    def ticking(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            tick()
            try:
                return method(*args, **named)
            finally:
                tick()

        return call

    for name in ("open_session", "session", "expire", "refund"):
        setattr(StripeGateway, name, ticking(getattr(StripeGateway, name)))


def _live(sandbox: Any, variants: list[int], key: str) -> None:
    """Place, pay, settle, send, receive, give part of it back: each step as the shop's own processes do it."""
    import sqlalchemy as sa  # noqa: PLC0415

    from checkout import carts, credits, parcels, payments, placing, refunds, shipping  # noqa: PLC0415
    from checkout.carts import Owner  # noqa: PLC0415
    from checkout.credits import CreditItem  # noqa: PLC0415
    from checkout.models import CreditKind, Order, OrderState, Payment, ShipmentState  # noqa: PLC0415
    from shop.db import db, transaction  # noqa: PLC0415
    from tests.make import ACTOR  # noqa: PLC0415
    from tests.make_checkout import buyer  # noqa: PLC0415

    known = db.session.scalar(sa.select(Order.id).where(Order.form_key == key))
    db.session.rollback()
    if known is None:
        with transaction() as session:
            cart = carts.current(session, Owner(token=key))
            for variant_id in variants:
                carts.add_line(session, cart, variant_id, 1)
        with transaction() as session:
            cart = carts.current(session, Owner(token=key))
            known = placing.place(session, ACTOR, form_key=key, cart=cart, buyer=buyer()).id
    order_id = known
    if db.session.get_one(Order, order_id).state is OrderState.PENDING:
        db.session.rollback()
        with suppress(payments.NotPayable):  # the first life had paid already
            page = payments.start(order_id)
            sandbox.pay(page.rsplit("/", 1)[-1].split("?")[0].split("#")[0])
        payment_id = db.session.scalars(sa.select(Payment.id).where(Payment.order_id == order_id)).all()[-1]
        db.session.rollback()
        payments.settle(payment_id)
    db.session.rollback()
    for parcel_id in [one.id for one in parcels.of_order(db.session(), order_id)]:
        with transaction() as session:
            order = session.get_one(Order, order_id)
            parcel = shipping.of_order(session, order, parcel_id)
            if parcel.state is ShipmentState.TO_PACK:
                shipping.ship(session, ACTOR, parcel, "jne", "REG", f"JNE{parcel_id:09}")
        with transaction() as session:
            order = session.get_one(Order, order_id)
            parcel = shipping.of_order(session, order, parcel_id)
            if parcel.state is ShipmentState.SHIPPED:
                shipping.confirm_received(session, ACTOR, parcel)
    with transaction() as session:
        from checkout import orders  # noqa: PLC0415

        line = orders.lines_of(session, order_id)[0]
        credit = credits.give(
            session, ACTOR, session.get_one(Order, order_id), [CreditItem(order_line_id=line.id, amount=7_777)],
            kind=CreditKind.ALLOWANCE, reason="Noda kecil.", key=f"crash:{key}",
        )  # fmt: skip
        credit_id = credit.id
    for refund in refunds.of_order(db.session(), order_id):
        if refund.credit_id == credit_id:
            refund_id = refund.id
            db.session.rollback()
            refunds.send(refund_id)


# --- afterwards ----------------------------------------------------------------------------------------


def _tend(*, to_the_end: bool = False) -> None:
    """Let the worker do what is due; leases of the dead run out at once, and in the end the time to pay too."""
    import sqlalchemy as sa  # noqa: PLC0415

    from checkout import payments  # noqa: PLC0415
    from checkout.models import Order, OrderState  # noqa: PLC0415
    from shop import jobs  # noqa: PLC0415
    from shop.db import db, now, transaction  # noqa: PLC0415
    from shop.models import Job, JobState  # noqa: PLC0415

    for _turn in range(3 if to_the_end else 1):
        with transaction() as session:
            session.execute(
                sa.update(Job)
                .where(Job.state.in_((JobState.DUE, JobState.LEASED)), Job.kind.like("checkout.%"))
                .values(state=JobState.DUE, run_at=now(), lease_token=None, lease_until=None)
            )
            if to_the_end:
                session.execute(
                    sa.update(Order)
                    .where(Order.state == OrderState.PENDING)
                    .values(expires_at=now() - timedelta(seconds=1))
                )
        payments.reconcile(limit=5000)
        if to_the_end:
            while payments.expire_due(limit=500):
                pass
        jobs.run_due(limit=5000)
        db.session.rollback()


def _problems(app: Any, sandbox: Any) -> list[str]:
    """Compare what the sandbox took and gave back with the orders, and ask verify."""
    import sqlalchemy as sa  # noqa: PLC0415
    import stripe  # noqa: PLC0415

    from checkout.models import Order, OrderState, Payment, PaymentState, Refund, RefundState  # noqa: PLC0415
    from shop.db import db  # noqa: PLC0415

    found = []
    client = stripe.StripeClient(sandbox.api_key, base_addresses={"api": sandbox.url})
    pages = client.v1.checkout.sessions.list({"limit": 100}).auto_paging_iter()
    taken = Counter(page.client_reference_id or "" for page in pages if page.payment_status == "paid")
    served = (OrderState.PAID, OrderState.COMPLETED)
    kept = (PaymentState.CAPTURED, PaymentState.REFUND_DUE, PaymentState.REFUNDED)
    rows = db.session.execute(
        sa.select(Order.number, Order.state, sa.func.count(Payment.id))
        .outerjoin(Payment, sa.and_(Payment.order_id == Order.id, Payment.state.in_(kept)))
        .group_by(Order.number, Order.state)
    )
    ours = {number: (state, int(count)) for number, state, count in rows}
    for number, times in taken.items():
        state, count = ours.get(number, (OrderState.PENDING, 0))
        if times != 1 or count != 1 or state not in (*served, OrderState.REFUNDED):
            found.append(f"{number}: taken {times} times, {count} payments, {state}")
    found += [
        f"{number} is {state} and nobody paid" for number, (state, _n) in ours.items()
        if state in served and number not in taken
    ]  # fmt: skip
    due = db.session.scalar(
        sa.select(sa.func.count()).select_from(Refund).where(Refund.state == RefundState.DUE)
    )
    if due:
        found.append(f"{due} refunds are stuck")
    done = app.test_cli_runner().invoke(args=["verify", "--json"])
    if done.exit_code:
        found.append(json.dumps([one for one in json.loads(done.output)["checks"] if not one["ok"]])[:2000])
    return found
