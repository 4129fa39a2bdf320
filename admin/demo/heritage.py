"""The demonstration's heritage register at work: claims that wait and were answered, certificates, small edits.

Called by `market.load` when pieces and people are written. It goes through the rules that everybody goes through.
"""

from io import BytesIO

import sqlalchemy as sa
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from catalog import artisans, heritage_register, heritage_statuses, photos
from catalog.curation import certificates, countersignatures, lanes
from catalog.models import (
    CertificateKind,
    Council,
    Craft,
    HeritageStatus,
    Listing,
    ListingState,
    Product,
    Roll,
    Submission,
    SubmissionState,
    Workshop,
)
from shop.audit import Actor
from shop.models import User

CLAIMED, HOME = "batik-besurek", "17"
PIECE = {
    "title": "Selendang besurek kaligrafi",
    "title_en": "Besurek shawl with calligraphy",
    "technique": "tulis",
    "story": (
        "Kami pindah dari Bengkulu lima tahun lalu dan membawa canting serta pola dari bibi kami. Kain ini ditulis "
        "di rumah baru, dengan kaligrafi yang tidak dibaca dan bunga rafflesia di tepinya."
    ),
    "story_en": "We moved from Bengkulu five years ago and brought the canting and the patterns of our aunt.",
}
"""What the claiming pieces of the demonstration say."""
REASONS = (
    "Peraga: pembuatnya belajar tiga tahun di Bengkulu, dan memakai canting seperti kami.",
    "Peraga: kain ini dicap dengan mesin; namanya tidak dapat kami izinkan.",
)


def load(session: Session, curators: dict[str, int]) -> None:
    """Let two or three workshops claim besurek, check an entry and a certificate, and find the small edits."""
    craft = session.scalar(sa.select(Craft).where(Craft.slug == CLAIMED))
    officer = session.get(User, curators.get(HOME, 0))
    if craft is None or officer is None:
        return
    actor = Actor.of(officer)
    _small_edits(session)
    _claims(session, actor, officer, craft)
    _evidence(session, actor, officer)
    _inspired(session, craft)
    _certificates(session, actor, officer)


def _small_edits(session: Session) -> None:
    waiting = sa.select(Submission).where(Submission.state == SubmissionState.WAITING)
    for submission in session.scalars(waiting).all():
        lanes.assign(session, submission)


def _claims(session: Session, actor: Actor, officer: User, craft: Craft) -> None:
    """Make three waiting pieces from elsewhere claim the form; two are answered."""
    query = (
        sa.select(Submission)
        .join(Listing, Listing.id == Submission.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Council, Council.id == Submission.council_id)
        .where(
            Submission.state == SubmissionState.WAITING,
            Product.live_listing_id.is_(None),
            Council.code.not_like(f"{HOME}%"),
        )
        .order_by(Submission.id)
        .limit(3)
    )
    chosen = {"id": craft.id, "name_id": craft.name_id, "name_en": craft.name_en}
    for turn, submission in enumerate(session.scalars(query).all()):
        submission.snapshot = submission.snapshot | {"craft": chosen} | PIECE
        listing = session.get_one(Listing, submission.listing_id)
        listing.craft_id = craft.id
        for name, value in PIECE.items():
            setattr(listing, name, value)
        for request in countersignatures.ask(session, Actor.system("demo"), submission):
            if turn:
                granted, reason = turn == 1, REASONS[turn - 1]
                countersignatures.answer(session, actor, officer, request.id, granted=granted, reason=reason)


def _evidence(session: Session, actor: Actor, officer: User) -> None:
    """Compare one entry with a document that is plainly invented."""
    form = heritage_register.form_of(session, CLAIMED)
    status = session.scalars(
        sa.select(HeritageStatus).where(
            HeritageStatus.craft_id == form.craft_id, HeritageStatus.roll == Roll.GI
        )
    ).first()
    if status is not None:
        content = heritage_statuses.Content(
            status.roll, status.standing, status.element, status.list_name, "PERAGA-001", 2023,
            "MPIG Peraga", "Arsip peraga, map 1", status.source,
        )  # fmt: skip
        heritage_statuses.keep(session, actor, officer, form, status, content, checked=True)


def _inspired(session: Session, craft: Craft) -> None:
    """Let two pieces of other regions say what inspired them."""
    live = (
        sa.select(Listing)
        .join(Craft, Craft.id == Listing.craft_id)
        .where(Listing.state == ListingState.LIVE, Craft.family == craft.family, Craft.province_code != HOME)
        .order_by(Listing.id)
        .limit(2)
    )
    for listing in session.scalars(live).all():
        listing.inspired_by_id = craft.id
        judged = session.scalars(sa.select(Submission).where(Submission.listing_id == listing.id)).first()
        if judged is not None:
            told = {"id": craft.id, "name_id": craft.name_id, "name_en": craft.name_en}
            judged.snapshot = judged.snapshot | {"inspired_by": told}


def _certificates(session: Session, actor: Actor, officer: User) -> None:
    """Send two certificates of workshops of the region; one is checked."""
    shops = (
        sa.select(Workshop)
        .join(Council, Council.id == Workshop.council_id)
        .where(Council.code == HOME)
        .order_by(Workshop.id)
        .limit(2)
    )
    for turn, workshop in enumerate(session.scalars(shops).all()):
        upload = photos.receive(_paper(f"PERAGA-BM-{turn + 1}", workshop.maker_name))
        content = certificates.Content(
            CertificateKind.BATIKMARK if turn == 0 else CertificateKind.OTHER, workshop.craft_id,
            f"PERAGA-BM-{turn + 1}", workshop.maker_name, "Sertifikat pelatihan peraga",
        )  # fmt: skip
        owner = artisans.members(session, workshop.id)[0]
        one = certificates.send(session, Actor.of(owner), workshop, upload, content)
        if turn == 0 and not artisans.is_member(session, workshop.id, officer.id):
            certificates.decide(session, actor, officer, one.id, accepted=True, reason="")


def _paper(number: str, holder: str) -> bytes:
    """Draw a paper that nobody takes for a real one."""
    image = Image.new("RGB", (900, 1200), "#f4ecdc")
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 40, 860, 1160), outline="#8a4b22", width=8)
    for line, text in enumerate(("SERTIFIKAT PERAGA", number, holder, "Bukan dokumen asli")):
        pen.text((120, 200 + line * 120), text, fill="#40302a", font_size=44)
    buffer = BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()
