"""The rubric is the council's own: copied, changed, looked at, published, and never changed again."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from admin.desk import rubric_form
from catalog.curation import rubric, rubrics
from catalog.models import Council, RubricState, RubricVersion
from shop.db import db
from shop.models import AuditEntry, Role, User
from tests import make, make_catalog
from tests.pages import Page

Browser = Callable[[User], Page]


@pytest.fixture
def officer(signed_in: Browser) -> Page:
    """Sign in an administrator of the council of Bengkulu."""
    return signed_in(make.staff(Role.COUNCIL_ADMIN, "17"))


def council(code: str = "17") -> Council:
    return db.session.scalars(sa.select(Council).where(Council.code == code)).one()


def draft() -> RubricVersion:
    db.session.rollback()
    found = rubrics.draft_of(db.session(), council())
    assert found is not None
    return found


def begun(officer: Page) -> Page:
    return officer.get("/desk/rubric").press("Salin dan ubah")


def test_a_council_changes_its_copy_and_only_new_submissions_are_judged_by_it(officer: Page) -> None:
    waiting = make_catalog.submitted()

    page = begun(officer)
    assert "100" in page.text
    page.press(
        "Simpan", **{"pass_total": "80", "judges": "3", "criterion-design-3-id": "Serasi, sedikit baru."}
    )
    preview = officer.get("/desk/rubric/preview?council=17")
    assert "Serasi, sedikit baru." in preview.text
    done = officer.get("/desk/rubric/edit?council=17").press(
        "Terbitkan versi ini", note="Nilai lulus naik; tiga juri."
    )

    assert "Versi 1 diterbitkan" in done.text
    holds = rubrics.for_council(db.session(), council())
    assert (holds.council, holds.version, holds.pass_total) == ("17", 1, 80)
    assert holds.procedure.judges == 3
    assert rubrics.for_council(db.session(), council("18")).council == "nasional"
    assert rubrics.of(db.session(), db.session.merge(waiting)).council == "nasional"
    assert rubrics.of(db.session(), make_catalog.submitted()) == holds
    acts = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.object_type == "rubrics").order_by(AuditEntry.id)
    )
    assert list(acts) == ["rubric.begun", "rubric.edited", "rubric.edited", "rubric.published"]


def test_what_is_missing_is_named_and_nothing_typed_is_lost(officer: Page) -> None:
    begun(officer)
    page = officer.get("/desk/rubric/edit?council=17").press("Tambah kriteria")
    page = officer.get("/desk/rubric/edit?council=17").press(
        "Terbitkan versi ini",
        **{"criterion-own_1_1-name-id": "Cerita", "criterion-own_1_1-weight": "lima", "note": "Cerita."},
    )

    assert page.status == 422
    assert 'value="Cerita"' in page.html
    assert 'value="lima"' in page.html
    assert "Silakan tulis dalam kedua bahasa." in page.text
    assert "Bobot berupa bilangan bulat" in page.text
    assert draft().state is RubricState.DRAFT


def test_of_two_windows_the_second_keeps_what_it_typed_but_saves_nothing(officer: Page) -> None:
    begun(officer)
    first = officer.get("/desk/rubric/edit?council=17")
    stale = draft().edits
    first.press("Simpan", pass_total="70")

    second = officer.post(
        "/desk/rubric/edit", {"council": "17", "seen": str(stale), "pass_total": "90", "do": "publish"}
    )
    assert second.status == 409
    assert 'value="90"' in second.html
    assert draft().content["pass_total"] == 70


def test_criteria_can_be_added_moved_and_removed(officer: Page) -> None:
    content = rubric.shipped_content()
    longer = rubric_form.change(content, 2, "add-criterion")
    assert longer["criteria"][-1]["id"] == "own_2_1"
    moved = rubric_form.change(longer, 2, "up-own_2_1")
    assert [one["id"] for one in moved["criteria"]][-2:] == ["own_2_1", "legality"]
    assert rubric_form.change(moved, 2, "remove-own_2_1") == content


def test_a_version_that_was_published_never_changes(officer: Page) -> None:
    row = db.session.scalars(sa.select(RubricVersion)).first()
    assert row is not None
    for attempt in (
        sa.update(RubricVersion).values(content={}),
        sa.delete(RubricVersion).where(RubricVersion.id == row.id),
    ):
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(attempt)
        db.session.rollback()


def test_curators_read_the_rubric_and_only_their_administrators_write_it(
    signed_in: Browser, officer: Page
) -> None:
    curator = signed_in(make.staff(Role.CURATOR, "17"))
    assert "Keaslian" in curator.get("/desk/rubric").text
    assert "Salin dan ubah" not in curator.text
    assert curator.post("/desk/rubric/begin", {"council": "17"}).status == 404
    assert officer.post("/desk/rubric/begin", {"council": "18"}).status == 404
    assert curator.get("/desk/rubric/nasional/1").status == 200
    assert curator.get("/desk/rubric/nasional/9").status == 404
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).where(RubricVersion.state == "draft")) == 0
