"""The demonstration's memberships and its periodic review: terms that end soon, a wish to renew, pieces to decide.

Called by `market.load` when everything else is written. Only Bengkulu, whose officers have accounts, has more than the
plain memberships. Everything goes the way that people go, so that history and audit trail are as in a real shop.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.periodic import deciding, preparation
from catalog import artisans
from catalog.curation import bars, membership_adoption, memberships
from catalog.models import (
    Council,
    Membership,
    MembershipEventKind,
    Proposal,
    ReviewRow,
    RowState,
    Workshop,
)
from shop.audit import Actor
from shop.models import User

HOME = "17"
MOST = 5_000
"""Pieces of a demonstration up to which a review is prepared."""
BARS = bars.Bars(young_days=30, slow_days=60, slow_percent=15)
"""Bengkulu looks closer than is proposed: the demonstration is only months old."""
ASKS = "Kami masih menulis kain setiap hari, dan dua anak muda sudah ikut belajar."
WORDS = {
    Proposal.RETIRE: "Kain ini sudah lama terpajang tanpa pembeli. Kami usulkan diganti motif yang lebih baru.",
    Proposal.ROTATE: "Foto pertama gelap. Coba foto di teras pagi hari, dan taruh motifnya di depan.",
    Proposal.COACH: "Cerita karyanya bagus, tetapi belum menyebut siapa yang membuat. Tambahkan dua kalimat.",
}


def load(session: Session, users: dict[str, int], size: int) -> None:
    """Let who passed be a member, and Bengkulu look again at what is on sale."""
    membership_adoption.admit_passed(session)
    council = session.scalars(sa.select(Council).where(Council.code == HOME)).one()
    officer = session.get_one(User, users["pengurus"])
    found = list(
        session.scalars(
            sa.select(Membership).where(Membership.council_id == council.id).order_by(Membership.serial)
        )
    )
    for membership, days in zip(found, (20, 75), strict=False):
        _near_its_end(session, officer, membership, days)
    if found:
        (person, *_others) = artisans.members(session, found[0].workshop_id)
        memberships.ask(session, Actor.of(person), found[0], ASKS)
    if found and size <= MOST:
        bars.settle(session, Actor.of(officer), officer, council, BARS, seen=0)
        preparation.prepare(session, Actor.of(officer), council)
        _decide_some(session, session.get_one(User, users["kurator"]), users["perajin"])


def _near_its_end(session: Session, officer: User, membership: Membership, days: int) -> None:
    """Give a membership a short term, as after a renewal for a few months only."""
    membership.ends_on = memberships.today() + timedelta(days=days)
    words = "Diperpanjang beberapa bulan, sampai kurasi berikutnya."
    memberships.write_down(session, Actor.of(officer), membership, MembershipEventKind.RENEWED, words)


def _decide_some(session: Session, judge: User, artisan_id: int) -> None:
    """Decide about a few pieces of the demonstration's artisan, those that stand longest; the rest waits."""
    mine = artisans.of_user(session, artisan_id)
    query = sa.select(ReviewRow).join(Workshop, Workshop.id == ReviewRow.workshop_id)
    waiting = session.scalars(
        query.where(ReviewRow.state == RowState.OPEN, Workshop.id == (mine.id if mine else 0))
    ).all()
    oldest = sorted(waiting, key=lambda row: (row.rule == "young", -int(row.figures["stock_days"]), row.id))
    for row, (decision, words) in zip(oldest, WORDS.items(), strict=False):
        deciding.decide(session, Actor.of(judge), judge, row.id, decision, words)
