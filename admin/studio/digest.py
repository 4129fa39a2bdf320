"""The daily letter of a workshop: what is to be packed, what is late, new verdicts, low stock, money; one per day.

The worker calls `write_due`. A workshop that does not want it says so in the studio (`admin.studio.letters`).
What is new counts from the digest before, so that nothing falls between two days.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from admin.studio import shelf
from catalog import artisans
from catalog.models import Decision, Listing, Product, Submission, Workshop, WorkshopMember
from checkout import ledger, shipping
from checkout.models import Account, Digest, DigestChoice, Shipment, ShipmentState, Transfer
from shop import audit, i18n, jobs, mail, web
from shop.audit import Actor
from shop.db import db, insert, now, transaction
from shop.i18n import WIB

FIRST_HOUR = 6
"""Western Indonesian time from which a day's digests are written."""
FEW = 8
"""Rows of each kind; the rest is one link away."""
MONDAY = 0
FIRST_DAY = timedelta(days=1)
"""What is new for a workshop that had no digest before."""


@dataclass(frozen=True, slots=True)
class News:
    """What a digest may tell."""

    to_pack: list[dict[str, Any]] = field(default_factory=list)
    packing: int = 0
    late: int = 0
    verdicts: list[dict[str, str]] = field(default_factory=list)
    low: list[dict[str, Any]] = field(default_factory=list)
    earned: int = 0
    taken_back: int = 0
    paid_out: int = 0

    def worth_a_letter(self, day: date) -> bool:
        """Say whether there is something to do or something new; low stock alone is told on Mondays."""
        new = self.packing or self.verdicts or self.earned or self.taken_back or self.paid_out
        return bool(new or (self.low and day.weekday() == MONDAY))


def wanted(session: Session, workshop_id: int) -> bool:
    """Say whether a workshop gets the daily letter."""
    choice = session.get(DigestChoice, workshop_id)
    return choice is None or choice.wanted


def choose(session: Session, actor: Actor, workshop: Workshop, *, wants: bool) -> None:
    """Let a workshop have the daily letter, or not."""
    before = wanted(session, workshop.id)
    choice = session.get(DigestChoice, workshop.id)
    if choice is None:
        session.add(DigestChoice(workshop_id=workshop.id, wanted=wants, changed_at=now()))
    else:
        choice.wanted, choice.changed_at = wants, now()
    if before is not wants:
        audit.record(
            session, actor, "digest.chosen", workshop, before={"wanted": before}, after={"wanted": wants}
        )


@jobs.periodic(every=900)
def write_due(moment: datetime | None = None) -> int:
    """Write the day's digests that are not written yet; give how many workshops were written to."""
    local = (moment or now()).astimezone(WIB)
    if local.hour < FIRST_HOUR:
        return 0
    written = 0
    for workshop_id in _without(local.date()):
        with transaction() as session:
            written += write(session, workshop_id, local.date())
    return written


def _without(day: date) -> list[int]:
    """Give the workshops with people that have no digest of this day and want one."""
    refused = sa.select(DigestChoice.workshop_id).where(DigestChoice.wanted.is_(False))
    done = sa.select(Digest.workshop_id).where(Digest.day == day)
    query = (
        sa.select(WorkshopMember.workshop_id)
        .where(WorkshopMember.workshop_id.not_in(refused), WorkshopMember.workshop_id.not_in(done))
        .distinct()
        .order_by(WorkshopMember.workshop_id)
    )
    return list(db.session.scalars(query))


def write(session: Session, workshop_id: int, day: date) -> bool:
    """Promise a workshop's digest of a day, once; say whether there was anything to tell."""
    last = session.scalar(sa.select(sa.func.max(Digest.created_at)).where(Digest.workshop_id == workshop_id))
    moment = now()
    since = last or moment - FIRST_DAY
    row = {"workshop_id": workshop_id, "day": day, "since": since, "created_at": moment}
    fresh = session.scalar(
        insert(session, Digest).values(**row).on_conflict_do_nothing().returning(Digest.id)
    )
    if fresh is None:  # another worker was faster
        return False
    news = gather(session, workshop_id, since, moment)
    if not news.worth_a_letter(day):
        return False
    name = session.execute(
        sa.select(Workshop.live_name, Workshop.name).where(Workshop.id == workshop_id)
    ).one()
    for person in artisans.members(session, workshop_id):
        mail.queue(
            session,
            to=person.email,
            template="digest",
            locale=person.locale,
            key=f"digest:{workshop_id}:{day}:{person.id}",
            context={"name": person.name, "workshop": name[0] or name[1]}
            | _written(news, day, person.locale),
        )
    return True


