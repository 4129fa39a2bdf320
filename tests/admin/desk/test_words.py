"""The words of the search at the desk: who keeps them, what is refused, and how a mistake is taken back."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import SynonymGroup
from shop.models import Role, User
from tests import make, make_search
from tests.pages import Page


def _others(session: Session, head: str) -> tuple[bool, list[str]]:
    session.rollback()
    found = session.scalars(sa.select(SynonymGroup).where(SynonymGroup.head == head)).one()
    return found.active, found.others


def test_a_council_teaches_the_search_a_word_after_a_look_at_what_it_finds(
    officer: Page, page: Page, session: Session, run_jobs: Callable[[], int]
) -> None:
    make_search.listed("Selendang limar")
    run_jobs()
    assert page.get("/search?q=stagen").title.startswith("Tidak ada hasil")
    officer.get("/desk/words/new").press(
        "Lihat hasilnya dulu", head="Limar", others="waist cloth\nstagen, LIMAR", note="Kata orang Palembang"
    )
    assert [row.get_text(" ").split()[-2:] for row in officer.all("tbody tr")] == [
        ["1", "1"],
        ["0", "1"],
        ["0", "1"],
    ]
    assert session.scalar(sa.select(SynonymGroup).where(SynonymGroup.head == "limar")) is None

    officer.press("Simpan kata-kata ini")

    assert "Ditambahkan." in officer.text
    assert _others(session, "limar") == (True, ["waist cloth", "stagen"])
    assert page.get("/search?q=stagen").title.startswith("1 karya")
    officer.get("/desk/words?try=stagen")
    assert "juga limar" in officer.text
    assert officer.has_link("Selendang limar")
    assert "Kata pencarian ditambahkan" in officer.get("/desk/history").text
    assert "limar, waist cloth, stagen" in officer.text


def test_what_was_taken_out_can_be_put_back(officer: Page, session: Session) -> None:
    officer.get("/desk/words?q=keranjang")
    officer.press("Keluarkan")
    assert _others(session, "keranjang")[0] is False
    assert "“keranjang” sudah dikeluarkan." in officer.text
    assert "keranjang" in officer.get("/desk/words?removed=1").text

    officer.get("/desk/words?removed=1").press("Kembalikan")
    assert _others(session, "keranjang")[0] is True


def test_what_cannot_be_used_comes_back_as_typed_with_the_reason(officer: Page, session: Session) -> None:
    officer.get("/en/desk/words/new").press("Keep these words", head="keranjang", others="basket", note="")
    assert officer.status == 422
    assert "“keranjang” has a group already" in officer.text
    assert officer.one("#head")["value"] == "keranjang"

    officer.get("/en/desk/words/new").press("Keep these words", head="dan", others="woven willow baskets")
    assert "“dan” says nothing by itself" in officer.text
    assert "“woven willow baskets” is too long" in officer.text
    officer.get("/en/desk/words/new").press("Keep these words", head="ukiran", others="mengukir")
    assert "give words that differ" in officer.text


def test_an_old_page_does_not_overwrite_what_somebody_else_has_kept(
    officer: Page, admin: Page, session: Session
) -> None:
    edit = officer.get("/desk/words?q=tikar").follow("tikar").path
    admin.get(edit).press("Simpan kata-kata ini", others="mat\nlampit\nambal")

    officer.press("Simpan kata-kata ini", others="mat")

    assert officer.status == 409
    assert officer.one("#others").get_text().strip() == "mat"
    assert _others(session, "tikar") == (True, ["mat", "lampit", "ambal"])


def test_only_those_who_answer_for_a_council_or_the_shop_keep_the_words(
    curator: Page, finance: Page, page: Page, signed_in: Callable[[User], Page]
) -> None:
    for visitor in (curator, finance, signed_in(make.staff(Role.ARTISAN))):
        for way in ("/desk/words", "/desk/words/new", "/desk/words/1"):
            assert visitor.get(way).status == 403
    assert not curator.get("/desk/").has_link("Kata pencarian")
    assert page.get("/desk/words", follow=False).status == 302


def test_a_strange_question_gets_a_plain_list(officer: Page) -> None:
    for query in (
        "q=%00a",
        "q=zzz",
        "page=999999999",
        "page=-1",
        "try=%28AND*",
        "undo=99999999999",
        "removed=x",
    ):
        assert officer.get(f"/desk/words?{query}").status in {200, 400}
    assert officer.get("/desk/words/99999999999").status == 404
