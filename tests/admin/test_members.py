"""Members at the desk and in the studio: renewal, lapse, suspension, and who hears of it."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pypdf
import sqlalchemy as sa
from flask import Flask

from admin import members, renewal_letters
from catalog.curation import memberships
from catalog.models import Council, Membership, Workshop, WorkshopState
from checkout.models import ShipmentState
from shop import accounts, mail
from shop.db import db, now
from shop.models import Mail, Role, User
from tests import make, make_catalog, make_checkout
from tests.checkout.conftest import bank
from tests.make import ACTOR, writing
from tests.pages import Mailbox, Page

__all__ = ["bank"]
Opener = Callable[[User], Page]
TODAY = memberships.today()


def member(name: str = "Sanggar Melur") -> tuple[Workshop, Membership]:
    """Make a workshop with a piece on sale; give its membership too."""
    shop = make_catalog.workshop(name=name)
    make_catalog.piece(shop, title=f"Kain {name}")
    return shop, fresh(shop)


def fresh(shop: Workshop) -> Membership:
    db.session.rollback()
    return db.session.scalars(sa.select(Membership).where(Membership.workshop_id == shop.id)).one()


def set_end(shop: Workshop, day: date) -> None:
    with writing() as session:
        values = {"since": day - timedelta(days=700), "ends_on": day}
        session.execute(sa.update(Membership).where(Membership.workshop_id == shop.id).values(**values))


def officer() -> User:
    return make.staff(Role.COUNCIL_ADMIN, "17", name="Pengurus Bengkulu")


def letters(shop: Workshop, template: str = "membership") -> list[str]:
    """Give the kinds of letters that a workshop was sent."""
    db.session.rollback()
    query = sa.select(Mail).where(Mail.to == make_catalog.member(shop).email, Mail.template == template)
    return [letter.context["kind"] for letter in db.session.scalars(query.order_by(Mail.id))]


def test_a_term_that_ends_is_announced_three_times_and_lapses_after_the_grace(
    app: Flask, bank: Any, page: Page
) -> None:
    shop, _membership = member()
    slug = db.session.get_one(Workshop, shop.id).slug
    for days, told in ((91, 0), (90, 1), (60, 0), (30, 1), (7, 1), (1, 0)):
        with writing() as session:
            end = {"ends_on": TODAY + timedelta(days=days)}
            session.execute(sa.update(Membership).where(Membership.workshop_id == shop.id).values(**end))
        assert members.remind_ending() == told, days
        assert members.remind_ending() == 0, "each only once"
    assert letters(shop) == ["admitted", "ending", "ending", "ending"]

    set_end(shop, TODAY - timedelta(days=30))
    assert members.lapse_overdue() == 0, "the grace has a day left"
    set_end(shop, TODAY - timedelta(days=31))
    assert members.lapse_overdue() == 1
    assert page.get(f"/artisans/{slug}").status == 404
    assert "gugur" in page.get(f"/members/{fresh(shop).number}").text
    assert letters(shop)[-1] == "lapsed"


def test_who_has_asked_in_time_stays_until_the_council_has_answered(app: Flask, signed_in: Opener) -> None:
    shop, membership = member()
    set_end(shop, TODAY + timedelta(days=10))
    artisan, desk = signed_in(make_catalog.member(shop)), signed_in(officer())

    artisan.get("/studio/membership").press("Minta perpanjangan", note="Kami masih menenun.")
    assert "Perpanjangan diminta" in artisan.text
    set_end(shop, TODAY - timedelta(days=200))
    assert members.lapse_overdue() == 0
    assert renewal_letters.remind() == 0, "a fresh question"
    with writing() as session:
        session.get_one(Membership, membership.id).renewal_at = now() - timedelta(days=15)
    assert (renewal_letters.remind(), renewal_letters.remind()) == (1, 0), "once a week"
    letter = db.session.scalars(sa.select(Mail).where(Mail.template == "renewals")).one()
    assert letter.context["rows"] == [{"name": "Sanggar Melur", "number": membership.number, "days": 15}]
    assert all("Sanggar Melur" in part for part in mail.render("renewals", "id", letter.context)[1:])
    assert "Sanggar Melur" in desk.get("/desk/members?due=asked").text
    desk.get(f"/desk/members/{membership.id}").press("Perpanjang")

    assert fresh(shop).ends_on == memberships.after_months(TODAY, 24)
    assert letters(shop)[-1] == "renewed"
    again = {"csrf_token": desk.csrf_token(), "do": "renew", "seen": "active.2020-01-01.asked"}
    assert desk.post(f"/desk/members/{membership.id}", again).status == 409, "what an old page showed"


def test_buyers_whose_parcel_is_still_to_come_hear_that_it_comes(
    app: Flask, bank: Any, signed_in: Opener, mailbox: Mailbox
) -> None:
    shop = make_catalog.workshop(name="Sanggar Melur")
    piece = make_catalog.piece(shop, on_hand=5)
    waiting = make_checkout.paid((piece, 1))
    gone = make_checkout.paid((piece, 1), who=make_checkout.buyer(email="sudah@contoh.id"))
    make_checkout.sent(gone)
    membership = fresh(shop)
    desk = signed_in(officer())

    desk.get(f"/desk/members/{membership.id}").press("Bekukan", reason="")
    assert desk.status == 422
    desk.press("Bekukan", reason="Barang pabrik di antara karyanya.")
    told = [one for one in mailbox.all() if one.template == "workshop_away"]

    assert [one.to for one in told] == [waiting.email]
    assert "pabrik" not in (told[0].text or "")
    (parcel,) = make_checkout.parcels(waiting.id)
    assert parcel.state is ShipmentState.TO_PACK
    make_checkout.send_one(parcel)
    artisan = signed_in(make_catalog.member(shop))
    assert "Barang pabrik" in artisan.get("/studio/membership").text
    desk.get(f"/desk/artisans/{shop.id}").press("Buka kembali", reason="Sudah dibersihkan.")
    assert fresh(shop).state.value == "active"
    assert db.session.get_one(Workshop, shop.id).state is WorkshopState.ACTIVE


def test_nobody_decides_about_their_own_workshop_or_another_councils(app: Flask, signed_in: Opener) -> None:
    shop, membership = member()
    own = make_catalog.member(shop)
    with writing() as session:
        for role in (Role.CURATOR, Role.COUNCIL_ADMIN):
            accounts.grant(session, ACTOR, session.get_one(User, own.id), role, "17")
    wish = {"do": "renew", "seen": "", "reason": ""}
    address = f"/desk/members/{membership.id}"

    mine = signed_in(own).get(address)
    assert not mine.all("main form")
    assert mine.post(address, wish | {"csrf_token": mine.csrf_token()}).status == 403
    state = {"do": "suspend", "reason": "Ingin."}
    assert (
        mine.post(f"/desk/artisans/{shop.id}/state", state | {"csrf_token": mine.csrf_token()}).status == 403
    )
    neighbour = signed_in(make.staff(Role.COUNCIL_ADMIN, "16"))
    assert neighbour.get(address).status == 404
    assert neighbour.get(f"{address}/certificate.pdf").status == 404
    assert neighbour.post(address, wish | {"csrf_token": neighbour.csrf_token()}).status == 404
    assert "Sanggar Melur" not in neighbour.get("/desk/members").text
    curator = signed_in(make_catalog.curator()).get(address)
    assert curator.post(address, wish | {"csrf_token": curator.csrf_token()}).status == 403


def test_the_list_is_narrowed_and_given_as_a_file(app: Flask, signed_in: Opener) -> None:
    first, _one = member()
    second, _two = member("=Sanggar Kedua")
    set_end(second, TODAY + timedelta(days=20))
    desk = signed_in(officer())

    assert "2 anggota cocok" in desk.get("/desk/members").text
    assert "1 anggota cocok" in desk.get("/desk/members?due=soon").text
    assert "2 anggota cocok" in desk.get("/desk/members?craft=batik-besurek&regency=17.71&state=active").text
    assert "0 anggota cocok" in desk.get("/desk/members?state=ended").text
    assert "1 anggota cocok" in desk.get(f"/desk/members?q={fresh(first).number}").text
    table = desk.client.get("/desk/members/members.csv?due=soon").get_data(as_text=True)
    assert table.count("\n") == 2
    assert "'=Sanggar Kedua" in table


def test_the_certificate_says_what_it_covers_and_where_it_is_checked(app: Flask, signed_in: Opener) -> None:
    shop, membership = member()
    number, council = membership.number, db.session.get_one(Council, membership.council_id).name
    artisan = signed_in(make_catalog.member(shop))

    answer = artisan.client.get(f"/studio/membership/{membership.id}/certificate.pdf")
    words = pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()

    assert answer.mimetype == "application/pdf"
    for expected in ("Sertifikat keanggotaan", "Sanggar Melur", number, council, f"/members/{number}"):
        assert expected in " ".join(words.split()), expected
    stranger = signed_in(make_catalog.member(make_catalog.workshop()))
    assert stranger.get(f"/studio/membership/{membership.id}/certificate.pdf").status == 404
    with writing() as session:
        memberships.suspend(session, ACTOR, session.get_one(Membership, membership.id), "Aduan.")
    assert artisan.get(f"/studio/membership/{membership.id}/certificate.pdf").status == 409
