"""Certificates of workshops: Batikmark, the right to use a geographical indication, others.

The artisan sends one with a photograph, which stays private; a curator of the workshop's council compares number,
holder and day with it. Only what was checked is shown on pieces of that craft, and only until it expires.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans, changes, councils, photos
from catalog.cards import CertificateView
from catalog.models import (
    Certificate,
    CertificateKind,
    CertificateState,
    Council,
    Craft,
    Listing,
    Picture,
    Workshop,
)
from catalog.photos import Upload
from shop import audit, inputs
from shop.audit import Actor
from shop.db import now, transaction
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.i18n import WIB
from shop.jobs import periodic
from shop.models import User
from shop.texts import mark

KINDS = {
    CertificateKind.BATIKMARK: mark("Batikmark"),
    CertificateKind.GI_USER: mark("User of the geographical indication"),
    CertificateKind.OTHER: mark("Another certificate"),
}
"""Kinds and their names (msgids)."""
MOST = 20
"""Certificates that a workshop may have waiting or shown."""
WORKER = Actor.system("worker")


class NoSuchCertificate(NotFound):
    """There is no such certificate, or not for this person."""


class CertificateRefused(Invalid):
    """What was sent cannot be a certificate."""

    message = "A certificate has a number, a holder, and if it ends, a day that has not passed."


class NotWaiting(Conflict):
    """Somebody has answered it, or it was taken back."""

    message = "This certificate has been answered or taken back in the meantime."


class OwnWorkshop(Forbidden):
    """Nobody checks their own workshop's certificates."""

    message = "This certificate is of your own workshop. Another curator checks it."


class TooMany(Conflict):
    """A workshop has as many certificates as it can have."""

    message = "A workshop has at most %(most)s certificates here. Take one back first."


@dataclass(frozen=True, slots=True)
class Content:
    """What an artisan says of a certificate."""

    kind: CertificateKind
    craft_id: int
    number: str
    holder: str
    name: str = ""
    valid_until: date | None = None


def today() -> date:
    """Give the day in Jakarta, by which certificates end."""
    return now().astimezone(WIB).date()


# --- what the public sees ----------------------------------------------------------------------------------


def _valid() -> sa.ColumnElement[bool]:
    return sa.and_(
        Certificate.state == CertificateState.CHECKED,
        sa.or_(
            Certificate.valid_until.is_(None), Certificate.valid_until >= sa.bindparam("today", type_=sa.Date)
        ),
    )


SHOWN = (
    sa.select(sa.func.count(Certificate.id))
    .where(
        Certificate.workshop_id == Workshop.id,
        Certificate.craft_id == Listing.craft_id,
        Certificate.state == CertificateState.CHECKED,
    )
    .correlate(Workshop, Listing)
    .scalar_subquery()
)
"""How many a piece may have; which of them still count is asked by `shown`, of the few pieces that have some."""


def shown(session: Session, workshop_id: int, craft_id: int | None) -> tuple[CertificateView, ...]:
    """Give what may be said in public of a workshop's certificates for a craft, today."""
    query = (
        sa.select(Certificate)
        .where(Certificate.workshop_id == workshop_id, Certificate.craft_id == craft_id, _valid())
        .order_by(Certificate.id)
    )
    return tuple(
        CertificateView(one.name or KINDS[one.kind], one.number, one.holder, one.valid_until, one.checked_at)
        for one in session.scalars(query, {"today": today()})
        if one.checked_at is not None
    )


@periodic(every=1800)
def expire() -> None:
    """Close certificates whose last day has passed; kept pages are then made anew."""
    with transaction() as session:
        over = session.scalars(
            sa.select(Certificate)
            .where(Certificate.state == CertificateState.CHECKED, Certificate.valid_until < today())
            .options(joinedload(Certificate.workshop).joinedload(Workshop.council))
        ).all()
        for one in over:
            if _move(session, one, (CertificateState.CHECKED,), CertificateState.EXPIRED):
                _record(session, WORKER, "certificate.expired", one)
                changes.of_workshop(session, one.workshop_id)


# --- the workshop --------------------------------------------------------------------------------------------


def send(session: Session, actor: Actor, workshop: Workshop, upload: Upload, content: Content) -> Certificate:
    """Send a certificate with its received photograph to the council. :raise CertificateRefused: TooMany:"""
    fine = content.number and content.holder and session.get(Craft, content.craft_id) is not None
    if not fine or (content.valid_until is not None and content.valid_until < today()):
        raise CertificateRefused
    if content.kind is CertificateKind.OTHER and not content.name:
        raise CertificateRefused
    present = sa.select(sa.func.count(Certificate.id)).where(
        Certificate.workshop_id == workshop.id,
        Certificate.state.in_((CertificateState.SENT, CertificateState.CHECKED)),
    )
    if (session.scalar(present) or 0) >= MOST:
        raise TooMany(most=MOST)
    picture = photos.keep(session, workshop.id, upload)
    one = Certificate(
        workshop_id=workshop.id, craft_id=content.craft_id, kind=content.kind,
        name=content.name if content.kind is CertificateKind.OTHER else "",
        number=content.number, holder=content.holder, valid_until=content.valid_until,
        picture_id=picture.id, sent_at=now(),
    )  # fmt: skip
    session.add(one)
    session.flush()
    session.refresh(one, ["workshop"])
    _record(session, actor, "certificate.sent", one, number=one.number)
    return one


