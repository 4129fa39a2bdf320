"""The council decides: once, with one appeal of either side to another officer, and then for good.

Called by the desk, which has checked whose councils the officer's are. An officer of the workshop, or one who has
declared an interest in it, decides nothing; who decided does not judge the appeal.
"""

from sqlalchemy.orm import Session

from catalog import artisans
from catalog.curation import interests
from catalog.curation.submissions import OwnWorkshop
from checkout.claims import carrying, letters, states, terms
from checkout.claims.carrying import within
from checkout.claims.terms import Terms
from checkout.models import Claim, ClaimState, ClaimStepKind, Side
from shop import config
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden
from shop.models import User

S = ClaimState


class DecidedBefore(Forbidden):
    """An appeal goes to another officer."""

    message = "You decided this claim the first time. Another officer judges the appeal."


class NoAppealLeft(Conflict):
    """There is one appeal, in its time."""

    message = "Another officer cannot be asked any more: it was asked already, or the time for it is over."


def check_free(session: Session, claim: Claim, officer: User) -> None:
    """Make sure that an officer may decide a claim.

    :raise OwnWorkshop: :raise interests.HasInterest: :raise DecidedBefore:
    """
    if artisans.is_member(session, claim.workshop_id, officer.id):
        raise OwnWorkshop
    if interests.holding(session, officer.id, claim.workshop_id) is not None:
        raise interests.HasInterest
    if claim.state is S.APPEALED and claim.decided_by_id == officer.id:
        raise DecidedBefore


def decide(
    session: Session, actor: Actor, claim: Claim, officer: User, wanted: Terms, words: str, *, turn: int
) -> None:
    """Decide a claim, with the reasons that both sides read. On an appeal, and after one, it is the last word.

    :raise states.ClaimMoved: :raise terms.TermsRefused: :raise terms.WordsMissing: and what `check_free` raises.
    :raise catalog.stock.OutOfStock: for a replacement that is not there.
    """
    order = states.hold_still(session, claim, turn)
    check_free(session, claim, officer)
    if claim.state not in (S.COUNCIL, S.APPEALED):
        raise states.ClaimMoved
    decided = terms.check(session, claim, wanted)
    said = terms.words(words, needed=True)
    last = claim.state is S.APPEALED or bool(claim.appealed_at)
    values: dict[str, object] = {
        "remedy": decided.remedy, "amount": decided.amount, "payer": decided.payer, "offered_by": Side.COUNCIL
    }  # fmt: skip
    if claim.state is S.APPEALED:
        values["final_by_id"] = officer.id
    else:
        values |= {"decided_by_id": officer.id, "decided_at": now()}
        if last:
            values["final_by_id"] = None
    due = None if last else within(config.current().claim_appeal_days)
    states.move(session, actor, claim, S.FINAL if last else S.DECIDED, due_at=due, **values)
    kind = ClaimStepKind.FINAL if last else ClaimStepKind.DECIDED
    states.step(
        session, claim, actor, Side.COUNCIL, kind, said,
        remedy=decided.remedy, amount=decided.amount, payer=decided.payer,
    )  # fmt: skip
    if last:
        carrying.begin(session, actor, claim, order)
    if claim.is_open:
        letters.tell(session, claim, order, "final" if last else "decided", Side.BUYER, Side.WORKSHOP)


def appeal(session: Session, actor: Actor, claim: Claim, side: Side, words: str, *, turn: int) -> None:
    """Ask another officer, once, while the time for it runs. :raise NoAppealLeft: :raise terms.WordsMissing:"""
    order = states.hold_still(session, claim, turn)
    if not may_appeal(claim):
        raise NoAppealLeft
    said = terms.words(words, needed=True)
    states.move(
        session, actor, claim, S.APPEALED, due_at=within(config.current().claim_council_days),
        appealed_by=side, appealed_at=now(),
    )  # fmt: skip
    states.step(session, claim, actor, side, ClaimStepKind.APPEALED, said)
    letters.tell(session, claim, order, "appealed", Side.BUYER, Side.WORKSHOP, Side.COUNCIL)


def may_appeal(claim: Claim) -> bool:
    """Say whether a side may still ask another officer."""
    in_time = claim.due_at is not None and claim.due_at > now()
    return claim.state is S.DECIDED and claim.appealed_at is None and in_time


def make_final(session: Session, actor: Actor, claim: Claim) -> None:
    """Let a decision that nobody appealed against hold for good. :raise states.ClaimMoved:"""
    order = states.hold_still(session, claim)
    if claim.state is not S.DECIDED:
        raise states.ClaimMoved
    states.move(session, actor, claim, S.FINAL)
    states.step(session, claim, actor, Side.SHOP, ClaimStepKind.FINAL)
    carrying.begin(session, actor, claim, order)
    if claim.is_open:
        letters.tell(session, claim, order, "final", Side.BUYER, Side.WORKSHOP)
