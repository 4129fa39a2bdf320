"""The daily letter of a workshop: once a day, only with something to tell, nothing forgotten between two days."""

from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.studio import digest
from catalog import artisans
from catalog.models import Workshop
from checkout.models import Digest, Shipment
from shop.db import db, now, transaction
from shop.i18n import WIB
from shop.models import Mail
from tests import make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.pages import Mailbox, Page

TUESDAY = datetime(2026, 11, 24, tzinfo=UTC).date()
MONDAY = datetime(2026, 11, 23, tzinfo=UTC).date()


@pytest.fixture
def workshop_id(session: Session, bank: FakeGateway) -> int:
    """Give a workshop with one parcel to pack that is late."""
    parcel = make_checkout.parcels(make_checkout.paid().id)[0]
    shipment_id = parcel.id
    with transaction() as writing:
        late = now() - timedelta(days=1)
        writing.execute(sa.update(Shipment).where(Shipment.id == shipment_id).values(ship_by=late))
    return parcel.workshop_id


def _write(workshop_id: int, day: object = TUESDAY) -> bool:
    with transaction() as session:
        return digest.write(session, workshop_id, day)  # type: ignore[arg-type]


def _letters() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Mail).where(Mail.template == "digest").order_by(Mail.id)))


def test_a_workshop_reads_in_the_morning_what_waits_for_it(workshop_id: int, mailbox: Mailbox) -> None:
    assert _write(workshop_id)
    assert not _write(workshop_id)  # once a day, whoever comes second

    person = artisans.members(db.session(), workshop_id)[0]
    letter = mailbox.latest(person.email)
    assert letter.template == "digest"
    assert "1 paket perlu dikemas" in (letter.text or "")
    assert "1 di antaranya terlambat" in (letter.text or "")
    assert "terlambat" in (letter.subject or "")
    assert "/studio/letters" in (letter.text or "")
    assert len(_letters()) == len(artisans.members(db.session(), workshop_id))


def test_money_and_verdicts_are_told_once_and_never_fall_between_two_days(
    workshop_id: int, bank: FakeGateway
) -> None:
    _write(workshop_id, MONDAY)
    first = _letters()[-1].context
    assert len(first["verdicts"]) == 1  # the piece was passed today
    assert first["earned"] == 0

    order = make_checkout.paid((make_catalog.piece(db.session.get_one(Workshop, workshop_id)), 1))
    make_checkout.received(order)
    _write(workshop_id, TUESDAY)

    second = _letters()[-1].context
    assert second["earned"] > 0
    assert len(second["verdicts"]) == 1  # the new one alone
    db.session.rollback()
    rows = db.session.scalars(sa.select(Digest).order_by(Digest.id)).all()
    assert rows[1].since == rows[0].created_at


def test_a_workshop_without_news_hears_nothing(session: Session) -> None:
    quiet = make_catalog.workshop()
    assert not _write(quiet.id)
    assert _letters() == []


def test_a_workshop_leaves_the_letter_off_and_takes_it_again(page: Page, workshop_id: int) -> None:
    at_six = datetime.combine(TUESDAY, time(digest.FIRST_HOUR), WIB)
    person = artisans.members(db.session(), workshop_id)[0]
    page.sign_in(person)
    page.get("/studio/letters").press("Simpan", digest=None)
    assert not digest.wanted(db.session(), workshop_id)
    digest.write_due(at_six)
    assert _letters() == []

    page.get("/studio/letters").press("Simpan", digest="1")
    assert digest.write_due(at_six - timedelta(minutes=1)) == 0
    digest.write_due(at_six)
    assert len(_letters()) > 0


def test_nothing_is_promised_for_what_was_rolled_back(workshop_id: int) -> None:
    def write_and_fail() -> None:
        with transaction() as session:
            digest.write(session, workshop_id, TUESDAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert _letters() == []
    assert _write(workshop_id)  # and the day is not lost
