"""What becomes public, when, and what never does."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from catalog import artisans, listings, photos, products, publication, variants
from catalog.curation import decisions, submissions
from catalog.models import Listing, ListingState, Picture, Product, Workshop, WorkshopState
from shop.db import db, transaction
from shop.models import AuditEntry, User
from tests import make_catalog as make
from tests.make import ACTOR
from tests.pages import Page

SECRET = "Wastra Kemilau Sunyi"


def everywhere(page: Page) -> str:
    """Read every public page and machine door that could show a piece."""
    addresses = [
        "/", "/search", "/search?q=wastra+kemilau", "/suggest?q=wastra", "/artisans", "/crafts", "/regions", "/councils",
        "/crafts/batik-besurek", "/regions/bengkulu", "/regions/kota-bengkulu", "/councils/dekranasda-bengkulu",
        "/sitemap.xml", "/sitemap-places.xml", "/feeds/products.xml", "/en/", "/en/search",
    ]  # fmt: skip
    index = page.client.get("/sitemap.xml").get_data(as_text=True)
    addresses += re.findall(r"<loc>http://localhost(/[^<]+)</loc>", index)
    words = []
    for address in addresses:
        answer = page.client.get(address)
        assert answer.status_code == 200, address
        words.append(answer.get_data(as_text=True))
    return "\n".join(words)


def test_a_draft_is_found_nowhere(app: Flask, page: Page, run_jobs: Callable[[], int]) -> None:
    # given a complete draft and a submitted one, of workshops that sell nothing yet
    first = make.draft(title=SECRET, story=SECRET + make.STORY)
    make.submitted(make.draft(title=SECRET + " dua"))
    slug = db.session.get_one(Product, first.product_id).slug
    run_jobs()
    # when a visitor looks everywhere
    seen = everywhere(page)
    # then neither its words nor its workshop nor its photographs are there
    assert SECRET not in seen
    assert "Sanggar Canting" not in seen
    assert page.client.get(f"/products/{slug}").status_code == 404
    assert all(not make.exists(key) for key in make.public_files(first.id))


def test_an_approved_piece_is_shown_at_once(app: Flask, page: Page, run_jobs: Callable[[], int]) -> None:
    product = make.piece(title="Selendang Fajar", price=425_000)
    run_jobs()
    page.get("/products/selendang-fajar")
    assert page.title == "Selendang Fajar"
    assert "Rp 425.000" in page.text
    assert "Dekranasda Provinsi Bengkulu" in page.text
    assert "Selendang Fajar" in everywhere(page)
    assert all(make.exists(key) for key in make.public_files(product.live_listing_id or 0))


def test_an_edit_does_not_move_the_live_page_until_it_is_approved(app: Flask, page: Page) -> None:
    # given a live piece
    product = make.piece(title="Selendang Senja")
    # when its artisan writes another story, and sends it
    with transaction() as session:
        copy = listings.open_draft(session, ACTOR, session.get_one(Product, product.id))
        listings.update(session, copy, {"title": "Selendang Malam", "story": "Cerita baru. " + make.STORY})
        copy_id = copy.id
    submission = make.submitted(db.session.get_one(Listing, copy_id))
    # then the page stays as it was approved
    page.get(f"/products/{product.slug}")
    assert page.title == "Selendang Senja"
    assert "Cerita baru" not in page.html
    # and the curator sees what differs
    with app.test_request_context():
        again = db.session.merge(submission, load=True)
        found = submissions.difference(submissions.before(db.session(), again), again, "id")
    assert found is not None
    assert {change.field for change in found.fields} == {"title", "story"}
    assert ("Cerita baru.", True) in [(text.strip(), new) for text, new in found.fields[1].new_parts]
    # and on approval it moves, at the same address
    make.approved(submission)
    page.get(f"/products/{product.slug}")
    assert page.title == "Selendang Malam"
    states = dict(db.session.execute(sa.select(Listing.version, Listing.state)).all())
    assert states == {1: ListingState.REPLACED, 2: ListingState.LIVE}


def test_a_change_of_price_holds_at_once(app: Flask, page: Page) -> None:
    product = make.piece(title="Selendang Pagi", price=300_000)
    with transaction() as session:
        variants.reprice(session, ACTOR, make.variant_of(product), 275_000)
    page.get("/products/selendang-pagi")
    assert "Rp 275.000" in page.text
    kinds = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert "variant.repriced" in kinds


def test_the_public_reads_the_profile_that_a_curator_read(app: Flask, page: Page) -> None:
    shop = make.workshop(name="Rumah Canting", about="Cerita yang dibaca kurator.")
    product = make.piece(shop)
    with transaction() as session:
        workshop = session.get_one(Workshop, shop.id)
        wanted = artisans.Profile(
            name="Toko Palsu", maker_name="x", craft_id=workshop.craft_id,
            regency_code=workshop.regency_code, about="Cerita lain.",
        )  # fmt: skip
        artisans.update(session, ACTOR, workshop, wanted)
    for address in (f"/products/{product.slug}", f"/artisans/{shop.slug}"):
        page.get(address)
        assert "Rumah Canting" in page.text
        assert "Toko Palsu" not in page.html
        assert "Cerita lain" not in page.html


def test_a_withdrawn_piece_is_gone_with_its_photographs(
    app: Flask, page: Page, run_jobs: Callable[[], int]
) -> None:
    product = make.piece(title="Selendang Hilang")
    listing_id = product.live_listing_id or 0
    with transaction() as session:
        publication.withdraw(session, ACTOR, session.get_one(Product, product.id))
    run_jobs()
    photos.sweep()
    assert page.client.get("/products/selendang-hilang").status_code == 410
    assert "Selendang Hilang" not in everywhere(page)
    assert all(not make.exists(key) for key in make.public_files(listing_id))
    assert not db.session.scalars(sa.select(Picture.public)).first()


def test_a_suspended_workshop_is_not_public(app: Flask, page: Page, run_jobs: Callable[[], int]) -> None:
    shop = make.workshop(name="Sanggar Suram")
    product = make.piece(shop, title="Selendang Suram")
    with transaction() as session:
        artisans.move(
            session, ACTOR, session.get_one(Workshop, shop.id), WorkshopState.SUSPENDED, "Barang pabrik"
        )
    run_jobs()
    assert page.client.get(f"/artisans/{shop.slug}").status_code == 404
    assert page.client.get(f"/products/{product.slug}").status_code == 410
    assert "Suram" not in everywhere(page)


def test_a_paused_piece_is_shown_and_not_sold(app: Flask, page: Page) -> None:
    product = make.piece()
    with transaction() as session:
        publication.pause(session, ACTOR, session.get_one(Product, product.id))
    (card,) = products.cards(db.session(), [product.id], "id")
    assert card.paused
    assert not card.in_stock
    page.get(f"/products/{product.slug}")
    assert "Masukkan" not in page.text
    offer = products.offers(db.session(), [make.variant_of(product).id], "id")
    assert next(iter(offer.values())).available == 0


def test_two_pieces_of_one_name_have_two_addresses(app: Flask) -> None:
    first, second = make.piece(title="Kain Kembar"), make.piece(title="Kain Kembar")
    assert first.slug == "kain-kembar"
    assert second.slug == f"kain-kembar-{second.id}"


def test_a_new_variant_waits_for_the_listing_it_is_named_in(app: Flask) -> None:
    product = make.piece(names=("Merah",))
    with transaction() as session:
        copy = listings.open_draft(session, ACTOR, session.get_one(Product, product.id))
        terms = variants.Terms(500_000, 400, 30, 25, 5)
        new = variants.add(session, ACTOR, copy, "Biru", terms).id
        copy_id = copy.id
    assert new not in products.offers(db.session(), [new], "id")
    make.approved(make.submitted(db.session.get_one(Listing, copy_id)))
    assert products.offers(db.session(), [new], "id")[new].price == 500_000


def test_a_photograph_stays_public_while_another_version_shows_it(app: Flask) -> None:
    # given a live piece whose new version keeps two of its three photographs
    product = make.piece()
    before = make.photo_ids(product.live_listing_id or 0)
    with transaction() as session:
        copy = listings.open_draft(session, ACTOR, session.get_one(Product, product.id))
        photos.remove(session, copy, before[0])
        copy_id = copy.id
    make.add_photo(copy_id)
    make.approved(make.submitted(db.session.get_one(Listing, copy_id)))
    photos.sweep()
    # then the removed one is private again, and the others are public
    public = {p.id: p.public for p in db.session.scalars(sa.select(Picture))}
    assert not public[before[0]]
    assert [public[i] for i in make.photo_ids(copy_id)] == [True, True, True]


def test_approval_without_public_photographs_is_refused(app: Flask) -> None:
    submission = make.submitted()
    judge = make.curator()
    make.mark(submission, judge)
    seen = submission.listing_edits
    with transaction() as session:
        person = session.get_one(User, judge.id)
        with pytest.raises(photos.NotReady):
            decisions.approve(session, ACTOR, person, submission.id, seen_edits=seen, reason="Baik.")
    assert db.session.scalar(sa.select(Product.live_listing_id)) is None


def test_public_pages_set_no_cookie_and_answer_304(app: Flask, page: Page) -> None:
    product = make.piece()
    for address in (
        "/",
        f"/products/{product.slug}",
        "/crafts",
        "/regions/bengkulu",
        "/artisans",
        "/feeds/products.xml",
    ):
        first = page.client.get(address)
        assert "Set-Cookie" not in first.headers
        kept = "max-age=60" if address.startswith("/feeds") else "no-cache"  # a price changes at once
        assert first.headers["Cache-Control"] == f"public, {kept}"
        again = page.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, address
