"""The figures of curation: what a council learns from its verdicts, and what nobody sees before one."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from catalog.curation import rubric
from catalog.models import Decision, Outcome, Score, Submission, SubmissionState
from shop.db import now
from shop.models import Role, User
from tests import make, make_catalog
from tests.make import writing
from tests.pages import Page

Browser = Callable[[User], Page]


def judged(*sheets: dict[str, int], outcome: Outcome = Outcome.PASS, days: int = 3) -> Submission:
    """Write down a submission that these sheets (4 unless said) led to a verdict on, after some days."""
    submission = make_catalog.submitted()
    with writing() as session:
        kept = session.get_one(Submission, submission.id)
        kept.created_at = now() - timedelta(days=days, hours=1)
        kept.state = SubmissionState.DECIDED
        judges = [make.staff(Role.CURATOR, "17", name=f"Juri {make.number()}") for _sheet in sheets]
        for judge, marks in zip(judges, sheets, strict=True):
            for criterion in rubric.shipped().criteria:
                session.add(
                    Score(
                        submission_id=kept.id, curator_id=judge.id, criterion=criterion.id,
                        value=marks.get(criterion.id, 4), rubric_version=1, updated_at=now(),
                    )
                )  # fmt: skip
        session.add(
            Decision(
                submission_id=kept.id, outcome=outcome, total=80, reason="Rapi.", rubric_version=1,
                decided_by_id=judges[-1].id, decided_at=now(),
            )
        )  # fmt: skip
    return submission


@pytest.fixture
def officer(signed_in: Browser) -> Page:
    """Sign in an administrator of the council of Bengkulu."""
    return signed_in(make.staff(Role.COUNCIL_ADMIN, "17"))


def row(page: Page, name: str) -> str:
    """Give the words of one row of the table of all figures."""
    return next(
        words for one in page.all(".figures-all tr") if name in (words := one.get_text(" ", strip=True))
    )


def test_a_council_sees_how_long_it_takes_and_how_pieces_fare(officer: Page) -> None:
    for days, outcome in ((1, Outcome.PASS), (3, Outcome.PASS), (20, Outcome.COACHING)):
        judged({}, {}, outcome=outcome, days=days)

    assert "3 hari" in officer.get("/desk/statistics?by=time").text
    assert "20 hari" in officer.text
    month = officer.get("/desk/statistics?by=outcomes").all(".figures-all tr")[1].get_text(" ", strip=True)
    assert month.split()[-6:-2] == ["2", "0", "1", "0"]
    assert "67" in month
    officer.get("/desk/statistics.csv?by=outcomes")
    assert officer.response is not None
    assert "kriya-curation-outcomes" in officer.response.headers["Content-Disposition"]


def test_judges_who_differ_show_where_a_council_should_talk(officer: Page) -> None:
    judged({"design": 5, "packaging": 2}, {"design": 2, "packaging": 2})

    agreement = officer.get("/desk/statistics?by=agreement")
    assert row(agreement, "Desain").endswith("100 %")
    assert "1 0 %" in row(agreement, "Desain")
    assert row(agreement, "Kemasan").endswith("0 %")
    marks = officer.get("/desk/statistics?by=criteria")
    assert row(marks, "Kemasan").split()[-2:] == ["0", "%"]
    judges = officer.get("/desk/statistics?by=judges")
    assert "+0,17" in judges.text
    assert "-0,17" in judges.text


def test_marks_without_a_verdict_and_other_regions_are_not_counted(officer: Page, signed_in: Browser) -> None:
    make_catalog.mark(make_catalog.submitted(), make_catalog.curator(), design=1)
    assert "Belum ada keputusan" in officer.get("/desk/statistics?by=criteria").text
    judged({}, {})
    neighbour = signed_in(make.staff(Role.COUNCIL_ADMIN, "18"))
    for by in ("time", "outcomes", "criteria", "agreement", "judges"):
        assert "Belum ada keputusan" in neighbour.get(f"/desk/statistics?by={by}").text


def test_only_administrators_compare_judges(signed_in: Browser) -> None:
    judged({}, {})
    curator = signed_in(make.staff(Role.CURATOR, "17"))
    assert "Juri 1" not in curator.get("/desk/statistics?by=judges").text
    assert "Di atas atau di bawah" not in curator.text
    assert curator.get("/desk/statistics?from=2026-99-99").status == 422
