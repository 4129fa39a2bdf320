"""A round of curation against the running shop: two judges without a connection, and every mark arrives once."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from catalog.models import Judgement, Score, Submission
from shop.db import db
from shop.models import Role, User
from tests import make, make_catalog
from tests.journeys import round_day
from tests.journeys.round_day import People, Seen
from tests.journeys.running import running_shop

WORKSHOPS = 3
"""In the suite; `./dev bench rounds` plays a whole day of 32."""


def assemble(workshops: int) -> People:
    """Set up an officer, three judges, and so many workshops and one more, each with a complete draft."""
    officer = make.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus Bengkulu")
    judges = [make_catalog.curator("17", f"Juri {number}") for number in (1, 2, 3)]
    makers = []
    for _ in range(workshops + 1):
        shop = make_catalog.workshop()
        makers.append((make_catalog.member(shop).email, make_catalog.draft(shop).id))
    return People(officer.email, [judge.email for judge in judges], makers)


def every_mark_is_there_once(people: People, seen: Seen) -> None:
    """Compare what the shop has with what the judges gave."""
    db.session.rollback()
    for number, email in enumerate(people.judges):
        judge_id = db.session.scalars(sa.select(User.id).where(User.email == email)).one()
        rows = db.session.execute(
            sa.select(Score.submission_id, Score.criterion, Score.value).where(Score.curator_id == judge_id)
        ).all()
        given = {
            (piece, name): value
            for piece in seen.pieces
            for name, value in round_day.marks_of(number, piece, list(make_catalog.MARKS)).items()
        }
        assert len(rows) == len(given), email
        assert {(row.submission_id, row.criterion): row.value for row in rows} == given
    handed_in = db.session.execute(
        sa.select(Judgement.judge_id, Judgement.submission_id, Judgement.client_key)
    ).all()
    assert len(handed_in) == len({row.client_key for row in handed_in}) == 3 * len(seen.pieces)


@pytest.mark.slow
def test_a_round_from_its_draft_to_its_minutes_with_two_judges_offline(app: Flask) -> None:
    people = assemble(WORKSHOPS)
    settings = app.config["KRIYA"]
    db.session.rollback()

    with running_shop(Path(settings.search_dir).parent, settings.database_url, web_workers=1) as shop:
        seen = round_day.play(shop.url, people)

    assert len(seen.pieces) == WORKSHOPS
    every_mark_is_there_once(people, seen)
    assert seen.minutes == seen.again
    words = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(seen.minutes)).pages)
    for title in db.session.scalars(sa.select(Submission.snapshot["title"].as_string())):
        assert str(title) in words
    applied, _admitted, present, pieces = seen.figures.splitlines()[1].split(",")[2:6]
    assert (int(applied), int(present), int(pieces)) == (WORKSHOPS, WORKSHOPS, WORKSHOPS)
