"""The periodic review: figures that one can count by hand, rules in one place, decisions once, and what follows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from admin.periodic import deciding, figures, preparation, rules
from admin.periodic.deciding import DecidedAlready
from admin.periodic.figures import Figures
from catalog.curation import bars, memberships
from catalog.curation.bars import Bars
from catalog.models import (
    CoachingTask,
    Council,
    Listing,
    PeriodicReview,
    Product,
    ProductState,
    Proposal,
    ReviewRow,
    RowState,
    Workshop,
)
from checkout import credits
from checkout.models import Order, Shipment
from shop import accounts
from shop.db import db, now, transaction
from shop.models import AuditEntry, Role, User
from tests import make, make_catalog, make_checkout, make_desk
from tests.checkout.conftest import bank
from tests.make import ACTOR, writing
from tests.pages import Mailbox, Page

__all__ = ["bank"]
Opener = Callable[[User], Page]


def months_ago(*products: Product, days: int = 200) -> None:
    """Let pieces have passed, and their stock have come in, so many days ago."""
    then = now() - timedelta(days=days)
    ids = [product.id for product in products]
    with writing() as session:
        session.execute(sa.update(Product).where(Product.id.in_(ids)).values(published_at=then))
        for name in ("no_update", "no_delete"):
            session.execute(sa.text(f"DROP TRIGGER IF EXISTS stock_movements_{name}"))
        session.execute(
            sa.text("UPDATE stock_movements SET at = :then WHERE kind = 'count'"),
            {"then": then.replace(tzinfo=None)},
        )


def yesterday(order: Order, *, late: bool = False) -> None:
    """Let an order have been paid, and its parcels be due, yesterday or before."""
    moment = now() - timedelta(days=1)
    with writing() as session:
        session.execute(sa.update(Order).where(Order.id == order.id).values(paid_at=moment))
        left = {"shipped_at": moment + timedelta(hours=1 if late else -1)}
        session.execute(
            sa.update(Shipment).where(Shipment.order_id == order.id).values(ship_by=moment, **left)
        )


def prepared(code: str = "17") -> PeriodicReview:
    with writing() as session:
        council = session.scalars(sa.select(Council).where(Council.code == code)).one()
        return preparation.prepare(session, ACTOR, council)


def row_of(product: Product) -> ReviewRow:
    db.session.rollback()
    query = sa.select(ReviewRow).where(ReviewRow.product_id == product.id).order_by(ReviewRow.id.desc())
    return db.session.scalars(query.limit(1)).one()


def decide(row: ReviewRow, person: User, decision: Proposal, words: str = "Sebab itu.") -> None:
    with writing() as session:
        judge = session.get_one(User, person.id)
        deciding.decide(session, ACTOR, judge, row.id, decision, words)


# --- figures and rules ---------------------------------------------------------------------------------------


def test_figures_are_those_that_one_counts_by_hand(
    app: Flask, bank: Any, run_jobs: Callable[[], int]
) -> None:
    piece = make_catalog.piece(on_hand=20)
    still, far = make_catalog.piece(on_hand=4), make_catalog.piece(make_checkout.workshop_in(), on_hand=2)
    months_ago(piece, still, far)
    orders = [make_checkout.paid((piece, pieces)) for pieces in (1, 2, 3)]  # six sold
    for number, order in enumerate(orders):
        make_checkout.sent(order)
        yesterday(order, late=number == 0)
    back = make_checkout.paid((piece, 2))  # two came back, not as shown
    yesterday(back)
    with writing() as session:
        credits.give_all(session, ACTOR, session.get_one(Order, back.id), "Warna tidak sesuai foto.")
    run_jobs()
    with writing() as session:
        session.execute(
            sa.text("UPDATE refunds SET created_at = :then"),
            {"then": (now() - timedelta(days=1)).replace(tzinfo=None)},
        )
    outside = make_checkout.paid((piece, 1))  # paid today: the period ends yesterday

    review = prepared()
    rows = {row.product_id: figures.read(row.figures) for row in db.session.scalars(sa.select(ReviewRow))}

    assert outside.id
    assert review.last_on == memberships.today() - timedelta(days=1)
    assert rows.keys() == {piece.id, still.id}, "another council's piece is none of ours"
    assert rows[piece.id] == Figures(
        days_on_sale=200, on_hand=13, made_to_order=False, sold=6, returned=2, unlike=2, parcels=3, late=1,
        stock_days=0,
    )  # fmt: skip
    assert rows[piece.id].sell_through == 31
    assert rows[piece.id].unlike_percent == 25
    assert rows[piece.id].late_percent == 33
    assert rows[still.id] == Figures(200, 4, False, 0, 0, 0, 0, 0, 200)
    assert (row_of(piece).proposal, row_of(piece).rule) == (Proposal.RETIRE, "unlike_often")
    assert (row_of(still).proposal, row_of(still).rule) == (Proposal.ROTATE, "slow")


def test_the_first_rule_that_fits_decides() -> None:
    def proposed(bars: Bars | None = None, **known: Any) -> tuple[str, str]:
        usual = {
            "days_on_sale": 400, "on_hand": 5, "made_to_order": False, "sold": 9, "returned": 0, "unlike": 0,
            "parcels": 9, "late": 0, "stock_days": 30,
        }  # fmt: skip
        found = rules.propose(Figures(**usual | known), bars or Bars())
        return str(found.proposal), found.rule

    assert proposed() == ("keep", "fine")
    assert proposed(days_on_sale=59, unlike=9) == ("keep", "young")
    assert proposed(unlike=1) == ("keep", "fine"), "one case is chance"
    assert proposed(sold=8, unlike=2, returned=2) == ("retire", "unlike_often")
    assert proposed(sold=30, unlike=2) == ("coach", "unlike")
    assert proposed(sold=18, returned=2) == ("coach", "returned")
    assert proposed(parcels=8, late=2) == ("coach", "late")
    assert proposed(parcels=9, late=2) == ("keep", "fine")
    assert proposed(sold=0, stock_days=364) == ("rotate", "slow")
    assert proposed(sold=0, stock_days=365) == ("retire", "stale")
    assert proposed(sold=0, on_hand=0, stock_days=400) == ("keep", "fine"), "what is sold out does not stand"
    assert proposed(sold=0, on_hand=0, made_to_order=True, stock_days=130) == ("rotate", "slow")
    assert proposed(Bars(late_percent=20), parcels=10, late=2) == ("coach", "late")


def test_a_review_is_frozen_prepared_when_due_and_closed_by_the_next(app: Flask) -> None:
    product = make_catalog.piece(on_hand=5)
    assert preparation.due(db.session()) == [], "nothing is due in the first months"
    months_ago(product)
    assert preparation.prepare_due() == 1
    assert preparation.prepare_due() == 0
    before = dict(row_of(product).figures)
    with pytest.raises(preparation.TooSoon):
        prepared()
    with writing() as session:
        session.execute(
            sa.update(PeriodicReview).values(
                first_on=date(2026, 1, 1), last_on=memberships.after_months(memberships.today(), -4)
            )
        )
    first = row_of(product)
    assert preparation.prepare_due() == 1

    assert db.session.get_one(ReviewRow, first.id).state is RowState.LEFT
    assert db.session.get_one(ReviewRow, first.id).figures == before
    assert row_of(product).id != first.id
    states = db.session.scalars(sa.select(PeriodicReview.state).order_by(PeriodicReview.id))
    assert [str(state) for state in states] == ["closed", "open"]


def test_a_council_settles_its_own_bars_and_a_prepared_review_keeps_its_own(
    app: Flask, signed_in: Opener
) -> None:
    product = make_catalog.piece(on_hand=5)
    months_ago(product)
    officer = signed_in(make.staff(Role.COUNCIL_ADMIN, "17"))
    fields = {
        name: str(value)
        for name, value in zip(bars.NAMES, (30, 60, 120, 10, 365, 5, 20, 10, 25, 2, 30, 60), strict=True)
    }

    officer.get("/desk/rules").press("Simpan aturan", **fields | {"slow_days": "x"})
    assert officer.status == 422
    assert officer.one("#slow_days")["value"] == "x"
    officer.press("Simpan aturan", **fields | {"slow_days": "300"})
    assert officer.one("#slow_days")["value"] == "300"
    old = signed_in(make.staff(Role.COUNCIL_ADMIN, "17")).get("/desk/rules")
    officer.press("Simpan aturan", **fields | {"slow_days": "250"})
    old.press("Simpan aturan", **fields | {"slow_days": "20"})
    assert old.status == 409

    prepared()
    assert row_of(product).rule == "fine", "it stands for 200 days; the bar of this council is 250"
    officer.get("/desk/rules").press("Simpan aturan", **fields | {"slow_days": "20"})
    assert row_of(product).review_id
    assert db.session.get_one(PeriodicReview, row_of(product).review_id).rules["slow_days"] == 250


# --- deciding -------------------------------------------------------------------------------------------------


def test_a_curator_decides_each_piece_and_keeps_together_only_what_is_proposed_to_stay(
    app: Flask, signed_in: Opener, mailbox: Mailbox
) -> None:
    shop = make_catalog.workshop()
    stands = make_catalog.piece(shop, title="Kain yang lama", on_hand=5)
    months_ago(stands)
    kept = [make_catalog.piece(shop, title=f"Kain {word}") for word in ("satu", "dua")]
    own = make_catalog.piece(title="Kain sendiri")
    judge = make_catalog.member(db.session.get_one(Workshop, own.workshop_id))
    with writing() as session:
        accounts.grant(session, ACTOR, session.get_one(User, judge.id), Role.CURATOR, "17")
    review = prepared()
    curator = signed_in(judge)

    curator.get(f"/desk/reviews/{review.id}").press("Tetapkan semua 3 yang diusulkan tetap")
    assert "2 karya tetap." in curator.html
    assert [row_of(product).state.value for product in kept] == ["settled", "settled"]
    assert row_of(own).state is RowState.OPEN
    assert row_of(stands).state is RowState.OPEN
    assert curator.get(f"/desk/reviews/pieces/{row_of(own).id}").all("main form") == []
    assert curator.post(f"/desk/reviews/pieces/{row_of(own).id}", {"decision": "keep"}).status == 403

    row = row_of(stands)
    curator.get(f"/desk/reviews/pieces/{row.id}").press("Putuskan", decision="coach", words="")
    assert curator.status == 422
    curator.press("Putuskan", decision="coach", words="Foto ulang di siang hari.")
    assert row_of(stands).decision is Proposal.COACH
    (task,) = db.session.scalars(
        sa.select(CoachingTask).where(CoachingTask.text == "Foto ulang di siang hari.")
    )
    assert task.listing_id == stands.live_listing_id
    with pytest.raises(DecidedAlready):
        decide(row, make_catalog.curator(), Proposal.KEEP)
    decided = sa.select(sa.func.count()).where(AuditEntry.action == "periodic.decided")
    assert db.session.scalar(decided) == 3, "one line of the trail for each piece that was decided"

    artisan = signed_in(make_catalog.member(shop))
    assert "Foto ulang di siang hari." in artisan.get("/studio/reviews").text
    assert "Foto ulang di siang hari." in (mailbox.latest(make_catalog.member(shop).email).text or "")
    neighbour = signed_in(make_catalog.curator("16"))
    assert neighbour.get(f"/desk/reviews/{review.id}").status == 404
    assert neighbour.get(f"/desk/reviews/pieces/{row.id}").status == 404
    assert neighbour.get(f"/desk/reviews/{review.id}/review.csv").status == 404
    table = curator.client.get(f"/desk/reviews/{review.id}/review.csv").get_data(as_text=True)
    assert table.count("\n") == 5
    assert "Kain yang lama" in table


def test_what_is_to_leave_leaves_after_its_notice_unless_the_council_accepts_the_objection(
    app: Flask, signed_in: Opener, page: Page
) -> None:
    shop = make_catalog.workshop()
    gone, spared = make_catalog.piece(shop, title="Kain pergi"), make_catalog.piece(shop, title="Kain tetap")
    review, judge = prepared(), make_catalog.curator()
    for product in (gone, spared):
        decide(row_of(product), judge, Proposal.RETIRE, "Sudah terlalu lama.")
    assert row_of(gone).until == memberships.today() + timedelta(days=30)
    assert page.get(f"/products/{gone.slug}").status == 200

    artisan = signed_in(make_catalog.member(shop))
    address = f"/studio/reviews/{row_of(spared).id}/objection"
    token = artisan.get("/studio/reviews").csrf_token()
    artisan.post(address, {"csrf_token": token, "words": "Musim nikah baru mulai."})
    assert row_of(spared).state is RowState.OBJECTED
    assert artisan.post(address, {"csrf_token": token, "words": "Sekali lagi."}).status == 409
    stranger = signed_in(make_catalog.member(make_catalog.workshop()))
    assert (
        stranger.post(address, {"csrf_token": stranger.csrf_token(), "words": "Milik orang."}).status == 404
    )
    curator = signed_in(judge)
    curator.get(f"/desk/reviews/pieces/{row_of(spared).id}").press("Karya tetap", words="Baik, kita tunggu.")
    assert row_of(spared).state is RowState.SPARED

    assert deciding.retire_due() == 0
    with writing() as session:
        session.execute(sa.update(ReviewRow).values(until=memberships.today() - timedelta(days=1)))
    assert deciding.retire_due() == 1
    assert row_of(gone).state is RowState.RETIRED
    assert page.get(f"/products/{gone.slug}").status == 410
    assert page.get(f"/products/{spared.slug}").status == 200
    assert db.session.get_one(Product, spared.id).state is ProductState.ACTIVE
    assert review.id


@pytest.mark.postgres
def test_of_curators_who_decide_at_the_same_moment_one_does(app: Flask) -> None:
    product = make_catalog.piece()
    prepared()
    row_id, judge_id = row_of(product).id, make_catalog.curator().id
    db.session.rollback()

    def attempt(number: int) -> bool:
        decision = (Proposal.KEEP, Proposal.ROTATE, Proposal.RETIRE)[number % 3]
        try:
            with app.app_context(), transaction() as session:
                deciding.decide(session, ACTOR, session.get_one(User, judge_id), row_id, decision, "Begitu.")
        except DecidedAlready:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1


def test_the_page_of_a_review_asks_as_much_for_five_thousand_pieces_as_for_five(
    app: Flask, signed_in: Opener
) -> None:
    product = make_catalog.piece()
    review = prepared()
    row = row_of(product)
    curator = signed_in(make_catalog.curator())
    listing = db.session.get_one(Listing, row.listing_id)
    with make_desk.statements() as few:
        curator.get(f"/desk/reviews/{review.id}")
    with writing() as session:
        kept = {
            column: getattr(row, column)
            for column in (
                "review_id",
                "workshop_id",
                "title",
                "workshop_name",
                "figures",
                "proposal",
                "rule",
                "state",
            )
        }
        products = [
            {
                "slug": f"p{number}",
                "workshop_id": row.workshop_id,
                "state": "active",
                "one_of_a_kind": False,
                "created_at": now(),
            }
            for number in range(5_000)
        ]
        ids = session.scalars(sa.insert(Product).returning(Product.id), products).all()
        session.execute(
            sa.insert(ReviewRow), [kept | {"product_id": one, "listing_id": listing.id} for one in ids]
        )
    with make_desk.statements() as many:
        curator.get(f"/desk/reviews/{review.id}?page=100")

    assert len(many) <= 12
    assert len(many) - len(few) <= 1, "what the session needs when it has been away"
    assert "5.001" in curator.text
