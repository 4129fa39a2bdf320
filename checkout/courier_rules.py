"""Which courier services a council offers, and by what rules each is reckoned. Called by the desk and by `flask rates`.

A council changes a service of the national council by having one of its own, with rules and table as they held so
far; giving it up brings the national one back.
"""

from dataclasses import asdict, dataclass, fields

from sqlalchemy.orm import Session

from catalog.models import Council
from checkout import courier_list, rates
from checkout.models import CourierService
from checkout.pricing import REGULAR, Bracket, Service
from checkout.rates import Held
from checkout.tariffs import KILO, Insurance
from shop import audit
from shop.audit import Actor
from shop.errors import Conflict, Invalid, NotFound

RANGES: dict[str, tuple[int, int]] = {
    "divisor": (1000, 20_000),
    "tolerance_g": (0, 999),
    "min_weight_g": (1, 100_000),
    "max_weight_g": (0, 1_000_000),
    "remote_bp": (0, 20_000),
    "insurance_bp": (0, 1_000),
    "insurance_fixed": (0, 1_000_000),
    "insurance_from": (0, 10_000_000_000),
    "insurance_most": (0, 10_000_000_000),
}
"""Least and most of each figure."""


class NoSuchService(NotFound):
    """The council has no such service, or no courier has it."""

    message = "There is no such courier service here."


class OutOfRange(Invalid):
    """A figure that cannot be true."""

    message = "One of the figures is out of its range."


class EditedElsewhere(Conflict):
    """Somebody else has kept other rules meanwhile."""

    message = "Somebody else has changed these rules in the meantime. Please look at them again."


class NothingLeft(Conflict):
    """Without any service nothing can be ordered."""

    message = "At least one service has to stay in use."


@dataclass(frozen=True, slots=True)
class Rules:
    """How a service reckons; docs/shipping.md says what each figure does."""

    active: bool = True
    divisor: int = 6000
    tolerance_g: int = 300
    min_weight_g: int = KILO
    max_weight_g: int = 0
    remote_bp: int = 3000
    insurance_bp: int = 0
    insurance_fixed: int = 0
    insurance_from: int | None = None
    insurance_most: int = 0


def of(held: Held) -> Rules:
    """Give the rules of a service that holds."""
    service, insured = held.service, held.service.insurance
    return Rules(
        active=held.active,
        divisor=service.divisor,
        tolerance_g=service.tolerance_g,
        min_weight_g=service.min_weight_g,
        max_weight_g=service.max_weight_g,
        remote_bp=service.remote_bp,
        insurance_bp=insured.bp,
        insurance_fixed=insured.fixed,
        insurance_from=insured.compulsory_from,
        insurance_most=insured.most,
    )


def find(session: Session, council: Council, key: str) -> Held:
    """Give a service as it holds for a council. :raise NoSuchService:"""
    found = rates.of_council(session, council, key)
    if found is None:
        raise NoSuchService
    return found


def settle(session: Session, actor: Actor, council: Council, key: str, rules: Rules, *, seen: int) -> bool:
    """Put these rules in place of those that hold; say whether they differ. `seen` is the version that was shown.

    :raise NoSuchService: :raise OutOfRange: :raise EditedElsewhere: :raise NothingLeft:
    """
    for name, (least, most) in RANGES.items():
        value = getattr(rules, name)
        if value is not None and not least <= value <= most:
            raise OutOfRange
    rates.lock(session, council)
    held = find(session, council, key)
    before = of(held)
    if before == rules:
        return False
    if held.edits != seen:
        raise EditedElsewhere
    if not rules.active and not _others_in_use(session, council, key):
        raise NothingLeft
    row = rates.own(session, council.id, key) or rates.copy_whole(session, council, key)
    for one in fields(rules):
        setattr(row, one.name, getattr(rules, one.name))
    row.edits += 1
    session.flush()
    _record(session, actor, "courier_service.settled", council, key, asdict(before), asdict(rules))
    return True


def _others_in_use(session: Session, council: Council, key: str) -> bool:
    mine = rates.held(session, [council.id])[council.id]
    return any(one.active and one.service.key != key for one in mine)


