"""Passing makes a workshop a member of its council, once; what is on sale and what anybody may check follow."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog import artisans
from catalog.curation import membership_roll, memberships
from catalog.models import (
    Council,
    Membership,
    MembershipEvent,
    MembershipState,
    Renewal,
    Submission,
    Workshop,
    WorkshopState,
)
from shop.db import db, transaction
from shop.models import AuditEntry
from tests import make_catalog as make
from tests import shops
from tests.make import ACTOR, writing
from tests.pages import Mailbox, Page

TODAY = memberships.today()


def only(shop: Workshop) -> Membership:
    """Give the one membership of a workshop, as it is now."""
    db.session.rollback()
    return db.session.scalars(sa.select(Membership).where(Membership.workshop_id == shop.id)).one()


def on(shop: Workshop, rule: Callable[..., object], *values: object) -> None:
    """Let a rule change the membership of a workshop."""
    membership_id = only(shop).id
    with writing() as session:
        rule(session, ACTOR, session.get_one(Membership, membership_id), *values)


def kinds(shop: Workshop) -> list[str]:
    """Give what has happened to the membership of a workshop, in order."""
    return [str(event.kind) for event in reversed(membership_roll.history(db.session(), only(shop).id))]


def set_term(shop: Workshop, ends_on: date) -> None:
    """Let the term of a workshop's membership end on a day."""
    with writing() as session:
        values = {"since": ends_on - timedelta(days=700), "ends_on": ends_on}
        session.execute(sa.update(Membership).where(Membership.workshop_id == shop.id).values(**values))


def state(shop: Workshop) -> WorkshopState:
    db.session.rollback()
    return db.session.get_one(Workshop, shop.id).state


# --- admission ------------------------------------------------------------------------------------------------


def test_the_first_piece_that_passes_makes_a_member_and_a_further_one_widens_what_is_covered(
    app: Flask, mailbox: Mailbox
) -> None:
    shop = make.workshop()
    make.piece(shop)
    make.piece(shop, title="Selendang kedua")
    lantung = make.craft("kain-lantung").id
    make.piece(shop, title="Tas lantung", craft_id=lantung, technique="beaten")

    found = only(shop)

    assert found.number == f"17-{TODAY.year}-0001"
    assert found.since == TODAY
    assert found.ends_on == memberships.after_months(TODAY, 24)
    assert found.state is MembershipState.ACTIVE
    covers = [craft.slug for craft in membership_roll.crafts(db.session(), found.id)]
    assert sorted(covers) == ["batik-besurek", "kain-lantung"]
    assert kinds(shop) == ["admitted", "widened"]
    letters = [one for one in mailbox.to(make.member(shop).email) if one.template == "membership"]
    assert len(letters) == 1
    assert found.number in (letters[0].text or "")


def test_a_verdict_that_fails_leaves_no_gap_in_the_numbers(app: Flask) -> None:
    first, second = make.workshop(), make.workshop()
    waiting = make.submitted(make.draft(first))
    make.approved(make.submitted(make.draft(second)))

    class Interrupted(Exception):
        pass

    def fail(session: Session) -> None:
        memberships.admit(session, ACTOR, session.get_one(Submission, waiting.id))
        raise Interrupted

    with pytest.raises(Interrupted), transaction() as session:
        fail(session)
    make.approved(waiting)

    assert [only(second).serial, only(first).serial] == [1, 2]


@pytest.mark.postgres
def test_pieces_that_pass_at_the_same_moment_make_one_member_each_without_gap_or_double(app: Flask) -> None:
    shop, other = make.workshop(), make.workshop()
    waiting = [make.submitted(make.draft(owner, photo_count=3)).id for owner in (shop, shop, shop, other)]
    together = Barrier(len(waiting))
    db.session.rollback()

    def pass_it(submission_id: int) -> None:
        with app.app_context(), transaction() as session:
            submission = session.get_one(Submission, submission_id)
            together.wait()
            memberships.admit(session, ACTOR, submission)

    with ThreadPoolExecutor(len(waiting)) as pool:
        list(pool.map(pass_it, waiting))

    db.session.rollback()
    found = list(db.session.scalars(sa.select(Membership).order_by(Membership.serial)))
    assert sorted(one.workshop_id for one in found) == sorted([shop.id, other.id])
    assert [one.serial for one in found] == [1, 2]


