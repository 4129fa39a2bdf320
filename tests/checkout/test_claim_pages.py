"""The pages of claims: phone in hand for the buyer, the studio, the desk; nobody else's claim is there for anybody."""

from io import BytesIO

import pytest
from flask import Flask

from catalog import photos
from catalog.models import Workshop
from checkout import orders
from checkout.claims import finding
from checkout.models import Claim, ClaimPhoto, ClaimState, Order, Remedy, Shipment, ShipmentState, Side
from shop.db import db
from shop.models import User
from tests import make, make_catalog, make_checkout, make_claims
from tests.make import writing
from tests.pages import Mailbox, Page

S = ClaimState
pytestmark = pytest.mark.usefixtures("bank")


def _link(order: Order) -> str:
    return make_checkout.link(order)


def _shot(seed: int = 900) -> tuple[BytesIO, str]:
    return BytesIO(make_catalog.photograph(seed)), "foto.jpg"


def _only_claim() -> Claim:
    db.session.rollback()
    return db.session.query(Claim).one()


def _owner(claim: Claim) -> User:
    return make_catalog.member(db.session.get_one(Workshop, claim.workshop_id))


def test_a_guest_compares_and_what_is_all_as_shown_is_confirmed(page: Page) -> None:
    order, _parcel = make_claims.arrived()
    page.get(_link(order)).follow("Bandingkan dengan yang ditampilkan")

    assert "200 x 55 cm" in page.text
    assert "190–210 × 52,2–57,8 cm" in page.text
    assert "Batik tulis" in page.text
    page.press("Semuanya sesuai")

    assert "Terima kasih" in page.html
    assert make_checkout.parcels(order.id)[0].state is ShipmentState.RECEIVED


def test_a_guest_reports_a_difference_with_a_photograph_and_follows_the_claim(
    app: Flask, page: Page, mailbox: Mailbox
) -> None:
    order, _parcel = make_claims.arrived()
    line_id = make_claims.line_of(order).id
    page.get(_link(order)).follow("Bandingkan dengan yang ditampilkan")
    page.press("Laporkan yang berbeda", wish="refund")
    assert page.status == 422
    assert "Tandai paling sedikit satu hal" in page.text

    marked = {f"is-{line_id}-measures": "different", f"said-{line_id}-measures": "180 x 55 cm"}
    page.press("Semuanya sesuai", **marked)
    assert page.status == 422, "different and as shown at once"
    page.press("Laporkan yang berbeda", wish="refund", photos=_shot(), **marked)

    claim = _only_claim()
    assert page.title.startswith("Klaim Anda tentang")
    assert "selisih 10 %, lebih dari yang wajar untuk karya tangan (5 %)" in page.text
    owner = _owner(claim)
    assert mailbox.link(owner.email, "/studio/claims/").endswith(f"/{claim.id}")
    assert "/claims/" in mailbox.link("budi@contoh.id", "/claims/")
    photo = finding.photos_of(db.session(), claim.id)[0]
    photos.make_sizes(photo.picture_id)
    assert photo.picture.of_council, "no listing can show it"

    assert page.get(page.path).all("a[data-view][href*='/claims/']"), "the photograph is there"
    studio = Page(app).sign_in(owner).get(f"/studio/claims/{claim.id}")
    assert studio.all("a[data-view][href*='/photos/']")
    studio.press("Kirim usul ini", remedy="part", amount="40.000", words="Kami potong harganya.")
    page.get(mailbox.link("budi@contoh.id", "/claims/"))
    assert "Rp 40.000" in page.text.replace("\xa0", " ")
    page.press("Terima usul ini")
    assert make_claims.fresh(claim).state is S.DONE
    assert "kembali kepada Anda" in page.text


def test_a_claim_and_its_photographs_are_there_for_its_three_sides_and_for_nobody_else(app: Flask) -> None:
    buyer = make.user("Pembeli")
    claim = make_claims.opened(user=buyer)
    upload = photos.receive(make_catalog.photograph(901))
    with writing() as session:
        picture = photos.keep(session, claim.workshop_id, upload, of_council=True)
        picture_id = picture.id
        session.add(
            ClaimPhoto(claim_id=claim.id, picture_id=picture_id, side=Side.BUYER, created_at=claim.opened_at)
        )
    photos.make_sizes(picture_id)
    number = make_checkout.fresh(claim.order_id).number
    other = make_checkout.paid(user=make.user("Orang lain"))
    files = f"{claim.id}/photos/{picture_id}/320.jpg"
    mine, theirs = f"/orders/{number}", f"/orders/{other.number}"

    insider = Page(app).sign_in(buyer)
    for path in (f"{mine}/claims/{claim.id}", f"{mine}/claims/{files}"):
        assert insider.get(path, fragment=True).status == 200, path
    assert insider.get(f"/studio/photos/{picture_id}/320.jpg", fragment=True).status in {302, 403}

    strangers = [Page(app), Page(app).sign_in(db.session.get_one(User, other.user_id))]
    for stranger in strangers:
        for order in (mine, theirs):
            paths = (f"{order}/claims/{claim.id}", f"{order}/claims/{files}")
            assert [stranger.get(path, fragment=True).status for path in paths] == [404, 404]
            for part in ("", "/photos"):
                assert stranger.post(f"{order}/claims/{claim.id}{part}", {"do": "withdraw"}).status == 404
        compare = f"{theirs}/shipments/{claim.shipment_id}/compare"
        assert stranger.get(compare).status == 404

    maker = Page(app).sign_in(make_catalog.member(make_checkout.workshop_in()))
    assert maker.get(f"/studio/claims/{claim.id}").status == 404
    assert maker.get(f"/studio/claims/{files}", fragment=True).status == 404
    assert maker.post(f"/studio/claims/{claim.id}", {"do": "accept", "turn": "0"}).status == 404
    owner = Page(app).sign_in(_owner(claim))
    assert owner.get(f"/studio/claims/{files}", fragment=True).status == 200
    elsewhere = Page(app).sign_in(make_catalog.curator("16"))
    assert elsewhere.get(f"/desk/claims/{claim.id}").status == 404
    assert elsewhere.get(f"/desk/claims/{files}", fragment=True).status == 404
    assert elsewhere.post(f"/desk/claims/{claim.id}/decide", {"remedy": "refund"}).status == 404
    assert make_claims.fresh(claim).state is S.OPENED


