"""Recusals: who stands aside in a round, and what becomes of their pieces when the interest ends."""

from typing import Any

import pytest

from catalog.curation import interests, recusals, scoring
from catalog.models import InterestKind, PanelStage, Submission
from shop.db import db, transaction
from shop.models import User
from tests import make_catalog
from tests import make_rounds as halls
from tests.make import ACTOR


def test_an_interest_that_ends_in_mid_session_gives_back_what_nobody_has_read_yet(session: Any) -> None:
    chief = halls.officer()
    held = halls.opened(chief, judges=3)
    shop = make_catalog.workshop()
    halls.admit(held, halls.apply(held, shop, listings=[make_catalog.draft(shop) for _ in range(2)]), chief)
    halls.begin(held)
    read, marked = (db.session.get_one(Submission, one.submission_id) for one in halls.pieces(held))
    chair, second, third = halls.panel(held)
    with transaction() as writing:
        person = writing.get_one(User, chair.id)
        scoring.save(writing, ACTOR, person, marked.id, scores={"design": 4}, gates={})
        recusals.stand_aside(writing, ACTOR, person, marked.id, InterestKind.OTHER, "Salah tekan.")
    for judge in (second, third):
        make_catalog.hand_in(read, judge)
    assert [one.sheets for one in halls.pieces(held)] == [(2, 2), (0, 2)]

    with transaction() as writing:
        (interest,) = interests.of_workshop(writing, shop.id)
        recusals.end(writing, ACTOR, writing.get_one(User, chief.id), interest.id, scope="17")

    assert [one.sheets for one in halls.pieces(held)] == [(2, 2), (0, 3)]
    with pytest.raises(interests.StoodAside):
        make_catalog.hand_in(read, chair)
    for judge in (chair, second, third):
        make_catalog.hand_in(marked, judge)
    assert [one.stage for one in halls.pieces(held)] == [PanelStage.VERDICT] * 2
