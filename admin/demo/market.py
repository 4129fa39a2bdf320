"""The demonstration marketplace: accounts, workshops, pieces in every state, verdicts and months of orders.

`load` is called by `flask demo`. Everything comes from a seed; the photographs follow (`admin.demo.drawing`).
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.demo import (
    SMALL,
    accounts,
    claims,
    coached,
    heritage,
    makers,
    members,
    panels,
    payouts,
    people,
    rounds,
    sending,
    taxes,
    transfers,
    vouchers,
    ways,
    words,
)
from admin.demo.makers import Atlas, Maker
from admin.demo.pieces import Workbench
from admin.demo.rows import Rows
from admin.demo.trade import Market
from catalog import changes, councils, slugs, wall
from catalog.models import Council, CouncilCurator, Listing, ListingState, Product, Province
from shop import passwords, upkeep
from shop.db import now

Told = Callable[[str, int, int], Any]
"""Hears a step's name, how much of it is done, and how much there is."""

BATCH = 1_000
TRADED = 20_000
"""Orders are for the first so many pieces; a larger catalogue is written in steps."""
WRITTEN = 5_000
"""Pieces whose rows are held in memory before they are written (about 26 rows each)."""
FATES = (
    ["submitted"] * 12 + ["coaching"] * 4 + ["conditional"] * 2 + ["draft"] * 5 + ["declined"] * 2
    + ["paused"] * 2 + ["withdrawn"] * 2 + ["sold_out"] * 4 + ["editing"] * 4
)  # fmt: skip
"""What becomes of some of the first pieces; all others are live."""


class NeedsReference(RuntimeError):
    """The reference data is not loaded (`flask reference load`)."""


def load(session: Session, size: int = SMALL, seed: int = 1, tell: Told = lambda *_: None) -> None:
    """Write a marketplace of `size` products in one transaction. :raise NeedsReference:"""
    chance, moment = Random(seed), now()
    rows, atlas = Rows(session), Atlas(session)
    if not atlas.crafts:
        raise NeedsReference
    users = people.build(rows, moment - timedelta(days=210))
    shops = 40 if size <= SMALL else min(max(40, size // 40), 2_000)
    hashed = passwords.hash_of(people.PASSWORD)
    found = makers.build(rows, atlas, shops, chance, moment, users["perajin"], hashed)
    curators = {"17": users["kurator"], "16": users["kurator.sumsel"], "*": users["admin"]}
    bench = Workbench(rows, chance, moment, curators)
    fates = _fates(size, chance)
    orders = 320 if size <= SMALL else min(size // 4, 4_000)
    for number in range(size):
        bench.piece(_maker_for(found, number, fates), number // len(found), fates.get(number, "live"))
        if number % BATCH == BATCH - 1:
            tell("products", number + 1, size)
        if number + 1 == min(size, TRADED):  # only what is still in memory can be sold
            Market(rows, atlas, chance, moment, users["pembeli"]).trade(bench.offered, orders)
            bench.offered.clear()
            tell("orders", orders, orders)
        if number >= TRADED and number % WRITTEN == WRITTEN - 1:
            bench.offered.clear()
            rows.write()
    tell("products", size, size)
    _write(session, rows, tell)
    coached.load(session, {code: key for code, key in curators.items() if code != "*"})
    _let_councils_speak(session)
    heritage.load(session, {code: key for code, key in curators.items() if code != "*"})
    members.load(session, users, size)
    rounds.build(session, users, moment)
    panels.build(session, users, TRADED)
    sending.load(session, users, moment)
    vouchers.load(session, users, moment)
    taxes.load(session, users, moment)
    claims.load(session, users)
    ways.load(session, users)
    payouts.load(session, users, moment)
    transfers.load(session, users, moment)
    accounts.load(session, moment)


def _let_councils_speak(session: Session) -> None:
    """Give the councils with makers a few words about themselves, where they have none."""
    chosen = sa.select(Council, Province).join(Province, Province.code == Council.code)
    for council, province in session.execute(chosen.where(Council.code.in_(makers.PROVINCES))):
        if not council.about_id:
            council.about_id = words.COUNCIL[0].format(id=province.name_id)
            council.about_en = words.COUNCIL[1].format(en=province.name_en)
        if not councils.curators(session, council.id):
            rows = [councils.Named(*person)._asdict() for person in words.CURATORS]
            places = [CouncilCurator(council_id=council.id, position=n, **row) for n, row in enumerate(rows)]
            session.add_all(places)


def _maker_for(found: list[Maker], number: int, fates: dict[int, str]) -> Maker:
    """Spread pieces over the workshops; every third submitted one comes from Bengkulu, where a curator waits."""
    if fates.get(number) in {"submitted", "coaching", "editing"} and number % 3 == 0:
        return next(maker for maker in found if maker.place.council_code == "17")
    return found[number % len(found)]


def _fates(size: int, chance: Random) -> dict[int, str]:
    places = chance.sample(range(size), min(len(FATES), size // 2))
    return dict(zip(places, FATES, strict=False))


def _write(session: Session, rows: Rows, tell: Told) -> None:
    total, written = rows.count(), 0

    def wrote(count: int) -> None:
        nonlocal written
        written += count
        tell("rows", written, total)

    rows.write(wrote)
    if session.get_bind().dialect.name == "postgresql":
        # What follows asks of many rows that the planner knows nothing of yet; nobody else waits for it.
        session.execute(sa.text("SET LOCAL statement_timeout = 0"))
        upkeep.analyse(session)
    slugs.adopt(session)
    live = sa.select(Listing.id).where(Listing.product_id == Product.id, Listing.state == ListingState.LIVE)
    session.execute(
        sa.update(Product)
        .where(Product.live_listing_id.is_(None))
        .values(live_listing_id=live.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    wall.hang_everything(session)
    changes.of_everything(session)
