"""Checks of memberships and of the periodic review."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from catalog import products
from catalog.models import (
    Listing,
    Membership,
    MembershipCounter,
    MembershipCraft,
    MembershipEvent,
    MembershipState,
    Product,
    ProductState,
    Proposal,
    ReviewRow,
    RowState,
    Workshop,
)
from shop.models import AuditEntry


def what_sells_is_a_members(session: Session) -> Iterator[str]:
    """Find workshops with live pieces that are no member of a council, or suspended by one."""
    mine = Membership.workshop_id == Workshop.id
    active = sa.exists().where(mine, Membership.state == MembershipState.ACTIVE)
    held = sa.exists().where(mine, Membership.state == MembershipState.SUSPENDED)
    sells = products.live().with_only_columns(Workshop.id).where(sa.or_(~active, held)).distinct()
    for workshop_id in session.scalars(sells.order_by(Workshop.id)):
        yield f"workshop {workshop_id} sells and is no member, or suspended"


def what_sells_is_covered(session: Session) -> Iterator[str]:
    """Find live pieces of a craft that no membership of their workshop covers."""
    covered = (
        sa.select(MembershipCraft.craft_id)
        .join(Membership, Membership.id == MembershipCraft.membership_id)
        .where(Membership.workshop_id == Product.workshop_id, MembershipCraft.craft_id == Listing.craft_id)
        .correlate(Product, Listing)
    )
    bare = products.live().where(Listing.craft_id.is_not(None), ~covered.exists())
    for product_id in session.scalars(bare.with_only_columns(Product.id).order_by(Product.id)):
        yield f"product {product_id} is of a craft that its workshop's membership does not cover"


def numbers_without_gap(session: Session) -> Iterator[str]:
    """Find councils and years whose running numbers have a gap, or whose counter says something else."""
    given = (
        sa.select(
            Membership.council_id.label("council_id"),
            Membership.year.label("year"),
            sa.func.count().label("count"),
            sa.func.max(Membership.serial).label("highest"),
        )
        .group_by(Membership.council_id, Membership.year)
        .subquery()
    )
    same = sa.and_(given.c.council_id == MembershipCounter.council_id, given.c.year == MembershipCounter.year)
    rows = session.execute(
        sa.select(given, MembershipCounter.last)
        .select_from(given)
        .outerjoin(MembershipCounter, same)
        .where(
            sa.or_(
                given.c.count != given.c.highest,
                MembershipCounter.last.is_(None),
                MembershipCounter.last != given.c.highest,
            )
        )
    )
    for council_id, year, count, highest, last in rows:
        yield f"council {council_id}, {year}: {count} numbers up to {highest}, the counter says {last}"


def history_leads_there(session: Session) -> Iterator[str]:
    """Find memberships that are not as their last line of history says, or that the audit trail does not know."""
    later = aliased(MembershipEvent)
    last = sa.select(sa.func.max(later.id)).where(later.membership_id == Membership.id).scalar_subquery()
    rows = session.execute(
        sa.select(Membership.id)
        .outerjoin(MembershipEvent, MembershipEvent.id == last)
        .where(
            sa.or_(
                MembershipEvent.id.is_(None),
                MembershipEvent.state != Membership.state,
                MembershipEvent.ends_on != Membership.ends_on,
            )
        )
        .order_by(Membership.id)
    )
    for (membership_id,) in rows:
        yield f"membership {membership_id} is not as its history says"
    happened = sa.select(MembershipEvent.membership_id, sa.func.count()).group_by(
        MembershipEvent.membership_id
    )
    written = _written(session, Membership.__tablename__, "membership.")
    for membership_id, events in session.execute(happened.order_by(MembershipEvent.membership_id)):
        if written.get(str(membership_id), 0) < events:
            yield f"membership {membership_id}: {events} events, fewer in the audit trail"


def reviews_decided_once(session: Session) -> Iterator[str]:
    """Find pieces of a review that were decided without a line in the audit trail, or retired and still on sale."""
    written = _written(session, ReviewRow.__tablename__, "periodic.decided")
    decided = sa.select(ReviewRow.id).where(ReviewRow.decision.is_not(None)).order_by(ReviewRow.id)
    for row_id in session.scalars(decided):
        if written.get(str(row_id), 0) != 1:
            yield f"row {row_id} of a review is decided, {written.get(str(row_id), 0)} lines in the audit trail"
    on_sale = (
        sa.select(ReviewRow.id)
        .join(Product, Product.id == ReviewRow.product_id)
        .where(ReviewRow.state == RowState.RETIRED, ReviewRow.decision == Proposal.RETIRE)
        .where(Product.state != ProductState.WITHDRAWN)
    )
    for row_id in session.scalars(on_sale):
        yield f"row {row_id} of a review is retired, its piece is not withdrawn"


def _written(session: Session, table: str, action: str) -> dict[str, int]:
    """Give how many lines of the audit trail there are about each row of a table."""
    return dict(
        session.execute(
            sa.select(AuditEntry.object_id, sa.func.count())
            .where(AuditEntry.object_type == table, AuditEntry.action.startswith(action))
            .group_by(AuditEntry.object_id)
        ).all()
    )