def test_forms_cannot_change_what_was_shown_nor_take_more_than_was_paid(app: Flask, page: Page) -> None:
    order, parcel = make_claims.arrived()
    other_line = make_claims.line_of(make_checkout.paid()).id
    line = make_claims.line_of(order)
    key = _link(order).partition("?key=")[2]
    address = f"/orders/{order.number}/shipments/{parcel.id}/compare?key={key}"
    foreign = {f"is-{other_line}-measures": "different", "wish": "refund"}
    assert page.get(address).post(address, foreign).status == 422, "not in this parcel"
    for amount in ("99.999.999.999", "-5", "1_000", "٣٠٠٠٠", "0"):
        data = {f"is-{line.id}-look": "different", "wish": "part", "amount": amount, "key": key}
        assert page.post(address, data).status == 422, amount
    assert page.post(address, {f"is-{line.id}-look": "different", "wish": "nothing"}).status == 422

    page.post(address, {f"is-{line.id}-measures": "different", "wish": "refund", "shown": "300 x 300 cm"})
    claim = _only_claim()
    assert finding.points_of(db.session(), claim.id)[0].shown == "200 x 55 cm"
    page.post(f"/orders/{order.number}/claims/{claim.id}", {"do": "accept", "turn": "0", "key": key})
    assert page.status == 409, "nothing was offered"
    page.post(f"/orders/{order.number}/shipments/{parcel.id}/received", {"key": key})
    assert page.status == 409, "the claim holds the parcel"
    with writing() as session:
        orders.revoke_links(session, make.ACTOR, orders.lock(session, order.id), order.access_key)
    assert page.get(f"/orders/{order.number}/claims/{claim.id}?key={key}").status == 404


def test_the_council_decides_with_listing_sample_and_photographs_beside_each_other(app: Flask) -> None:
    claim = make_claims.at_council()
    first, second = make_catalog.curator("17", "Petugas Satu"), make_catalog.curator("17", "Petugas Dua")
    desk = Page(app).sign_in(first).get("/desk/claims")
    desk.follow("Selendang besurek rafflesia")
    assert "Contoh acuan" in desk.text
    assert "200 x 55 cm" in desk.text
    desk.press("Putuskan", remedy="refund", payer="", words="")
    assert desk.status == 422, "without reasons"
    desk.press("Putuskan", remedy="nothing", words="Sesuai dengan contoh acuan.")
    assert make_claims.fresh(claim).state is S.DECIDED
    owner = Page(app).sign_in(_owner(claim)).get(f"/studio/claims/{claim.id}").press("Terima putusan")
    assert "Anda sudah menerimanya." in owner.text
    assert "Minta petugas lain" not in owner.text

    buyer = Page(app)
    order = make_checkout.fresh(claim.order_id)
    key = _link(order).partition("?key=")[2]
    buyer.get(f"/orders/{order.number}/claims/{claim.id}?key={key}")
    assert "Bengkel sudah menerimanya." in buyer.text
    buyer.press("Minta petugas lain", words="Fotonya menunjukkan lain.")
    desk.get(f"/desk/claims/{claim.id}")
    assert "Petugas lain yang menilai" in desk.text
    turn = make_claims.turn(claim)
    desk.post(f"/desk/claims/{claim.id}/decide", {"remedy": "refund", "words": "Ya", "turn": str(turn)})
    assert desk.status == 403

    other = Page(app).sign_in(second).get(f"/desk/claims/{claim.id}")
    other.press("Putuskan secara tetap", remedy="refund", payer="workshop", words="Fotonya benar.")
    assert make_claims.fresh(claim).state is S.FINAL
    owner.get(f"/studio/claims/{claim.id}")
    owner.press("Kurir sudah dipesan", courier="jne", tracking="JNE00012345")
    owner.press("Barang sudah kembali", shelf="yes")
    assert make_claims.fresh(claim).state is S.DONE


def test_a_parcel_that_never_came_is_reported_and_the_order_page_leads_to_the_claim(page: Page) -> None:
    order, parcel = make_claims.arrived()
    make_claims.long_ago(parcel)
    page.get(_link(order)).follow("Bandingkan dengan yang ditampilkan")
    page.press("Paket tidak sampai", words="Resi berhenti di Jakarta.")

    claim = _only_claim()
    assert (claim.kind.value, claim.wish) == ("never_arrived", Remedy.REFUND)
    assert db.session.get_one(Shipment, parcel.id).state is ShipmentState.SHIPPED
    page.get(_link(order))
    assert not page.has_link("Bandingkan dengan yang ditampilkan")
    page.get(str(page.one("a[href*='/claims/']")["href"])).press("Cabut klaim")
    assert make_claims.fresh(claim).state is S.WITHDRAWN
