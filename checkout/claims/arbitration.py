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
from checkout.models import Claim, ClaimState, ClaimStepKind, Order, Remedy, Side
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
        values |= {"buyer_accepted_at": None, "workshop_accepted_at": None}
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
    if not may_appeal(claim, side):
        raise NoAppealLeft
    said = terms.words(words, needed=True)
    states.move(
        session, actor, claim, S.APPEALED, due_at=within(config.current().claim_council_days),
        appealed_by=side, appealed_at=now(),
    )  # fmt: skip
    states.step(session, claim, actor, side, ClaimStepKind.APPEALED, said)
    letters.tell(session, claim, order, "appealed", Side.BUYER, Side.WORKSHOP, Side.COUNCIL)


def may_appeal(claim: Claim, side: Side) -> bool:
    """Say whether a side may still ask another officer: in time, once, and not after accepting the decision."""
    in_time = claim.due_at is not None and claim.due_at > now()
    return (
        claim.state is S.DECIDED and claim.appealed_at is None and in_time and not has_accepted(claim, side)
    )


def has_accepted(claim: Claim, side: Side) -> bool:
    """Say whether a side has accepted the decision."""
    moments = {Side.BUYER: claim.buyer_accepted_at, Side.WORKSHOP: claim.workshop_accepted_at}
    return moments[side] is not None


def waits_for(claim: Claim) -> list[Side]:
    """Give the sides that have to accept a decision before it holds without waiting for the end of the appeal's time.

    Who was given all that they asked for need not: they have nothing to ask another officer for.
    """
    given = {Side.BUYER: _buyer_has_all(claim), Side.WORKSHOP: claim.remedy is Remedy.NOTHING}
    return [side for side, all_of_it in given.items() if not (all_of_it or has_accepted(claim, side))]


def _buyer_has_all(claim: Claim) -> bool:
    wished = claim.remedy is claim.wish and claim.amount >= claim.wish_amount
    return wished and claim.payer != Side.BUYER


def accept(session: Session, actor: Actor, claim: Claim, side: Side, *, turn: int) -> None:
    """Accept a decision for good; once nobody is left who would have to, it is carried out at once.

    :raise states.ClaimMoved: also for a side that has accepted already.
    """
    order = states.hold_still(session, claim, turn)
    if not may_appeal(claim, side):
        raise states.ClaimMoved
    if side is Side.BUYER:
        claim.buyer_accepted_at = now()
    else:
        claim.workshop_accepted_at = now()
    session.flush()
    states.step(session, claim, actor, side, ClaimStepKind.ACCEPTED)
    states.record(session, actor, "claim.decision_accepted", claim, before={}, after={"side": side})
    if not waits_for(claim):
        _hold(session, actor, claim, order)
        return
    other = Side.WORKSHOP if side is Side.BUYER else Side.BUYER
    letters.tell(session, claim, order, "accepted", other)


def make_final(session: Session, actor: Actor, claim: Claim) -> None:
    """Let a decision that nobody appealed against hold for good. :raise states.ClaimMoved:"""
    order = states.hold_still(session, claim)
    if claim.state is not S.DECIDED:
        raise states.ClaimMoved
    _hold(session, actor, claim, order)


def _hold(session: Session, actor: Actor, claim: Claim, order: Order) -> None:
    states.move(session, actor, claim, S.FINAL)
    states.step(session, claim, actor, Side.SHOP, ClaimStepKind.FINAL)
    carrying.begin(session, actor, claim, order)
    if claim.is_open:
        letters.tell(session, claim, order, "final", Side.BUYER, Side.WORKSHOP)