def of_workshop(session: Session, workshop_id: int) -> Sequence[Certificate]:
    """Give the certificates of a workshop, the latest first."""
    query = (
        sa.select(Certificate)
        .where(Certificate.workshop_id == workshop_id)
        .order_by(Certificate.id.desc())
        .options(joinedload(Certificate.craft), joinedload(Certificate.picture))
    )
    return session.scalars(query).all()


def take_back(session: Session, actor: Actor, workshop: Workshop, certificate_id: int) -> None:
    """Withdraw a certificate; what is public of it goes at once. :raise NoSuchCertificate: NotWaiting:"""
    one = session.scalar(
        sa.select(Certificate).where(Certificate.id == certificate_id, Certificate.workshop_id == workshop.id)
    )
    if one is None:
        raise NoSuchCertificate
    session.refresh(one, ["workshop"])
    if not _move(session, one, (CertificateState.SENT, CertificateState.CHECKED), CertificateState.WITHDRAWN):
        raise NotWaiting
    _record(session, actor, "certificate.withdrawn", one)
    changes.of_workshop(session, one.workshop_id)


# --- the council ---------------------------------------------------------------------------------------------


def waiting(session: Session, person: User) -> Sequence[Certificate]:
    """Give what waits for a person's councils, oldest first; their own workshop's is not among it."""
    own = artisans.of_user(session, person.id)
    query = (
        sa.select(Certificate)
        .join(Workshop, Workshop.id == Certificate.workshop_id)
        .where(
            Certificate.state == CertificateState.SENT,
            Workshop.council_id.in_(councils.ids_of(session, person)),
            Workshop.id != (own.id if own else 0),
        )
        .order_by(Certificate.sent_at, Certificate.id)
        .limit(100)
        .options(joinedload(Certificate.workshop), joinedload(Certificate.craft))
    )
    return session.scalars(query).all()


def for_staff(session: Session, person: User, certificate_id: int) -> Certificate:
    """Give a certificate of a workshop of a person's councils. :raise NoSuchCertificate: to others."""
    one = session.scalar(
        sa.select(Certificate)
        .join(Workshop, Workshop.id == Certificate.workshop_id)
        .where(Certificate.id == certificate_id, Workshop.council_id.in_(councils.ids_of(session, person)))
        .options(
            joinedload(Certificate.workshop), joinedload(Certificate.craft), joinedload(Certificate.picture)
        )
    )
    if one is None:
        raise NoSuchCertificate
    return one


def picture_for_staff(session: Session, person: User, certificate_id: int) -> Picture:
    """Give the private photograph of a certificate. :raise NoSuchCertificate:"""
    return for_staff(session, person, certificate_id).picture


def decide(
    session: Session, actor: Actor, person: User, certificate_id: int, *, accepted: bool, reason: str
) -> None:
    """Say that a certificate was compared with the paper and holds, or does not, in words.

    :raise NoSuchCertificate: OwnWorkshop: CertificateRefused: NotWaiting:
    """
    one = for_staff(session, person, certificate_id)
    if artisans.is_member(session, one.workshop_id, person.id):
        raise OwnWorkshop
    words = inputs.text(reason, most=1000, lines=True)
    if not accepted and not words:
        raise CertificateRefused("Please say what does not fit, so that the workshop can put it right.")
    if accepted and one.valid_until is not None and one.valid_until < today():
        raise CertificateRefused
    to = CertificateState.CHECKED if accepted else CertificateState.REFUSED
    values: dict[str, Any] = {
        "reason": words,
        "checked_by_id": person.id,
        "checked_by": person.name[:120],
        "checked_at": now(),
    }
    if not _move(session, one, (CertificateState.SENT,), to, **values):
        raise NotWaiting
    after = {"number": one.number} | ({"reason": words} if words else {})
    _record(session, actor, f"certificate.{to}", one, **after)
    changes.of_workshop(session, one.workshop_id)


def _move(
    session: Session,
    one: Certificate,
    origins: tuple[CertificateState, ...],
    to: CertificateState,
    **values: Any,
) -> bool:
    session.flush()
    moved = session.execute(
        sa.update(Certificate)
        .where(Certificate.id == one.id, Certificate.state.in_(origins))
        .values(state=to, **values)
        .returning(Certificate.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    session.expire(one, ["state", *values])
    return moved is not None


def _record(session: Session, actor: Actor, action: str, one: Certificate, **after: Any) -> None:
    council = session.get_one(Council, one.workshop.council_id)
    audit.record(session, actor, action, one, after={"state": one.state, **after}, scope=council.code)
