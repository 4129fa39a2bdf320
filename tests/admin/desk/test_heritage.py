"""The desk of the heritage register: what officers change, sign and check, and what others may not."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import details, photos
from catalog.curation import certificates
from catalog.models import (
    Certificate,
    CertificateState,
    Countersignature,
    CountersignatureAnswer,
    HeritageForm,
    HeritageStatus,
    Picture,
    Workshop,
)
from shop.db import db
from shop.models import AuditEntry, User
from tests import make_catalog
from tests.admin.desk.test_at_once import at_once
from tests.make import writing
from tests.pages import Page

Browser = Callable[[User], Page]
BESUREK = "/desk/heritage/batik-besurek"


@pytest.mark.parametrize("_database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_an_officer_of_the_home_changes_an_entry_and_pages_and_history_say_so(
    curator: Page, page: Page, _database: str
) -> None:
    curator.get("/desk/heritage").follow("Kain Batik Besurek")
    assert curator.path == BESUREK

    curator.press("Simpan isian ini", name_id="Batik Besurek Bengkulu", reason="Sebutan dewan sejak 1988.")

    assert curator.status == 200
    assert "Sebutan dewan" in str(db.session.scalars(sa.select(AuditEntry.after)).all())
    assert "Batik Besurek Bengkulu" in page.get("/crafts/batik-besurek").text
    form = db.session.scalars(sa.select(HeritageForm).where(HeritageForm.version > 1)).one()
    assert form.editor_name == "Kurator Bengkulu"


def test_another_region_reads_and_does_not_write(neighbour: Page, curator: Page) -> None:
    assert neighbour.get(BESUREK).status == 200
    assert "berasal dari daerah lain" in neighbour.text
    assert not neighbour.all("form textarea")
    data = {"name_id": "Milik kami", "name_en": "Ours", "homes": "17", "reason": "Begitu saja.", "seen": "1"}
    assert neighbour.get("/desk/heritage/new").post(BESUREK, data).status == 403
    assert neighbour.get(f"{BESUREK}/entries/new").status == 403
    # Nobody takes another region's home away, nor the last one.
    curator.get(BESUREK)
    assert curator.post(BESUREK, data | {"homes": "18"}).status == 422


@pytest.mark.postgres
def test_a_checked_entry_needs_its_evidence_and_only_then_is_verified_in_public(
    curator: Page, page: Page
) -> None:
    assert "(unverified)" in page.get("/en/crafts/batik-besurek").text
    craft = make_catalog.craft()
    wanted = sa.select(HeritageStatus.id).where(
        HeritageStatus.craft_id == craft.id, HeritageStatus.roll == "gi"
    )
    entry = f"{BESUREK}/entries/{db.session.scalars(wanted).one()}"
    curator.get(entry).press("Simpan isian ini", checked="y")
    assert curator.status == 422

    curator.get(entry).press(
        "Simpan isian ini",
        checked="y",
        number="IG.PERAGA.001",
        year="2023",
        holder="MPIG Peraga",
        place="Arsip dewan, map 3",
    )
    assert curator.path == BESUREK
    text = page.get("/en/crafts/batik-besurek").text
    assert "no. IG.PERAGA.001" in text
    assert "Arsip dewan, map 3" in text


def test_the_national_council_keeps_what_registers_say_of_a_whole_family(
    curator: Page, signed_in: Browser, page: Page
) -> None:
    family = "/desk/heritage/families/batik"
    assert "dewan nasional" in curator.get(family).text.lower()
    assert curator.get(f"{family}/entries/new").status == 403
    national = signed_in(make_catalog.curator("nasional", "Kurator Nasional"))
    national.get("/desk/heritage?which=families").follow("Batik").follow("Tambah isian")
    national.press("Simpan isian ini", roll="wbtb", standing="registered", checked="y")
    assert national.status == 422

    national.press("Simpan isian ini", number="WBTB.1", year="2009", place="Arsip nasional", checked="y")

    assert national.path == family
    assert "no. WBTB.1" in page.get("/en/crafts/batik-besurek").text
    assert "WBTB.1" in str(db.session.scalars(sa.select(AuditEntry.after)).all())
    entry = db.session.scalars(sa.select(HeritageStatus.id).where(HeritageStatus.number == "WBTB.1")).one()
    assert curator.get(f"{family}/entries/{entry}").status == 403
    assert curator.get(f"/desk/heritage/batik-besurek/entries/{entry}").status == 404
    national.get(f"{family}/entries/{entry}").press("Keluarkan")
    assert "WBTB.1" not in page.get("/en/crafts/batik-besurek").text


def test_a_missing_form_is_entered_and_can_be_chosen(curator: Page, signed_in: Browser) -> None:
    curator.get("/desk/heritage/new").press(
        "Catat",
        name_id="Tenun Rejang",
        name_en="Rejang weaving",
        family="weaving",
        add_home="17",
        reason="Musda.",
    )
    assert curator.path == "/desk/heritage/tenun-rejang"
    shop = make_catalog.workshop()
    listing = make_catalog.draft(shop)
    artisan = signed_in(make_catalog.member(shop))
    assert "Tenun Rejang" in artisan.get(f"/studio/listings/{listing.product_id}/words").text


def claim() -> Countersignature:
    shop = make_catalog.workshop(regency="16.71", name="Sanggar Musi")
    craft = make_catalog.craft().id
    submission = make_catalog.submitted(make_catalog.draft(shop, craft_id=craft, title="Selendang besurek"))
    query = sa.select(Countersignature).where(Countersignature.submission_id == submission.id)
    return db.session.scalars(query).one()


def test_the_home_council_signs_with_a_reason_and_others_find_nothing(curator: Page, neighbour: Page) -> None:
    request = claim()
    assert neighbour.get(f"/desk/countersignatures/{request.id}").status == 404
    assert "Sanggar Musi" not in neighbour.get("/desk/countersignatures").text
    curator.get("/desk/countersignatures").follow("Kain Batik Besurek")
    assert "Selendang besurek" in curator.text
    image = curator.all(".gallery img")[0]["src"]
    assert curator.get(str(image)).status == 200
    assert neighbour.get(str(image)).status == 404

    path = f"/desk/countersignatures/{request.id}"
    assert curator.get(path).press("Tandatangani pengakuan", reason="").status == 422
    curator.get(path).press("Tandatangani pengakuan", reason="Belajar di Bengkulu.", do="grant")
    assert "Belajar di Bengkulu." in curator.get(f"{path}").text
    assert curator.get("/desk/countersignatures?which=answered").text.count("Sanggar Musi") == 1


@pytest.mark.postgres
def test_of_four_officers_at_once_one_answers(signed_in: Browser) -> None:
    request = claim()
    path = f"/desk/countersignatures/{request.id}"
    pages = [signed_in(make_catalog.curator(name=f"Kurator {number}")).get(path) for number in range(4)]
    forms = [{"reason": f"Alasan {n}.", "do": "grant" if n % 2 else "refuse"} for n in range(4)]

    statuses = at_once(pages, path, forms)

    assert sorted(statuses) == [303, 409, 409, 409]
    reason = db.session.scalars(sa.select(CountersignatureAnswer.reason)).one()
    assert reason == f"Alasan {statuses.index(303)}."


def test_a_certificate_is_unfindable_until_checked_and_gone_when_it_ends(
    curator: Page, neighbour: Page, page: Page, session: Session
) -> None:
    piece = make_catalog.piece()
    sent = make_catalog.certificate(piece.workshop_id)
    address = f"/products/{piece.slug}"
    assert "BM-PERAGA-7" not in page.get(address).text
    assert neighbour.get(f"/desk/certificates/{sent.id}").status == 404
    photos.make_sizes(sent.picture_id)
    curator.get("/desk/certificates").follow("Batikmark, no. BM-PERAGA-7")
    image = str(curator.one("main img")["src"])
    assert curator.get(image).status == 200
    assert page.get(image).path.startswith("/account/sign-in")

    curator.get(f"/desk/certificates/{sent.id}").press("Cocok dengan suratnya", do="accept")
    assert "BM-PERAGA-7" in page.get(address).text
    picture = session.get_one(Picture, sent.picture_id)
    session.refresh(picture)
    assert not picture.public

    with writing() as fresh:
        fresh.execute(sa.update(Certificate).values(valid_until=certificates.today().replace(year=2020)))
    assert details.of_slug(db.session(), piece.slug).certificates == ()
    certificates.expire()
    session.expire_all()
    assert session.get_one(Certificate, sent.id).state is CertificateState.EXPIRED
    assert "BM-PERAGA-7" not in page.get(address).text


def test_an_artisan_sends_a_certificate_and_takes_it_back(signed_in: Browser) -> None:
    shop = make_catalog.workshop()
    artisan = signed_in(make_catalog.member(shop))
    artisan.get("/studio/certificates").press(
        "Kirim ke dewan",
        kind="batikmark",
        craft_id=str(make_catalog.craft().id),
        number="BM-1",
        holder="Sari",
    )
    assert artisan.status == 422
    make_catalog.certificate(shop.id)
    artisan.get("/studio/certificates").press("Ambil kembali")
    assert db.session.scalars(sa.select(Certificate.state)).one() is CertificateState.WITHDRAWN


def test_a_workshops_own_words_are_laid_before_the_panel_and_refuse_nothing(
    neighbour: Page, signed_in: Browser
) -> None:
    shop = make_catalog.workshop(regency="16.71")
    with writing() as session:
        session.get_one(Workshop, shop.id).about = "Kami membuat batik besurek asli sejak 1990."
    listing = make_catalog.draft(shop)
    artisan = signed_in(make_catalog.member(shop))
    artisan.get(f"/studio/listings/{listing.product_id}/check")
    assert "menyebut kriya daerah lain: " in artisan.text

    submission = make_catalog.submitted(listing)

    neighbour.get(f"/desk/submissions/{submission.id}")
    assert "menyebut kriya daerah lain: " in neighbour.text
