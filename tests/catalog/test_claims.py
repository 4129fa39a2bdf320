"""Claiming a craft form of another region: the home council signs once and for good, or the piece stays off sale."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import details, heritage_register, listings, photos, products
from catalog.curation import claims, countersignatures, decisions, lapses, name_claims, submissions
from catalog.curation.claims import Unsigned
from catalog.curation.countersignatures import AlreadyAnswered, NoSuchRequest, OwnWorkshop, ReasonMissing
from catalog.curation.name_claims import NamesElsewhere
from catalog.models import (
    Countersignature,
    CountersignatureAnswer,
    Listing,
    ListingState,
    Product,
    Reply,
    Submission,
    SubmissionState,
    Workshop,
)
from shop import accounts, config
from shop.db import db
from shop.i18n import WIB
from shop.models import AuditEntry, Role, User
from tests import make_catalog as shop
from tests.make import ACTOR, writing
from tests.pages import Mailbox


def claiming(**content: Any) -> Submission:
    """Send a piece of Palembang that claims besurek, which is at home in Bengkulu."""
    return shop.submitted(
        shop.draft(
            shop.workshop(regency="16.71"), craft_id=shop.craft().id, title="Selendang besurek", **content
        )
    )


def request_of(submission: Submission) -> Countersignature:
    query = sa.select(Countersignature).where(Countersignature.submission_id == submission.id)
    return db.session.scalars(query).one()


def answer(
    request: Countersignature, officer: User, *, granted: bool = True, reason: str = "Kami kenal."
) -> None:
    with writing() as session:
        person = session.get_one(User, officer.id)
        actor = ACTOR.of(person)
        countersignatures.answer(session, actor, person, request.id, granted=granted, reason=reason)


def approve(submission: Submission, judge: User) -> None:
    with writing() as session:
        person = session.get_one(User, judge.id)
        edits = session.get_one(Submission, submission.id).listing_edits
        decisions.approve(session, ACTOR, person, submission.id, seen_edits=edits, reason="Rapi.")


def test_a_workshop_of_the_home_region_needs_nobodys_signature(session: Session) -> None:
    submission = shop.submitted()
    assert claims.of_submission(session, submission) == []
    assert session.scalar(sa.select(sa.func.count(Countersignature.id))) == 0


def test_a_claim_from_elsewhere_waits_for_the_home_council_and_is_not_sold_before(session: Session) -> None:
    submission = claiming()
    request = request_of(submission)
    lasts = timedelta(days=config.current().countersign_days)
    assert request.due_on == (request.asked_at.astimezone(WIB) + lasts).date()
    judge = shop.colleague(submission, "Kurator Palembang")
    shop.mark(submission, judge)
    photos.make_public(submission.listing_id)
    with pytest.raises(Unsigned, match="Besurek"):
        approve(submission, judge)
    db.session.rollback()
    assert session.scalars(products.live()).all() == []

    answer(request, shop.curator("17"))
    approve(submission, judge)
    piece = session.scalars(products.live()).one()
    assert details.of_slug(session, piece.slug).craft_slug == "batik-besurek"


def test_a_refusal_keeps_its_reason_and_the_piece_off_sale(session: Session) -> None:
    submission = claiming()
    answer(
        request_of(submission),
        shop.curator("17"),
        granted=False,
        reason="Dicap di pabrik.",
    )

    (view,) = claims.of_submission(session, submission)
    assert not view.is_signed
    assert view.request is not None
    assert view.request.answer is not None
    assert (view.request.answer.reply, view.request.answer.reason) == (Reply.REFUSED, "Dicap di pabrik.")
    with pytest.raises(Unsigned):
        shop.approved(submission)


def test_only_the_home_region_answers_and_never_for_its_own_workshop(session: Session) -> None:
    submission = claiming()
    request = request_of(submission)
    with pytest.raises(NoSuchRequest):
        answer(request, shop.curator("16"))
    officer = shop.curator("17")
    with pytest.raises(ReasonMissing):
        answer(request, officer, reason="  ")
    owner = shop.member(session.get_one(Workshop, request.workshop_id))
    with writing() as fresh:
        accounts.grant(fresh, ACTOR, fresh.get_one(User, owner.id), Role.CURATOR, "17")
    with pytest.raises(OwnWorkshop):
        answer(request, owner)
    assert countersignatures.listed(session, session.get_one(User, owner.id)).total == 0
    assert countersignatures.listed(session, session.get_one(User, officer.id)).total == 1


def test_an_answer_is_given_once_and_kept(session: Session) -> None:
    request = request_of(claiming())
    answer(request, shop.curator("17"))
    with pytest.raises(AlreadyAnswered):
        answer(request, shop.curator("17"), granted=False)
    for table in ("countersignatures", "countersignature_answers"):
        for change in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):  # noqa: S608 - two constants
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing() as fresh:
                fresh.execute(sa.text(change))
    trail = session.scalars(
        sa.select(AuditEntry.action)
        .where(AuditEntry.object_type == "countersignatures")
        .order_by(AuditEntry.id)
    )
    assert list(trail) == ["countersignature.asked", "countersignature.granted"]


def test_without_an_answer_in_time_the_piece_goes_back_with_the_ways_out(
    session: Session, mailbox: Mailbox
) -> None:
    submission = claiming()
    due = request_of(submission).due_on
    assert countersignatures.overdue(session, due) == []
    lapses.lapse()
    assert session.get_one(Submission, submission.id).state is SubmissionState.WAITING
    with writing() as fresh:
        (late,) = countersignatures.overdue(fresh, due + timedelta(days=1))
        assert lapses.end(fresh, late)
        assert not lapses.end(fresh, late)

    session.expire_all()
    assert session.get_one(Submission, submission.id).state is SubmissionState.WITHDRAWN
    assert session.get_one(Listing, submission.listing_id).state is ListingState.DRAFT
    assert session.scalars(sa.select(CountersignatureAnswer.reply)).all() == [Reply.LAPSED]
    (letter,) = [one for one in mailbox.all() if one.template == "claim_lapsed"]
    assert "Kain Batik Besurek" in (letter.text or "")
    again = shop.submitted(session.get_one(Listing, submission.listing_id))
    answer(request_of(again), shop.curator("17"))
    assert shop.approved(again).live_listing_id == submission.listing_id


def test_a_claim_that_is_given_up_is_withdrawn(session: Session) -> None:
    submission = claiming()
    with writing() as fresh:
        listing = fresh.get_one(Listing, submission.listing_id)
        submissions.withdraw(fresh, ACTOR, listing)
        own = shop.craft("songket-palembang").id
        listings.update(
            fresh, listing, {"craft_id": own, "title": "Selendang", "inspired_by_id": shop.craft().id}
        )
    again = shop.submitted(session.get_one(Listing, submission.listing_id))
    assert claims.of_submission(session, again) == []
    assert session.scalars(sa.select(CountersignatureAnswer.reply)).all() == [Reply.WITHDRAWN]
    piece = shop.approved(again)
    page = details.of_slug(session, piece.slug)
    assert (page.inspired_by, page.craft_slug) == ("Kain Batik Besurek", "songket-palembang")


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({"title": "Selendang besurek"}, ["title"]),
        ({"motif": "Besurek rafflesia"}, ["motif"]),
        ({"story": f"Seperti batik besurek. {shop.STORY}"}, ["story"]),
        ({"title": "Selendang batik tulis songket"}, []),
        ({"title": "Songket Palembang lepus"}, []),
    ],
)
def test_a_name_of_another_region_is_refused_by_its_words(
    session: Session, content: dict[str, Any], fields: list[str]
) -> None:
    listing = shop.draft(shop.workshop(regency="16.71"), **content)
    found = name_claims.of_listing(session, listing)
    assert [one.field for one in found] == fields
    assert all(re.search("besurek", one.words, re.IGNORECASE) for one in found)
    if fields:
        with pytest.raises(NamesElsewhere):
            shop.submitted(listing)
    else:
        shop.submitted(listing)


def test_what_inspired_a_piece_may_be_named_in_its_story_and_not_in_its_title(session: Session) -> None:
    told: dict[str, Any] = {
        "story": f"Terilhami batik besurek. {shop.STORY}",
        "inspired_by_id": shop.craft().id,
    }
    shop.submitted(shop.draft(shop.workshop(regency="16.71"), **told))
    with pytest.raises(NamesElsewhere):
        shop.submitted(shop.draft(shop.workshop(regency="16.71"), **told, title="Selendang besurek"))


def test_what_is_on_sale_keeps_its_claim_when_the_register_moves_the_home(session: Session) -> None:
    piece = shop.piece()
    officer = shop.curator("17")
    slug = shop.craft().slug
    with writing() as fresh:
        form = heritage_register.form_of(fresh, slug)
        person = fresh.get_one(User, officer.id)
        content = heritage_register.Content(
            "Kain Batik Besurek", "Besurek batik", True, ["besurek"], ["17.01"]
        )
        assert heritage_register.change(fresh, ACTOR.of(person), person, form, 1, content, "Asalnya Manna.")
        assert countersignatures.keep_present(fresh, ACTOR, form.craft_id, "Asalnya Manna.") == 1
        assert countersignatures.keep_present(fresh, ACTOR, form.craft_id, "Asalnya Manna.") == 0
    with writing() as fresh:
        copy = listings.open_draft(fresh, ACTOR, fresh.get_one(Product, piece.id)).id
    again = shop.submitted(session.get_one(Listing, copy))
    assert [one.is_signed for one in claims.of_submission(session, again)] == [True]
