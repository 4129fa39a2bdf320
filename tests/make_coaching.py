"""Coached and passed pieces, answered tasks and reference samples for tests. Each one is committed."""

from catalog import artisans, photos
from catalog.curation import coaching, decisions, evidence, mentoring, sample_photos, samples
from catalog.curation.coaching import TaskText
from catalog.models import CoachingTask, Listing, Product, Submission
from shop import accounts
from shop.db import db
from shop.models import Role, User
from tests import make, make_catalog
from tests.make import ACTOR, writing


def coached(listing: Listing, **marks: int) -> Listing:
    """Let a curator send a draft to coaching; marks under 3 become tasks."""
    submission, judge = make_catalog.submitted(listing), make_catalog.curator()
    make_catalog.mark(submission, judge, gates=None, **(marks or {"packaging": 1, "workmanship": 2}))
    with writing() as session:
        person = session.get_one(User, judge.id)
        seen = session.get_one(Submission, submission.id).listing_edits
        decisions.send_to_coaching(
            session, ACTOR, person, submission.id, seen_edits=seen, reason="Dasarnya kuat."
        )
    return db.session.get_one(Listing, listing.id)


def conditional(listing: Listing) -> CoachingTask:
    """Let a curator pass a draft on one condition, and give the task that it became."""
    submission, judge = make_catalog.submitted(listing), make_catalog.curator()
    make_catalog.mark(submission, judge, gates={"identity": False})
    with writing() as session:
        person = session.get_one(User, judge.id)
        seen = session.get_one(Submission, submission.id).listing_edits
        decisions.pass_with_conditions(
            session, ACTOR, person, submission.id, seen_edits=seen, reason="Bagus.",
            conditions=[TaskText("identity", "Urus NIB.")],
        )  # fmt: skip
    (task,) = coaching.of_listing(db.session(), listing.id)
    return task


def answer(task: CoachingTask, words: str = "Sudah kami perbaiki.", changed: list[str] | None = None) -> None:
    """Let the workshop answer a task."""
    with writing() as session:
        coaching.answer_one(session, ACTOR, session.get_one(CoachingTask, task.id), words, changed)


def accept(task: CoachingTask, judge: User | None = None) -> None:
    """Let a coach take an answered task as done."""
    judge = judge or make_catalog.curator()
    with writing() as session:
        seen = mentoring.mark(session.get_one(CoachingTask, task.id))
        mentoring.accept(session, ACTOR, session.get_one(User, judge.id), task.id, seen=seen)


def passed(listing: Listing, **marks: int) -> Product:
    """Let a curator pass a draft with these marks, 4 for all others."""
    submission, judge = make_catalog.submitted(listing), make_catalog.curator()
    make_catalog.mark(submission, judge, gates=None, **marks)
    photos.make_public(submission.listing_id)
    with writing() as session:
        person = session.get_one(User, judge.id)
        seen = session.get_one(Submission, submission.id).listing_edits
        decisions.approve(session, ACTOR, person, submission.id, seen_edits=seen, reason="Rapi.")
        product_id = session.get_one(Listing, listing.id).product_id
    return db.session.get_one(Product, product_id)


def owner_of(task: CoachingTask) -> User:
    """Give the first member of the workshop that a task is for."""
    return owner_of_listing(task.listing_id)


def owner_of_listing(listing_id: int) -> User:
    """Give the first member of the workshop of a listing."""
    listing = db.session.get_one(Listing, listing_id)
    product = db.session.get_one(Product, listing.product_id)
    return artisans.members(db.session(), product.workshop_id)[0]


def grant(person: User, role: Role, council: str) -> None:
    """Give somebody a role."""
    with writing() as session:
        accounts.grant(session, ACTOR, session.get_one(User, person.id), role, council)


def sizes(picture_id: int) -> None:
    """Make the sizes of a picture, as the worker does."""
    photos.make_sizes(picture_id)


def everything(waiting: Submission) -> None:
    """Let everything of coaching and samples have happened once; the sample is of a waiting submission."""
    listing = coached(make_catalog.draft())
    done, _open = coaching.of_listing(db.session(), listing.id)
    upload = photos.receive(make_catalog.photograph(make.number()))
    with writing() as session:
        task, owner = session.get_one(CoachingTask, done.id), session.get_one(User, owner_of(done).id)
        evidence.add(session, ACTOR, owner, task, upload, "Label baru")
    answer(done)
    accept(done)
    judge = make_catalog.curator()
    upload = photos.receive(make_catalog.photograph(make.number()))
    with writing() as session:
        person = session.get_one(User, judge.id)
        terms = samples.Terms("Baru.", "Lemari 1", [samples.Measured(None, 2000, 550)])
        sample = samples.take_in(session, ACTOR, person, waiting.id, terms)
        sample_photos.add_photo(session, ACTOR, person, sample.id, upload, "Di samping penggaris")
