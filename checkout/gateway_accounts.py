"""Our account at each gateway, line by line, beside the books: every line is read once and matched once.

Hourly by the worker, and by `flask reconcile --books`. What the gateway keeps (fees) and what it pays to our bank is
booked from here; everything else was booked when it happened and is only compared. What does not fit is named
(`differences`) until finance explains it. docs/money.md tells the postings.
"""

import contextlib
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import disputes, entry_matching, gateway, gateway_differences, ledger, payments, refunds
from checkout.gateway_books import Movement, MovementKind
from checkout.models import Account, EntryProblem, GatewayCheck, GatewayEntry, Transfer
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, insert, now, transaction
from shop.errors import Conflict, Invalid, NotFound

log = logging.getLogger(__name__)

OVERLAP = timedelta(days=3)
"""Lines this old are asked for again, in case the gateway showed them late."""
AT_ONCE = 200
PAYOUTS = (MovementKind.PAYOUT, MovementKind.PAYOUT_BACK)


class NoSuchEntry(NotFound):
    """There is no such line."""

    message = "There is no such line."


class NoteMissing(Invalid):
    """A difference is explained in words."""

    message = "Please say what this difference is, in a few words."


class Explained(Conflict):
    """The line fits, or somebody has explained it."""

    message = "This line fits by now, or has been explained already."


@jobs.periodic(every=3600)
def compare() -> int:
    """Compare every gateway's account with the books; give the number of differences."""
    count = 0
    for name in gateway.names():
        try:
            count += compare_one(name).differences
        except (gateway.Unreachable, gateway.Refused):
            log.warning("comparison: the gateway does not answer", extra={"gateway": name})
    return count


def compare_one(name: str) -> GatewayCheck:
    """Read what is new in a gateway's account, book fees and payouts, match it, and write the comparison down.

    :raise gateway.Unreachable:
    """
    new = _read(name)
    disputes.ask(name)
    _ring(name)
    ids = _open_ids(name)
    for start in range(0, len(ids), AT_ONCE):
        with transaction() as session:
            for entry_id in ids[start : start + AT_ONCE]:
                entry_matching.match(session, session.get_one(GatewayEntry, entry_id))
    held = gateway.of(name).held()
    with transaction() as session:
        check = GatewayCheck(
            gateway=name, at=now(), entries=new, listed_sen=gateway_differences.listed(session, name),
            held_sen=held, booked=-ledger.balance(session, ledger.at_gateway(name)), differences=0,
        )  # fmt: skip
        session.add(check)
        session.flush()
        found = gateway_differences.of(session, name)
        check.differences = sum(not one.note for one in found)
    return check


def _read(name: str) -> int:
    """Keep the lines that are not kept yet, and book their fees and payouts; give how many."""
    last = db.session.scalar(sa.select(sa.func.max(GatewayEntry.at)).where(GatewayEntry.gateway == name))
    db.session.rollback()
    found = gateway.of(name).movements(last - OVERLAP if last else None)
    new = 0
    for start in range(0, len(found), AT_ONCE):
        with transaction() as session:
            new += keep(session, name, found[start : start + AT_ONCE])
    return new


def keep(session: Session, name: str, found: Iterable[Movement]) -> int:
    """Keep the lines that are not kept yet, and book their fees and payouts; give how many were new."""
    _lock(session, name)
    borne, new = _borne(session, name), 0
    for movement in found:
        entry = _keep(session, name, movement)
        if entry is not None:
            new += 1
            borne = _book(session, entry, borne)
    return new


def _open_ids(name: str) -> list[int]:
    query = sa.select(GatewayEntry.id).where(*entry_matching.open_lines(name)).order_by(GatewayEntry.id)
    ids = list(db.session.scalars(query))
    db.session.rollback()
    return ids


def _ring(name: str) -> None:
    """Ask about payments and refunds that lines speak of and that we have not heard of yet."""
    waiting = db.session.scalars(sa.select(GatewayEntry).where(*entry_matching.open_lines(name))).all()
    charged = {each for entry in waiting for each in entry_matching.unheard_payments(db.session(), entry)}
    back = {each for entry in waiting for each in entry_matching.unheard_refunds(db.session(), entry)}
    db.session.rollback()
    for payment_id in sorted(charged):
        with contextlib.suppress(gateway.Refused):  # it stays named as a difference
            payments.settle(payment_id)
    for refund_id in sorted(back):
        with contextlib.suppress(gateway.Refused):
            refunds.send(refund_id)


def _keep(session: Session, name: str, movement: Movement) -> GatewayEntry | None:
    """Keep a line, once; None when it was kept before."""
    row = insert(session, GatewayEntry).values(
        gateway=name,
        ref=movement.ref,
        kind=movement.kind,
        type=movement.type,
        amount_sen=movement.amount,
        fee_sen=movement.fee,
        fee_booked=0,
        currency=movement.currency[:3],
        at=movement.at,
        available_on=movement.available_on,
        source_ref=movement.source_ref,
        intent_ref=movement.intent_ref,
        order_number=movement.order_number[:20],
        text=movement.text,
        problem=EntryProblem.UNKNOWN,
        note="",
        read_at=now(),
    )
    entry_id = session.scalar(row.on_conflict_do_nothing().returning(GatewayEntry.id))
    return None if entry_id is None else session.get_one(GatewayEntry, entry_id)


# --- what is booked from here ------------------------------------------------------------------------


