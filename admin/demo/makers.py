"""The demonstration's workshops: one per craft of the chosen provinces, called after plants and weather."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from admin.demo import people, words
from admin.demo.rows import Rows
from catalog import taxonomy
from catalog.models import Council, Craft, District, Regency, Workshop, WorkshopMember, WorkshopState
from shop.models import Role, RoleGrant

PROVINCES = ("17", "16", "18", "19", "34", "33", "51", "53", "64", "73", "81", "91")
"""Bengkulu, South Sumatra, Lampung, Bangka Belitung, then Java, Bali, East Nusa Tenggara, Kalimantan, Sulawesi,
Maluku and Papua: twelve councils of seven island groups."""


@dataclass(frozen=True, slots=True)
class Place:
    """A regency with what a workshop there needs."""

    regency: Regency
    district_code: str
    council_id: int
    council_code: str


@dataclass(frozen=True, slots=True)
class Maker:
    """A workshop of the demonstration, as pieces need it."""

    workshop_id: int
    name: str
    maker_name: str
    village: str
    about: str
    craft: Craft
    place: Place
    since_year: int
    owner_id: int


class Atlas:
    """Crafts and places of the chosen provinces."""

    def __init__(self, session: Session) -> None:
        places = joinedload(Regency.province)
        self.regencies = {r.code: r for r in session.scalars(sa.select(Regency).options(places))}
        self.districts: dict[str, str] = {}
        for code, regency_code in session.execute(
            sa.select(District.code, District.regency_code).order_by(District.code)
        ):
            self.districts.setdefault(regency_code, code)
        self.councils = {c.code: c.id for c in session.scalars(sa.select(Council))}
        found = session.scalars(sa.select(Craft).order_by(Craft.province_code, Craft.id))
        self.crafts = [craft for craft in found if craft.province_code in PROVINCES]
        self.crafts.sort(key=lambda craft: (PROVINCES.index(craft.province_code), craft.id))

    def place(self, craft: Craft) -> Place:
        """Give where a craft is made: its regency, or its province's first city."""
        code = craft.regency_code
        if code is None:
            mine = [c for c, r in self.regencies.items() if r.province_code == craft.province_code]
            code = next((c for c in mine if c[3] == "7"), mine[0])
        province = craft.province_code
        return Place(self.regencies[code], self.districts[code], self.councils[province], province)


def choose(atlas: Atlas, count: int) -> list[Craft]:
    """Give as many crafts as there are workshops, each province's first ones first."""
    by_province: dict[str, list[Craft]] = {}
    for craft in atlas.crafts:
        by_province.setdefault(craft.province_code, []).append(craft)
    rounds: list[Craft] = []
    turn = 0
    while len(rounds) < min(count, len(atlas.crafts)):
        rounds += [crafts[turn] for crafts in by_province.values() if turn < len(crafts)]
        turn += 1
    return [rounds[number % len(rounds)] for number in range(count)][:count]


def build(
    rows: Rows, atlas: Atlas, count: int, chance: Random, moment: datetime, owner_id: int, password_hash: str
) -> list[Maker]:
    """Collect the workshops; the first belongs to the demonstration's artisan, the others to people of their own."""
    makers = []
    for number, craft in enumerate(choose(atlas, count)):
        plant = words.NATURE[number % len(words.NATURE)]
        again = number // len(words.NATURE)
        suffix = f" {again + 1}" if again else ""
        maker_name = f"{'Ibu' if number % 3 else 'Bapak'} {plant}{suffix}" if number else "Ibu Rembulan"
        user_id = owner_id if number == 0 else _owner(rows, number, maker_name, password_hash, moment)
        makers.append(_workshop(rows, atlas, craft, f"{plant}{suffix}", maker_name, user_id, chance, moment))
    return makers


def _owner(rows: Rows, number: int, name: str, password_hash: str, moment: datetime) -> int:
    user_id = people.person(rows, f"perajin{number + 1}", name, password_hash, moment)
    rows.add(RoleGrant, user_id=user_id, role=Role.ARTISAN, scope="", created_at=moment)
    return user_id


def _workshop(
    rows: Rows,
    atlas: Atlas,
    craft: Craft,
    plant: str,
    maker_name: str,
    user_id: int,
    chance: Random,
    moment: datetime,
) -> Maker:
    place = atlas.place(craft)
    name = f"{words.KINDS[craft.family]} {plant}"
    about = chance.choice(words.ABOUT).format(
        place=place.regency.name, craft=craft.name_id, people=chance.randint(3, 14)
    )
    # Two villages in each regency, so that makers have neighbours.
    here = int(place.regency.code.replace(".", "")) * 7 + chance.randint(0, 1)
    village = f"Kampung {words.NATURE[here % len(words.NATURE)]}"
    profile = {"name": name, "maker_name": maker_name, "village": village, "about": about}
    since_year = chance.randint(1985, 2021)
    judged = {
        "since_year": since_year,
        "craft_id": craft.id,
        "regency_code": place.regency.code,
        "council_id": place.council_id,
    }
    workshop_id = rows.add(
        Workshop,
        slug=taxonomy.slugify(f"{name} {place.regency.name}"),
        **profile,
        **judged,
        **{f"live_{key}": value for key, value in (profile | judged).items()},
        district_code=place.district_code,
        address=f"Jalan {plant} {chance.randint(1, 90)}",
        postal_code="",
        phone=f"+62812000{chance.randint(10_000, 99_999)}",
        state=WorkshopState.ACTIVE,
        created_at=moment - timedelta(days=chance.randint(200, 400)),
    )
    rows.add(WorkshopMember, workshop_id=workshop_id, user_id=user_id, created_at=moment)
    return Maker(workshop_id, name, maker_name, village, about, craft, place, since_year, user_id)
