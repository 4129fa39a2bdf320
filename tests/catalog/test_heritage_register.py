"""The heritage register: what it begins with, whose names it guards, and who may change what it says."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog import heritage_loading, heritage_names, heritage_register
from catalog.models import Craft, HeritageForm, HeritageHome, HeritageStatus, Roll, Standing

FORMS = {1: ["besurek"], 2: ["batik lasem", "lasem batik"], 3: ["songket palembang"], 4: ["manik dayak"]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Selendang besurek rafflesia", ["besurek"]),
        ("Kain BATIK Bésurek", ["Bésurek"]),
        ("Batik tulis asli Lasem, merah", ["Batik tulis asli Lasem"]),
        ("Lasem-style batik", ["Lasem-style batik"]),
        ("Songket dan batik Palembang", []),
        ("Batik tulis dari rumah kami di Lasem", []),
        ("Batik, tenun, songket", []),
        ("Kalung manik-manik kaca", []),
        ("Kalung manik Dayak", ["manik Dayak"]),
        ("", []),
    ],
)
def test_a_name_is_found_by_its_telling_words_and_a_family_or_place_alone_is_free(
    text: str, words: list[str]
) -> None:
    said = [found.words.replace("-", " ") for found in heritage_names.find(text, FORMS)]
    assert said == [word.replace("-", " ") for word in words]


def test_names_come_from_what_the_form_is_called() -> None:
    assert heritage_names.of("Kain Batik Besurek", "Besurek batik (Arabic-script motif)") == [
        "kain batik besurek",
        "besurek batik",
    ]
    assert heritage_names.of("Sali", "Sali") == ["sali"]
    assert heritage_names.of("Kain", "Cap") == []


def test_every_craft_stands_in_the_register_with_a_home_and_its_source(app: Flask, session: Session) -> None:
    crafts = session.scalar(sa.select(sa.func.count(Craft.id)))
    assert session.scalar(sa.select(sa.func.count(HeritageForm.craft_id))) == crafts
    at_home = session.scalar(sa.select(sa.func.count(sa.distinct(HeritageHome.craft_id))))
    assert at_home == crafts
    statuses = session.scalars(sa.select(HeritageStatus)).all()
    assert statuses
    assert all(status.source and status.checked_at is None for status in statuses)
    besurek = session.scalars(
        sa.select(HeritageStatus)
        .join(Craft)
        .where(Craft.slug == "batik-besurek")
        .order_by(HeritageStatus.roll)
    ).all()
    assert {(one.roll, one.standing) for one in besurek} == {
        (Roll.GI, Standing.REGISTERED),
        (Roll.WBTB, Standing.REGISTERED),
    }


def test_a_regency_that_nobody_checked_keeps_no_maker_of_the_province_out(session: Session) -> None:
    pedan, lasem = (
        session.scalars(sa.select(Craft.id).where(Craft.slug == slug)).one()
        for slug in ("lurik-pedan", "batik-complongan")
    )
    assert heritage_register.homes(session, [pedan]) == {pedan: ["33"]}
    assert heritage_register.homes(session, [lasem]) == {lasem: ["32.12"]}
    assert heritage_register.foreign(session, [pedan, lasem], "33.10") == {lasem}
    assert heritage_register.foreign(session, [pedan, lasem], "32.12") == {pedan}


def test_a_common_name_is_everybodys(session: Session) -> None:
    angklung = session.scalars(sa.select(Craft.id).where(Craft.slug == "angklung")).one()
    assert heritage_register.foreign(session, [angklung], "94.01") == set()


def test_loading_again_changes_nothing(session: Session) -> None:
    assert heritage_loading.load(session) == 0
