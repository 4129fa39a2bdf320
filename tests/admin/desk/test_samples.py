"""Reference samples: taken in, measured, handed back; listings that differ are flagged; nobody else sees anything."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import listings, photos, pictures
from catalog.curation import coaching, sample_checks, samples, submissions
from catalog.curation.samples import Measured, Terms
from catalog.models import Listing, Picture, Sample, SampleState, Submission
from shop.db import db, transaction
from shop.models import AuditEntry, Role, User
from tests import make, make_catalog, make_coaching, make_desk
from tests.make import ACTOR
from tests.pages import Page

FORM = {"condition": "Baru, tanpa cacat", "kept_where": "Lemari 3, Dekranasda"}


@pytest.fixture
def submission(app: Flask) -> Submission:
    """Give a scarf that is said to be 200 x 55 cm."""
    return make_catalog.submitted(make_catalog.draft(measures="200 x 55 cm, berat 180 g"))


def written(*measured: Measured, differs: str = "") -> Terms:
    """Give what a curator writes about a sample."""
    return Terms(FORM["condition"], FORM["kept_where"], measured, differs)


def taken_in(
    submission: Submission, *measured: Measured, judge: User | None = None, **terms: object
) -> Sample:
    """Let a curator take a sample in."""
    judge = judge or make_catalog.curator()
    with transaction() as session:
        wanted = Terms(**FORM, measures=measured or (Measured(None, 2000, 550),), **terms)  # type: ignore[arg-type]
        person = session.get_one(User, judge.id)
        return samples.take_in(session, ACTOR, person, submission.id, wanted)


def test_a_sample_is_taken_in_corrected_and_handed_back(
    curator: Page, submission: Submission, session: Session
) -> None:
    day = coaching.today() - timedelta(days=2)
    review = make_desk.path(submission)
    curator.get(review).follow("Terima contoh").press("Simpan contoh", **FORM, **{"length_mm-0": "2 m"})
    assert curator.status == 422
    assert curator.one("#kept_where")["value"] == FORM["kept_where"]
    curator.press("Simpan contoh", **{"length_mm-0": 2010, "width_mm-0": 548, "due_back_on": day})
    assert "2.010" in curator.text
    here = curator.path.partition("#")[0]
    assert "Selendang besurek" in curator.get("/desk/samples?tab=late&where=lemari").text
    for forged in ("9" * 20, "9" * 5_000, "٣"):
        assert curator.get(f"{here}/correct").press("Simpan contoh", seen=forged).status == 409
    curator.get(f"{here}/correct").press("Simpan contoh", **{"weight_g-0": 185})
    assert "185" in curator.text
    curator.press("Catat pengembalian")
    assert curator.status == 422
    curator.press("Catat pengembalian", to="Ibu Melur")
    assert "Ibu Melur" in curator.text
    session.rollback()
    told = session.query(AuditEntry).filter_by(object_type="samples").order_by(AuditEntry.id)
    assert [one.action for one in told] == ["sample.taken_in", "sample.corrected", "sample.handed_back"]


def test_several_over_time_and_one_that_holds_also_for_later_versions(submission: Submission) -> None:
    first = taken_in(submission)
    second = taken_in(submission, Measured(None, 2000, 560))
    product = make_catalog.approved(submission)
    states = {one.id: one.state for one in samples.of_product(db.session(), product.id)}
    assert states == {first.id: SampleState.EARLIER, second.id: SampleState.CURRENT}
    with transaction() as session:
        draft = listings.open_draft(session, ACTOR, session.get_one(type(product), product.id))
    current = samples.current_for(db.session(), draft.id)
    assert current is not None
    assert current.id == second.id
    assert samples.current_for(db.session(), make_catalog.draft().id) is None


def test_what_differs_is_flagged_and_passes_only_with_a_reason(
    curator: Page, submission: Submission, session: Session
) -> None:
    taken_in(submission, Measured(None, 1840, 552, None, 450), differs="Bahannya rayon, bukan katun.")
    curator.get(make_desk.path(submission))
    for words in ("tertulis 2000 mm, terukur 1840 mm (selisih 8 %)", "Berat karya", "rayon, bukan katun"):
        assert words in curator.text
    make_desk.decide(curator, submission, "pass")
    assert curator.status == 409
    assert db.session.get_one(Listing, submission.listing_id).state.value == "submitted"
    assert not any(make_catalog.exists(key) for key in make_catalog.public_files(submission.listing_id))

    curator.get(make_desk.path(submission)).press("Akui perbedaan")
    curator.press("Akui perbedaan", reason="Perajin mengganti ukuran hari ini.")
    assert "Diakui oleh Kurator Bengkulu" in curator.text
    curator.press("Tulis keputusan", outcome="pass", reason="Rapi.")
    session.rollback()
    assert session.get_one(Listing, submission.listing_id).state.value == "live"
    assert session.query(AuditEntry).filter_by(action="sample.difference_acknowledged").count() == 1


def test_an_acknowledgement_ends_with_a_correction(submission: Submission) -> None:
    sample = taken_in(submission, Measured(None, 1800, 550))
    judge = make_catalog.curator()
    with transaction() as session:
        found = sample_checks.of(session, session.get_one(Submission, submission.id))
        assert found is not None
        shown = sample_checks.seen(found, session.get_one(Submission, submission.id))
        person = session.get_one(User, judge.id)
        sample_checks.acknowledge(session, ACTOR, person, submission.id, "Disepakati.", shown=shown)
        sample_checks.check(session, submissions.for_staff(session, person, submission.id))
        terms = written(Measured(None, 1700, 550))
        samples.correct(session, ACTOR, person, sample.id, terms, seen=0)
        with pytest.raises(sample_checks.NotAcknowledged):
            sample_checks.check(session, submissions.for_staff(session, person, submission.id))


def test_a_council_settles_what_may_differ(
    signed_in: Callable[[User], Page], curator: Page, submission: Submission
) -> None:
    taken_in(submission, Measured(None, 1840, 552))
    officer = signed_in(make.staff(Role.COUNCIL_ADMIN, "17"))
    officer.get("/desk/samples/tolerances").press("Simpan batas", size="12", weight="20")
    assert "ukuran 12 %" in officer.text
    assert "Etalase sesuai contohnya" in curator.get(make_desk.path(submission)).text
    officer.get("/desk/samples/tolerances").press("Simpan batas", size="90", weight="20")
    assert officer.status == 422
    assert (
        curator.post("/desk/samples/tolerances", {"council": "1", "size": "9", "weight": "9"}).status == 404
    )


def test_samples_are_for_their_council_at_every_size_and_address(
    app: Flask, curator: Page, page: Page, submission: Submission, signed_in: Callable[[User], Page]
) -> None:
    sample = taken_in(submission)
    photo = BytesIO(make_catalog.photograph(501)), "contoh.jpg"
    curator.get(f"/desk/samples/{sample.id}").post(f"/desk/samples/{sample.id}/photos", {"photos": photo})
    db.session.rollback()
    found = samples.current_for(db.session(), submission.listing_id)
    assert found is not None
    picture_id = found.photos[0].picture_id
    photos.make_sizes(picture_id)
    db.session.rollback()
    picture = db.session.get_one(Picture, picture_id)
    names = pictures.file_names(picture)
    here = f"/desk/samples/{sample.id}"
    shown = [f"{here}/pictures/{picture_id}/{name}" for name in names]
    prefixes = (picture.private_key, pictures.public_prefix(picture.digest or ""))
    guessed = [
        *(f"/media/{prefix}/{name}" for prefix in prefixes for name in (*names, "master.jpg", "master.png")),
        *(f"/studio/photos/{picture_id}/{name}" for name in names),
        *(f"{make_desk.path(submission)}/pictures/{picture_id}/{name}" for name in names),
    ]
    assert [curator.get(one, fragment=True).status for one in shown] == [200] * len(shown)

    owner = make_coaching.owner_of_listing(submission.listing_id)
    make_coaching.grant(owner, Role.CURATOR, "17")
    own = signed_in(owner)
    stranger = signed_in(make_catalog.curator("16", name="Kurator Sumsel"))
    for visitor in (page, signed_in(make.user("Pembeli")), stranger, own):
        for address in (*shown, *guessed):
            assert visitor.get(address, follow=False).status in {302, 403, 404}, address
    assert stranger.get(here).status == 404
    assert stranger.post(f"{here}/handed-back", {"to": "Saya"}).status == 404
    assert own.get(here).status == 200
    assert own.post(f"{here}/handed-back", {"to": "Saya"}).status == 403
    with transaction() as session:
        listing, private = (
            session.get_one(Listing, submission.listing_id),
            session.get_one(Picture, picture_id),
        )
        with pytest.raises(photos.NoSuchPhoto):
            photos.put_back(session, listing, private, 0)
    assert not db.session.get_one(Picture, picture_id).public


def test_nothing_of_a_sample_is_public(page: Page, submission: Submission) -> None:
    taken_in(submission, Measured(None, 2003, 549), differs="")
    product = make_catalog.approved(submission)
    page.get(f"/products/{product.slug}")
    assert page.status == 200
    for words in ("2.003", "2003", "Lemari 3", "Contoh acuan"):
        assert words not in page.html
