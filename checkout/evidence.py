"""Our answer to a dispute: what the order says, what finance adds, files, and sending it once through the gateway.

Called by the desk. Files lie under private keys of the media store; the names of texts and files are the port's.
"""

import contextlib
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import disputes, gateway, orders, parcels
from checkout.models import Dispute, DisputeState, Order, Shipment
from shop import audit, jobs, media
from shop.audit import Actor
from shop.db import db, transaction
from shop.errors import Conflict, Invalid
from shop.texts import mark

TEXTS = {
    "story": mark("What happened"),
    "goods": mark("What was sold"),
    "buyer": mark("Buyer"),
    "email": mark("E-mail"),
    "address": mark("Delivery address"),
    "courier": mark("Courier"),
    "tracking": mark("Tracking number"),
    "shipped_on": mark("Sent on"),
}
"""Texts of an answer in the order of the form, and what they are called."""
FILES = {
    "receipt": mark("Receipt or invoice"),
    "delivery": mark("Proof of delivery"),
    "photograph": mark("Photograph of the piece"),
}
LONGEST = 5_000


class AnsweredAlready(Conflict):
    """Banks take one answer."""

    message = "This dispute has been answered already, or is decided. Banks take one answer."


class StoryMissing(Invalid):
    """An answer says what happened."""

    message = "Please tell the bank what happened: what was sold, sent and received."


def facts(session: Session, dispute: Dispute) -> dict[str, str]:
    """Fill an answer in with what the order says."""
    order = disputes.order_of(session, dispute)
    sent = [parcel for parcel in parcels.of_order(session, order.id) if parcel.shipped_at is not None]
    return {
        "story": "",
        "goods": _goods(session, order),
        "buyer": order.name,
        "email": order.email,
        "address": ", ".join(
            filter(None, (order.street, order.village, f"{order.place} {order.postal_code}"))
        ),
        "courier": ", ".join(dict.fromkeys(_courier(parcel) for parcel in sent)),
        "tracking": ", ".join(parcel.tracking_number for parcel in sent if parcel.tracking_number),
        "shipped_on": ", ".join(dict.fromkeys(f"{parcel.shipped_at:%Y-%m-%d}" for parcel in sent)),
    }


def _goods(session: Session, order: Order) -> str:
    lines = orders.lines_of(session, order.id)
    return "\n".join(f"{line.quantity} × {line.title} ({line.workshop_name})" for line in lines)


def _courier(parcel: Shipment) -> str:
    return f"{parcel.courier.upper()} {parcel.service}".strip()


def answer(
    session: Session, actor: Actor, dispute: Dispute, texts: Mapping[str, str], files: Mapping[str, str]
) -> None:
    """Give an answer, once; a job sends it. `files` are private keys of the media store by their names.

    :raise AnsweredAlready: :raise StoryMissing:
    """
    told = {name: texts.get(name, "").strip()[:LONGEST] for name in TEXTS}
    if not told["story"]:
        raise StoryMissing
    order = disputes.order_of(session, dispute)
    orders.lock(session, order.id)
    won = session.execute(
        sa.update(Dispute)
        .where(
            Dispute.id == dispute.id,
            Dispute.state == DisputeState.NEEDS_RESPONSE,
            Dispute.answer_due.is_(False),
            Dispute.answered_at.is_(None),
        )
        .values(
            answer={"texts": told, "files": {name: files[name] for name in FILES if name in files}},
            answer_due=True,
            answer_by_id=actor.user_id,
        )
        .returning(Dispute.id)
    )
    if won.scalar() is None:
        raise AnsweredAlready
    session.refresh(dispute)
    audit.record(
        session, actor, "dispute.answered", dispute,
        after={"order": order.number, "amount": dispute.amount, "files": len(files)},
    )  # fmt: skip
    jobs.enqueue(session, send, dispute_id=dispute.id)


def give_up(session: Session, actor: Actor, dispute: Dispute) -> None:
    """Let the buyer's bank have the money; a job tells it. :raise AnsweredAlready:"""
    order = disputes.order_of(session, dispute)
    orders.lock(session, order.id)
    session.refresh(dispute)
    if dispute.state is not DisputeState.NEEDS_RESPONSE or dispute.answer_due or dispute.answered_at:
        raise AnsweredAlready
    audit.record(
        session, actor, "dispute.given_up", dispute, after={"order": order.number, "amount": dispute.amount}
    )
    jobs.enqueue(session, accept, _key=f"accept-dispute:{dispute.id}", dispute_id=dispute.id)


@jobs.job(own_transactions=True)
def send(dispute_id: int) -> None:
    """Send an answer that is given; one that has arrived is not sent again. :raise gateway.Unreachable:"""
    dispute = db.session.get(Dispute, dispute_id)
    if dispute is None or not dispute.answer_due:
        return
    name, ref, told = dispute.gateway, dispute.ref, dict(dispute.answer)
    db.session.rollback()  # no transaction is open while the gateway is asked
    files = {kind: media.current().get(key) for kind, key in told.get("files", {}).items()}
    try:
        found = gateway.of(name).send_evidence(ref, told["texts"], files)
    except gateway.Refused:  # the day has passed, or it is decided, or it is not theirs: finance looks again
        _take_back(dispute_id)
        with contextlib.suppress(gateway.Refused):
            disputes.look(name, ref)
    else:
        disputes.take_down(name, found)


def _take_back(dispute_id: int) -> None:
    """Let finance answer again: the gateway did not take what was given."""
    with transaction() as session:
        session.execute(sa.update(Dispute).where(Dispute.id == dispute_id).values(answer_due=False))


@jobs.job(own_transactions=True)
def accept(dispute_id: int) -> None:
    """Tell the gateway that a dispute is given up. :raise gateway.Unreachable:"""
    dispute = db.session.get_one(Dispute, dispute_id)
    name, ref, is_open = dispute.gateway, dispute.ref, dispute.is_open
    db.session.rollback()
    if is_open:
        with contextlib.suppress(gateway.Refused):
            disputes.take_down(name, gateway.of(name).accept_dispute(ref))
