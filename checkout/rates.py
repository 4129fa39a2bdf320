"""The councils' courier services and their zone × weight tables, the national ones where a council has none of its own.

Called by quotes, by the desk's pages for rates and by `flask rates load`. The figures of the national tables are
of our own making, in the order of what couriers charge; real tariffs may not be redistributed (domain.md 5.4).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council
from checkout import courier_list
from checkout.models import CourierService, ServiceRate
from checkout.pricing import REGULAR, Bracket, RateTable, Service
from checkout.tariffs import Insurance
from shop import audit, settled
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


@dataclass(frozen=True, slots=True)
class Held:
    """A service that holds for a council, and whose it is."""

    service: Service
    own: bool
    """The council's own; else the national council's, or what is built in."""
    active: bool
    edits: int
    """Counts its changes; 0 while the council has none of its own."""
    national: bool = False
    """Whether the national council has it too, so that giving up the own one brings that back."""


def national_table() -> list[Bracket]:
    """Give the table that holds where no council has said otherwise."""
    return [
        Bracket(zone, kilos * 1000, first + (kilos - 1) * more, shortest, longest)
        for zone, (first, more, shortest, longest) in enumerate(_FIRST_AND_NEXT_KG)
        for kilos in WEIGHTS_KG
    ]


# --- what holds --------------------------------------------------------------------------------------


_SERVICES = (
    sa.select(*CourierService.__table__.c, Council.code.label("council"))
    .join(Council, Council.id == CourierService.council_id)
    .where(
        sa.or_(
            CourierService.council_id.in_(sa.bindparam("council_ids", expanding=True)),
            Council.code == NATIONAL,
        )
    )
    .order_by(CourierService.courier, CourierService.code)
)
_TABLES = (
    sa.select(
        ServiceRate.service_id, ServiceRate.zone, ServiceRate.max_weight_g, ServiceRate.price,
        ServiceRate.etd_min_days, ServiceRate.etd_max_days,
    )
    .where(ServiceRate.service_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(ServiceRate.zone, ServiceRate.max_weight_g)
)  # fmt: skip
_TABLES_OF_ZONES = _TABLES.where(ServiceRate.zone.in_(sa.bindparam("zones", expanding=True)))


def offered(
    session: Session, council_ids: Iterable[int], zones: Collection[int] | None = None
) -> dict[int, list[Service]]:
    """Give the services that each council's parcels can be sent by; only rows of these zones, where they are named."""
    found = held(session, council_ids, zones)
    return {
        council_id: [one.service for one in mine if one.active and one.service.table]
        for council_id, mine in found.items()
    }


def held(
    session: Session, council_ids: Iterable[int], zones: Collection[int] | None = None
) -> dict[int, list[Held]]:
    """Give every service that is set up for each council, in use or not: its own before the national council's."""
    wanted = set(council_ids)
    rows = settled.read(session, _SERVICES, {"council_ids": wanted})
    tables = _tables(session, [row.id for row in rows], zones)
    national = {service_key(row): row for row in rows if row.council == NATIONAL}
    built_in = _built_in(zones)
    result: dict[int, list[Held]] = {}
    for council_id in wanted:
        own = {service_key(row): row for row in rows if row.council_id == council_id}
        mine = [
            Held(
                _service(row, tables[row.id]),
                row.council_id == council_id,
                row.active,
                row.edits,
                key in national or key == REGULAR,
            )
            if row.council_id == council_id
            else Held(_service(row, tables[row.id]), False, row.active, 0, True)
            for key, row in (national | own).items()
        ]
        if not any(one.service.key == REGULAR for one in mine):
            mine.append(Held(built_in, own=False, active=True, edits=0, national=True))
        result[council_id] = sorted(mine, key=lambda one: (one.service.courier, one.service.code))
    return result


def _tables(session: Session, ids: list[int], zones: Collection[int] | None) -> dict[int, list[Bracket]]:
    tables: dict[int, list[Bracket]] = {service_id: [] for service_id in ids}
    rows: Any = (
        settled.read(session, _TABLES, {"ids": ids})
        if zones is None
        else settled.read(session, _TABLES_OF_ZONES, {"ids": ids, "zones": list(zones)})
    )
    for service_id, *row in rows:
        tables[service_id].append(Bracket(*row))
    return tables


_NATIONAL_TABLE = tuple(national_table())


def _built_in(zones: Collection[int] | None) -> Service:
    table = [row for row in _NATIONAL_TABLE if zones is None or row.zone in zones]
    return Service(REGULAR, code=REGULAR, table=table)


def service_key(row: Any) -> str:
    """Give the key of a service: `regular`, or courier and code: `jne-REG`."""
    return courier_list.key(row.courier, row.code)


def _service(row: Any, table: RateTable) -> Service:
    listed = courier_list.find(row.courier, row.code)
    return Service(
        key=service_key(row),
        courier=row.courier,
        code=row.code,
        name=courier_list.label(row.courier, row.code) if row.courier else "",
        kind=listed.kind if listed else "regular",
        table=table,
        divisor=row.divisor,
        tolerance_g=row.tolerance_g,
        min_weight_g=row.min_weight_g,
        max_weight_g=row.max_weight_g,
        remote_bp=row.remote_bp,
        insurance=Insurance(row.insurance_bp, row.insurance_fixed, row.insurance_from, row.insurance_most),
    )


def rows_of(session: Session, council_id: int, key: str = REGULAR) -> list[Bracket]:
    """Give the rows of a council's own service, by zone and weight; empty when the national table holds."""
    row = own(session, council_id, key)
    return _tables(session, [row.id], None)[row.id] if row else []


