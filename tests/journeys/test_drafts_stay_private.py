"""What no council has approved is obtainable by nobody outside: no word, no photograph, no count, by no channel."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from catalog import artisans, photos, publication
from catalog.artisans import Profile
from catalog.models import Listing, ListingPhoto, Product, Submission, Workshop
from catalog.taxonomy import slugify
from shop.db import db
from tests import make_catalog
from tests.fixtures import apart
from tests.journeys import secrets_of_makers as makers
from tests.journeys.crawler import Crawler
from tests.journeys.secrets_of_makers import Secret
from tests.make import ACTOR, writing

Work = Callable[[], int]
NEVER_PUBLIC = ("draft", "submitted", "coaching", "conditional", "declined", "discarded")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def crawler(app: Flask) -> Crawler:
    return Crawler(app)


def hidden() -> list[Secret]:
    """Make one listing in every state in which nobody may see it."""
    made = {"draft": makers.draft("draft"), "discarded": makers.discarded()}
    made |= {state: makers.judged(state) for state in ("coaching", "conditional", "declined")}
    made["submitted"] = makers.sent("submitted")[0]
    return [made[state] for state in NEVER_PUBLIC]


def betrayed(text: str, secrets: list[Secret], *, asked: str = "") -> set[str]:
    """Give the secret words that a text says by itself; a page may repeat what it was asked."""
    said = text.replace(asked.casefold(), "") if asked else text
    return {word for secret in secrets for word in secret.words if word in said}


def test_no_page_says_a_word_of_it_or_counts_it(app: Flask, crawler: Crawler, run_jobs: Work) -> None:
    live = make_catalog.piece()
    gone = [makers.was_live("withdrawn"), makers.was_live("suspended"), makers.replaced()]
    run_jobs()
    before = crawler.everything()

    secrets = [*gone, *hidden(), makers.edited(live)]
    run_jobs()
    after = crawler.everything()

    assert len(after) > 500
    assert after.keys() == before.keys()
    different = [path for path, text in after.items() if text != before[path]]
    assert not different, "pages that change with what nobody may see"
    told = {path: words for path, text in after.items() if (words := betrayed(text.casefold(), secrets))}
    assert not told


def test_searching_and_suggesting_find_none_of_it(crawler: Crawler, run_jobs: Work) -> None:
    secrets = [*hidden(), makers.was_live("withdrawn"), makers.edited(make_catalog.piece())]
    run_jobs()
    asked = {word for secret in secrets for word in secret.words}
    asked |= {word[:-2] for word in asked} | {f"{word[:6]}x{word[7:]}" for word in asked} | {"zq", "zqdraft"}

    for words in sorted(asked):
        for prefix in ("", "/en"):
            assert not betrayed(crawler.says(f"{prefix}/search?q={words}"), secrets, asked=words), words
        assert json.loads(crawler.get(f"/suggest?q={words}").get_data())["suggestions"] == [], words
    for path in ("/search?craft=kain-lantung", "/search?sort=newest", "/search?price_max=5000", "/en/search"):
        assert not betrayed(crawler.says(path), secrets)


def guesses(app: Flask, secrets: list[Secret]) -> Iterator[tuple[str, str]]:
    """Give every route with what somebody who knows or guesses would put into it, and that value."""
    values: set[str] = set()
    for secret in secrets:
        product = secret.product
        listing = db.session.get_one(Listing, secret.listing_id)
        workshop = db.session.get_one(Workshop, product.workshop_id)
        values |= {product.slug, product.slug.lstrip("-"), slugify(listing.title), workshop.slug}
        values |= {
            str(product.id),
            f"{slugify(listing.title)}-{product.id}",
            slugify(workshop.name),
        }
    listed = json.loads(app.test_cli_runner().invoke(args=["routes", "--json"]).output)
    for route in listed:
        path = route["path"].replace("<int:width>", "320").replace("<ending>", "jpg")
        if "GET" not in route["methods"] or "<path:" in path:
            continue
        for value in {*values, *map(str, range(1, 12))} if "<" in path else {""}:
            if "<int:" not in path or value.isdigit():
                filled = re.sub(r"<[^>]*>", value, path)
                yield filled, value
                yield f"/en{filled}", value


def test_no_address_that_one_could_guess_tells_it(app: Flask, crawler: Crawler, run_jobs: Work) -> None:
    secrets = [*hidden(), makers.was_live("suspended")]
    run_jobs()
    for path, value in guesses(app, secrets):
        answer = crawler.says(path)
        assert not betrayed(answer, secrets, asked=value), path
        assert path.endswith("/favicon.ico") or "content-type: image/" not in answer, path


def test_no_media_address_gives_its_photographs(app: Flask, crawler: Crawler, run_jobs: Work) -> None:
    secrets = [*hidden(), makers.was_live("withdrawn")]
    apart(app, photos.sweep)
    ways = ("/media/{key}", "/en/media/{key}", "/media/public/../{key}", "/media/public/%2e%2e/{key}", "/static/../{key}",
            "/media//{key}", "/media/public/x/../../{key}", "/media/public%2f..%2f{key}", "/media/./{key}")  # fmt: skip
    for secret in secrets:
        keys = makers.files(secret)
        assert len(keys) > 10
        for key in keys:
            for way in ways:
                answer = crawler.get(way.format(key=key))
                assert answer.status_code in {308, 400, 404}, way.format(key=key)
                assert not (answer.mimetype or "").startswith("image/")


def test_approved_it_is_found_and_withdrawn_it_is_gone(app: Flask, crawler: Crawler, run_jobs: Work) -> None:
    secret, submission, judge = makers.sent("submitted")
    unsaid = {makers.word("submitted", "title_en"), makers.word("submitted", "story_en")}
    product = make_catalog.approved(db.session.get_one(Submission, submission.id), judge)
    slug, keys = product.slug, make_catalog.public_files(secret.listing_id)
    workshop = db.session.get_one(Workshop, product.workshop_id).slug
    run_jobs()

    page = crawler.says(f"/products/{slug}") + crawler.says(f"/en/products/{slug}")
    page += crawler.says(f"/artisans/{workshop}")
    assert betrayed(page, [secret]) == secret.words
    assert slug in crawler.says(f"/search?q={makers.word('submitted', 'title')}")
    assert slug in crawler.says(f"/search?q={makers.word('submitted', 'story')}")
    assert slug in crawler.says(f"/suggest?q={makers.word('submitted', 'title')}")
    assert slug in crawler.says("/sitemap-products-1.xml")
    assert unsaid <= secret.words
    assert all(crawler.get(f"/media/{key}").status_code == 200 for key in keys)

    with writing() as session:
        publication.withdraw(session, ACTOR, session.get_one(Product, product.id))
    run_jobs()
    apart(app, photos.sweep)

    said = secret.words - {makers.word("submitted", name) for name in (*makers.PROFILE, "portrait")}
    assert crawler.get(f"/products/{slug}").status_code == 410
    told = {path: said & betrayed(text.casefold(), [secret]) for path, text in crawler.everything().items()}
    assert not {path: words for path, words in told.items() if words}
    assert not said & betrayed(crawler.says(f"/products/{slug}"), [secret], asked=slug)
    assert slug not in crawler.says(f"/search?q={makers.word('submitted', 'story')}")
    assert {crawler.get(f"/media/{key}").status_code for key in keys} == {404}


def test_a_name_that_no_curator_has_read_is_in_no_address(crawler: Crawler) -> None:
    shop = make_catalog.workshop(name="Zqformer")
    with writing() as session:
        kept = session.get_one(Workshop, shop.id)
        profile = Profile(
            name="Sanggar Melur", maker_name="Melur", craft_id=kept.craft_id, regency_code="17.71"
        )
        artisans.update(session, ACTOR, kept, profile)
    product = make_catalog.piece(db.session.get_one(Workshop, shop.id))

    assert "zqformer" not in crawler.says(f"/products/{product.slug}")
    assert crawler.get("/artisans/sanggar-melur").status_code == 200
    assert crawler.get("/artisans/zqformer").status_code == 404


def test_a_photograph_shared_with_a_live_piece_stays(app: Flask, crawler: Crawler) -> None:
    live = make_catalog.piece()
    keys = make_catalog.public_files(live.live_listing_id or 0)
    secret = makers.edited(live)
    fresh = db.session.query(ListingPhoto).filter_by(listing_id=secret.listing_id).count()
    apart(app, photos.sweep)

    assert fresh == 4
    assert {crawler.get(f"/media/{key}").status_code for key in keys} == {200}
