"""PPh 22 that was collected, month by month: what the treasury is owed, and what has been paid to it.

A month's sum is what the account `tax:pph22` took from orders in it, less what it gave back; it stands still once the
month is over. Where more went back than came in, the rest lowers what is paid for the months after it. Paying is done
outside (it needs a billing code of the tax office); recording it here books it once and can be undone. Called by the
desk. docs/tax.md tells what of this is verified.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from checkout import ledger
from checkout.ledger import Posting
from checkout.models import Account, OutgoingMatch, TaxKind, TaxRemittance, Transfer
from checkout.tax import rates
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound

_NTPN = re.compile(r"[0-9A-Z]{10,20}", re.ASCII)


class NothingOwed(Conflict):
    """There is something to pay once a month is over, once."""

    message = "Nothing is to be paid for this month: it is not over, it has been paid, or more went back than came in."


class BadNumber(Invalid):
    """The state's number is letters and digits."""

    message = "Please copy the number of the receipt (NTPN): 10 to 20 letters and digits."


class NumberTaken(Conflict):
    """A receipt stands for one payment."""

    message = "This number of a receipt stands at another month already."


class BadDay(Invalid):
    """Tax of a month is paid after its beginning, and not in days to come."""

    message = "Please enter the day on which it was paid: not before the month, and not in the future."


class OnStatement(Conflict):
    """A line of our bank statement is this payment."""

    message = "A line of our bank statement is this payment. Put that right first, under money that left."


class ReasonMissing(Invalid):
    """Undoing needs words."""

    message = "Please say why."


class NoSuchRemittance(NotFound):
    """No such payment was recorded."""


@dataclass(frozen=True, slots=True)
class Period:
    """One month of a tax."""

    month: date
    collected: int
    returned: int
    """Given back with credits in this month, whenever it was collected."""
    carried: int
    """What earlier months gave back more than they collected: zero or less."""
    running: bool
    """The month is not over."""
    remittance: TaxRemittance | None = None

    @property
    def due(self) -> int:
        """What is to be paid for it; never less than nothing."""
        return max(0, self.collected - self.returned + self.carried)

    @property
    def left(self) -> int:
        """What is still to be paid."""
        return 0 if self.running or self.remittance is not None else self.due


def periods(session: Session) -> list[Period]:
    """Give every month in which PPh 22 moved, the latest first."""
    paid = sa.select(TaxRemittance).where(
        TaxRemittance.kind == TaxKind.PPH22, TaxRemittance.undone_at.is_(None)
    )
    known = {one.month: one for one in session.scalars(paid)}
    running = rates.day_of(now()).replace(day=1)
    found: list[Period] = []
    carried = 0
    for month, collected, returned in _moved(session):
        one = Period(month, collected, returned, carried, month >= running, known.get(month))
        carried = min(0, collected - returned + carried)
        found.append(one)
    return found[::-1]


def _moved(session: Session) -> Iterable[tuple[date, int, int]]:
    """Give what came from sales and went back to buyers in each month, oldest first."""
    into, out = aliased(Account), aliased(Account)
    if session.get_bind().dialect.name == "postgresql":
        month: Any = sa.func.to_char(sa.func.timezone("Asia/Jakarta", Transfer.at), "YYYY-MM")
    else:
        month = sa.func.strftime("%Y-%m", Transfer.at, "+7 hours")
    came = sa.case((into.code == ledger.PPH22, Transfer.amount), else_=0)
    went = sa.case((out.code == ledger.PPH22, Transfer.amount), else_=0)
    rows = session.execute(
        sa.select(month.label("month"), sa.func.sum(came), sa.func.sum(went))
        .join(into, into.id == Transfer.to_account_id)
        .join(out, out.id == Transfer.from_account_id)
        .where(sa.or_(into.code == ledger.PPH22, out.code == ledger.PPH22), Transfer.order_id.is_not(None))
        .group_by("month")
        .order_by("month")
    )
    return [(date.fromisoformat(f"{key}-01"), int(one), int(other)) for key, one, other in rows]


def history(session: Session, *, limit: int = 200) -> list[TaxRemittance]:
    """Give payments that were undone, the latest first."""
    undone = sa.select(TaxRemittance).where(TaxRemittance.undone_at.is_not(None))
    return list(session.scalars(undone.order_by(TaxRemittance.id.desc()).limit(limit)))


def record(session: Session, actor: Actor, month: date, ntpn: str, paid_on: date) -> TaxRemittance:
    """Write down that a month's tax has been paid, and book it from the tax to our bank account, once.

    :raise NothingOwed: :raise BadNumber: :raise BadDay: :raise NumberTaken:
    """
    number = re.sub(r"[\s.-]", "", ntpn).upper()
    if not _NTPN.fullmatch(number):
        raise BadNumber
    if not month <= paid_on <= rates.day_of(now()):
        raise BadDay
    owed = next((one.left for one in periods(session) if one.month == month), 0)
    if not owed:
        raise NothingOwed
    paid = TaxRemittance(
        kind=TaxKind.PPH22, month=month, amount=owed, ntpn=number, paid_on=paid_on,
        recorded_by_id=actor.user_id, recorded_at=now(),
    )  # fmt: skip
    standing = sa.select(TaxRemittance.id).where(
        TaxRemittance.ntpn == number, TaxRemittance.undone_at.is_(None)
    )
    if session.scalar(standing) is not None:
        raise NumberTaken
    try:
        with session.begin_nested():
            session.add(paid)
            session.flush()
    except IntegrityError as error:  # somebody pressed at the same moment
        raise NothingOwed from error
    ledger.post(
        session,
        [Posting(f"remittance:{paid.id}", ledger.PPH22, ledger.BANK, owed, f"{month:%Y-%m} {number}")],
    )
    audit.record(
        session, actor, "tax.remitted", paid,
        after={"month": f"{month:%Y-%m}", "amount": owed, "number": number, "day": paid_on.isoformat()},
    )  # fmt: skip
    return paid


def undo(session: Session, actor: Actor, remittance_id: int, reason: str) -> None:
    """Take back that a month's tax was paid; its booking is turned round.

    :raise NoSuchRemittance: :raise ReasonMissing: :raise OnStatement: :raise NothingOwed: when it is undone already.
    """
    words = " ".join(reason.split())[:300]
    paid = session.get(TaxRemittance, remittance_id)
    if paid is None:
        raise NoSuchRemittance
    if not words:
        raise ReasonMissing
    seen = sa.select(OutgoingMatch.id).where(
        OutgoingMatch.remittance_id == paid.id, OutgoingMatch.undone_at.is_(None)
    )
    if session.scalar(seen) is not None:
        raise OnStatement
    won = session.execute(
        sa.update(TaxRemittance)
        .where(TaxRemittance.id == paid.id, TaxRemittance.undone_at.is_(None))
        .values(undone_at=now(), undone_by_id=actor.user_id, undone_reason=words)
        .returning(TaxRemittance.id)
    )
    if won.scalar() is None:
        raise NothingOwed
    wrong = session.scalar(sa.select(Transfer.id).where(Transfer.key == f"remittance:{paid.id}"))
    back = Posting(f"remittance-back:{paid.id}", ledger.BANK, ledger.PPH22, paid.amount, words[:200], wrong)
    ledger.post(session, [back])
    audit.record(
        session, actor, "tax.remittance_undone", paid,
        before={"month": f"{paid.month:%Y-%m}", "number": paid.ntpn},
        after={"amount": paid.amount, "reason": words},
    )  # fmt: skip


def owed_months(session: Session) -> int:
    """Count the months that are over and not paid."""
    return sum(one.left > 0 for one in periods(session))
