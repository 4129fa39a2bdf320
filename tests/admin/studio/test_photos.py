"""Photographs: several at once, described, ordered, taken out and put back; hostile files refused; seen by nobody else."""

from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from catalog import pictures
from catalog.models import Listing, Workshop
from tests import make, make_catalog
from tests.pages import Page

JSON = {"Accept": "application/json"}


@pytest.fixture
def draft(shop: Workshop) -> Listing:
    """Give a draft with three photographs."""
    return make_catalog.draft(shop)


def photos(listing: Listing) -> str:
    return f"/studio/listings/{listing.product_id}/photos"


def file(data: bytes, name: str = "IMG_0001.jpg") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def ids(session: Session, listing: Listing) -> list[int]:
    session.rollback()
    return make_catalog.photo_ids(listing.id)


def test_several_are_sent_at_once_and_only_the_broken_one_is_refused(
    artisan: Page, draft: Listing, session: Session
) -> None:
    artisan.get(photos(draft))
    good = [file(make_catalog.photograph(make.number())) for _ in range(2)]

    artisan.post(photos(draft), {"photos": [*good, file(make_catalog.photograph(make.number())[:900])]})

    assert artisan.status == 422
    assert "rusak" in artisan.one(".error-summary").get_text()
    assert len(ids(session, draft)) == 5


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415),
        (b"%PDF-1.7 ...", 415),
        (b"<html><script>alert(1)</script>", 415),
        (make_catalog.photograph(7) + b"<script>alert(1)</script>", 415),
        (make_catalog.photograph(8)[:500], 422),
        (make_catalog.photograph(9, (180, 180)), 422),
        (b"", 415),
        (b"\xff\xd8\xff" + b"0" * (pictures.MAX_BYTES + 10), 422),
    ],
    ids=["svg", "pdf", "html", "polyglot", "cut", "tiny", "empty", "huge"],
)
def test_what_is_no_photograph_is_refused_with_a_reason(
    artisan: Page, draft: Listing, session: Session, data: bytes, status: int
) -> None:
    artisan.post(photos(draft), {"photos": file(data, "../../foto.jpg")})
    assert artisan.status == status
    assert artisan.all(".error-summary li")

    artisan.post(photos(draft), {"photos": file(data)}, headers=JSON)
    assert artisan.status == status
    assert artisan.json["error"]
    assert len(ids(session, draft)) == 3


def test_only_this_page_takes_large_bodies_and_only_from_people_who_are_in(
    artisan: Page, draft: Listing, page: Page
) -> None:
    large = {"photos": file(b"0" * 400_000)}
    assert artisan.post(photos(draft), dict(large)).status == 415

    large = {"title": file(b"0" * 400_000)}
    assert artisan.post(f"/studio/listings/{draft.product_id}/words", large).status == 413
    assert page.post(photos(draft), {"photos": file(b"0" * 400_000)}, follow=False).status == 413


def test_the_same_photograph_sent_again_after_a_drop_is_there_once(
    artisan: Page, draft: Listing, session: Session
) -> None:
    data = make_catalog.photograph(301)
    first = artisan.post(photos(draft), {"photos": file(data)}, headers=JSON).json
    again = artisan.post(photos(draft), {"photos": file(data)}, headers=JSON).json

    assert artisan.status == 201
    assert first["id"] == again["id"]
    assert f'name="alt-{first["id"]}"' in first["html"]
    assert len(ids(session, draft)) == 4


def test_a_listing_takes_ten_and_no_more(artisan: Page, draft: Listing, session: Session) -> None:
    for seed in range(401, 408):
        artisan.post(photos(draft), {"photos": file(make_catalog.photograph(seed))})
    artisan.post(photos(draft), {"photos": file(make_catalog.photograph(499))})

    assert artisan.status == 409
    assert len(ids(session, draft)) == 10
    assert not artisan.all("input[type=file]")


def test_a_waiting_photograph_becomes_ready(artisan: Page, draft: Listing, run_jobs: object) -> None:
    artisan.post(photos(draft), {"photos": file(make_catalog.photograph(501))})
    assert "Sedang disiapkan" in artisan.text
    number = artisan.one("[data-state=waiting]")["data-photo"]

    assert callable(run_jobs)
    run_jobs()

    assert not artisan.get(photos(draft)).all("[data-state=waiting]")
    news = artisan.get(f"{photos(draft)}/states?ids={number},x,'").json["photos"]
    assert news[0]["state"] == "ready"
    assert "<img" in news[0]["html"]


def test_moving_a_photograph_keeps_every_description_typed(
    artisan: Page, draft: Listing, session: Session
) -> None:
    first, second, third = ids(session, draft)
    artisan.get(photos(draft))

    artisan.post(
        f"{photos(draft)}/arrange",
        {
            f"alt-{first}": "Tepi kain",
            f"alt-{second}": "Dipakai",
            f"alt-{third}": "Dengan penggaris",
            "up": third,
        },
    )

    assert ids(session, draft) == [first, third, second]
    assert [field["value"] for field in artisan.all(".photo-item input")] == [
        "Tepi kain",
        "Dengan penggaris",
        "Dipakai",
    ]


def test_a_removed_photograph_can_be_put_back_in_its_place(
    artisan: Page, draft: Listing, session: Session
) -> None:
    first, second, third = ids(session, draft)
    artisan.get(photos(draft))

    artisan.post(f"{photos(draft)}/arrange", {f"alt-{second}": "Detail canting", "remove": second})
    assert ids(session, draft) == [first, third]
    artisan.press("Masukkan lagi")

    assert ids(session, draft) == [first, second, third]
    assert artisan.one(f"#alt-{second}")["value"] == "Detail canting"


@pytest.mark.parametrize("wrong", [{"up": "x"}, {"remove": "999999"}, {"order": "1,2"}, {"order": "٣"}])
def test_strange_arrangements_change_nothing(
    artisan: Page, draft: Listing, session: Session, wrong: dict[str, str]
) -> None:
    before = ids(session, draft)

    artisan.post(f"{photos(draft)}/arrange", wrong)

    assert artisan.status in {404, 422}
    assert ids(session, draft) == before


def test_private_photographs_are_shown_to_the_workshop_alone(
    artisan: Page, neighbour: Page, page: Page, draft: Listing, session: Session
) -> None:
    address = f"/studio/photos/{ids(session, draft)[0]}/320.jpg"

    assert artisan.get(address).status == 200
    assert artisan.headers["Content-Type"] == "image/jpeg"
    assert artisan.headers["Cache-Control"].startswith("private")
    assert neighbour.get(address).status == 404
    assert page.get(address, follow=False).status == 302
    for wrong in (address.replace("320", "321"), address.replace("jpg", "svg"), "/studio/photos/9/1.jpg"):
        assert artisan.get(wrong).status == 404


def test_a_photograph_of_another_workshop_cannot_be_put_into_a_listing(
    artisan: Page, draft: Listing, session: Session
) -> None:
    foreign = make_catalog.draft()
    stolen = ids(session, foreign)[0]

    artisan.post(f"{photos(draft)}/put-back", {"removed": f"{stolen}.0"})

    assert artisan.status == 404
    assert stolen not in ids(session, draft)
