"""What workshop and buyer answer each other: accept, propose something else, see it differently, refuse, give up.

Called by the studio and by the buyer's pages; both have checked whose claim it is. `turn` is `Claim.turn` as the page
showed it, so that nobody accepts what they have not read.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from catalog.photos import Upload
from checkout.claims import carrying, evidence, letters, states, terms
from checkout.claims.carrying import within
from checkout.claims.terms import Terms
from checkout.models import Claim, ClaimKind, ClaimState, ClaimStepKind, Order, Remedy, Side
from shop import config
from shop.audit import Actor

S = ClaimState
_BEFORE_A_DECISION = (S.OPENED, S.ANSWERED, S.COUNCIL)


def accept_wish(
    session: Session, actor: Actor, claim: Claim, payer: str, *, turn: int, words: str = ""
) -> None:
    """Let the workshop do what the buyer asks for; it may have the piece back, at its own cost.

    :raise states.ClaimMoved: :raise catalog.stock.OutOfStock: for a replacement that is not there.
    """
    order = states.hold_still(session, claim, turn)
    if claim.state not in _BEFORE_A_DECISION:
        raise states.ClaimMoved
    payer = "workshop" if payer else ""
    agreed = terms.check(session, claim, Terms(claim.wish, claim.wish_amount, payer))
    said = terms.words(words)
    _agree(session, actor, claim, order, Side.WORKSHOP, agreed, said)


def propose(session: Session, actor: Actor, claim: Claim, wanted: Terms, words: str, *, turn: int) -> None:
    """Let the workshop propose another remedy; the buyer answers.

    :raise states.ClaimMoved: :raise terms.TermsRefused: :raise terms.AmountRefused: :raise terms.WordsMissing:
    """
    order = states.hold_still(session, claim, turn)
    if claim.state is not S.OPENED:
        raise states.ClaimMoved
    if wanted.remedy is Remedy.NOTHING:
        raise terms.TermsRefused
    offered = terms.check(session, claim, wanted)
    _answer(session, actor, claim, order, offered, terms.words(words, needed=True), ClaimStepKind.PROPOSED)


def dispute(
    session: Session, actor: Actor, claim: Claim, words: str, uploads: Sequence[Upload], *, turn: int
) -> None:
    """Let the workshop say, with photographs, that the parcel was as shown; the buyer answers.

    :raise states.ClaimMoved: :raise terms.WordsMissing: :raise evidence.TooMany:
    """
    order = states.hold_still(session, claim, turn)
    if claim.state is not S.OPENED:
        raise states.ClaimMoved
    said = terms.words(words, needed=True)
    for upload in uploads:
        evidence.add(session, actor, claim, Side.WORKSHOP, upload)
    _answer(session, actor, claim, order, Terms(Remedy.NOTHING), said, ClaimStepKind.DISPUTED)


def _answer(
    session: Session, actor: Actor, claim: Claim, order: Order, offered: Terms, said: str, kind: ClaimStepKind
) -> None:
    states.move(
        session, actor, claim, S.ANSWERED, due_at=within(config.current().claim_answer_days),
        remedy=offered.remedy, amount=offered.amount, payer=offered.payer, offered_by=Side.WORKSHOP,
    )  # fmt: skip
    states.step(
        session, claim, actor, Side.WORKSHOP, kind, said,
        remedy=offered.remedy, amount=offered.amount, payer=offered.payer,
    )  # fmt: skip
    letters.tell(session, claim, order, "answered", Side.BUYER)


def accept_offer(session: Session, actor: Actor, claim: Claim, *, turn: int, side: Side = Side.BUYER) -> None:
    """Let the buyer take what the workshop proposed (or, by `Side.SHOP`, let silence take it); a dispute accepted is
    a claim given up.

    :raise states.ClaimMoved: :raise catalog.stock.OutOfStock:
    """
    order = states.hold_still(session, claim, turn)
    if claim.state is not S.ANSWERED or claim.remedy is None:
        raise states.ClaimMoved
    if claim.remedy is Remedy.NOTHING:
        carrying.end(session, actor, claim, S.WITHDRAWN, side)
        letters.tell(session, claim, order, "withdrawn", Side.WORKSHOP)
        return
    agreed = Terms(claim.remedy, claim.amount, claim.payer)
    _agree(session, actor, claim, order, side, agreed, "")


def _agree(
    session: Session, actor: Actor, claim: Claim, order: Order, side: Side, agreed: Terms, said: str
) -> None:
    states.move(
        session, actor, claim, S.AGREED,
        remedy=agreed.remedy, amount=agreed.amount, payer=agreed.payer,
        offered_by=Side.BUYER if side is Side.WORKSHOP else Side.WORKSHOP,
    )  # fmt: skip
    states.step(
        session, claim, actor, side, ClaimStepKind.ACCEPTED, said,
        remedy=agreed.remedy, amount=agreed.amount, payer=agreed.payer,
    )  # fmt: skip
    carrying.begin(session, actor, claim, order)
    if claim.is_open:  # what is done at once has its own letter
        letters.tell(session, claim, order, "agreed", Side.BUYER, Side.WORKSHOP)


def refuse_offer(session: Session, actor: Actor, claim: Claim, words: str, *, turn: int) -> None:
    """Let the buyer refuse, so that the council decides. :raise states.ClaimMoved:"""
    order = states.hold_still(session, claim, turn)
    if claim.state is not S.ANSWERED:
        raise states.ClaimMoved
    to_council(session, actor, claim, order, Side.BUYER, ClaimStepKind.REFUSED, terms.words(words))


def to_council(
    session: Session,
    actor: Actor,
    claim: Claim,
    order: Order,
    side: Side,
    kind: ClaimStepKind,
    words: str = "",
) -> None:
    """Bring a claim before the council, and tell all three."""
    states.move(session, actor, claim, S.COUNCIL, due_at=within(config.current().claim_council_days))
    states.step(session, claim, actor, side, kind, words)
    letters.tell(session, claim, order, "council", Side.BUYER, Side.WORKSHOP, Side.COUNCIL)


def withdraw(session: Session, actor: Actor, claim: Claim, words: str = "", *, turn: int) -> None:
    """Let the buyer give a claim up while nothing is agreed or decided; the parcel's own time runs on.

    :raise states.ClaimMoved:
    """
    order = states.hold_still(session, claim, turn)
    if claim.state not in _BEFORE_A_DECISION:
        raise states.ClaimMoved
    carrying.end(session, actor, claim, S.WITHDRAWN, Side.BUYER, terms.words(words))
    letters.tell(session, claim, order, "withdrawn", Side.WORKSHOP)


def say(session: Session, actor: Actor, claim: Claim, side: Side, words: str) -> None:
    """Add something to an open claim that changes nothing; the others read it, once however often it is sent.

    :raise states.ClaimMoved: :raise terms.WordsMissing:
    """
    states.hold_still(session, claim)
    if not claim.is_open:
        raise states.ClaimMoved
    said = terms.words(words, needed=True)
    if states.said_last(session, claim, actor, side, said):
        return
    states.step(session, claim, actor, side, ClaimStepKind.SAID, said)
    states.record(session, actor, "claim.said", claim, before={}, after={"side": side})


def may_be_accepted(claim: Claim) -> bool:
    """Say whether the workshop may still do what the buyer asks for."""
    return claim.state in _BEFORE_A_DECISION


def may_be_withdrawn(claim: Claim) -> bool:
    """Say whether the buyer may still give the claim up."""
    return claim.state in _BEFORE_A_DECISION


def nothing_comes_back(claim: Claim) -> bool:
    """Say whether there is nothing that could be sent back."""
    return claim.kind in (ClaimKind.NEVER_ARRIVED, ClaimKind.MISSING)
