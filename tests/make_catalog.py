"""Workshops, pieces and verdicts for tests of the catalogue and of what stands on it. Each one is committed.

`piece` makes a live product the way people do: draft, photographs, submission, marks, approval.
"""

from functools import cache
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from catalog import artisans, listings, photos, pictures, stock, variants
from catalog.artisans import Profile
from catalog.curation import certificates, decisions, panels, rubric, submissions
from catalog.models import (
    Certificate,
    CertificateKind,
    Council,
    Craft,
    Lane,
    Listing,
    ListingPhoto,
    Product,
    Submission,
    Variant,
    Workshop,
)
from catalog.variants import Terms
from shop import media
from shop.db import db
from shop.models import Role, User
from tests import make
from tests.make import ACTOR, writing

STORY = (
    "Kain ini ditulis dengan canting di teras rumah, dari pagi sampai sore. Motifnya kaligrafi dan rafflesia. "
    "Warnanya dari kulit kayu dan daun, dicelup berulang kali sampai dalam, lalu dijemur di tempat teduh."
)
CONTENT = {
    "title": "Selendang besurek rafflesia",
    "story": STORY,
    "technique": "tulis",
    "materials": ["katun", "pewarna alam"],
    "measures": "200 x 55 cm",
    "care": "Cuci dengan tangan, jemur di tempat teduh.",
}
HOME_CRAFTS = {"17": "batik-besurek", "16": "songket-palembang"}
"""What a workshop of a province makes, unless a test says otherwise; elsewhere a craft whose name is free."""
PLAIN_TITLE = "Selendang rafflesia"
"""The title of a piece from where "besurek" would be a claim."""
MARKS = {criterion.id: 4 for criterion in rubric.shipped().criteria}
GATES = {gate.id: True for gate in rubric.shipped().gates}


@cache
def photograph(seed: int = 1, size: tuple[int, int] = (320, 400), form: str = "JPEG") -> bytes:
    """Draw a photograph unlike the others and give its file."""
    image = Image.new("RGB", size, (40 + seed * 37 % 180, 60 + seed * 53 % 150, 70 + seed * 71 % 150))
    ImageDraw.Draw(image).ellipse((50, 50 + seed % 100, size[0] - 50, size[1] - 60), fill="#8a4b22")
    buffer = BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


def craft(slug: str = "batik-besurek") -> Craft:
    """Give a craft of the reference data."""
    return db.session.scalars(sa.select(Craft).where(Craft.slug == slug)).one()


def workshop(
    owner: User | None = None,
    *,
    name: str = "",
    regency: str = "17.71",
    craft_slug: str = "",
    about: str = "Tiga perempuan di satu teras, sejak nenek kami.",
) -> Workshop:
    """Make a workshop in Bengkulu with one member; its craft is one that is at home where it works."""
    with writing() as session:
        owner = owner or make.user(f"Perajin {make.number()}")
        profile = Profile(
            name=name or f"Sanggar Canting {make.number()}",
            maker_name=owner.name,
            craft_id=craft(craft_slug or HOME_CRAFTS.get(regency[:2], "angklung")).id,
            regency_code=regency,
            village="Panorama",
            about=about,
        )
        return artisans.found(session, ACTOR, owner, profile)


def member(shop: Workshop) -> User:
    """Give the first member of a workshop."""
    return artisans.members(db.session(), shop.id)[0]


def curator(council: str = "17", name: str = "Kurator Bengkulu") -> User:
    """Make a curator of a council, by its code."""
    return make.staff(Role.CURATOR, council, name=name)


def draft(
    shop: Workshop | None = None,
    *,
    price: int = 350_000,
    on_hand: int = 5,
    made_to_order: bool = False,
    lead_days: int = 14,
    names: tuple[str, ...] = ("",),
    photo_count: int = 3,
    **content: object,
) -> Listing:
    """Make a complete draft that nobody has sent yet, with photographs whose sizes are made."""
    with writing() as session:
        shop = shop or workshop()
        listing = listings.create(session, ACTOR, session.get_one(Workshop, shop.id))
        plain = {} if shop.regency_code.startswith("17") else {"title": PLAIN_TITLE}
        listings.update(session, listing, CONTENT | plain | content)
        terms = Terms(
            price=price, weight_g=400, length_cm=30, width_cm=25, height_cm=5,
            made_to_order=made_to_order, lead_days=lead_days if made_to_order else 0,
        )  # fmt: skip
        for name in names:
            variant = variants.add(session, ACTOR, listing, name, terms)
            if on_hand and not made_to_order:
                stock.set_on_hand(session, ACTOR, variant.id, on_hand)
        listing_id = listing.id
    for _ in range(photo_count):
        add_photo(listing_id)
    return db.session.get_one(Listing, listing_id)


