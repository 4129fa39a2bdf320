"""The books: double entry, append-only. Called by settling, credits and receipts; read by studio, desk and verify.

A transfer takes from one account and gives to another, so all balances together are always zero. What somebody
holds for us stands *below* zero, because we owe it on to somebody:

    gateway:stripe   minus what the gateway holds: captured, not yet sent back or paid out
    bank             minus what our own bank account holds
    held:12          goods of workshop 12, until the buyer has accepted the parcel
    postage:12       postage of workshop 12's parcels, until accepted
    workshop:12      what workshop 12 has earned and may be paid out; below zero it owes us
    council:3        commission of council 3, less the vouchers that it pays
    marketplace      the marketplace's own: fees, vouchers and lost disputes that it bears
    tax:pph22        income tax kept back from workshops, due to the state
    rounding         unique codes of bank transfers, and remainders that are nobody's
    refunds:due      promised back to buyers, not yet sent
    disputes:open    taken back by the gateway while a dispute is open
    payouts:due      approved for workshops and councils, not yet sent
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import (
    Account,
    CreditLine,
    Order,
    OrderLine,
    Payment,
    Refund,
    Shipment,
    ShipmentLine,
    Transfer,
)
from shop.db import insert, now, read
from shop.writes import add_each_once, change_if

GATEWAY = "gateway:stripe"
BANK = "bank"
MARKETPLACE = "marketplace"
PPH22 = "tax:pph22"
ROUNDING = "rounding"
REFUNDS_DUE = "refunds:due"
DISPUTES_OPEN = "disputes:open"
PAYOUTS_DUE = "payouts:due"
SOURCES = (GATEWAY, BANK)
"""Where buyers' money stands."""


def source(payment: Payment | None) -> str:
    """Name the account that holds the money of a payment."""
    if payment is None:
        return GATEWAY
    return BANK if payment.gateway == "transfer" else at_gateway(payment.gateway)


def at_gateway(name: str) -> str:
    """Name the account of what a gateway holds for us."""
    return f"gateway:{name}"


def held(workshop_id: int) -> str:
    """Name the account of a workshop's goods that the buyer has not received yet."""
    return f"held:{workshop_id}"


def postage(workshop_id: int) -> str:
    """Name the account of a workshop's postage that is not released yet."""
    return f"postage:{workshop_id}"


def workshop(workshop_id: int) -> str:
    """Name the account of what a workshop has earned."""
    return f"workshop:{workshop_id}"


def council(council_id: int) -> str:
    """Name the account of a council's commission."""
    return f"council:{council_id}"


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer to be written: rupiah from one account to another, once under its key."""

    key: str
    from_code: str
    to_code: str
    amount: int
    memo: str = ""
    reverses_id: int | None = None


def post(session: Session, postings: Iterable[Posting], order_id: int | None = None) -> int:
    """Write transfers that are not written yet; give how many were. Amounts of zero are left out.

    :raise ValueError: for an amount below zero.
    """
    wanted = [posting for posting in postings if posting.amount]
    if any(posting.amount < 0 for posting in wanted):
        raise ValueError("a transfer moves a positive amount; turn the accounts round instead")
    ids = _account_ids(session, {code for p in wanted for code in (p.from_code, p.to_code)})
    moment = now()
    rows = [
        {
            "key": posting.key,
            "from_account_id": ids[posting.from_code],
            "to_account_id": ids[posting.to_code],
            "amount": posting.amount,
            "currency": "IDR",
            "order_id": order_id,
            "reverses_id": posting.reverses_id,
            "memo": posting.memo,
            "at": moment,
        }
        for posting in wanted
    ]
    if not rows:
        return 0
    return len(add_each_once(session, Transfer, rows))


_IDS = sa.select(Account.code, Account.id).where(Account.code.in_(sa.bindparam("codes", expanding=True)))


def _ids(session: Session, codes: set[str]) -> dict[str, int]:
    return {row.code: row.id for row in read(session, _IDS, {"codes": list(codes)})}


def _account_ids(session: Session, codes: set[str]) -> dict[str, int]:
    known = _ids(session, codes)
    missing = sorted(codes - known.keys())  # in one order, so that two writers cannot wait for each other
    if missing:
        rows = [{"code": code, "currency": "IDR", "created_at": now()} for code in missing]
        session.execute(insert(session, Account).values(rows).on_conflict_do_nothing())
        known = _ids(session, codes)
    return known


# --- what happens in the shop ------------------------------------------------------------------------


def post_sale(
    session: Session,
    order: Order,
    lines: Iterable[OrderLine],
    parcels: Iterable[Shipment],
    payment: Payment | None = None,
) -> None:
    """Split a captured payment: goods and postage held for each workshop, what others take and add, the surplus."""
    source_code, postings = source(payment), []
    for line in lines:
        mine = held(line.workshop_id)
        postings += [
            Posting(f"sale:{line.id}", source_code, mine, line.paid, order.number),
            Posting(f"funding:{line.id}", line.funded_by, mine, line.funded, order.number),
            Posting(f"commission:{line.id}", mine, council(line.council_id), line.commission, order.number),
            Posting(f"withheld:{line.id}", mine, PPH22, line.withheld, order.number),
        ]
        _hold(session, line)
    for parcel in parcels:
        mine = postage(parcel.workshop_id)
        postings += [
            Posting(f"postage:{parcel.id}", source_code, mine, parcel.paid, order.number),
            Posting(f"postage-funding:{parcel.id}", parcel.funded_by, mine, parcel.funded, order.number),
        ]
        _hold(session, parcel)
    if payment is not None:
        postings.append(
            Posting(f"surplus:{payment.id}", source_code, ROUNDING, payment.surplus, order.number)
        )
    post(session, postings, order.id)


def _hold(session: Session, of: OrderLine | Shipment) -> None:
    """Keep what of a line or parcel is held for its workshop. The order's lock is held."""
    change_if(session, of, {}, held_left=of.net)