def test_who_passed_before_there_were_memberships_becomes_a_member_once_in_the_order_of_passing(
    app: Flask,
) -> None:
    shops_ = [make.workshop(), make.workshop(), make.workshop()]
    for shop in shops_:
        make.piece(shop)
    with transaction() as session:
        session.execute(sa.text("DROP TRIGGER membership_events_no_delete"))
        for table in ("membership_events", "membership_crafts", "memberships", "membership_counters"):
            session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - constants
        session.execute(
            sa.text("UPDATE workshops SET state = 'suspended' WHERE id = :id"), {"id": shops_[1].id}
        )

    runner = app.test_cli_runner()
    first = runner.invoke(args=["members", "admit-passed"])
    again = runner.invoke(args=["reference", "load"])

    assert "memberships: 3 new" in first.output
    assert "memberships: 0 new" in again.output
    assert [only(shop).serial for shop in shops_] == [1, 2, 3]
    assert [only(shop).state.value for shop in shops_] == ["active", "suspended", "active"]
    entries = sa.select(sa.func.count()).where(AuditEntry.action == "membership.admitted")
    assert db.session.scalar(entries) == 6, "three by verdicts, three adopted"
    make.piece(shops_[0], title="Selendang lagi")
    assert kinds(shops_[0]) == ["admitted"]


# --- what anybody may check ------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(app: Flask) -> Iterator[Flask]:
    """Give another process of the same shop, which keeps its pages."""
    shop = shops.build(replace(app.config["KRIYA"], page_cache_mb=8))
    try:
        yield shop
    finally:
        shop.extensions["kriya.kept_pages"].version = None
        with shop.app_context():
            db.engine.dispose()


def test_the_public_page_of_a_number_is_true_also_from_the_cache_of_another_process(
    app: Flask, elsewhere: Flask
) -> None:
    shop = make.workshop(name="Canting Sembilan")
    make.piece(shop)
    number = only(shop).number
    visitor = Page(elsewhere)

    def told(address: str = "") -> str:
        return visitor.get(address or f"/members/{number}").text

    assert "Canting Sembilan adalah anggota" in told()
    assert "besurek" in told().lower()
    assert "Canting Sembilan has been a member of" in told(f"/en/members/{number}")
    assert f"Anggota no. {number}" in visitor.get(f"/artisans/{shop.slug}").text
    on(shop, memberships.suspend, "Barang pabrik di antara karyanya.")
    assert "Keanggotaan ini dibekukan" in told()
    assert "Canting Sembilan" not in visitor.html
    assert "Barang pabrik" not in visitor.html
    assert "This membership is suspended" in told(f"/en/members/{number}")
    on(shop, memberships.readmit, "Sudah dibersihkan.")
    assert "Canting Sembilan adalah anggota" in told()
    on(shop, memberships.end, "Pindah usaha.")
    assert "Keanggotaan ini berakhir" in told()
    assert "Canting Sembilan" not in visitor.html


def test_a_number_is_found_however_it_is_typed_and_an_unknown_one_is_told_kindly(
    app: Flask, page: Page
) -> None:
    shop = make.workshop()
    make.piece(shop)
    year = TODAY.year

    page.get("/members").press("Periksa", number=f" 17 / {year} / 1 ")
    assert page.path == f"/members/17-{year}-0001"
    assert page.get("/members?number=99-2026-0007").status == 404
    assert "Tidak ada keanggotaan dengan nomor “99-2026-0007”" in page.text
    assert page.one("#number")["value"] == "99-2026-0007"
    assert page.get("/members/bukan-nomor").status == 404
    assert membership_roll.read_number("17.71-2026-12") == "1771-2026-0012"
    assert membership_roll.read_number("17-2026") is None


# --- suspension, renewal, lapse ---------------------------------------------------------------------------------


def test_a_suspended_membership_empties_every_public_page_with_caches_on(
    app: Flask, elsewhere: Flask, run_jobs: Callable[[], int]
) -> None:
    shop = make.workshop(name="Rumah Lenyap")
    product = make.piece(shop, title="Selendang Lenyap")
    make.piece(make.workshop(name="Rumah Tetap"), title="Selendang Tetap")
    run_jobs()
    visitor = Page(elsewhere)
    own = (f"/products/{product.slug}", f"/artisans/{shop.slug}")
    lists = (
        "/", "/new", "/search?q=lenyap", "/search?q=selendang", "/suggest?q=lenyap", "/artisans", "/crafts/batik-besurek",
        "/councils/bengkulu", "/regions/bengkulu", "/feeds/products.xml", "/sitemap.xml", "/gifts", "/ready",
    )  # fmt: skip

    def seen() -> str:
        told = []
        for address in (*own, *lists):
            answer = visitor.client.get(address, base_url=shops.BASE_URL)
            told.append(f"{address} {answer.status_code} {answer.get_data(as_text=True)}")
        return "\n".join(told)

    before = seen()
    assert before.count("Selendang Lenyap") > len(lists) / 2
    on(shop, memberships.suspend, "Aduan.")
    run_jobs()
    after = seen().replace("lenyap", "")
    assert "Lenyap" not in after.replace("“Lenyap”", "")
    assert "Selendang Tetap" in after
    assert state(shop) is WorkshopState.SUSPENDED

    on(shop, memberships.readmit, "Selesai.")
    run_jobs()
    assert [visitor.client.get(one, base_url=shops.BASE_URL).status_code for one in own] == [200, 200]


