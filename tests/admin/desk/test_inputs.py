"""Strange addresses and forms at the desk: an answer below 500 that says what is wrong; on both databases."""

import pytest
import sqlalchemy as sa

from catalog.models import Listing, Submission, Workshop
from shop.db import db
from tests import make_catalog, make_checkout, make_desk
from tests.pages import Page

PAGES = ("1000000000", "-1", "0", "x", "1_0", "٣", "9" * 40, "%00", "1;drop")
ROOMS = ("/desk/", "/desk/artisans", "/desk/orders", "/desk/history")
STRANGE = ("%00", "'", "%25", "_", "%F0%9F%A7%B5", "\\", "%ED%A0%80", "a" * 5000)
HUGE = (0, 2**31, 2**63 - 1, 2**63, 10**30)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def submission(request: pytest.FixtureRequest, app: object) -> Submission:
    """Give a submission, on either database."""
    return make_catalog.submitted()


def test_page_numbers_and_words_are_taken_as_they_come(submission: Submission, curator: Page) -> None:
    for room in ROOMS:
        for number in PAGES:
            assert curator.get(f"{room}?page={number}").status in {200, 400}, (room, number)
    for words in STRANGE:
        for way in (
            f"/desk/artisans?q={words}",
            f"/desk/orders?number={words}&state={words}",
            f"/desk/history?action={words}&who={words}&object={words}:{words}",
            f"/desk/?kind={words}",
            f"/desk/sales?by={words}",
        ):
            assert curator.get(way).status in {200, 400}, way
        assert curator.get(f"/desk/history?piece={words}").status in {200, 400, 404}, words
        assert curator.get(f"/desk/shipping-rates?council={words}").status in {400, 404}, words


@pytest.mark.parametrize("number", HUGE)
def test_numbers_that_nothing_has_lead_to_nothing(submission: Submission, curator: Page, number: int) -> None:
    for way in (
        f"/desk/submissions/{number}",
        f"/desk/submissions/{number}/preview",
        f"/desk/submissions/{submission.id}/pictures/{number}/320.jpg",
        f"/desk/submissions/{submission.id}/pictures/1/{number}.jpg",
        f"/desk/submissions/{submission.id}/pictures/1/320.svg",
        f"/desk/artisans/{number}",
        f"/desk/orders/{number}",
        f"/desk/history?piece={number}",
    ):
        assert curator.get(way).status == 404, way
    assert curator.get(f"/desk/history?object=listings:{number}").status == 200


def test_days_that_are_none_are_named_and_kept(submission: Submission, curator: Page) -> None:
    for first, last in (
        ("kemarin", ""),
        ("2026-02-30", ""),
        ("", "9999-12-31"),
        ("0001-01-01", ""),
        ("2026-05-02", "2026-05-01"),
        ("2010-01-01", "2026-01-01"),
    ):
        curator.get(f"/desk/sales?from={first}&to={last}")
        assert curator.status == 422, (first, last)
        assert "Yang ditampilkan enam bulan terakhir." in curator.text
        if first:
            assert curator.one("#from")["value"] == first
        for ending in ("csv", "xlsx"):
            assert curator.get(f"/desk/sales.{ending}?from={first}&to={last}", follow=False).status == 302


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"outcome": "pass"},
        {"outcome": "nonsense", "reason": "x"},
        {"score-design": "6", "gate-identity": "maybe"},
        {"score-design": "4.0", "score-price": "٤", "seen": "-1"},
        {"seen": "9" * 30, "outcome": "pass", "reason": "\x00"},
        {"reason": "a\x00b", "outcome": "coaching"},
        {"reason": "x" * 5000, "condition": "y" * 5000, "condition_due": "9999-99-99"},
        {"note-design": "\u202e terbalik", "condition_due": "0000-00-00"},
        {"reason": "<script>alert(1)</script>", "outcome": "pass"},
    ],
)
def test_forms_that_no_page_sends_are_answered_in_words(
    submission: Submission, curator: Page, fields: dict[str, str]
) -> None:
    for part in (
        "/score", "/hand-in", "/decide", "/conditions", "/proposal", "/discussion", "/discussion/999/sign",
        "/stand-aside",
    ):  # fmt: skip
        curator.post(make_desk.path(submission, part), fields, fragment=part == "/proposal")
        assert curator.status < 500, part
        assert "<script>alert" not in curator.html
    db.session.rollback()
    assert db.session.get_one(Listing, submission.listing_id).state == "submitted"


def test_no_page_asks_more_of_the_database_for_more_rows(
    submission: Submission, bank: object, curator: Page
) -> None:
    """The review is the longest: piece, tasks, sample and panel; none grows with the rows of the shop."""
    rooms = [
        "/desk/",
        "/desk/artisans",
        "/desk/orders",
        "/desk/history",
        "/desk/sales",
        "/desk/shipping-rates",
    ]
    first = make_checkout.paid((make_catalog.piece(), 1))
    rooms += [
        make_desk.path(submission),
        make_desk.path(submission, "/preview"),
        f"/desk/orders/{first.number}",
    ]
    rooms += [f"/desk/artisans/{db.session.scalars(sa.select(Workshop.id)).first()}"]

    def count() -> dict[str, int]:
        counts = {}
        for room in rooms:
            curator.get(room)
            with make_desk.statements() as sent:
                assert curator.get(room).status == 200, room
            counts[room] = len([one for one in sent if one.lstrip().upper().startswith("SELECT")])
        return counts

    before = count()
    for _ in range(3):
        make_catalog.submitted()
        make_checkout.sent(make_checkout.paid((make_catalog.piece(), 1)))
    after = count()

    assert after == before
    assert max(after.values()) <= 42, after
