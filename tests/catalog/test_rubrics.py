"""What the public reads of a council's judging: the rubric in words, who curates; never a mark."""

import sqlalchemy as sa
from flask import Flask

from catalog import councils
from catalog.curation import rubrics
from catalog.models import Council
from shop.db import db, transaction
from tests import make, make_catalog
from tests.make import ACTOR
from tests.pages import Page


def council(code: str = "17") -> Council:
    """Give a council of the reference data."""
    return db.session.scalars(sa.select(Council).where(Council.code == code)).one()


def test_a_buyer_reads_by_which_rubric_a_piece_passed(app: Flask, page: Page) -> None:
    piece = make_catalog.piece()

    shown = page.get(f"/products/{piece.slug}")
    assert "rubrik versi 1" in shown.text
    shown.get("/councils/dekranas/rubric/1")
    assert "Keaslian dan identitas daerah" in shown.text
    assert "Ciri daerah terlihat" in shown.text
    assert page.get("/councils/dekranas/rubric/2").status == 404
    assert page.get("/councils/nirwana/rubric").status == 404


def test_a_new_version_shows_on_the_page_of_the_council_and_old_pieces_keep_theirs(
    app: Flask, page: Page
) -> None:
    piece = make_catalog.piece()
    person = make.user("Ibu Pengurus")
    with transaction() as session:
        own = session.get_one(Council, council().id)
        draft = rubrics.begin(session, ACTOR, person, own)
        content = draft.content | {"pass_total": 81}
        rubrics.save(session, ACTOR, own, content, "Lebih tinggi.", seen=0)
        rubrics.publish(session, ACTOR, person, own, seen=1)

    slug = council().slug
    assert "mulai nilai total 81" in page.get(f"/councils/{slug}/rubric").text
    assert "mulai nilai total 75" in page.get("/councils/dekranas/rubric").text
    assert "/councils/dekranas/rubric/1" in page.get(f"/products/{piece.slug}").html


def test_a_council_says_who_curates(app: Flask, page: Page) -> None:
    assert "Siapa yang mengurasi" not in page.get(f"/councils/{council().slug}").text
    with transaction() as session:
        people = [councils.Named("Ibu Contoh", "penenun tiga puluh tahun", "a weaver of thirty years")]
        councils.name_curators(session, ACTOR, session.get_one(Council, council().id), people)

    assert "penenun tiga puluh tahun" in page.get(f"/councils/{council().slug}").text
    assert "a weaver of thirty years" in page.get(f"/en/councils/{council().slug}").text