def post_release(
    session: Session, order: Order, parcel: Shipment, pieces: Iterable[tuple[OrderLine, ShipmentLine, int]]
) -> None:
    """Let a workshop have what an accepted parcel earned.

    `pieces` gives each line in it, how many pieces travelled, and how many more of the line are still to come: they
    keep their share, and the last parcel takes all that is left.
    """
    mine, postings = workshop(parcel.workshop_id), []
    for line, inside, to_come in pieces:
        share = line.held_left * inside.quantity // (inside.quantity + to_come)
        postings.append(
            Posting(f"release:{parcel.id}:{line.id}", held(line.workshop_id), mine, share, order.number)
        )
        line.held_left -= share
    postings.append(
        Posting(
            f"release-postage:{parcel.id}", postage(parcel.workshop_id), mine, parcel.held_left, order.number
        )
    )
    parcel.held_left = 0
    session.flush()
    post(session, postings, order.id)


def post_unserved(session: Session, payment: Payment, number: str) -> None:
    """Book a captured payment that no order takes: all of it goes back."""
    post(
        session,
        [Posting(f"unserved:{payment.id}", source(payment), REFUNDS_DUE, payment.amount, number)],
        payment.order_id,
    )


def post_credit(
    session: Session, order: Order, shares: Iterable[tuple[CreditLine, OrderLine | Shipment]]
) -> None:
    """Take back from everybody what a credit gives the buyer, and give sponsors their share back."""
    postings = []
    for share, of in shares:
        key = f"credit:{share.id}"
        kept = held(of.workshop_id) if isinstance(of, OrderLine) else postage(of.workshop_id)
        postings += [
            Posting(f"{key}:held", kept, REFUNDS_DUE, share.from_held, order.number),
            Posting(
                f"{key}:workshop", workshop(of.workshop_id), REFUNDS_DUE, share.from_workshop, order.number
            ),
            Posting(f"{key}:withheld", PPH22, REFUNDS_DUE, share.withheld, order.number),
            Posting(f"{key}:funding", REFUNDS_DUE, of.funded_by, share.funded, order.number),
        ]
        if isinstance(of, OrderLine):
            postings.append(
                Posting(
                    f"{key}:commission", council(of.council_id), REFUNDS_DUE, share.commission, order.number
                )
            )
    post(session, postings, order.id)


def post_surplus_back(session: Session, order: Order, credit_id: int, amount: int) -> None:
    """Give the unique code of a bank transfer back with the rest of the order."""
    post(
        session,
        [Posting(f"credit-surplus:{credit_id}", ROUNDING, REFUNDS_DUE, amount, order.number)],
        order.id,
    )


def post_refund(session: Session, refund: Refund, payment: Payment, order: Order) -> None:
    """Book that the money has been sent back, by the way it came or by people from our bank account."""
    there = BANK if refund.by_hand else source(payment)
    post(
        session,
        [Posting(f"refund:{refund.id}", REFUNDS_DUE, there, refund.amount, order.number)],
        order.id,
    )


