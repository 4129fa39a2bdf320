"""What may be asked, offered and decided in a claim, and how much money it is about.

A claim is about so many pieces of some lines; money never goes beyond what the buyer has paid for them and has not
got back. The postage goes back with them where nothing of the parcel is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkout import parcels
from checkout.claims import finding
from checkout.credits import CreditItem
from checkout.models import Claim, ClaimKind, OrderLine, Remedy, Shipment
from shop import inputs
from shop.errors import Invalid

WORDS_MOST = 2000
PAYERS = ("", "workshop", "buyer")
"""Who may pay the way back; empty: nothing is sent back."""
_WITHOUT_RETURN = (ClaimKind.NEVER_ARRIVED, ClaimKind.MISSING)


class TermsRefused(Invalid):
    """These terms cannot be offered."""

    message = "Please choose what is to be done."


class AmountRefused(TermsRefused):
    """A partial refund is a whole number of rupiah within what was paid."""

    message = "Please give an amount from Rp 1 to %(most)s, in whole rupiah."


class WordsMissing(Invalid):
    """The other side has to know why."""

    message = "Please say why in a few words."


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be done: the remedy, rupiah for a partial refund, who pays the way back."""

    remedy: Remedy
    amount: int = 0
    payer: str = ""


@dataclass(frozen=True, slots=True)
class Stake:
    """So many pieces of one line that a claim is about, and the rupiah that can go back for them."""

    line: OrderLine
    pieces: int
    left: int


def asked(session: Session, claim: Claim) -> dict[int, int]:
    """Give how many pieces of each order line a claim is about; a claim about the parcel is about all that is in it."""
    named: dict[int, int] = {}
    for point in finding.points_of(session, claim.id):
        if point.order_line_id is not None:
            named[point.order_line_id] = max(named.get(point.order_line_id, 0), point.pieces)
    inside = {one.order_line_id: one.quantity for one in parcels.contents(session, claim.shipment_id)}
    return {
        line_id: min(named.get(line_id, travelled), travelled)
        for line_id, travelled in sorted(inside.items())
        if not named or line_id in named
    }


def stakes(session: Session, claim: Claim) -> list[Stake]:
    """Give what a claim is about, line by line, as far as it still counts."""
    found = []
    for line_id, wanted in asked(session, claim).items():
        line = session.get_one(OrderLine, line_id)
        pieces = min(wanted, line.kept)
        left = (line.paid - line.credited) * pieces // line.kept if line.kept else 0
        found.append(Stake(line, pieces, left))
    return found


def is_whole_parcel(session: Session, claim: Claim, about: Iterable[Stake]) -> bool:
    """Say whether a claim is about every piece of its parcel."""
    inside = {one.order_line_id: one.quantity for one in parcels.contents(session, claim.shipment_id)}
    mine = {stake.line.id: stake.pieces for stake in about}
    kept = {
        line_id: min(pieces, session.get_one(OrderLine, line_id).kept) for line_id, pieces in inside.items()
    }
    return mine == kept


def most(session: Session, claim: Claim) -> int:
    """Give the rupiah that can go back for the pieces of a claim, without postage."""
    return sum(stake.left for stake in stakes(session, claim))


def postage_left(session: Session, claim: Claim) -> int:
    """Give the rupiah of postage that go back with all pieces of the parcel; 0 when some are kept."""
    if not is_whole_parcel(session, claim, stakes(session, claim)):
        return 0
    parcel = session.get_one(Shipment, claim.shipment_id)
    return parcel.paid - parcel.credited


def check(session: Session, claim: Claim, wanted: Terms) -> Terms:
    """Give the terms in the shape that is kept. :raise TermsRefused: :raise AmountRefused:"""
    remedy, amount, payer = wanted.remedy, wanted.amount, wanted.payer
    if payer not in PAYERS or (remedy is Remedy.REPAIR and claim.kind in _WITHOUT_RETURN):
        raise TermsRefused
    if remedy is Remedy.PART:
        limit = most(session, claim)
        if not 1 <= amount <= limit:
            raise AmountRefused(most=f"Rp {limit:,}".replace(",", "."))
        return Terms(remedy, amount)
    if remedy is Remedy.NOTHING or claim.kind in _WITHOUT_RETURN:
        return Terms(remedy)
    if remedy is Remedy.REPAIR and not payer:
        payer = "workshop"
    return Terms(remedy, 0, payer)


def words(typed: str, *, needed: bool = False) -> str:
    """Give what somebody wrote in the shape that is kept. :raise WordsMissing:"""
    try:
        text = inputs.text(typed, most=WORDS_MOST, lines=True)
    except inputs.Unreadable as error:
        raise Invalid(error.message, **error.params) from error
    if needed and not text:
        raise WordsMissing
    return text


def items(session: Session, claim: Claim) -> list[CreditItem]:
    """Give what goes back for what was agreed or decided: a part, or the pieces with their postage."""
    about = stakes(session, claim)
    if claim.remedy is Remedy.PART:
        return _parts(about, claim.amount)
    found = [
        CreditItem(order_line_id=one.line.id, quantity=one.pieces, amount=one.left)
        for one in about
        if one.pieces
    ]
    if is_whole_parcel(session, claim, about):
        parcel = session.get_one(Shipment, claim.shipment_id)
        if parcel.paid > parcel.credited:
            found.append(CreditItem(shipment_id=parcel.id))
    return found


def _parts(about: list[Stake], amount: int) -> list[CreditItem]:
    """Spread an amount over the lines by what is left of each; the last rupiah go where the remainders are largest."""
    whole = sum(stake.left for stake in about)
    amount = min(amount, whole)
    if not amount:
        return []
    shares = [stake.left * amount // whole for stake in about]
    by_rest = sorted(range(len(about)), key=lambda at: -(about[at].left * amount % whole))
    for at in by_rest[: amount - sum(shares)]:
        shares[at] += 1
    return [
        CreditItem(order_line_id=stake.line.id, amount=share)
        for stake, share in zip(about, shares, strict=True)
        if share
    ]