def add_photo(
    listing_id: int, *, alt: str = "Selendang terlipat di atas meja kayu", ready: bool = True
) -> int:
    """Attach one more photograph to a draft and give the picture's id."""
    upload = photos.receive(photograph(make.number()))
    with writing() as session:
        picture_id = photos.attach(session, session.get_one(Listing, listing_id), upload, alt).picture_id
    if ready:
        photos.make_sizes(picture_id)
    return picture_id


def submitted(listing: Listing | None = None, *, answers: dict[int, str] | None = None) -> Submission:
    """Send a draft to its council."""
    listing = listing or draft()
    with writing() as session:
        listing = session.get_one(Listing, listing.id)
        owner = _owner(session, listing)
        return submissions.submit(session, ACTOR, owner, listing, declared=True, answers=answers)


def _owner(session: Session, listing: Listing) -> User:
    product = session.get_one(Product, listing.product_id)
    return artisans.members(session, product.workshop_id)[0]


def hand_in(
    submission: Submission, judge: User, *, gates: dict[str, bool] | None = None, **marks: int
) -> None:
    """Let one judge hand in a sheet with 4 on every criterion and every gate passed, except as said."""
    with writing() as session:
        panels.hand_in(
            session, ACTOR, session.get_one(User, judge.id), submission.id,
            scores=MARKS | marks, gates=GATES | (gates or {}), free_of_interest=True,
        )  # fmt: skip


def colleague(submission: Submission, name: str = "Juri kedua") -> User:
    """Make one more curator of the council to which a submission was sent."""
    return curator(db.session.get_one(Council, submission.council_id).code, name)


def mark(submission: Submission, judge: User, *, gates: dict[str, bool] | None = None, **marks: int) -> None:
    """Let a curator, and in the panel lane a colleague, hand in the same marks; the curator can write the verdict."""
    hand_in(submission, judge, gates=gates, **marks)
    if db.session.get_one(Submission, submission.id).lane is Lane.PANEL:
        hand_in(submission, colleague(submission), gates=gates, **marks)


def approved(submission: Submission, judge: User | None = None) -> Product:
    """Let two curators of the submission's council mark it and one of them approve it; the product is live."""
    judge = judge or colleague(submission, "Kurator Bengkulu")
    mark(submission, judge)
    photos.make_public(submission.listing_id)
    with writing() as session:
        seen = session.get_one(Submission, submission.id).listing_edits
        person = session.get_one(User, judge.id)
        decisions.approve(session, ACTOR, person, submission.id, seen_edits=seen, reason="Rapi dan kuat.")
        listing = session.get_one(Listing, submission.listing_id)
        product_id = listing.product_id
    return db.session.get_one(Product, product_id)


def piece(shop: Workshop | None = None, **wishes: object) -> Product:
    """Make a live product with a variant, by the way that people go; wishes are those of `draft`."""
    return approved(submitted(draft(shop, **wishes)))  # type: ignore[arg-type]


def variant_of(product: Product) -> Variant:
    """Give a product's first variant, as it is now."""
    db.session.rollback() if not db.session.info.get("writing") else None
    query = sa.select(Variant).where(Variant.product_id == product.id).order_by(Variant.id).limit(1)
    return db.session.scalars(query, execution_options={"populate_existing": True}).one()


def certificate(workshop_id: int, **wishes: Any) -> Certificate:
    """Send a Batikmark of a workshop to its council."""
    upload = photos.receive(photograph(77))
    content = certificates.Content(
        CertificateKind.BATIKMARK, craft().id, "BM-PERAGA-7", "Sari Puspita", **wishes
    )
    with writing() as session:
        return certificates.send(session, ACTOR, session.get_one(Workshop, workshop_id), upload, content)


def public_files(listing_id: int) -> list[str]:
    """Give the public keys that the pictures of a listing would have."""
    return [
        f"{pictures.public_prefix(photo.picture.digest or '')}/{name}"
        for photo in photos.of_listing(db.session(), listing_id)
        for name in pictures.file_names(photo.picture)
    ]


def exists(key: str) -> bool:
    """Say whether the store has a file."""
    try:
        media.current().get(key)
    except media.NoSuchFile:
        return False
    return True


def photo_ids(listing_id: int) -> list[int]:
    """Give the ids of a listing's pictures, in order."""
    query = sa.select(ListingPhoto.picture_id).where(ListingPhoto.listing_id == listing_id)
    return list(db.session.scalars(query.order_by(ListingPhoto.position)))
