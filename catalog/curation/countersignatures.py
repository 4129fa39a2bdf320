"""Counter-signatures: a workshop from elsewhere claims a craft form, and the council of its home region answers.

`ask` is called when a listing is sent, `check_signed` before it goes live, the rest by the desk. Requests and
answers are rows that nobody changes; the unique key of an answer lets no request be answered twice.
What happens when nobody answers is in `catalog.curation.lapses`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans, heritage_register
from catalog.curation import claims
from catalog.models import (
    Countersignature,
    CountersignatureAnswer,
    Craft,
    HeritageHome,
    Listing,
    Product,
    Reply,
    Submission,
    Workshop,
)
from shop import audit, authz, config, inputs
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.i18n import WIB
from shop.models import User

LONGEST_REASON = 2000
PAGE = 30


class NoSuchRequest(NotFound):
    """There is no such request, or not for this person's region."""


class OwnWorkshop(Forbidden):
    """Nobody signs for their own workshop."""

    message = "This claim is of your own workshop. Somebody else of your council answers it."


class AlreadyAnswered(Conflict):
    """The request has its one answer."""

    message = "This request has been answered in the meantime. The answer stands."


class ReasonMissing(Invalid):
    """An answer needs a reason in words."""

    message = "Please give the reason in a few words; workshop and panel will read it."


# --- asking --------------------------------------------------------------------------------------------


def ask(session: Session, actor: Actor, submission: Submission) -> list[Countersignature]:
    """Lay the unsigned claims of a submission before their home councils; one open request for each claim."""
    session.flush()
    product_id = session.get_one(Listing, submission.listing_id).product_id
    wanted = claims.unsigned(session, submission)
    waiting = {one.craft_id: one for one in _open_of(session, product_id)}
    for craft_id in waiting.keys() - wanted:
        _write(session, actor, waiting[craft_id], Reply.WITHDRAWN, "")
    return [_request(session, actor, submission, product_id, one) for one in sorted(wanted - waiting.keys())]


def _open_of(session: Session, product_id: int) -> Sequence[Countersignature]:
    return session.scalars(_open().where(Countersignature.product_id == product_id)).all()


def _open() -> sa.Select[Countersignature]:
    return (
        sa.select(Countersignature)
        .outerjoin(CountersignatureAnswer, CountersignatureAnswer.request_id == Countersignature.id)
        .where(CountersignatureAnswer.id.is_(None))
        .options(joinedload(Countersignature.council), joinedload(Countersignature.craft))
    )


def _request(
    session: Session, actor: Actor, submission: Submission, product_id: int, craft_id: int
) -> Countersignature:
    moment = now()
    home = heritage_register.homes(session, [craft_id])[craft_id][0]
    council = heritage_register.home_council(session, home)
    one = Countersignature(
        product_id=product_id,
        listing_id=submission.listing_id,
        submission_id=submission.id,
        workshop_id=session.get_one(Product, product_id).workshop_id,
        craft_id=craft_id,
        council_id=council.id,
        asked_at=moment,
        due_on=(moment.astimezone(WIB) + timedelta(days=config.current().countersign_days)).date(),
    )
    session.add(one)
    audit.record(
        session, actor, "countersignature.asked", one,
        after={"craft": session.get_one(Craft, craft_id).name_id, "due": one.due_on.isoformat()},
        scope=council.code,
    )  # fmt: skip
    return one


def keep_present(session: Session, actor: Actor, craft_id: int, reason: str) -> int:
    """Let pieces that are on sale keep a claim which the register would now refuse; say how many they are."""
    kept = 0
    for product, listing, workshop in _on_sale(session, craft_id):
        places = {workshop.live_regency_code or workshop.regency_code}
        if listing.craft_id == craft_id and listing.regency_code:
            places.add(listing.regency_code)
        if not heritage_register.foreign(session, {craft_id}, *places):
            continue
        if craft_id in claims.signed(session, product.id, workshop.id, listing.craft_id):
            continue
        home = heritage_register.homes(session, [craft_id])[craft_id][0]
        council = heritage_register.home_council(session, home)
        one = Countersignature(
            product_id=product.id, listing_id=listing.id, workshop_id=workshop.id, craft_id=craft_id,
            council_id=council.id, asked_at=now(), due_on=now().astimezone(WIB).date(),
        )  # fmt: skip
        session.add(one)
        session.flush()
        session.refresh(one, ["council"])
        _write(session, actor, one, Reply.KEPT, reason)
        kept += 1
    return kept


