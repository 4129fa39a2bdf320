"""The councils' postage tables: zone × weight, the national one where a council has none of its own.

Called by quotes, by the desk's page for rates and by `flask rates load`. The figures of the national table are
of our own making, in the order of what couriers charge; real tariffs may not be redistributed (domain.md 5.4).
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council
from checkout.models import ShippingRate
from checkout.pricing import Bracket, RateTable
from shop import audit
from shop.audit import Actor
from shop.errors import Invalid

NATIONAL = "nasional"
ZONES = range(7)
ZONE_NAMES = (
    "Same regency or city",
    "Same province",
    "Same island group",
    "Java with Sumatra, Bali or Nusa Tenggara",
    "Between other island groups",
    "To or from Maluku",
    "To or from Papua",
)
"""English msgids."""
WEIGHTS_KG = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50)
_FIRST_AND_NEXT_KG = (
    (10_000, 5_000, 1, 2),
    (14_000, 8_000, 2, 3),
    (20_000, 13_000, 2, 4),
    (26_000, 18_000, 2, 5),
    (38_000, 29_000, 3, 6),
    (62_000, 52_000, 4, 9),
    (88_000, 76_000, 5, 12),
)
"""Per zone: rupiah for the first kilogram, for each further one, days at least, days at most."""
MAX_PRICE = 100_000_000
MAX_WEIGHT_G = 1_000_000
MAX_DAYS = 90


class BadTable(Invalid):
    """A rate table that cannot be used."""

    message = "This table cannot be used: %(problem)s"


def national_table() -> list[Bracket]:
    """Give the table that holds where no council has said otherwise."""
    return [
        Bracket(zone, kilos * 1000, first + (kilos - 1) * more, shortest, longest)
        for zone, (first, more, shortest, longest) in enumerate(_FIRST_AND_NEXT_KG)
        for kilos in WEIGHTS_KG
    ]


def load_default_rates(session: Session) -> int:
    """Give the national council its table unless it has one; give how many rows were written.

    Needs the councils (`flask reference load`); does nothing without them.
    """
    council_id = session.scalar(sa.select(Council.id).where(Council.code == NATIONAL))
    if council_id is None or rows_of(session, council_id):
        return 0
    _write(session, council_id, national_table())
    return len(ZONES) * len(WEIGHTS_KG)


def rows_of(session: Session, council_id: int) -> list[Bracket]:
    """Give a council's own rows, by zone and weight; empty when the national table holds."""
    own = (
        sa.select(ShippingRate)
        .where(ShippingRate.council_id == council_id)
        .order_by(ShippingRate.zone, ShippingRate.max_weight_g)
    )
    return [_bracket(row) for row in session.scalars(own)]


def tables(session: Session, council_ids: Iterable[int]) -> dict[int, RateTable]:
    """Give the table that holds for each council: its own, or the national one, as loaded or as built in."""
    wanted = set(council_ids)
    rows = session.scalars(
        sa.select(ShippingRate)
        .join(Council, Council.id == ShippingRate.council_id)
        .where(sa.or_(ShippingRate.council_id.in_(wanted), Council.code == NATIONAL))
        .order_by(ShippingRate.zone, ShippingRate.max_weight_g)
    )
    found: dict[int, list[Bracket]] = {}
    for row in rows:
        found.setdefault(row.council_id, []).append(_bracket(row))
    national_id = session.scalar(sa.select(Council.id).where(Council.code == NATIONAL))
    national = (found.get(national_id) if national_id is not None else None) or national_table()
    return {council_id: found.get(council_id) or national for council_id in wanted}


def rates_for(session: Session, council: Council) -> RateTable:
    """Give the table that holds for one council."""
    return tables(session, [council.id])[council.id]


def replace(session: Session, actor: Actor, council: Council, table: Iterable[Bracket]) -> None:
    """Put another table in place of a council's; an empty one brings the national table back.

    :raise BadTable: when a row is out of bounds, stands twice, or a zone is left out.
    """
    rows = list(table)
    _check(rows)
    # Two officers at once: the second one replaces what the first one wrote.
    session.execute(sa.select(Council.id).where(Council.id == council.id).with_for_update())
    before = rows_of(session, council.id)
    session.execute(sa.delete(ShippingRate).where(ShippingRate.council_id == council.id))
    _write(session, council.id, rows)
    audit.record(
        session,
        actor,
        "shipping_rates.replaced",
        council,
        before={"rows": [_plain(row) for row in before]},
        after={"rows": [_plain(row) for row in rows]},
        scope=council.code,
    )


def set_price(
    session: Session, actor: Actor, council: Council, zone: int, max_weight_g: int, price: int
) -> None:
    """Change one price of a council's table; the first change copies the national table.

    :raise BadTable: when there is no such row or the price is out of bounds.
    """
    rows = list(rows_of(session, council.id) or rates_for(session, council))
    changed = [
        Bracket(zone, max_weight_g, price, row.etd_min_days, row.etd_max_days)
        if (row.zone, row.max_weight_g) == (zone, max_weight_g)
        else row
        for row in rows
    ]
    if not any((row.zone, row.max_weight_g) == (zone, max_weight_g) for row in rows):
        raise BadTable(problem=f"{zone} / {max_weight_g} g")
    replace(session, actor, council, changed)


def _check(rows: list[Bracket]) -> None:
    seen: set[tuple[int, int]] = set()
    for row in rows:
        label = f"{row.zone} / {row.max_weight_g} g"
        if row.zone not in ZONES or not 0 < row.max_weight_g <= MAX_WEIGHT_G:
            raise BadTable(problem=label)
        if not 0 <= row.price <= MAX_PRICE:
            raise BadTable(problem=f"{label}: Rp {row.price}")
        if not 0 <= row.etd_min_days <= row.etd_max_days <= MAX_DAYS:
            raise BadTable(problem=f"{label}: {row.etd_min_days}-{row.etd_max_days}")
        if (row.zone, row.max_weight_g) in seen:
            raise BadTable(problem=label)
        seen.add((row.zone, row.max_weight_g))


def _write(session: Session, council_id: int, rows: Iterable[Bracket]) -> None:
    session.add_all(
        ShippingRate(
            council_id=council_id,
            zone=row.zone,
            max_weight_g=row.max_weight_g,
            price=row.price,
            etd_min_days=row.etd_min_days,
            etd_max_days=row.etd_max_days,
        )
        for row in rows
    )
    session.flush()


def _bracket(row: ShippingRate) -> Bracket:
    return Bracket(row.zone, row.max_weight_g, row.price, row.etd_min_days, row.etd_max_days)


def _plain(row: Bracket) -> list[int]:
    return [row.zone, row.max_weight_g, row.price, row.etd_min_days, row.etd_max_days]
