"""The demonstration's claims: one for each way that a claim can go, about parcels of Bengkulu.

Called by `market.load` when orders are written. Everything goes the way that people go, so that letters, history and
books are as in a real shop; the photographs follow (`admin.demo.cards`).
"""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans, stock
from catalog.curation import samples
from catalog.curation.samples import Measured
from catalog.models import Council, Listing, Submission, SubmissionState, Workshop, WorkshopMember
from checkout.claims import answers, arbitration, fidelity, opening, returning
from checkout.claims.opening import Complaint, Difference
from checkout.claims.terms import Terms
from checkout.models import (
    Claim,
    Order,
    OrderLine,
    OrderState,
    Remedy,
    Shipment,
    ShipmentLine,
    ShipmentState,
    Side,
)
from checkout.models.claim import Way, What
from shop.audit import Actor
from shop.db import now
from shop.models import User

HOME = "17"
WAY = timedelta(days=1)
"""So long ago the parcels that are claimed about have arrived."""
SAID = (
    (What.MEASURES, "185 x 52 cm", "Saya ukur dua kali di meja, lebih pendek dari yang tertulis."),
    (What.COLOUR, "Merahnya lebih muda dari di foto", "Di foto merah tua, yang datang merah muda."),
    (What.CONDITION, "Ada sobekan 4 cm di tepi", "Tepinya sobek, mungkin terjepit saat dikemas."),
    (What.MATERIALS, "Terasa seperti poliester", "Serat yang dibakar meleleh, bukan menjadi abu."),
    (What.COLOUR, "Warnanya kusam, bukan seperti di foto", "Warnanya lain dari yang saya pesan."),
    (What.LOOK, "Motif rafflesianya terpotong", "Bagian tengah motif hilang di jahitan."),
    (What.PACKAGING, "Dus penyok dan basah", "Kainnya lembap, tetapi sudah kering lagi."),
)
"""What buyers of the demonstration found: attribute, their words beside it, what else they say."""
PROPOSED = {
    Remedy.PART: "Mohon maaf, celupan kali ini lebih muda. Kami usulkan potongan harga.",
    Remedy.REPLACEMENT: "Mohon maaf, jahitannya keliru. Kami kirim yang lain sebagai gantinya.",
}
"""What workshops of the demonstration say to their proposals."""
DISPUTED = {
    What.CONDITION: ("Sebelum dikirim kami periksa: tepinya utuh. Lihat foto saat mengemas.",
                     "Sobekannya sudah ada saat dibuka."),
    What.MATERIALS: ("Benang kami beli dari toko yang sama, katun dan sutra.",
                     "Seratnya meleleh saat dibakar; katun tidak begitu."),
}  # fmt: skip
"""What a workshop says against a claim, and its buyer against that."""


