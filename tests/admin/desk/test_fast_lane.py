"""The fast lane: one curator, differences only, and the last panel's marks go on holding."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import details, listings
from catalog.curation import lanes
from catalog.models import (
    CoachingTask,
    Decision,
    Lane,
    Listing,
    ListingState,
    Outcome,
    Product,
    Submission,
    SubmissionState,
)
from shop.db import db
from shop.models import User
from tests import make_catalog, make_desk
from tests.admin.desk.test_at_once import at_once
from tests.make import ACTOR, writing
from tests.pages import Page

Browser = Callable[[User], Page]
CARE = "Cuci dengan tangan, jemur di tempat teduh. Simpan dalam kain katun."


@pytest.fixture
def piece(app: object) -> Product:
    """Give a piece on sale."""
    return make_catalog.piece()


@pytest.fixture
def edit(piece: Product) -> Submission:
    """Give a small edit of it that waits: other words about its care, one more photograph."""
    with writing() as session:
        copy = listings.open_draft(session, ACTOR, session.get_one(Product, piece.id))
        listings.update(session, copy, {"care": CARE})
        listing_id = copy.id
    make_catalog.add_photo(listing_id)
    return make_catalog.submitted(db.session.get_one(Listing, listing_id))


def test_one_curator_puts_a_small_edit_on_sale_and_the_marks_stay(
    curator: Page, page: Page, session: Session, piece: Product, edit: Submission
) -> None:
    panel = session.scalars(sa.select(Decision)).one()
    curator.get(make_desk.path(edit))
    assert curator.path == make_desk.path(edit, "/fast")
    assert "katun" in curator.one("dd.diff-new ins").get_text()
    assert "Cerita" not in curator.one("main").get_text()
    assert "katun." not in page.get(f"/products/{piece.slug}").text, "nothing of it is public yet"

    curator.press("Tampilkan")

    assert curator.path == "/desk/"
    assert "Simpan dalam kain katun." in page.get(f"/products/{piece.slug}").text
    carried = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert carried is not None
    assert (carried.carried_from_id, carried.total, carried.rubric_version, carried.outcome) == (
        panel.id, panel.total, panel.rubric_version, Outcome.PASS,
    )  # fmt: skip
    curation = details.of_slug(session, piece.slug).curation
    assert curation is not None
    last = lanes.last_of_panel(session, piece.id)
    assert last is not None
    assert last.id == panel.id, "another small edit carries the panel's on, too"


def test_a_curator_in_doubt_sends_it_on_to_the_panel(
    curator: Page, session: Session, edit: Submission
) -> None:
    curator.get(make_desk.path(edit, "/fast")).press("Teruskan ke panel")

    session.expire_all()
    sent = session.get_one(Submission, edit.id)
    assert (sent.lane, sent.state) == (Lane.PANEL, SubmissionState.WAITING)
    assert curator.get(make_desk.path(edit)).path == make_desk.path(edit)
    assert (
        curator.post(make_desk.path(edit, "/fast"), {"do": "approve", "seen": str(sent.listing_edits)}).status
        == 409
    )


def test_an_edit_goes_back_with_words_and_may_take_the_fast_lane_again(
    curator: Page, session: Session, edit: Submission
) -> None:
    assert curator.get(make_desk.path(edit, "/fast")).press("Kembalikan ke bengkel").status == 422
    curator.get(make_desk.path(edit, "/fast")).press("Kembalikan ke bengkel", reason="Foto keempat kabur.")

    session.expire_all()
    assert session.get_one(Listing, edit.listing_id).state is ListingState.COACHING
    task = session.scalars(sa.select(CoachingTask).where(CoachingTask.submission_id == edit.id)).one()
    assert task.text == "Foto keempat kabur."
    again = make_catalog.submitted(
        session.get_one(Listing, edit.listing_id), answers={task.id: "Sudah diganti."}
    )
    assert again.lane is Lane.FAST


def test_others_councils_find_nothing_and_the_own_workshop_is_refused(
    neighbour: Page, signed_in: Browser, edit: Submission, piece: Product
) -> None:
    form = {"do": "approve", "seen": str(edit.listing_edits)}
    assert neighbour.get(make_desk.path(edit, "/fast")).status == 404
    assert neighbour.post(make_desk.path(edit, "/fast"), form).status == 404


@pytest.mark.postgres
def test_of_four_curators_at_once_one_answers_an_edit(
    signed_in: Browser, session: Session, edit: Submission
) -> None:
    pages = [
        signed_in(make_catalog.curator(name=f"K {n}")).get(make_desk.path(edit, "/fast")) for n in range(4)
    ]
    forms = [
        {"do": "approve" if n % 2 else "panel", "seen": str(edit.listing_edits), "reason": "Baik."}
        for n in range(4)
    ]
    statuses = at_once(pages, make_desk.path(edit, "/fast"), forms)

    assert sorted(statuses) == [303, 409, 409, 409]
    session.expire_all()
    sent = session.get_one(Submission, edit.id)
    live = session.get_one(Listing, edit.listing_id).state is ListingState.LIVE
    assert live == (sent.lane is Lane.FAST) == (sent.state is SubmissionState.DECIDED)
    public = [make_catalog.exists(key) for key in make_catalog.public_files(edit.listing_id)[-3:]]
    assert all(public) if live else not any(public)
