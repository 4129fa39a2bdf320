"""The axes of browsing: craft families, technique labels, and the reference tables loaded from `data/`.

Called by `flask reference load`, by forms (which labels fit a craft) and by pages (how a label is called).
"""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes, indonesia, slugs
from catalog.models import Council, Craft, District, HeritageForm, Province, Regency, SlugKind
from shop.db import Base
from shop.errors import NotFound
from shop.i18n import localised

CHUNK = 1000
Told = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of crafts."""

    code: str
    name_id: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Technique:
    """A truth label: how much of a piece hands have made, in the words of its family."""

    code: str
    name_id: str
    name_en: str
    families: frozenset[str]
    """Empty: fits every family."""
    by_hand: bool = True
    """False where a machine did the deciding part."""


FAMILIES: dict[str, Family] = {
    code: Family(code, name_id, name_en)
    for code, name_id, name_en in (
        ("batik", "Batik", "Batik"),
        ("weaving", "Tenun", "Weaving"),
        ("dyeing", "Pewarnaan kain", "Dyed cloth"),
        ("embroidery", "Sulaman dan bordir", "Embroidery"),
        ("basketry", "Anyaman", "Basketry"),
        ("wood", "Kayu", "Wood"),
        ("metal", "Logam", "Metal"),
        ("jewellery", "Perhiasan", "Jewellery"),
        ("ceramics", "Keramik dan gerabah", "Ceramics"),
        ("stone", "Batu", "Stone"),
        ("barkcloth", "Kain kulit kayu", "Barkcloth"),
        ("beadwork", "Manik-manik", "Beadwork"),
        ("mask_puppet", "Topeng dan wayang", "Masks and puppets"),
        ("musical_instrument", "Alat musik", "Musical instruments"),
        ("painting", "Lukisan", "Painting"),
        ("lacquer", "Lak", "Lacquer"),
        ("knitting", "Rajutan", "Knitting and crochet"),
        ("paper", "Kertas", "Paper"),
        ("resin", "Damar", "Resin"),
        ("shell", "Kerang", "Shell"),
    )
}
"""The 20 families of `data/crafts.csv`."""

_LABELS: tuple[tuple[str, str, str, str, bool], ...] = (
    ("tulis", "Batik tulis", "Hand-drawn batik (tulis)", "batik", True),
    ("cap", "Batik cap", "Stamped batik (cap)", "batik", True),
    ("tulis_cap", "Batik kombinasi tulis dan cap", "Batik drawn and stamped", "batik", True),
    ("wax_printed", "Sablon malam", "Screen-printed wax", "batik", False),
    ("printed", "Tekstil cetak bermotif", "Printed cloth", "batik dyeing painting", False),
    ("backstrap", "Tenun gedogan", "Woven on a back-strap loom", "weaving", True),
    ("handloom", "Tenun ATBM", "Woven on a hand loom (ATBM)", "weaving", True),
    ("power_loom", "Tenun mesin (ATM)", "Woven by machine", "weaving", False),
    ("resist_dyed", "Celup rintang dengan tangan", "Tied or stitched and dyed by hand", "dyeing", True),
    ("leaf_print", "Ecoprint daun asli", "Printed with real leaves (ecoprint)", "dyeing", True),
    ("hand_stitched", "Sulam tangan", "Embroidered by hand", "embroidery beadwork", True),
    (
        "treadle_stitched",
        "Bordir mesin jahit manual",
        "Embroidered on a hand-guided machine",
        "embroidery",
        True,
    ),
    ("machine_stitched", "Bordir komputer", "Embroidered by computer", "embroidery", False),
    ("plaited", "Anyam tangan", "Plaited by hand", "basketry", True),
    ("carved", "Pahat tangan", "Carved by hand", "wood stone mask_puppet musical_instrument", True),
    ("turned", "Bubut", "Turned on a lathe", "wood stone", True),
    ("cast", "Cor", "Cast", "metal jewellery musical_instrument", True),
    ("forged", "Tempa", "Forged by hand", "metal jewellery musical_instrument", True),
    ("filigree", "Filigri", "Filigree", "jewellery metal", True),
    ("hand_built", "Bentuk tangan", "Built by hand", "ceramics", True),
    ("thrown", "Putar", "Thrown on the wheel", "ceramics", True),
    ("moulded", "Cetak tuang", "Cast in a mould", "ceramics resin", True),
    ("beaten", "Pukul", "Beaten by hand", "barkcloth", True),
    ("strung", "Rangkai tangan", "Strung by hand", "beadwork shell", True),
    ("hide_chiselled", "Tatah sungging", "Chiselled and painted hide", "mask_puppet", True),
    (
        "hand_painted",
        "Lukis tangan",
        "Painted by hand",
        "painting lacquer paper mask_puppet batik wood",
        True,
    ),
    ("knitted", "Rajut tangan", "Knitted or crocheted by hand", "knitting", True),
    ("machine_resist", "Celup rintang dengan mesin", "Resist-dyed by machine", "dyeing", False),
    ("coiled", "Lilit tangan", "Coiled or twined by hand", "basketry", True),
    ("machine_plaited", "Anyam mesin", "Plaited by machine", "basketry", False),
    (
        "machine_carved",
        "Pahat tangan dengan bantuan mesin",
        "Carved by hand with machine help",
        "wood stone mask_puppet musical_instrument",
        False,
    ),
    ("cnc_carved", "Ukir mesin (CNC)", "Carved by a programmed machine (CNC)", "wood stone", False),
    ("joined", "Rakit tangan", "Joined by hand", "wood musical_instrument", True),
    ("chased", "Tatah dan ketok", "Chased and hammered by hand", "metal jewellery", True),
    ("pressed", "Cetak tekan mesin", "Pressed by machine", "metal jewellery ceramics", False),
    ("cut_polished", "Asah dan poles", "Cut and polished", "stone jewellery shell", True),
    ("machine_strung", "Manik tempel mesin", "Beads set by machine", "beadwork", False),
    ("lampworked", "Manik bakar", "Glass worked at the flame", "beadwork", True),
    ("machine_pressed_hide", "Wayang cetak", "Stamped hide or board", "mask_puppet", False),
    ("tuned", "Rakit dan laras tangan", "Built and tuned by hand", "musical_instrument", True),
    ("reproduced", "Cetak reproduksi", "Printed reproduction", "painting paper", False),
    ("lacquered", "Lak tangan", "Lacquered by hand", "lacquer", True),
    ("sprayed", "Lak semprot", "Lacquer sprayed", "lacquer", False),
    ("machine_knitted", "Rajut mesin", "Knitted by machine", "knitting", False),
    ("paper_made", "Kertas buatan tangan", "Paper made by hand", "paper", True),
    ("paper_shaped", "Rangkai kertas dengan tangan", "Paper shaped by hand", "paper", True),
    ("hand_shaped", "Bentuk tangan dari damar", "Shaped by hand from warm resin", "resin", True),
    ("inlaid", "Tatah kerang", "Inlaid by hand", "shell wood", True),
    ("felted_machine", "Kulit kayu pres mesin", "Barkcloth pressed by machine", "barkcloth", False),
    ("handmade", "Buatan tangan", "Made by hand", "", True),
    ("mixed", "Sebagian dengan mesin", "Partly by machine", "", True),
)
TECHNIQUES: dict[str, Technique] = {
    code: Technique(code, name_id, name_en, frozenset(families.split()), by_hand)
    for code, name_id, name_en, families, by_hand in _LABELS
}


def techniques_of(family: str) -> list[Technique]:
    """Give the labels that fit a family, its own before the general ones."""
    fitting = [label for label in TECHNIQUES.values() if not label.families or family in label.families]
    return sorted(fitting, key=lambda label: not label.families)


def technique_name(code: str) -> str:
    """Name a truth label in the language of the page; nothing for what is none."""
    return localised(TECHNIQUES[code]) if code in TECHNIQUES else ""


# --- asking --------------------------------------------------------------------------------------------


class NoSuchCraft(NotFound):
    """There is no such craft."""


class NoSuchRegion(NotFound):
    """There is no such province, regency or city."""


def crafts(session: Session) -> list[Craft]:
    """Give every craft with its province, by name."""
    query = sa.select(Craft).options(joinedload(Craft.province)).order_by(Craft.name_id)
    return list(session.scalars(query))


def provinces(session: Session) -> list[Province]:
    """Give the provinces by code, which is from west to east."""
    return list(session.scalars(sa.select(Province).order_by(Province.code)))


def regencies(session: Session, province_code: str | None = None) -> list[Regency]:
    """Give regencies and cities with their province, of one province or of all."""
    query = sa.select(Regency).options(joinedload(Regency.province)).order_by(Regency.code)
    if province_code:
        query = query.where(Regency.province_code == province_code)
    return list(session.scalars(query))


def former_region(session: Session, slug: str) -> NoReturn:
    """Say where a region is that no longer has this address.

    :raise catalog.slugs.Renamed: when it is called otherwise now. :raise NoSuchRegion:
    """
    code = slugs.owner(session, SlugKind.REGION, slug) or ""
    renamed = session.get(Regency, code) if "." in code else session.get(Province, code)
    raise slugs.Renamed(renamed.slug) if renamed else NoSuchRegion


# --- loading -------------------------------------------------------------------------------------------


def slugify(text: str, length: int = 80) -> str:
    """Make the part of an address from a name: lower-case ASCII words joined by hyphens."""
    return indonesia.fold(text).replace(" ", "-")[:length].strip("-")


def load_reference(session: Session, tell: Told = lambda _line: None) -> None:
    """Load regions, crafts and councils; again, it adds and renames and keeps what councils have edited."""
    touched = _keep(session, Province, "code", _province_rows(), tell)
    touched += _keep(session, Regency, "code", _regency_rows(), tell)
    district_rows = ({"code": c, "name": n, "regency_code": c[:5]} for c, n in indonesia.districts())
    touched += _keep(session, District, "code", district_rows, tell)
    edited = _edited_crafts(session)
    craft_rows = (row for row in _craft_rows() if row["slug"] not in edited)
    touched += _keep(session, Craft, "slug", craft_rows, tell)
    touched += _keep(session, Council, "code", _council_rows(), tell, only_new=True)
    if touched:
        changes.of_everything(session)


def _edited_crafts(session: Session) -> set[str]:
    """Give the crafts that councils have changed in the heritage register."""
    query = sa.select(Craft.slug).join(HeritageForm, HeritageForm.craft_id == Craft.id)
    return set(session.scalars(query.where(HeritageForm.version > 1)))


def _keep(
    session: Session,
    table: type[Base],
    key: str,
    rows: Iterable[dict[str, Any]],
    tell: Told,
    *,
    only_new: bool = False,
) -> int:
    """Insert rows whose key is new, update those that differ; say how many."""
    wanted = {row[key]: row for row in rows}
    columns = [getattr(table, name) for name in next(iter(wanted.values()))]
    known = {row[key]: dict(row) for row in session.execute(sa.select(*columns)).mappings()}
    fresh = [row for code, row in wanted.items() if code not in known]
    for start in range(0, len(fresh), CHUNK):
        session.execute(sa.insert(table), fresh[start : start + CHUNK])
        tell(f"{table.__tablename__}: {min(start + CHUNK, len(fresh))} of {len(fresh)}")
    changed = [] if only_new else [row for code, row in wanted.items() if known.get(code, row) != row]
    for row in changed:
        if table in {Province, Regency} and known[row[key]]["slug"] != row["slug"]:
            slugs.remember(session, SlugKind.REGION, known[row[key]]["slug"], row[key])
        session.execute(sa.update(table).where(getattr(table, key) == row[key]).values(**row))
    if changed or not fresh:
        tell(f"{table.__tablename__}: {len(wanted)}, {len(changed)} changed")
    return len(fresh) + len(changed)


def _province_rows() -> Iterable[dict[str, Any]]:
    for fact in indonesia.provinces():
        yield {
            "code": fact.code,
            "slug": slugify(fact.name_id),
            "name_id": fact.name_id,
            "name_en": fact.name_en,
            "island_group": fact.island_group,
            "capital": fact.capital,
        }


def _regency_rows() -> Iterable[dict[str, Any]]:
    for code, name in indonesia.regencies():
        yield {"code": code, "slug": slugify(name), "name": name, "province_code": code[:2]}


def _craft_rows() -> Iterable[dict[str, Any]]:
    codes = {(code[:2], indonesia.fold(name)): code for code, name in indonesia.regencies()}
    with (indonesia.DATA / "crafts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            regency = row["regency"].strip()
            province = row["province_code"]
            yield {
                "slug": row["slug"],
                "name_id": row["name_id"],
                "name_en": row["name_en"],
                "family": FAMILIES[row["craft_family"]].code,
                "technique": row["technique"],
                "materials": row["materials"],
                "province_code": province,
                "regency_code": codes[province, indonesia.fold(regency)] if regency else None,
                "gi_status": row["gi_status"],
                "source": row["source"],
            }


def _council_rows() -> Iterable[dict[str, Any]]:
    national = {"code": "nasional", "slug": "dekranas", "name": "Dekranas", "province_code": None}
    yield national | {"about_id": "", "about_en": "", "active": True}
    for fact in indonesia.provinces():
        name = re.sub(r"^(?!DKI|Daerah)", "Provinsi ", fact.name_id)
        yield {
            "code": fact.code,
            "slug": f"dekranasda-{slugify(fact.name_id)}",
            "name": f"Dekranasda {name}",
            "province_code": fact.code,
            "about_id": "",
            "about_en": "",
            "active": True,
        }
