"""A panel at the desk: marks that nobody else sees before all are in, judges who differ, who stands aside, guests."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from catalog import artisans
from catalog.models import Judgement, Listing, Submission, Workshop
from shop.db import db
from shop.models import Role, User
from tests import make, make_catalog, make_desk
from tests.make import ACTOR, writing
from tests.pages import Page

Browser = Callable[[User], Page]
SECRET = {"score-design": "2", "note-design": "Tepinya belum rapat", "gate-note-identity": "NIB kedaluwarsa"}


def ways(submission: Submission) -> list[str]:
    """Give every address at the desk that speaks of a submission."""
    product_id = db.session.get_one(Listing, submission.listing_id).product_id
    return [
        make_desk.path(submission),
        "/en" + make_desk.path(submission),
        make_desk.path(submission, "/preview"),
        "/desk/",
        "/desk/history",
        f"/desk/history?piece={product_id}",
        f"/desk/history?object=submissions:{submission.id}",
        "/desk/statistics",
    ]


def sees_nothing(page: Page, submission: Submission) -> None:
    for way in ways(submission):
        page.get(way)
        for words in (
            "Tepinya belum rapat",
            "NIB kedaluwarsa",
            "77 dari 100",
            "Bentuk atau warna belum serasi",
        ):
            inside = [one.get_text() for one in page.all("main :not(.score-words)") if not one.find(True)]
            assert not any(words in text for text in inside), (way, words)


def test_marks_are_hidden_from_everybody_until_all_are_in(
    curator: Page, officer: Page, admin: Page, signed_in: Browser
) -> None:
    submission = make_catalog.submitted()
    make_desk.hand_in(curator, submission, **SECRET)
    second = signed_in(make_catalog.curator(name="Kurator kedua"))
    for page in (second, officer, admin):
        sees_nothing(page, submission)
    curator.get(make_desk.path(submission))
    assert "Tepinya belum rapat" in curator.text

    make_desk.hand_in(second, submission)

    # its judges see them beside each other, the rest of the council does not
    assert "Tepinya belum rapat" in second.text
    assert "selisih 2" in second.text
    assert "3" in second.one(".row-differs td:last-child").get_text()
    for page in (officer, admin):
        sees_nothing(page, submission)


def test_judges_who_differ_sign_a_note_together_and_then_the_verdict_can_be_written(
    curator: Page, signed_in: Browser
) -> None:
    submission = make_catalog.submitted()
    second = signed_in(make_catalog.curator(name="Kurator kedua"))
    make_desk.hand_in(curator, submission, **SECRET)
    make_desk.hand_in(second, submission)
    assert not second.all("form[action$=decide]")

    second.press("Simpan dan tandatangani", discussion="   ")
    assert second.status == 422
    second.press("Simpan dan tandatangani", discussion="Kami lihat lagi: tepinya memang longgar.")
    assert "Belum menandatangani: Kurator Bengkulu" in second.text
    curator.get(make_desk.path(submission)).press("Tandatangani catatan ini")

    assert "Kami lihat lagi: tepinya memang longgar." in curator.text
    curator.press("Tulis keputusan", outcome="coaching", reason="Rapatkan tepinya.")
    assert "Keputusan telah ditulis." in curator.text
    curator.get("/desk/history")
    assert "Catatan diskusi ditandatangani" in curator.text
    assert "memang longgar" not in curator.text


def test_who_stands_aside_is_refused_by_every_route(curator: Page, officer: Page) -> None:
    submission = make_catalog.submitted()

    curator.get(make_desk.path(submission)).press("Mundur sebagai juri", interest=None)
    assert curator.status == 422
    curator.press("Mundur sebagai juri", interest="family", interest_note="Adik saya bekerja di sana.")

    assert "Anda sudah menyatakan kepentingan pada bengkel ini" in curator.text
    fields = make_desk.filled() | {"outcome": "pass", "reason": "Tetap.", "seen": "0", "free": "y"}
    for part in ("/score", "/hand-in", "/decide", "/proposal", "/discussion", "/discussion/1/sign"):
        assert curator.post(make_desk.path(submission, part), fields).status == 403, part
    assert db.session.scalar(sa.select(sa.func.count(Judgement.id))) == 0
    officer.get(make_desk.path(submission)).press("Kepentingan sudah berakhir")
    assert curator.get(make_desk.path(submission)).all("form[action$=hand-in]")


def test_a_guest_judges_the_piece_to_which_an_administrator_invites_them(
    neighbour: Page, curator: Page, officer: Page
) -> None:
    submission, other = make_catalog.submitted(), make_catalog.submitted()
    address = db.session.scalars(sa.select(User.email).where(User.name == "Kurator Palembang")).one()
    assert neighbour.get(make_desk.path(submission)).status == 404
    assert curator.post(make_desk.path(submission, "/guests"), {"guest": address}).status == 403

    officer.get(make_desk.path(submission)).press("Undang", guest="tidak.ada@contoh.id")
    assert officer.status == 422
    officer.press("Undang", guest=address)

    make_desk.hand_in(neighbour, submission)
    assert "menunggu 1 juri lagi" in neighbour.text
    assert neighbour.get(make_desk.path(other)).status == 404
    officer.get(make_desk.path(submission)).press("Tarik undangan")
    assert neighbour.get(make_desk.path(submission)).status == 404


def test_a_member_of_the_workshop_never_reads_the_judges_marks(curator: Page, signed_in: Browser) -> None:
    shop = make_catalog.workshop()
    member = make.staff(Role.CURATOR, "17", name="Kurator yang juga perajin")
    with writing() as session:
        artisans.add_member(
            session, ACTOR, session.get_one(Workshop, shop.id), session.get_one(User, member.id)
        )
    submission = make_catalog.submitted(make_catalog.draft(shop))
    make_desk.decide(curator, submission, "coaching", "Rapatkan tepinya.", **make_desk.filled(design=2))

    own = signed_in(member).get(make_desk.path(submission))

    assert "Rapatkan tepinya." in own.text
    assert not own.all(".panel-findings")
    assert curator.get(make_desk.path(submission)).all(".panel-findings")


@pytest.mark.parametrize("kind", ["mine", "appeal", "conditions"])
def test_the_queue_says_for_whom_a_piece_waits(curator: Page, signed_in: Browser, kind: str) -> None:
    submission = make_catalog.submitted()
    curator.get(f"/desk/?kind={kind}")
    assert ("Selendang besurek" in curator.text) is (kind == "mine")
    make_desk.hand_in(curator, submission)
    assert "Selendang besurek" not in curator.get("/desk/?kind=mine").text
    assert "juri lain 1 dari 2" in curator.get("/desk/").text
    second = signed_in(make_catalog.curator(name="Kurator kedua"))
    assert "Selendang besurek" in second.get("/desk/?kind=mine").text