def post_refund_back(session: Session, refund: Refund, payment: Payment, order: Order) -> None:
    """Book that a refund came back: the gateway holds the money again, and it is owed again."""
    key = f"refund-back:{refund.id}"
    post(session, [Posting(key, source(payment), REFUNDS_DUE, refund.amount, order.number)], order.id)


def post_covered(session: Session, refund: Refund, order: Order) -> None:
    """Book that a buyer has got what we owe them by a lost dispute, which the marketplace has borne."""
    post(
        session,
        [Posting(f"covered:{refund.id}", REFUNDS_DUE, MARKETPLACE, refund.amount, order.number)],
        order.id,
    )


def post_uncovered(session: Session, refund: Refund, order: Order) -> None:
    """Book that a covered refund is owed again: the buyer's bank has given the money back to us."""
    covered = session.scalar(sa.select(Transfer.id).where(Transfer.key == f"covered:{refund.id}"))
    back = Posting(
        f"uncovered:{refund.id}", MARKETPLACE, REFUNDS_DUE, refund.amount, order.number, reverses_id=covered
    )
    post(session, [back], order.id)


def post_dispute(
    session: Session, payment: Payment, order: Order, moved: Iterable[tuple[str, int]], *, decided: bool
) -> int:
    """Book what a dispute moved at the gateway (reference, sen); give the rupiah that the bank has now.

    While it is open the money stands on `disputes:open`. Once it is decided the marketplace bears what is gone, and
    has back what comes back afterwards. Sen that are no whole rupiah are left to the comparison of the accounts.
    """
    whole = [(ref, sen // 100) for ref, sen in moved if sen % 100 == 0]
    taken = -sum(amount for _ref, amount in whole)
    there = source(payment)
    postings = [
        between(f"dispute:{ref}", DISPUTES_OPEN, there, -amount, order.number) for ref, amount in whole
    ]
    closing = [f"dispute-closed:{ref}" for ref, _amount in whole]
    known = session.scalar(sa.select(Transfer.id).where(Transfer.key.in_(closing)).limit(1))
    if decided and (taken or known is not None):
        postings += [
            between(f"dispute-closed:{ref}", MARKETPLACE, DISPUTES_OPEN, -amount, order.number)
            for ref, amount in whole
        ]
    post(session, postings, order.id)
    return taken


def between(key: str, giver: str, taker: str, amount: int, memo: str) -> Posting:
    """Describe a transfer; one of less than nothing goes the other way round."""
    if amount < 0:
        giver, taker, amount = taker, giver, -amount
    return Posting(key, giver, taker, amount, memo)


# --- reading -----------------------------------------------------------------------------------------


def trial_balance(session: Session) -> dict[str, int]:
    """Give the balance of every account by its code, in rupiah; they add up to zero."""
    codes = dict(session.execute(sa.select(Account.id, Account.code).order_by(Account.code)).all())
    found = dict.fromkeys(codes.values(), 0)
    for side, sign in ((Transfer.to_account_id, 1), (Transfer.from_account_id, -1)):
        for account_id, amount in session.execute(
            sa.select(side, sa.func.sum(Transfer.amount)).group_by(side)
        ):
            found[codes[account_id]] += sign * int(amount)
    return found


def balance(session: Session, code: str) -> int:
    """Give the balance of one account in rupiah; 0 for one that was never used."""
    account_id = session.scalar(sa.select(Account.id).where(Account.code == code))
    if account_id is None:
        return 0
    into = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(
        Transfer.to_account_id == account_id
    )
    out_of = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(
        Transfer.from_account_id == account_id
    )
    return int(session.scalar(into) or 0) - int(session.scalar(out_of) or 0)


@dataclass(frozen=True, slots=True)
class WorkshopBalance:
    """Where a workshop's money stands, in rupiah."""

    earned: int
    """Received by buyers: may be paid out."""
    held: int
    """Goods on their way."""
    postage: int
    """Postage of parcels on their way."""


def of_workshop(session: Session, workshop_id: int) -> WorkshopBalance:
    """Give what a workshop has earned and what is still to come."""
    return WorkshopBalance(
        earned=balance(session, workshop(workshop_id)),
        held=balance(session, held(workshop_id)),
        postage=balance(session, postage(workshop_id)),
    )