def _written(news: News, day: date, locale: str) -> dict[str, Any]:
    with i18n.in_locale(locale):
        return {
            "day": i18n.write_date(day),
            "to_pack": [row | {"by": i18n.write_date(row["by"])} for row in news.to_pack],
            "packing": news.packing,
            "late": news.late,
            "verdicts": news.verdicts,
            "low": news.low,
            "earned": news.earned,
            "taken_back": news.taken_back,
            "paid_out": news.paid_out,
            "link": web.absolute_url("studio.today"),
            "choice": web.absolute_url("studio_letters.show"),
        }


# --- what is new -------------------------------------------------------------------------------------


def gather(session: Session, workshop_id: int, since: datetime, until: datetime) -> News:
    """Give what there is to do for a workshop, and what is new between two moments."""
    packing = shipping.counts_of_workshop(session, workshop_id).get(ShipmentState.TO_PACK, 0)
    rows = shipping.list_of_workshop(session, workshop_id, [ShipmentState.TO_PACK], limit=FEW)
    earned, taken_back, paid_out = _money(session, workshop_id, since, until)
    return News(
        to_pack=[
            {"number": order.number, "by": parcel.ship_by, "late": parcel.ship_by < until}
            for parcel, order, _lines in rows
            if parcel.ship_by is not None
        ],
        packing=packing,
        late=_late(session, workshop_id, until),
        verdicts=_verdicts(session, workshop_id, since, until),
        low=[
            {"title": row.title, "variant": row.name, "left": row.on_hand - row.reserved}
            for row in shelf.stock_page(session, workshop_id, "low", 1, FEW)
        ],
        earned=earned,
        taken_back=taken_back,
        paid_out=paid_out,
    )


def _late(session: Session, workshop_id: int, moment: datetime) -> int:
    late = sa.select(sa.func.count()).where(
        Shipment.workshop_id == workshop_id,
        Shipment.state == ShipmentState.TO_PACK,
        Shipment.ship_by < moment,
    )
    return int(session.scalar(late) or 0)


def _verdicts(session: Session, workshop_id: int, since: datetime, until: datetime) -> list[dict[str, str]]:
    rows = session.execute(
        sa.select(Submission.snapshot, Decision.outcome)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.workshop_id == workshop_id, Decision.decided_at > since, Decision.decided_at <= until)
        .order_by(Decision.decided_at, Decision.id)
        .limit(FEW)
    )
    return [{"title": str(snapshot.get("title", "")), "outcome": outcome.value} for snapshot, outcome in rows]


def _money(session: Session, workshop_id: int, since: datetime, until: datetime) -> tuple[int, int, int]:
    """Give what a workshop has earned, what was taken back of it, and what was paid out, in rupiah."""
    giver, taker = aliased(Account), aliased(Account)
    mine = ledger.workshop(workshop_id)
    rows = session.execute(
        sa.select(giver.code, taker.code, sa.func.sum(Transfer.amount))
        .join(giver, giver.id == Transfer.from_account_id)
        .join(taker, taker.id == Transfer.to_account_id)
        .where(sa.or_(giver.code == mine, taker.code == mine), Transfer.at > since, Transfer.at <= until)
        .group_by(giver.code, taker.code)
    )
    earned = taken_back = paid_out = 0
    for given_by, taken_by, amount in rows:
        if ledger.PAYOUTS_DUE in (given_by, taken_by):
            paid_out += int(amount) if taken_by == ledger.PAYOUTS_DUE else -int(amount)
        elif taken_by == mine:
            earned += int(amount)
        else:
            taken_back += int(amount)
    return earned, taken_back, max(paid_out, 0)
