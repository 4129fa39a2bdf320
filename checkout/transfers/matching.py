"""Which order a transfer may be meant for, when its amount is not exactly that of one: proposals, best first. Pure.

The amount is the key; names, times and memos on statements are unreliable (domain.md 6), so nothing here pays an
order by itself: a person of finance looks at the proposals. Called by `lines`.
"""

import enum
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST = 6


class Hint(enum.StrEnum):
    """Why a transfer may belong to an order."""

    EXACT = "exact"
    """The exact amount of an order whose code was given up."""
    REST = "rest"
    """What was still missing."""
    PAIR = "pair"
    """Together with another transfer it is the amount."""
    DUPLICATE = "duplicate"
    """The exact amount of an order that is paid already."""
    WITHOUT_CODE = "without_code"
    """The total without the unique code."""
    CODE_AWAY = "code_away"
    """One rupiah beside: one code away."""
    OTHER_CODE = "other_code"
    """The total with another code."""
    TRANSPOSED = "transposed"
    """Two neighbouring digits have changed places."""
    ONE_DIGIT = "one_digit"
    """One digit is another, one too many or too few."""
    NUMBER = "number"
    """The order's number stands in the description."""
    NAME = "name"
    """The buyer's name stands in the description."""


SCORES = {
    Hint.REST: 95,
    Hint.PAIR: 90,
    Hint.DUPLICATE: 85,
    Hint.EXACT: 85,
    Hint.WITHOUT_CODE: 70,
    Hint.CODE_AWAY: 60,
    Hint.TRANSPOSED: 55,
    Hint.OTHER_CODE: 40,
    Hint.ONE_DIGIT: 35,
    Hint.NUMBER: 80,
    Hint.NAME: 30,
}


@dataclass(frozen=True, slots=True)
class Awaited:
    """An order that waits, waited or has been paid by transfer, as matching sees it."""

    wait_id: int
    number: str
    name: str
    total: int
    amount: int
    """Total and unique code."""
    due: int
    """What is still to come."""
    open: bool
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """A transfer that waits for its order."""

    line_id: int
    amount: int
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An order a transfer may be meant for, with why."""

    wait_id: int
    hints: tuple[Hint, ...]
    score: int
    partner_id: int | None = None
    """The other transfer of a pair."""


def proposals(line: Arrived, awaited: Iterable[Awaited], others: Sequence[Arrived] = ()) -> list[Proposal]:
    """Give the orders that a transfer may be meant for, the likeliest first."""
    words = _letters(line.words)
    found = []
    for one in awaited:
        hints, partner = _hints(line, one, others, words)
        if not hints:
            continue
        score = max(SCORES[hint] for hint in hints) + 5 * (len(hints) - 1) + (3 if one.open else 0)
        if hints == [Hint.NAME] and one.paid:
            continue
        found.append(Proposal(one.wait_id, tuple(hints), score, partner))
    return sorted(found, key=lambda proposal: (-proposal.score, proposal.wait_id))[:MOST]


def _hints(
    line: Arrived, one: Awaited, others: Sequence[Arrived], words: str
) -> tuple[list[Hint], int | None]:
    hints: list[Hint] = []
    partner: int | None = None
    if one.paid:
        if line.amount == one.amount:
            hints.append(Hint.DUPLICATE)
    else:
        partner = next((o.line_id for o in others if _complete(line, o, one)), None)
        hints += [Hint.PAIR] if partner is not None else _by_amount(line.amount, one)
    if _letters(one.number).replace(" ", "") in words.replace(" ", ""):
        hints.append(Hint.NUMBER)
    if is_named(words, one.name):
        hints.append(Hint.NAME)
    return hints, partner


def _complete(line: Arrived, other: Arrived, one: Awaited) -> bool:
    return other.line_id != line.line_id and other.amount + line.amount == one.due


def _by_amount(amount: int, one: Awaited) -> list[Hint]:
    if one.due != one.amount:  # a part has come: only the rest counts
        return [Hint.REST] if amount == one.due else []
    tries = (
        (Hint.EXACT, amount == one.amount),
        (Hint.WITHOUT_CODE, amount == one.total),
        (Hint.CODE_AWAY, abs(amount - one.amount) == 1),
        (Hint.TRANSPOSED, is_transposed(amount, one.amount)),
        (Hint.OTHER_CODE, one.total < amount <= one.total + 999),
        (Hint.ONE_DIGIT, is_one_digit_away(amount, one.amount)),
    )
    return [hint for hint, fits in tries if fits][:1]


def is_transposed(one: int, other: int) -> bool:
    """Say whether two amounts differ by two neighbouring digits that have changed places."""
    left, right = str(one), str(other)
    if len(left) != len(right):
        return False
    places = [place for place in range(len(left)) if left[place] != right[place]]
    if len(places) != 2 or places[1] - places[0] != 1:
        return False
    first, second = places
    return left[first] == right[second] and left[second] == right[first]


def is_one_digit_away(one: int, other: int) -> bool:
    """Say whether one digit of an amount is another one, or one is missing or too many."""
    left, right = sorted((str(one), str(other)), key=len)
    if len(left) == len(right):
        return sum(a != b for a, b in zip(left, right, strict=True)) == 1
    if len(right) - len(left) != 1:
        return False
    return any(right[:place] + right[place + 1 :] == left for place in range(len(right)))


def is_named(words: str, name: str) -> bool:
    """Say whether a description holds a buyer's name: two words of it, or the only one when it is long."""
    wanted = [part for part in _letters(name).split() if len(part) > 2]
    present = set(_letters(words).split())
    hits = sum(part in present for part in wanted)
    return hits >= 2 or (len(wanted) == 1 and hits == 1 and len(wanted[0]) > 4)


def _letters(text: str) -> str:
    """Bring a text to capital letters and digits with single spaces."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^0-9A-Z]+", " ", plain.upper()).split())