def add(session: Session, actor: Actor, council: Council, courier: str, code: str) -> str:
    """Let a council offer one more service of a courier, with the regular table to begin with; give its key.

    It is out of use until the council has looked at table and rules. :raise NoSuchService: :raise EditedElsewhere:
    """
    listed = courier_list.find(courier, code)
    if listed is None:
        raise NoSuchService
    key = courier_list.key(courier, code)
    rates.lock(session, council)
    if rates.of_council(session, council, key) is not None:
        raise EditedElsewhere
    row = rates.copy_whole(session, council, key)
    row.active, row.divisor, row.edits = False, listed.divisor, 1
    row.tolerance_g = 300 if courier == "jne" else 0
    session.flush()
    _record(session, actor, "courier_service.added", council, key, {}, {"active": False})
    return key


def forget(session: Session, actor: Actor, council: Council, key: str) -> None:
    """Give up a council's own service: the national one holds again, or there is none. :raise NoSuchService:

    :raise NothingLeft: when nothing would be left in use.
    """
    rates.lock(session, council)
    row = rates.own(session, council.id, key)
    if row is None or (council.code == rates.NATIONAL and key == REGULAR):
        raise NoSuchService
    rates.remove(session, row)
    if not any(one.active for one in rates.held(session, [council.id])[council.id]):
        raise NothingLeft
    _record(session, actor, "courier_service.given_up", council, key, {"active": True}, {})


def _record(
    session: Session,
    actor: Actor,
    action: str,
    council: Council,
    key: str,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    audit.record(
        session, actor, action, council,
        before={"courier_service": key} | {name: before[name] for name in changed if name in before},
        after={"courier_service": key} | {name: after[name] for name in changed if name in after},
        scope=council.code,
    )  # fmt: skip


# --- what a new shop begins with ---------------------------------------------------------------------

_JNE = Insurance(bp=20, fixed=5_000, compulsory_from=10_000_000)
"""0.2 % and Rp 5,000 (domain.md 5.3); from when it is compulsory is of our own making."""


def national() -> list[Service]:
    """Give the services that the national council begins with: courier, factor on the regular table, days.

    Prices are of our own making, in the order of what couriers charge; councils put them right.
    """
    table = rates.national_table()
    near = [row for row in table if row.zone <= 3 and row.max_weight_g <= 20_000]
    next_day = [Bracket(row.zone, row.max_weight_g, row.price * 18 // 10, 1, 1) for row in near]
    cargo = [
        Bracket(row.zone, row.max_weight_g, row.price * 6 // 10, row.etd_min_days + 2, row.etd_max_days + 5)
        for row in table
        if row.max_weight_g >= 10_000
    ]
    usual = [
        Bracket(row.zone, row.max_weight_g, row.price + 1_000, row.etd_min_days, row.etd_max_days)
        for row in table
    ]
    return [
        Service(REGULAR, code=REGULAR, table=table),
        _listed("jne", "REG", usual, insurance=_JNE),
        _listed("jne", "YES", next_day, insurance=_JNE),
        _listed("jne", "JTR", cargo, min_weight_g=10_000, insurance=_JNE),
        _listed("pos", "REG", usual, tolerance_g=0),
    ]


def _listed(courier: str, code: str, table: list[Bracket], **rules: object) -> Service:
    listed = courier_list.find(courier, code)
    divisor = listed.divisor if listed else 6000
    return Service(courier_list.key(courier, code), courier, code, table=table, divisor=divisor, **rules)  # type: ignore[arg-type]


def load(session: Session) -> int:
    """Give the national council the services that it has not; give how many rows were written. Needs the councils."""
    council_id = rates.national_id(session)
    if council_id is None:
        return 0
    return sum(
        rates.write_national(session, council_id, one)
        for one in national()
        if rates.own(session, council_id, one.key) is None
    )


__all__ = [
    "RANGES",
    "CourierService",
    "EditedElsewhere",
    "NoSuchService",
    "NothingLeft",
    "OutOfRange",
    "Rules",
    "add",
    "find",
    "forget",
    "load",
    "national",
    "of",
    "settle",
]
