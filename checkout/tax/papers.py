"""Papers for which PPh 22 is not collected: a person's statement letter for each tax year, letters of the tax office.

Sent by the studio, checked by the council or finance. A statement counts only while the turnover stays below the
threshold (`checkout.tax.turnover`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans
from catalog.models import Workshop
from checkout.models import CheckState, PaperKind, TaxPaper
from checkout.tax import letters
from checkout.tax.facts import Answered, OwnWorkshop, ReasonMissing
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound
from shop.models import User
from shop.texts import mark

KINDS = {
    PaperKind.STATEMENT: mark("Statement letter (surat pernyataan)"),
    PaperKind.SKB: mark("Letter that frees from collection (SKB)"),
    PaperKind.OWN_RULES: mark("Goods with rules of their own (gold, jewellery)"),
}
STANDING = (CheckState.SENT, CheckState.CHECKED)


class NoSuchPaper(NotFound):
    """There is no such paper, or not for this person."""


class SentAlready(Conflict):
    """One of each kind stands for a tax year."""

    message = "There is one of this kind for this tax year already. Take it back first if it is wrong."


class PaperRefused(Invalid):
    """What was sent cannot be such a paper."""

    message = (
        "Please check the days: a paper is issued before it ends, and ends with its tax year at the latest."
    )


class SignatureMissing(Invalid):
    """A statement is signed, a letter of the tax office has a number."""

    message = "A statement letter is signed with a name; a letter of the tax office has a number."


@dataclass(frozen=True, slots=True)
class Content:
    """What a workshop sends."""

    kind: PaperKind
    tax_year: int
    issued_on: date
    valid_until: date | None = None
    """Empty: the last day of the tax year."""
    number: str = ""
    signed_by: str = ""


def of_workshop(session: Session, workshop_id: int) -> list[TaxPaper]:
    """Give a workshop's papers, the latest first."""
    query = sa.select(TaxPaper).where(TaxPaper.workshop_id == workshop_id).order_by(TaxPaper.id.desc())
    return list(session.scalars(query.limit(60)))


def holding(session: Session, workshop_ids: Iterable[int], day: date) -> dict[int, set[PaperKind]]:
    """Give the kinds of papers that were checked and hold on a day, by workshop."""
    rows = session.execute(
        sa.select(TaxPaper.workshop_id, TaxPaper.kind).where(
            TaxPaper.workshop_id.in_(list(workshop_ids)),
            TaxPaper.state == CheckState.CHECKED,
            TaxPaper.tax_year == day.year,
            TaxPaper.issued_on <= day,
            TaxPaper.valid_until >= day,
        )
    )
    found: dict[int, set[PaperKind]] = {}
    for workshop_id, kind in rows:
        found.setdefault(workshop_id, set()).add(kind)
    return found


def send(session: Session, actor: Actor, workshop: Workshop, content: Content) -> TaxPaper:
    """Send a paper to those who check it. :raise SentAlready: :raise PaperRefused: :raise SignatureMissing:"""
    end = date(content.tax_year, 12, 31)
    until = content.valid_until or end
    if not content.issued_on <= until <= end or content.issued_on.year < content.tax_year - 1:
        raise PaperRefused
    if not (content.signed_by if content.kind is PaperKind.STATEMENT else content.number):
        raise SignatureMissing
    standing = sa.select(TaxPaper.id).where(
        TaxPaper.workshop_id == workshop.id,
        TaxPaper.kind == content.kind,
        TaxPaper.tax_year == content.tax_year,
        TaxPaper.state.in_(STANDING),
    )
    if session.scalar(standing) is not None:
        raise SentAlready
    paper = TaxPaper(
        workshop_id=workshop.id,
        kind=content.kind,
        tax_year=content.tax_year,
        number=content.number,
        issued_on=content.issued_on,
        valid_until=until,
        signed_by=content.signed_by,
        sent_at=now(),
        sent_by_id=actor.user_id,
    )
    session.add(paper)
    _note(session, actor, "tax_paper.sent", paper)
    return paper


def take_back(session: Session, actor: Actor, workshop: Workshop, paper_id: int) -> None:
    """Take a paper back, as when the turnover has passed the threshold elsewhere. :raise NoSuchPaper:"""
    won = session.execute(
        sa.update(TaxPaper)
        .where(
            TaxPaper.id == paper_id, TaxPaper.workshop_id == workshop.id, TaxPaper.state.in_(STANDING)
        )
        .values(state=CheckState.WITHDRAWN)
        .returning(TaxPaper.id)
    ).scalar()  # fmt: skip
    if won is None:
        raise NoSuchPaper
    _note(session, actor, "tax_paper.withdrawn", session.get_one(TaxPaper, paper_id))


def decide(
    session: Session, actor: Actor, person: User, paper_id: int, *, accepted: bool, reason: str = ""
) -> TaxPaper:
    """Say whether a paper holds. Officers of the workshop's council and finance may; the caller checks.

    :raise NoSuchPaper: :raise Answered: :raise OwnWorkshop: :raise ReasonMissing:
    """
    paper = find(session, paper_id)
    if artisans.is_member(session, paper.workshop_id, person.id):
        raise OwnWorkshop
    if not accepted and not reason.strip():
        raise ReasonMissing
    state = CheckState.CHECKED if accepted else CheckState.REFUSED
    won = session.execute(
        sa.update(TaxPaper)
        .where(TaxPaper.id == paper_id, TaxPaper.state == CheckState.SENT)
        .values(
            state=state, reason="" if accepted else reason.strip(), checked_at=now(), checked_by_id=person.id
        )
        .returning(TaxPaper.id)
    )
    if won.scalar() is None:
        raise Answered
    session.refresh(paper, ["state", "reason", "checked_at", "checked_by_id"])
    _note(session, actor, f"tax_paper.{state}", paper)
    letters.answered(session, paper)
    return paper


def find(session: Session, paper_id: int) -> TaxPaper:
    """Give a paper with its workshop and its council. :raise NoSuchPaper:"""
    paper = session.scalar(
        sa.select(TaxPaper)
        .where(TaxPaper.id == paper_id)
        .options(joinedload(TaxPaper.workshop).joinedload(Workshop.council))
    )
    if paper is None:
        raise NoSuchPaper
    return paper


def _note(session: Session, actor: Actor, action: str, paper: TaxPaper) -> None:
    workshop = session.scalars(
        sa.select(Workshop).where(Workshop.id == paper.workshop_id).options(joinedload(Workshop.council))
    ).one()
    audit.record(
        session, actor, action, paper,
        after={"kind": paper.kind, "tax_year": paper.tax_year, "state": paper.state, "reason": paper.reason},
        scope=workshop.council.code,
    )  # fmt: skip
