"""Several people at the same submission at the same moment; PostgreSQL decides."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from catalog.curation import submissions
from catalog.models import Decision, Judgement, Listing, ListingState, Panel, PanelStage, Score, Submission
from shop.db import db
from shop.models import AuditEntry, User
from tests import make_catalog, make_desk
from tests.make import ACTOR, writing
from tests.pages import Page

Browser = Callable[[User], Page]


def at_once(pages: list[Page], path: str, forms: list[dict[str, str]]) -> list[int]:
    """Send these forms at the same time, each from its own browser, and give the statuses."""
    tokens = [page.csrf_token() for page in pages]
    db.session.rollback()

    def send(turn: int) -> int:
        data = {"csrf_token": tokens[turn]} | forms[turn]
        options = {"data": data, "base_url": "http://localhost"}
        return contextvars.Context().run(lambda: pages[turn].client.post(path, **options).status_code)

    with ThreadPoolExecutor(len(pages)) as pool:
        return list(pool.map(send, range(len(pages))))


@pytest.mark.postgres
@pytest.mark.parametrize("outcomes", [("pass", "coaching"), ("pass", "pass"), ("coaching", "conditions")])
def test_of_two_judges_in_two_windows_each_one_writes_the_verdict(
    signed_in: Browser, outcomes: tuple[str, str]
) -> None:
    submission = make_catalog.submitted()
    judges = [make_catalog.curator(name=f"Kurator {number}") for number in range(2)]
    for judge in judges:
        make_catalog.hand_in(submission, judge)
    pages = [signed_in(judges[turn % 2]).get(make_desk.path(submission)) for turn in range(4)]
    forms = [
        {
            "outcome": outcomes[turn % 2], "reason": f"Alasan {turn}.", "condition": "Label.",
            "seen": str(submission.listing_edits),
        }
        for turn in range(4)
    ]  # fmt: skip

    statuses = at_once(pages, make_desk.path(submission, "/decide"), forms)

    assert sorted(statuses) == [302, 409, 409, 409]
    decision = db.session.scalars(sa.select(Decision)).one()
    assert decision.reason == f"Alasan {statuses.index(302)}."
    state = db.session.get_one(Listing, submission.listing_id).state
    public = [make_catalog.exists(key) for key in make_catalog.public_files(submission.listing_id)]
    assert all(public) if state is ListingState.LIVE else not any(public)


@pytest.mark.postgres
def test_one_curator_in_two_windows_keeps_one_set_of_marks(signed_in: Browser) -> None:
    submission = make_catalog.submitted()
    judge = make_catalog.curator()
    pages = [signed_in(judge).get(make_desk.path(submission)) for _ in range(4)]

    statuses = at_once(pages, make_desk.path(submission, "/score"), [make_desk.filled()] * 4)

    assert statuses == [200] * 4
    assert db.session.scalar(sa.select(sa.func.count(Score.id))) == len(make_catalog.MARKS)


@pytest.mark.postgres
def test_a_sheet_that_is_sent_four_times_at_once_arrives_once(signed_in: Browser) -> None:
    submission = make_catalog.submitted()
    judge = make_catalog.curator()
    pages = [signed_in(judge).get(make_desk.path(submission)) for _ in range(4)]
    sheet = make_desk.filled() | {"free": "y", "key": "dariTablet1"}

    statuses = at_once(pages, make_desk.path(submission, "/hand-in"), [sheet] * 4)

    assert statuses == [302] * 4
    assert db.session.scalar(sa.select(sa.func.count(Judgement.id))) == 1
    handed_in = sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "submission.handed_in")
    assert db.session.scalar(handed_in) == 1


@pytest.mark.postgres
def test_of_four_judges_at_once_two_sheets_count_and_the_others_are_told(signed_in: Browser) -> None:
    submission = make_catalog.submitted()
    judges = [make_catalog.curator(name=f"Kurator {number}") for number in range(4)]
    pages = [signed_in(judge).get(make_desk.path(submission)) for judge in judges]

    statuses = at_once(
        pages, make_desk.path(submission, "/hand-in"), [make_desk.filled() | {"free": "y"}] * 4
    )

    assert sorted(statuses) == [302, 302, 409, 409]
    panel = db.session.scalars(sa.select(Panel)).one()
    assert (panel.handed_in, panel.stage) == (2, PanelStage.VERDICT)


@pytest.mark.postgres
def test_a_piece_taken_back_meanwhile_is_not_judged(curator: Page) -> None:
    submission = make_catalog.submitted()
    curator.get(make_desk.path(submission))
    with writing() as session:
        submissions.withdraw(session, ACTOR, session.get_one(Listing, submission.listing_id))

    curator.press("Serahkan nilai", **make_desk.filled(), free="y")

    assert curator.status == 409
    assert "sudah dijawab atau ditarik kembali" in curator.text
    assert db.session.get_one(Submission, submission.id).state == "withdrawn"
    assert not any(map(make_catalog.exists, make_catalog.public_files(submission.listing_id)))
