"""Reading the comparison's form: which attributes of which lines are different. What was shown is never read from it."""

from collections.abc import Mapping

from checkout.claims import terms
from checkout.claims.as_shown import LineShown, ParcelShown
from checkout.claims.opening import Difference, NothingDifferent
from checkout.models import Remedy
from checkout.models.claim import What
from shop import inputs
from shop.errors import Invalid

WISHES = (Remedy.REPLACEMENT, Remedy.REPAIR, Remedy.PART, Remedy.REFUND)
"""What a buyer may ask for."""


class BothAtOnce(Invalid):
    """A parcel cannot be all as shown and different."""

    message = "You marked something as different. Please report it, or mark it as shown first."


class WishMissing(Invalid):
    """The workshop has to know what the buyer wants."""

    message = "Please choose what you would like the workshop to do."


class ArrivedRefused(Invalid):
    """Fewer pieces arrived than were bought."""

    message = "Please say in digits how many pieces arrived: fewer than %(pieces)s."


def differences(shown: ParcelShown, typed: Mapping[str, str]) -> list[Difference]:
    """Give what is marked as different, line by line. :raise ArrivedRefused:"""
    found = [one for line in shown.lines for one in _of_line(line, typed)]
    if _marked(typed, 0, What.PACKAGING):
        found.append(Difference(None, What.PACKAGING, typed.get("said-0-packaging", "")))
    return found


def _of_line(line: LineShown, typed: Mapping[str, str]) -> list[Difference]:
    line_id = line.line.id
    found = []
    for fact in line.facts:
        if not _marked(typed, line_id, fact.what):
            continue
        words = typed.get(f"said-{line_id}-{fact.what}", "")
        if fact.what is What.QUANTITY:
            arrived = _whole(words, line.pieces)
            found.append(Difference(line_id, fact.what, str(arrived), line.pieces - arrived))
        else:
            pieces = _pieces(typed.get(f"pieces-{line_id}", ""), line.pieces)
            found.append(Difference(line_id, fact.what, words, pieces))
    return found


def _marked(typed: Mapping[str, str], line_id: int, what: What) -> bool:
    return typed.get(f"is-{line_id}-{what}") == "different"


def _whole(typed: str, bought: int) -> int:
    try:
        return inputs.whole(typed, least=0, most=bought - 1)
    except inputs.Unreadable as error:
        raise ArrivedRefused(pieces=bought) from error


def _pieces(typed: str, bought: int) -> int:
    try:
        return inputs.whole(typed, least=1, most=bought) if typed.strip() else bought
    except inputs.Unreadable:
        return bought


def checked(found: list[Difference]) -> None:
    """Make sure that something is different. :raise NothingDifferent:"""
    if not found:
        raise NothingDifferent


def wish(typed: Mapping[str, str]) -> tuple[Remedy, int]:
    """Give what the buyer would like, with an amount where it is a part of the money. :raise WishMissing:"""
    code = typed.get("wish", "")
    if code not in {one.value for one in WISHES}:
        raise WishMissing
    remedy = Remedy(code)
    return remedy, amount(typed.get("amount", "")) if remedy is Remedy.PART else 0


def amount(typed: str) -> int:
    """Give whole rupiah; what is none is zero, which the rules refuse with what is possible."""
    try:
        return inputs.rupiah(typed, least=1) if typed.strip() else 0
    except inputs.Unreadable:
        return 0


def turn(typed: str) -> int:
    """Give the turn that a page showed; what is none fits no claim."""
    return inputs.digits(typed, -1)


def wanted(typed: Mapping[str, str]) -> terms.Terms:
    """Give the terms of a proposal or a decision. :raise terms.TermsRefused:"""
    code = typed.get("remedy", "")
    if code not in set(Remedy):
        raise terms.TermsRefused
    payer = typed.get("payer", "")
    return terms.Terms(Remedy(code), amount(typed.get("amount", "")), payer if payer in terms.PAYERS else "")
