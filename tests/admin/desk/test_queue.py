"""The queue: what waits and for whom, chosen by filters that the address keeps, quick however much there is."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from catalog.models import Appointment, Listing, Product, Submission, Workshop
from shop.db import db, now
from shop.models import User
from tests import make_catalog, make_desk
from tests.make import writing
from tests.pages import Page


def test_filters_leave_what_fits_and_stay_in_the_address(curator: Page) -> None:
    make_catalog.submitted(make_catalog.draft(title="Selendang dari kota"))
    rural = make_catalog.workshop(regency="17.01", craft_slug="kain-lantung")
    late = make_catalog.submitted(make_catalog.draft(rural, title="Tas dari pesisir"))
    with writing() as session:
        session.get_one(Submission, late.id).created_at = now() - timedelta(days=20)

    page = curator.get("/desk/")
    assert "Selendang dari kota" in page.text
    assert page.text.index("Tas dari pesisir") < page.text.index("Selendang dari kota")
    for choice in ("regency=17.01", "late=1", f"craft={make_catalog.craft('kain-lantung').id}"):
        chosen = curator.get(f"/desk/?{choice}")
        assert "Tas dari pesisir" in chosen.text, choice
        assert "Selendang dari kota" not in chosen.text, choice
        assert f"{choice.partition('=')[0]}=" in chosen.follow("Menunggu Anda 1").path
        assert "Tas dari pesisir" in curator.text
    assert "Tidak ada yang cocok" in curator.get("/desk/?regency=99.99").text


def test_a_line_says_for_whom_it_waits(curator: Page) -> None:
    submission = make_catalog.submitted()
    assert "Anda" in curator.get("/desk/").one("tbody tr").get_text(" ", strip=True)
    make_catalog.hand_in(submission, make_catalog.curator())
    with make_desk.statements() as sent:
        curator.get("/desk/?for=you")
    assert "Selendang besurek" in curator.text
    assert len(sent) <= 12
    assert "Tidak ada yang cocok" in curator.get("/desk/?for=verdict").text


def test_a_piece_is_given_to_a_judge_by_name_and_others_see_for_whom_it_waits(
    officer: Page, curator: Page, signed_in: Callable[[User], Page]
) -> None:
    first, second = (make_catalog.submitted(make_catalog.draft(title=f"Kain {n}")) for n in (1, 2))
    people = [make_catalog.curator(name=f"Juri {n}") for n in (1, 2)]
    for person in people:
        officer.get("/desk/").press("Tugaskan", piece=[first.id, second.id], judge=person.id)
        assert "2 karya sudah ditugaskan." in officer.text
    judge = signed_in(people[0])

    line = judge.get(f"/desk/?judge={people[0].id}").all("tbody tr")[0].get_text(" ", strip=True)
    assert "Anda" in line
    line = curator.get("/desk/").all("tbody tr")[0].get_text(" ", strip=True)
    assert "juri lain" in line
    assert "Juri 1, Juri 2" in line
    assert curator.get("/desk/?kind=mine").all("tbody tr") == []

    judge.get(make_desk.path(first)).press("Kembalikan karya ini")
    assert len(curator.get("/desk/?kind=mine").all("tbody tr")) == 1
    curator.get(make_desk.path(first)).press("Saya yang menilai")
    assert "Juri 2, Kurator Bengkulu" in officer.get("/desk/").all("tbody tr")[0].get_text(" ", strip=True)
    make_desk.hand_in(curator, first)
    assert "Kurator" not in officer.get("/desk/").all("tbody tr")[0].get_text(" ", strip=True)
    assert "Ditugaskan kepada juri" in officer.get(f"/desk/history?object=submissions:{first.id}").text


def test_nobody_gives_a_piece_to_who_may_not_judge_it_or_in_anothers_council(
    officer: Page, curator: Page, neighbour: Page
) -> None:
    submission = make_catalog.submitted()
    maker = make_catalog.member(db.session.get_one(Workshop, _workshop_of(submission)))
    colleague = make_catalog.curator(name="Juri")
    assert officer.post(make_desk.path(submission, "/judges"), {"judge": maker.id}).status == 422
    assert curator.post(make_desk.path(submission, "/judges"), {"judge": colleague.id}).status == 403
    assert curator.post("/desk/judges", {"judge": colleague.id, "piece": submission.id}).status == 403
    assert neighbour.post(make_desk.path(submission, "/judges"), {"judge": colleague.id}).status == 404
    curator.get(make_desk.path(submission)).press("Mundur sebagai juri", interest="mentor")
    interested = db.session.scalars(sa.select(User.id).where(User.name == "Kurator Bengkulu")).one()
    assert officer.post(make_desk.path(submission, "/judges"), {"judge": interested}).status == 422
    assert db.session.scalar(sa.select(sa.func.count(Appointment.id))) == 0


def _workshop_of(submission: Submission) -> int:
    listing = db.session.get_one(Listing, submission.listing_id)
    return db.session.get_one(Product, listing.product_id).workshop_id