def _lock(session: Session, name: str) -> None:
    """Let comparisons of one gateway come one after the other, so that roundings add up."""
    session.execute(
        sa.select(Account.id).where(Account.code == ledger.at_gateway(name)).with_for_update()
    ).all()


def _borne(session: Session, name: str) -> tuple[int, int]:
    """Give the sen of fees that the marketplace has borne so far, and the rupiah in the books for them."""
    own = (
        GatewayEntry.fee_sen
        - sa.case((GatewayEntry.kind == MovementKind.FEE, GatewayEntry.amount_sen), else_=0)
        - sa.case((GatewayEntry.kind.in_(PAYOUTS), GatewayEntry.amount_sen % 100), else_=0)
    )
    query = sa.select(
        sa.func.coalesce(sa.func.sum(own), 0), sa.func.coalesce(sa.func.sum(GatewayEntry.fee_booked), 0)
    )
    sen, rupiah = session.execute(
        query.where(GatewayEntry.gateway == name, GatewayEntry.currency == "IDR")
    ).one()
    return int(sen), int(rupiah)


def _book(session: Session, entry: GatewayEntry, borne: tuple[int, int]) -> tuple[int, int]:
    """Book a line's payout, and its fee so that all fees together are rounded once; give what is borne then."""
    if entry.currency != "IDR":
        return borne
    rest = entry.amount_sen - whole(entry.amount_sen) * 100
    own, payout = entry.fee_sen, 0
    if entry.kind is MovementKind.FEE:
        own -= entry.amount_sen
    elif entry.kind in PAYOUTS:
        own, payout = own - rest, whole(entry.amount_sen)  # sen beside whole rupiah go with the fees
    sen = borne[0] + own
    rupiah = (sen + 50) // 100
    entry.fee_booked = rupiah - borne[1]
    here, memo = ledger.at_gateway(entry.gateway), f"{entry.type} {entry.ref}"[:200]
    ledger.post(
        session,
        [
            ledger.between(f"fee:{entry.ref}", ledger.MARKETPLACE, here, entry.fee_booked, memo),
            ledger.between(f"gateway-payout:{entry.ref}", ledger.BANK, here, -payout, memo),
        ],
    )
    return sen, rupiah


def whole(sen: int) -> int:
    """Give the whole rupiah in an amount of sen, towards nothing."""
    return sen // 100 if sen >= 0 else -(-sen // 100)


# --- what people do ----------------------------------------------------------------------------------


def explain(session: Session, actor: Actor, entry_id: int, note: str, *, book: bool = False) -> GatewayEntry:
    """Note what a line is that fits nothing of ours; `book` takes its money into the books, borne by the marketplace.

    :raise NoSuchEntry: :raise NoteMissing: :raise Explained:
    """
    words = " ".join(note.split())[:300]
    if not words:
        raise NoteMissing
    entry = session.get(GatewayEntry, entry_id, with_for_update=True, populate_existing=True)
    if entry is None:
        raise NoSuchEntry
    if entry.problem is None or entry.note:
        raise Explained
    entry.note, entry.noted_by_id, entry.noted_at = words, actor.user_id, now()
    amount = whole(entry.amount_sen)
    if book and entry.problem is EntryProblem.UNKNOWN and entry.currency == "IDR":
        entry.match_key, entry.problem = f"noted:{entry.id}", None
        here = ledger.at_gateway(entry.gateway)
        key = _noted_key(entry, _undone(session, entry))
        ledger.post(session, [ledger.between(key, ledger.MARKETPLACE, here, -amount, words)])
    audit.record(
        session, actor, "gateway_entry.booked" if entry.problem is None else "gateway_entry.noted", entry,
        after={"note": words, "amount": amount},
    )  # fmt: skip
    return entry


def take_back(session: Session, actor: Actor, entry_id: int, reason: str) -> GatewayEntry:
    """Take an explanation back, so that the line is named as a difference again; its booking is turned round.

    :raise NoSuchEntry: :raise NoteMissing: :raise Explained: when nobody has explained it.
    """
    words = " ".join(reason.split())[:300]
    if not words:
        raise NoteMissing
    entry = session.get(GatewayEntry, entry_id, with_for_update=True, populate_existing=True)
    if entry is None:
        raise NoSuchEntry
    if not entry.note:
        raise Explained
    before = entry.note
    if entry.match_key == f"noted:{entry.id}":
        turns = _undone(session, entry)
        here, amount = ledger.at_gateway(entry.gateway), whole(entry.amount_sen)
        wrong = session.scalar(sa.select(Transfer.id).where(Transfer.key == _noted_key(entry, turns)))
        back = ledger.between(f"entry-back:{entry.id}:{turns}", ledger.MARKETPLACE, here, amount, words)
        ledger.post(session, [replace(back, reverses_id=wrong)])
        entry.match_key, entry.problem = None, EntryProblem.UNKNOWN
    entry.note, entry.noted_by_id, entry.noted_at = "", None, None
    audit.record(
        session, actor, "gateway_entry.taken_back", entry, before={"note": before}, after={"reason": words}
    )
    return entry


def _noted_key(entry: GatewayEntry, turns: int) -> str:
    return f"entry:{entry.id}:{turns}" if turns else f"entry:{entry.id}"


def _undone(session: Session, entry: GatewayEntry) -> int:
    """Count how often a line's booking was turned round; each time has its own key."""
    keys = Transfer.key.like(f"entry-back:{entry.id}:%")
    return int(session.scalar(sa.select(sa.func.count(Transfer.id)).where(keys)) or 0)