def _on_sale(session: Session, craft_id: int) -> list[tuple[Product, Listing, Workshop]]:
    query = (
        sa.select(Product, Listing, Workshop)
        .join(Listing, Listing.id == Product.live_listing_id)
        .join(Workshop, Workshop.id == Product.workshop_id)
        .where(sa.or_(Listing.craft_id == craft_id, Workshop.live_craft_id == craft_id))
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


# --- answering -----------------------------------------------------------------------------------------


def _homes_of(person: User) -> sa.ColumnElement[bool]:
    """Give what of the requests belongs to the home regions that a person keeps."""
    codes = authz.scopes(person, *heritage_register.KEEPERS)
    if authz.ALL_COUNCILS in codes:
        return sa.true()
    region = sa.func.coalesce(HeritageHome.regency_code, HeritageHome.province_code)
    below = [region.startswith(f"{code}.", autoescape=True) for code in codes]
    return Countersignature.craft_id.in_(
        sa.select(HeritageHome.craft_id).where(sa.or_(region.in_(codes), *below))
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of requests, those that end first at the top."""

    requests: Sequence[Countersignature]
    total: int
    number: int
    pages: int
    waiting: int
    """Requests without an answer, whatever the page shows."""


def listed(session: Session, person: User, number: int = 1, *, answered: bool = False) -> Listed:
    """Give what waits for the councils of a person, or what they have answered, the latest first."""
    mine = _homes_of(person)
    own = artisans.of_user(session, person.id)
    if own and not answered:
        mine = sa.and_(mine, Countersignature.workshop_id != own.id)
    has = CountersignatureAnswer.id.is_not(None) if answered else CountersignatureAnswer.id.is_(None)
    base = (
        sa.select(Countersignature)
        .outerjoin(CountersignatureAnswer, CountersignatureAnswer.request_id == Countersignature.id)
        .where(mine)
    )
    counts = sa.select(sa.func.count()).select_from(base.where(has).subquery())
    total = session.scalar(counts) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    order = (CountersignatureAnswer.decided_at.desc(),) if answered else (Countersignature.due_on,)
    query = (
        base.where(has)
        .order_by(*order, Countersignature.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE)
        .options(*_WITH)
    )
    waiting = total if not answered else 0
    return Listed(session.scalars(query).all(), total, number, pages, waiting)


_WITH = (
    joinedload(Countersignature.craft),
    joinedload(Countersignature.council),
    joinedload(Countersignature.workshop).joinedload(Workshop.regency),
    joinedload(Countersignature.answer),
)


def for_officer(session: Session, person: User, request_id: int) -> Countersignature:
    """Give a request of one of a person's home regions. :raise NoSuchRequest: to others."""
    query = sa.select(Countersignature).where(Countersignature.id == request_id, _homes_of(person))
    found = session.scalar(query.options(*_WITH))
    if found is None:
        raise NoSuchRequest
    return found


def answer(
    session: Session, actor: Actor, person: User, request_id: int, *, granted: bool, reason: str
) -> CountersignatureAnswer:
    """Grant or refuse a claim, once and for good.

    :raise NoSuchRequest: OwnWorkshop: ReasonMissing: AlreadyAnswered:
    """
    request = for_officer(session, person, request_id)
    if artisans.is_member(session, request.workshop_id, person.id):
        raise OwnWorkshop
    try:
        words = inputs.text(reason, most=LONGEST_REASON, lines=True)
    except inputs.Unreadable as error:
        raise ReasonMissing(error.message, **error.params) from error
    if not words:
        raise ReasonMissing
    found = _write(session, actor, request, Reply.GRANTED if granted else Reply.REFUSED, words)
    if found is None:
        raise AlreadyAnswered
    return found


def _write(
    session: Session, actor: Actor, request: Countersignature, reply: Reply, reason: str
) -> CountersignatureAnswer | None:
    """Write the one answer of a request; None when it has one already."""
    person = actor.user_id if reply in (Reply.GRANTED, Reply.REFUSED) else None
    row = insert(session, CountersignatureAnswer).values(
        request_id=request.id, reply=reply, reason=reason, decided_by_id=person,
        decided_by=actor.label[:120] if person else "", decided_at=now(),
    )  # fmt: skip
    found = session.scalar(
        row.on_conflict_do_nothing(index_elements=["request_id"]).returning(CountersignatureAnswer)
    )
    if found is not None:
        audit.record(
            session, actor, f"countersignature.{reply}", request,
            before={}, after={"reason": reason} if reason else {}, scope=request.council.code,
        )  # fmt: skip
    return found


def lapsed(session: Session, request: Countersignature, actor: Actor) -> bool:
    """Close a request that nobody has answered in time; say whether it was still open."""
    return _write(session, actor, request, Reply.LAPSED, "") is not None


def overdue(session: Session, today: date, limit: int = 200) -> list[Countersignature]:
    """Give open requests whose last day has passed."""
    query = _open().where(Countersignature.due_on < today).order_by(Countersignature.id).limit(limit)
    return list(session.scalars(query))
