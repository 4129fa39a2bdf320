"""The daily letter of finance: what money waits for a person; one per day and person, none when nothing waits.

The worker calls `write_due`. Councils' finance people read of their own payouts, those of the national council of all.
"""

from collections.abc import Iterator
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from admin import reports
from catalog.models import Council, Workshop
from checkout.models import (
    Dispute,
    DisputeState,
    GatewayEntry,
    LineState,
    OutgoingMatch,
    Payout,
    PayoutState,
    ProofState,
    Refund,
    RefundState,
    ReturnState,
    StatementLine,
    TransferProof,
    TransferReturn,
)
from checkout.tax import remitting
from shop import authz, i18n, jobs, mail, web
from shop.db import db, now, transaction
from shop.i18n import WIB
from shop.models import Mail, Role, RoleGrant, User

FIRST_HOUR = 6
"""Western Indonesian time from which a day's letters are written."""
Waiting = tuple[str, int, str]
"""What waits (a key of the letter's words), how often, and the page's endpoint."""


@jobs.periodic(every=1800)
def write_due(moment: datetime | None = None) -> int:
    """Write the day's letters that are not written yet; give how many."""
    local = (moment or now()).astimezone(WIB)
    if local.hour < FIRST_HOUR:
        return 0
    written = 0
    for user_id in _people(local.date()):
        with transaction() as session:
            written += write(session, session.get_one(User, user_id), local.date())
    return written


def _people(day: date) -> list[int]:
    told = {
        int(key.rpartition(":")[2])
        for key in db.session.scalars(sa.select(Mail.key).where(Mail.key.startswith(f"finance:{day}:")))
        if key
    }
    holders = sa.select(RoleGrant.user_id).where(RoleGrant.role == Role.FINANCE)
    found = db.session.scalars(
        sa.select(User.id).where(User.id.in_(holders), User.disabled_at.is_(None)).order_by(User.id)
    )
    return [user_id for user_id in found if user_id not in told]


def write(session: Session, person: User, day: date) -> bool:
    """Promise a person's letter of a day, once; say whether anything waits."""
    rows = list(waiting(session, authz.scopes(person, Role.FINANCE)))
    if not rows:
        return False
    with i18n.in_locale(person.locale):
        context = {
            "name": person.name,
            "day": i18n.write_date(day),
            "rows": [
                {"what": what, "count": count, "link": web.absolute_url(endpoint)}
                for what, count, endpoint in rows
            ],
        }
    mail.queue(
        session,
        to=person.email,
        template="finance",
        locale=person.locale,
        key=f"finance:{day}:{person.id}",
        context=context,
    )
    return True


def waiting(session: Session, codes: frozenset[str]) -> Iterator[Waiting]:
    """Give what waits for somebody with these councils; the shop's own accounts for those who see all."""
    counts: list[tuple[str, sa.Select[int], str]] = []
    if authz.ALL_COUNCILS in codes:
        counts += _of_the_shop()
    for what, state in (
        ("payouts_proposed", PayoutState.PROPOSED),
        ("payouts_approved", PayoutState.APPROVED),
        ("payouts_exported", PayoutState.EXPORTED),
    ):
        counts.append((what, _payouts(codes, state), "desk_payouts.index"))
    if authz.ALL_COUNCILS in codes and (months := remitting.owed_months(session)):
        yield "tax_months", months, "desk_tax_remitting.index"
    for what, query, endpoint in counts:
        count = int(session.scalar(query) or 0)
        if count:
            yield what, count, endpoint


def _of_the_shop() -> list[tuple[str, sa.Select[int], str]]:
    again = aliased(Refund)
    tried = sa.exists().where(again.key == sa.literal("again:") + sa.cast(Refund.id, sa.String))
    count = sa.select(sa.func.count())
    return [
        ("refunds_failed", count.where(Refund.state == RefundState.FAILED, ~tried), "desk_orders.index"),
        ("disputes", count.where(Dispute.state == DisputeState.NEEDS_RESPONSE), "desk_disputes.index"),
        (
            "differences",
            count.where(GatewayEntry.problem.is_not(None), GatewayEntry.noted_at.is_(None)),
            "desk_gateways.index",
        ),
        ("proofs", count.where(TransferProof.state == ProofState.OPEN), "desk_transfers.index"),
        (
            "statement_lines",
            count.where(StatementLine.state.in_((LineState.WAITING, LineState.PART))),
            "desk_transfers.index",
        ),
        (
            "lines_left",
            count.where(
                StatementLine.state == LineState.OUTGOING,
                ~sa.exists().where(
                    OutgoingMatch.line_id == StatementLine.id, OutgoingMatch.undone_at.is_(None)
                ),
            ),
            "desk_outgoing.index",
        ),
        (
            "transfers_back",
            count.where(TransferReturn.state.in_((ReturnState.READY, ReturnState.IN_FILE))),
            "desk_transfer_returns.index",
        ),
    ]


def _payouts(codes: frozenset[str], state: PayoutState) -> sa.Select[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Payout)
        .outerjoin(Workshop, Workshop.id == Payout.workshop_id)
        .join(Council, Council.id == sa.func.coalesce(Payout.council_id, Workshop.council_id))
        .where(Payout.state == state, reports.in_scope(codes))
    )
