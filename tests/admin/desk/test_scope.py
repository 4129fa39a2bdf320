"""Who sees what at the desk: one's own councils, never one's own workshop, and finance no pieces."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from catalog import artisans, listings
from catalog.models import Decision, GateCheck, Listing, Score, Submission, Workshop
from shop import accounts
from shop.db import db
from shop.models import Role, User
from tests import make, make_catalog, make_desk
from tests.make import ACTOR, writing
from tests.pages import Page

Browser = Callable[[User], Page]
FORMS = (
    "/score", "/hand-in", "/decide", "/proposal", "/conditions", "/discussion", "/discussion/1/sign", "/stand-aside",
)  # fmt: skip
"""Every form of a review."""


def ways_to(submission: Submission) -> list[str]:
    """Give every address that shows something of a submission."""
    picture_id = make_catalog.photo_ids(submission.listing_id)[0]
    parts = ("", "/preview", "/score", f"/pictures/{picture_id}/320.jpg")
    product_id = db.session.get_one(Listing, submission.listing_id).product_id
    return [make_desk.path(submission, part) for part in parts] + [f"/desk/history?piece={product_id}"]


def test_another_province_finds_nothing_by_any_way(curator: Page, neighbour: Page) -> None:
    submission = make_catalog.submitted()
    for way in ways_to(submission):
        assert curator.get(way).status == 200, way

    assert "Selendang besurek rafflesia" not in neighbour.get("/desk/").text
    for way in ways_to(submission):
        neighbour.get(way)
        assert neighbour.status == 404, way
        assert "Selendang besurek" not in neighbour.html
    for part in FORMS:
        fields = make_desk.filled() | {"outcome": "pass", "reason": "Dari jauh.", "seen": "0", "free": "y"}
        assert neighbour.post(make_desk.path(submission, part), fields).status == 404, part
    assert db.session.scalar(sa.select(sa.func.count(Score.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count(Decision.id))) == 0
    assert neighbour.get("/desk/artisans/1").status == 404
    assert "Sanggar" not in neighbour.get("/desk/artisans").text


@pytest.mark.parametrize(
    ("role", "council"), [(Role.ADMIN, ""), (Role.CURATOR, "nasional"), (Role.CURATOR, "17.71")]
)
def test_the_nation_sees_all_and_a_city_not_its_province(
    signed_in: Browser, role: Role, council: str
) -> None:
    submission = make_catalog.submitted()
    person = signed_in(make.staff(role, council))

    expected = 404 if council == "17.71" else 200
    assert {person.get(way).status for way in ways_to(submission)} == {expected}


def test_finance_sees_orders_and_sales_but_no_pieces(finance: Page) -> None:
    submission = make_catalog.submitted()

    assert finance.get("/desk/").path == "/desk/orders"
    for room in ("orders", "sales", "shipping-rates", "history"):
        assert finance.get(f"/desk/{room}").status == 200
    assert not finance.has_link("Antrean")
    for way in [*ways_to(submission)[:-1], "/desk/artisans", "/desk/artisans/1"]:
        assert finance.get(way).status == 403, way
    assert finance.post(make_desk.path(submission, "/score"), make_desk.filled()).status == 403
    assert finance.get("/desk/history").html.count("Selendang") == 0


def test_nobody_judges_the_own_workshop(signed_in: Browser, curator: Page) -> None:
    shop = make_catalog.workshop(name="Sanggar Sendiri")
    judge = make_catalog.curator(name="Kurator yang juga perajin")
    with writing() as session:
        artisans.add_member(
            session, ACTOR, session.get_one(Workshop, shop.id), session.get_one(User, judge.id)
        )
    submission = make_catalog.submitted(make_catalog.draft(shop))
    own = signed_in(judge)

    assert "Selendang besurek" not in own.get("/desk/").text
    own.get(make_desk.path(submission))
    assert "Karya ini dari bengkel Anda sendiri" in own.text
    assert not own.all("main form")
    fields = make_desk.filled() | {"outcome": "pass", "reason": "Milik saya.", "seen": "0", "free": "y"}
    for part in ("/score", "/hand-in", "/decide", "/proposal", "/discussion", "/discussion/1/sign"):
        assert own.post(make_desk.path(submission, part), fields).status == 403, part
    assert db.session.scalar(sa.select(sa.func.count(GateCheck.id))) == 0
    assert curator.get(make_desk.path(submission)).all("form[action$=hand-in]")


def test_a_right_that_is_taken_away_ends_with_the_next_request(signed_in: Browser) -> None:
    submission = make_catalog.submitted()
    judge = make_catalog.curator()
    person = signed_in(judge)
    assert person.get(make_desk.path(submission)).status == 200

    with writing() as session:
        accounts.revoke(session, ACTOR, session.get_one(User, judge.id), Role.CURATOR, "17")

    assert person.get(make_desk.path(submission)).status == 403


def test_artisans_buyers_and_strangers_do_not_enter(page: Page, signed_in: Browser) -> None:
    submission = make_catalog.submitted()
    member = signed_in(make_catalog.member(db.session.scalars(sa.select(Workshop)).one()))
    buyer = signed_in(make.user())

    for way in [*ways_to(submission), "/desk/", "/desk/orders", "/desk/sales", "/desk/sales.csv"]:
        assert member.get(way).status == 403, way
        assert buyer.get(way).status == 403, way
        assert page.get(way, follow=False).status == 302, way


def test_a_curator_sees_only_photographs_of_what_was_sent(curator: Page) -> None:
    """A picture of the same workshop's unsent draft stays the workshop's own, whatever number is guessed."""
    shop = make_catalog.workshop()
    submission = make_catalog.submitted(make_catalog.draft(shop))
    secret = make_catalog.draft(shop, title="Belum dikirim")
    (picture_id, *_others) = make_catalog.photo_ids(secret.id)

    assert curator.get(make_desk.path(submission, f"/pictures/{picture_id}/320.jpg")).status == 404


def test_what_is_edited_after_it_was_sent_stays_the_workshops_own(curator: Page) -> None:
    submission = make_catalog.submitted()
    make_desk.decide(curator, submission, "coaching", "Lanjutkan.", **make_desk.filled(design=2))
    with writing() as session:
        listing = session.get_one(Listing, submission.listing_id)
        listings.update(session, listing, {"title": "Judul rahasia", "story": "Cerita rahasia. " * 20})

    for part in ("", "/preview"):
        curator.get(make_desk.path(submission, part))
        assert curator.title == "Selendang besurek rafflesia"
        assert "rahasia" not in curator.html
    assert "rahasia" not in curator.get("/desk/artisans/1").html