def load(session: Session, users: dict[str, int]) -> None:
    """Let buyers claim, workshops answer, and Bengkulu decide."""
    parcels = _parcels(session, users["perajin"])
    curator, officer = session.get_one(User, users["kurator"]), session.get_one(User, users["pengurus"])
    ways: tuple[Callable[[Claim], None], ...] = (
        lambda _claim: None,
        lambda claim: _propose(session, claim, Terms(Remedy.PART, max(1, _price(session, claim) // 5))),
        lambda claim: _at_council(session, claim, curator, What.CONDITION),
        lambda claim: _decided(session, claim, officer),
        lambda claim: _returning(session, claim),
        lambda claim: _replaced(session, claim),
        lambda claim: _withdrawn(session, claim),
    )
    for (parcel, way), said in zip(zip(parcels, ways, strict=False), SAID, strict=False):
        way(_open(session, parcel, *said))
    fidelity.keep_all(session)


def _parcels(session: Session, artisan_id: int) -> list[Shipment]:
    """Give parcels on their way from Bengkulu, those of the demonstration's artisan first."""
    mine = sa.exists().where(
        WorkshopMember.workshop_id == Shipment.workshop_id, WorkshopMember.user_id == artisan_id
    )
    query = (
        sa.select(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .join(Workshop, Workshop.id == Shipment.workshop_id)
        .join(Council, Council.id == Workshop.council_id)
        .where(
            Council.code == HOME,
            Shipment.state == ShipmentState.SHIPPED,
            Shipment.shipped_at < now() - 2 * WAY,
            Order.state == OrderState.PAID,
        )
        .order_by(~mine, Shipment.id)
        .limit(len(SAID))
    )
    return list(session.scalars(query))


def _line(session: Session, parcel_id: int) -> OrderLine:
    return session.scalars(
        sa.select(OrderLine)
        .join(ShipmentLine, ShipmentLine.order_line_id == OrderLine.id)
        .where(ShipmentLine.shipment_id == parcel_id)
        .order_by(OrderLine.id)
        .limit(1)
    ).one()


def _open(session: Session, parcel: Shipment, what: What, said: str, words: str) -> Claim:
    order = session.get_one(Order, parcel.order_id)
    line_id = None if what is What.PACKAGING else _line(session, parcel.id).id
    complaint = Complaint([Difference(line_id, what, said, 1)], Remedy.REFUND, 0, words)
    return opening.open_claim(session, _buyer(order), order, parcel, complaint)


def _buyer(order: Order) -> Actor:
    return Actor(label="visitor", user_id=order.user_id)


def _maker(session: Session, claim: Claim) -> Actor:
    return Actor.of(artisans.members(session, claim.workshop_id)[0])


def _price(session: Session, claim: Claim) -> int:
    return _line(session, claim.shipment_id).unit_price


def _propose(session: Session, claim: Claim, terms: Terms) -> None:
    words = PROPOSED[terms.remedy]
    answers.propose(session, _maker(session, claim), claim, terms, words, turn=claim.turn)


def _at_council(session: Session, claim: Claim, curator: User, what: What) -> None:
    """Bring a claim before the council, which has a sample of the piece."""
    listing_id = _line(session, claim.shipment_id).listing_id
    listing = session.get_one(Listing, listing_id)
    judged = session.scalar(
        sa.select(sa.func.max(Submission.id)).where(
            Submission.listing_id == listing_id, Submission.state == SubmissionState.DECIDED
        )
    )
    if judged is not None and samples.current_for(session, listing_id) is None and listing.measures:
        terms = samples.Terms(
            "Baik, baru dilipat sekali.", "Lemari contoh, rak 2", [Measured(None, 2000, 550)]
        )
        samples.take_in(session, Actor.of(curator), curator, judged, terms)
    words, against = DISPUTED[what]
    answers.dispute(session, _maker(session, claim), claim, words, [], turn=claim.turn)
    order = session.get_one(Order, claim.order_id)
    answers.refuse_offer(session, _buyer(order), claim, against, turn=claim.turn)


def _decided(session: Session, claim: Claim, officer: User) -> None:
    _at_council(session, claim, officer, What.MATERIALS)
    words = "Contoh acuan kami katun. Kiriman ini bukan bahan yang sama, jadi uangnya dikembalikan."
    terms = Terms(Remedy.REFUND, payer="workshop")
    arbitration.decide(session, Actor.of(officer), claim, officer, terms, words, turn=claim.turn)


def _returning(session: Session, claim: Claim) -> None:
    words = "Benar, kami salah mengambil warna. Kami jemput kembali."
    answers.accept_wish(session, _maker(session, claim), claim, "workshop", turn=claim.turn, words=words)


def _replaced(session: Session, claim: Claim) -> None:
    """End a claim with another piece in the place of the first one, where there is another."""
    try:
        with session.begin_nested():
            _propose(session, claim, Terms(Remedy.REPLACEMENT))
            buyer = _buyer(session.get_one(Order, claim.order_id))
            answers.accept_offer(session, buyer, claim, turn=claim.turn)
    except stock.OutOfStock:
        session.refresh(claim)
        return
    maker = _maker(session, claim)
    returning.send(session, maker, claim, Side.WORKSHOP, Way.OUT, "jne", "PERAGA20261101", turn=claim.turn)
    returning.arrived(session, buyer, claim, Side.BUYER, turn=claim.turn)


def _withdrawn(session: Session, claim: Claim) -> None:
    order = session.get_one(Order, claim.order_id)
    answers.withdraw(session, _buyer(order), claim, "Sudah kering dan tidak apa-apa.", turn=claim.turn)