def own(session: Session, council_id: int, key: str) -> CourierService | None:
    """Give a council's own row of a service, if it has one."""
    courier, code = courier_list.parts(key)
    return session.scalar(
        sa.select(CourierService).where(
            CourierService.council_id == council_id,
            CourierService.courier == courier,
            CourierService.code == code,
        )
    )


def of_council(session: Session, council: Council, key: str = REGULAR) -> Held | None:
    """Give a service as it holds for one council."""
    return next((one for one in held(session, [council.id])[council.id] if one.service.key == key), None)


def rates_for(session: Session, council: Council, key: str = REGULAR) -> RateTable:
    """Give the table of a service that holds for one council."""
    found = of_council(session, council, key)
    return found.service.table if found else ()


# --- changing a table --------------------------------------------------------------------------------


def replace(
    session: Session, actor: Actor, council: Council, table: Iterable[Bracket], key: str = REGULAR
) -> None:
    """Put another table in place of that of a council's service; an empty one brings the national one back.

    :raise BadTable: when a row is out of bounds, stands twice, or a zone is left out.
    """
    rows = list(table)
    check(rows)
    lock(session, council)
    before = rows_of(session, council.id, key)
    row = own(session, council.id, key)
    if rows:
        row = row or copy(session, council, key)
        session.execute(sa.delete(ServiceRate).where(ServiceRate.service_id == row.id))
        _write(session, row.id, rows)
        row.edits += 1
        session.flush()
    elif row is not None:
        remove(session, row)
    audit.record(
        session,
        actor,
        "shipping_rates.replaced",
        council,
        before={"rows": [_plain(row) for row in before]},
        after={"rows": [_plain(row) for row in rows]} | ({"courier_service": key} if key != REGULAR else {}),
        scope=council.code,
    )


def lock(session: Session, council: Council) -> None:
    """Let two officers at once change a council's services one after the other."""
    session.execute(sa.select(Council.id).where(Council.id == council.id).with_for_update())


def copy(session: Session, council: Council, key: str) -> CourierService:
    """Give a council a row of its own for a service, with the rules that have held so far and no table yet."""
    found = of_council(session, council, key)
    courier, code = courier_list.parts(key)
    service = found.service if found else Service(key, courier, code)
    row = CourierService(
        council_id=council.id,
        courier=courier,
        code=code,
        active=found.active if found else True,
        divisor=service.divisor,
        tolerance_g=service.tolerance_g,
        min_weight_g=service.min_weight_g,
        max_weight_g=service.max_weight_g,
        remote_bp=service.remote_bp,
        insurance_bp=service.insurance.bp,
        insurance_fixed=service.insurance.fixed,
        insurance_from=service.insurance.compulsory_from,
        insurance_most=service.insurance.most,
        edits=0,
    )
    session.add(row)
    session.flush()
    return row


def copy_whole(session: Session, council: Council, key: str) -> CourierService:
    """Give a council a row of its own for a service, with the rules and the table that have held so far."""
    table = list(rates_for(session, council, key)) or list(rates_for(session, council))
    row = copy(session, council, key)
    _write(session, row.id, table)
    return row


def remove(session: Session, row: CourierService) -> None:
    """Take a council's own service away, with its table."""
    session.execute(sa.delete(ServiceRate).where(ServiceRate.service_id == row.id))
    session.delete(row)
    session.flush()


def set_price(
    session: Session, actor: Actor, council: Council, zone: int, max_weight_g: int, price: int
) -> None:
    """Change one price of a council's regular table; the first change copies the national table.

    :raise BadTable: when there is no such row or the price is out of bounds.
    """
    rows = list(rates_for(session, council))
    changed = [
        Bracket(zone, max_weight_g, price, row.etd_min_days, row.etd_max_days)
        if (row.zone, row.max_weight_g) == (zone, max_weight_g)
        else row
        for row in rows
    ]
    if not any((row.zone, row.max_weight_g) == (zone, max_weight_g) for row in rows):
        raise BadTable(problem=f"{zone} / {max_weight_g} g")
    replace(session, actor, council, changed)


def check(rows: Iterable[Bracket]) -> None:
    """Refuse rows that cannot be true. :raise BadTable:"""
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


def _write(session: Session, service_id: int, rows: Iterable[Bracket]) -> None:
    session.add_all(
        ServiceRate(
            service_id=service_id,
            zone=row.zone,
            max_weight_g=row.max_weight_g,
            price=row.price,
            etd_min_days=row.etd_min_days,
            etd_max_days=row.etd_max_days,
        )
        for row in rows
    )
    session.flush()


def _plain(row: Bracket) -> list[int]:
    return [row.zone, row.max_weight_g, row.price, row.etd_min_days, row.etd_max_days]


def write_national(session: Session, council_id: int, service: Service) -> int:
    """Write a service of the national council as it is loaded first; give how many rows."""
    row = CourierService(
        council_id=council_id,
        courier=service.courier,
        code=service.code,
        divisor=service.divisor,
        tolerance_g=service.tolerance_g,
        min_weight_g=service.min_weight_g,
        max_weight_g=service.max_weight_g,
        insurance_bp=service.insurance.bp,
        insurance_fixed=service.insurance.fixed,
        insurance_from=service.insurance.compulsory_from,
        insurance_most=service.insurance.most,
    )
    session.add(row)
    session.flush()
    _write(session, row.id, service.table)
    return len(service.table)


def national_id(session: Session) -> int | None:
    """Give the id of the national council."""
    return session.scalar(sa.select(Council.id).where(Council.code == NATIONAL))