def test_a_pass_does_not_lift_a_suspension_but_renews_what_has_lapsed(app: Flask) -> None:
    shop = make.workshop()
    make.piece(shop)
    on(shop, memberships.suspend, "Aduan.")
    make.piece(shop, title="Selendang kedua")
    assert only(shop).state is MembershipState.SUSPENDED
    assert state(shop) is WorkshopState.SUSPENDED

    on(shop, memberships.readmit, "Selesai.")
    set_term(shop, TODAY - timedelta(days=60))
    on(shop, memberships.lapse)
    assert state(shop) is WorkshopState.SUSPENDED
    make.piece(shop, title="Selendang ketiga")

    assert only(shop).state is MembershipState.ACTIVE
    assert only(shop).ends_on == memberships.after_months(TODAY, 24)
    assert state(shop) is WorkshopState.ACTIVE
    assert kinds(shop)[-2:] == ["lapsed", "renewed"]


def test_a_workshop_that_rested_goes_on_resting_when_it_comes_back(app: Flask) -> None:
    shop = make.workshop()
    make.piece(shop)
    with writing() as session:
        artisans.move(session, ACTOR, session.get_one(Workshop, shop.id), WorkshopState.PAUSED)
    on(shop, memberships.suspend, "Aduan.")
    assert state(shop) is WorkshopState.SUSPENDED
    on(shop, memberships.readmit, "Selesai.")
    assert state(shop) is WorkshopState.PAUSED


def test_who_is_ended_and_passes_again_gets_a_new_number(app: Flask) -> None:
    shop = make.workshop()
    make.piece(shop)
    old = only(shop).number
    on(shop, memberships.end, "Berhenti.")
    make.piece(shop, title="Selendang kedua")

    numbers = [one.number for one in membership_roll.of_workshop(db.session(), shop.id)]
    assert numbers == [f"17-{TODAY.year}-0002", old]
    assert state(shop) is WorkshopState.ACTIVE


def test_renewal_is_asked_for_near_the_end_and_goes_on_from_the_old_end(app: Flask) -> None:
    shop = make.workshop()
    make.piece(shop)
    with pytest.raises(memberships.TooEarly):
        on(shop, memberships.ask, "")
    with pytest.raises(memberships.TooEarly):
        on(shop, memberships.renew)

    end = TODAY + timedelta(days=40)
    set_term(shop, end)
    on(shop, memberships.ask, "Kami masih menenun.")
    with pytest.raises(memberships.NotPossibleNow):
        on(shop, memberships.ask, "Lagi.")
    on(shop, memberships.renew)
    assert only(shop).ends_on == memberships.after_months(end, 24)
    assert only(shop).renewal is Renewal.NONE

    set_term(shop, end)
    on(shop, memberships.ask_for_curation, "Tunjukkan satu kain baru.")
    make.piece(shop, title="Kain baru")
    assert only(shop).ends_on == memberships.after_months(end, 24)
    assert kinds(shop) == ["admitted", "renewal_asked", "renewed", "curation_asked", "renewed"]


def test_a_history_is_not_changed_by_anybody(app: Flask) -> None:
    shop = make.workshop()
    make.piece(shop)
    assert only(shop).id
    for change in (sa.delete(MembershipEvent), sa.update(MembershipEvent).values(reason="lain")):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), transaction() as session:
            session.execute(change)


def test_a_year_later_the_same_day_or_the_last_of_a_shorter_month() -> None:
    assert memberships.after_months(date(2026, 11, 22), 24) == date(2028, 11, 22)
    assert memberships.after_months(date(2026, 10, 31), 4) == date(2027, 2, 28)
    assert memberships.number_of(Council(code="nasional"), 2026, 3) == "00-2026-0003"
    assert memberships.number_of(Council(code="17.71"), 2026, 12_345) == "1771-2026-12345"
