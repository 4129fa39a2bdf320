"""Proposals for transfers that fit no order exactly."""

import pytest

from checkout.transfers import matching
from checkout.transfers.matching import Arrived, Awaited, Hint

ORDER = Awaited(1, "KRY-261122-7F3KQM", "Sari Puspita", 125_000, 125_345, 125_345, open=True)


def hints(
    amount: int, words: str = "", order: Awaited = ORDER, others: tuple[Arrived, ...] = ()
) -> list[Hint]:
    found = matching.proposals(Arrived(9, amount, words), [order], others)
    return list(found[0].hints) if found else []


@pytest.mark.parametrize(
    ("amount", "hint"),
    [
        (125_000, Hint.WITHOUT_CODE), (125_346, Hint.CODE_AWAY), (125_435, Hint.TRANSPOSED),
        (125_999, Hint.OTHER_CODE), (1_125_345, Hint.ONE_DIGIT), (12_545, Hint.ONE_DIGIT), (225_345, Hint.ONE_DIGIT),
    ],
)  # fmt: skip
def test_near_misses_are_named(amount: int, hint: Hint) -> None:
    assert hints(amount) == [hint]


def test_another_amount_is_nobodys() -> None:
    assert hints(77_000) == []


def test_two_payments_for_one_order_are_seen_together() -> None:
    first = Arrived(8, 100_000, "SARI PUSPITA")

    found = matching.proposals(Arrived(9, 25_345, ""), [ORDER], [first])

    assert found[0].hints == (Hint.PAIR,)
    assert found[0].partner_id == 8


def test_number_and_name_on_the_statement_speak_for_an_order() -> None:
    assert hints(90_000, "TRF KRY2611227F3KQM DARI SARI PUSPITA") == [Hint.NUMBER, Hint.NAME]


def test_the_likeliest_stands_first() -> None:
    other = Awaited(2, "KRY-261122-AAAAAA", "Budi", 125_300, 125_400, 125_400, open=True)

    found = matching.proposals(Arrived(9, 125_435, "sari puspita"), [other, ORDER])

    assert [proposal.wait_id for proposal in found] == [1, 2]


def test_money_for_a_paid_order_is_a_duplicate() -> None:
    paid = Awaited(1, ORDER.number, ORDER.name, 125_000, 125_345, 0, open=False, paid=True)

    assert hints(125_345, order=paid) == [Hint.DUPLICATE]


def test_after_a_part_only_the_rest_counts() -> None:
    part = Awaited(1, ORDER.number, ORDER.name, 125_000, 125_345, 25_345, open=True)

    assert hints(25_345, order=part) == [Hint.REST]
    assert hints(125_000, order=part) == []
