"""Loading the heritage register: crafts that it does not hold yet, as the reference data describes them.

Called by `flask reference load`. What councils have changed since stays.
"""

import csv
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import changes, heritage, heritage_names, indonesia
from catalog.heritage_register import add_home
from catalog.models import Craft, HeritageForm, HeritageStatus
from shop.db import now

UNVERIFIED = "unverified"
"""What `data/crafts.csv` writes into the source of what nobody has checked."""


def load(session: Session) -> int:
    """Enter the crafts that the register does not hold yet, with what the reference data says; say how many."""
    known = set(session.scalars(sa.select(HeritageForm.craft_id)))
    fresh = [craft for craft in session.scalars(sa.select(Craft).order_by(Craft.id)) if craft.id not in known]
    if not fresh:
        return 0
    told, moment = _told(), now()
    for craft in fresh:
        one = told.get(craft.slug, {})
        names = one.get("names") or heritage_names.of(craft.name_id, craft.name_en)
        session.add(
            HeritageForm(
                craft_id=craft.id, guarded=one.get("guarded", True), also_called=names, updated_at=moment
            )
        )
        for code in one.get("homes") or [_home(craft)]:
            add_home(session, craft.id, code)
        for fact in heritage.facts(craft.slug, craft.gi_status, craft.source):
            session.add(_status(fact, craft_id=craft.id))
    if not known:
        for key, facts in heritage.listed().items():
            if key.startswith("family:"):
                family = key.removeprefix("family:")
                session.add_all(_status(fact, family=family) for fact in facts)
    session.flush()
    changes.of_everything(session)
    return len(fresh)


def _status(fact: heritage.Fact, **of: Any) -> HeritageStatus:
    return HeritageStatus(
        roll=fact.roll, standing=fact.standing, element=fact.element, list_name=fact.list_name,
        year=fact.year, source=fact.source, **of,
    )  # fmt: skip


def _home(craft: Craft) -> str:
    """Give where a craft is at home: a regency that nobody has checked keeps no maker of the province out."""
    checked = craft.regency_code and UNVERIFIED not in craft.source
    return craft.regency_code if checked and craft.regency_code else craft.province_code


def _told() -> Mapping[str, dict[str, Any]]:
    """Read what `data/heritage_names.csv` says of some forms: free or bound, homes, names."""
    with (indonesia.DATA / "heritage_names.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["slug"]: {
                "guarded": row["guarded"] == "yes",
                "homes": [code for code in row["homes"].split(";") if code],
                "names": [name for name in row["names"].split(";") if name],
            }
            for row in csv.DictReader(file)
        }
