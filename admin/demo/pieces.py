"""The demonstration's products and listings, made from the facts of their crafts, in every state a listing can have."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from admin.demo import titles, verdicts, words
from admin.demo.makers import Maker
from admin.demo.pictures import subjects
from admin.demo.pictures.subject import Form
from admin.demo.rows import Rows
from catalog import taxonomy
from catalog.models import (
    Craft,
    Listing,
    ListingState,
    ListingVariant,
    MovementKind,
    Product,
    ProductState,
    StockMovement,
    Variant,
)
from catalog.taxonomy import Technique

S = ListingState
PRICES = {
    "weaving": (350, 4_500), "batik": (180, 2_200), "dyeing": (150, 1_400), "embroidery": (250, 3_500),
    "basketry": (60, 850), "wood": (90, 3_000), "metal": (120, 2_800), "jewellery": (200, 2_600),
    "ceramics": (50, 750), "stone": (120, 1_800), "barkcloth": (150, 1_100), "beadwork": (90, 900),
    "mask_puppet": (150, 2_500), "musical_instrument": (200, 4_500), "painting": (300, 3_200),
    "lacquer": (180, 1_900), "knitting": (80, 600), "paper": (70, 500), "resin": (90, 700), "shell": (80, 900),
}  # fmt: skip
"""Thousands of rupiah, from and to, in the order of what domain.md 2 names for such goods."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A variant that can be sold: what trade needs."""

    variant_id: int
    listing_id: int
    maker: Maker
    title: str
    variant_name: str
    price: int
    on_hand: int
    weight_g: int
    size: tuple[int, int, int]
    made_to_order: bool
    lead_days: int
    technique: str
    since: datetime
    unique: bool


class Workbench:
    """Makes pieces one after another; keeps the offered variants for trade, and titles that are taken."""

    def __init__(self, rows: Rows, chance: Random, moment: datetime, curators: dict[str, int]) -> None:
        self.rows = rows
        self.chance = chance
        self.moment = moment
        self.curators = curators
        self.offered: list[Offered] = []
        self.stocked: dict[int, int] = {}
        self._slugs: dict[str, int] = {}
        self._forms: dict[str, list[Form]] = {}

    def piece(self, maker: Maker, number: int, fate: str) -> None:
        """Make one product with its listing; `fate` is a listing state, or paused, withdrawn, sold_out, editing."""
        content, form = self._content(maker, number)
        live = fate in {"live", "paused", "withdrawn", "sold_out", "editing"}
        begun = self.moment - timedelta(
            days=self.chance.uniform(12, 190) if live else self.chance.uniform(1, 6)
        )
        judged = begun + timedelta(days=self.chance.uniform(1, 6)) if live else None
        unique = self.chance.random() < 0.15
        state = {"paused": ProductState.PAUSED, "withdrawn": ProductState.WITHDRAWN}.get(
            fate, ProductState.ACTIVE
        )
        product_id = self.rows.add(
            Product,
            slug=self._slug(content["title"]) if live else f"-{self.chance.getrandbits(128):032x}",
            workshop_id=maker.workshop_id,
            live_listing_id=None,
            state=state,
            one_of_a_kind=unique,
            created_at=begun,
            published_at=judged,
        )
        listing_state = S.LIVE if live else S(fate)
        listing_id = self._listing(product_id, 1, content, listing_state, begun, judged)
        variants = self._variants(maker, product_id, listing_id, content, form, fate, unique, begun)
        snapshot = self._snapshot(maker, content, variants)
        verdicts.judge(self.rows, self.curators, maker, listing_id, listing_state, snapshot, begun, judged)
        if fate == "editing":
            self._edit(maker, product_id, content, variants)
        if fate in {"live", "sold_out"}:
            self._offer(maker, listing_id, content, variants, judged or begun, unique)

    # --- words -----------------------------------------------------------------------------------------

    def _content(self, maker: Maker, number: int) -> tuple[dict[str, Any], Form]:
        craft, chance = maker.craft, self.chance
        forms = self._forms.setdefault(craft.slug, list(subjects.forms(craft.family, craft.slug)))
        form = forms[number % len(forms)]
        subject = subjects.for_craft(
            craft.slug, craft.family, craft.technique, self.rows.next_key(Product), form=form
        )
        dyes = [words.DYES[dye] for dye in subject.colours if dye in words.DYES]
        tone = dyes[0] if dyes else words.UNDYED
        parts = [part.strip() for part in re.split(r"[;,]| or ", craft.materials)]
        materials = [words.MATERIALS[part] for part in parts if part in words.MATERIALS]
        label = _label(craft)
        care, variation = words.care(craft.family)
        fill = {
            "craft": craft.name_id,
            "place": maker.place.regency.name,
            "technique": _technique(label),
            "materials": titles.listed(materials or ["bahan setempat"], "dan"),
            "form": form.name_id.lower(),
            "form_cap": form.name_id,
        }
        fill_en = {
            "craft": craft.name_en,
            "place": titles.place_in_english(maker.place.regency.name),
            "technique": craft.technique,
            "materials": titles.listed(
                [words.IN_FULL.get(part, part) for part in parts if part in words.MATERIALS]
                or ["local material"],
                "and",
            ),
            "form": form.name_en.lower(),
        }
        turn = chance.randrange(len(words.STORY))
        title = titles.indonesian(form.name_id, craft.name_id, tone[0])
        return {
            "title": title,
            "title_en": titles.english(form.name_en, craft.name_en, tone[1]),
            "story": words.STORY[turn].format(**fill),
            "story_en": words.STORY_EN[turn].format(**fill_en),
            "craft_id": craft.id,
            "technique": label.code,
            "technique_note": "",
            "materials": materials or ["bahan setempat"],
            "motif": "",
            "regency_code": maker.place.regency.code,
            "measures": measures(form),
            "variation": variation,
            "care": care,
        }, form

    def _slug(self, title: str) -> str:
        slug = taxonomy.slugify(title, 100)
        again = self._slugs[slug] = self._slugs.get(slug, 0) + 1
        return slug if again == 1 else f"{slug}-{again}"

    # --- rows ------------------------------------------------------------------------------------------

    def _listing(
        self,
        product_id: int,
        version: int,
        content: dict[str, Any],
        state: ListingState,
        begun: datetime,
        judged: datetime | None,
    ) -> int:
        sent = state is not S.DRAFT
        return self.rows.add(
            Listing,
            product_id=product_id,
            version=version,
            state=state,
            edits=3,
            **content,
            created_at=begun,
            updated_at=begun,
            submitted_at=begun if sent else None,
            approved_at=judged,
        )

    def _variants(
        self,
        maker: Maker,
        product_id: int,
        listing_id: int,
        content: dict[str, Any],
        form: Form,
        fate: str,
        unique: bool,
        begun: datetime,
    ) -> list[dict[str, Any]]:
        chance = self.chance
        low, high = PRICES[maker.craft.family]
        price = round(low * (high / low) ** chance.random() / 5) * 5_000
        to_order = not unique and chance.random() < 0.2
        names = (
            [""] if unique or chance.random() < 0.6 else ["Kecil", "Sedang", "Besar"][: chance.randint(2, 3)]
        )
        made = []
        for place, name in enumerate(names):
            packed = _packed(form, 1 + 0.2 * place)
            on_hand = 0 if to_order else 1 if unique else chance.randint(3, 24)
            values = {
                "price": round(price * (1 + 0.25 * place) / 5_000) * 5_000,
                "on_hand": 0 if fate == "sold_out" else on_hand,
                "made_to_order": to_order,
                "lead_days": chance.choice((7, 14, 21)) if to_order else 0,
                "weight_g": max(round(form.weight_g * (1.1 + 0.2 * place)), 50),
                "length_cm": packed[0],
                "width_cm": packed[1],
                "height_cm": packed[2],
            }
            variant_id = self.rows.add(
                Variant,
                product_id=product_id,
                sku=f"KR-{product_id:06}-{place + 1}",
                reserved=0,
                sold=0,
                active=True,
                created_at=begun,
                **values,
            )
            self.rows.add(
                ListingVariant, listing_id=listing_id, variant_id=variant_id, name=name, position=place
            )
            if values["on_hand"]:
                count(self.rows, variant_id, int(values["on_hand"]), maker.maker_name, begun)
            made.append({"id": variant_id, "name": name, **values})
        return made

    def _offer(
        self,
        maker: Maker,
        listing_id: int,
        content: dict[str, Any],
        variants: list[dict[str, Any]],
        since: datetime,
        unique: bool,
    ) -> None:
        for one in variants:
            self.offered.append(
                Offered(
                    variant_id=one["id"], listing_id=listing_id, maker=maker, title=content["title"],
                    variant_name=one["name"], price=one["price"], on_hand=one["on_hand"],
                    weight_g=one["weight_g"],
                    size=(one["length_cm"], one["width_cm"], one["height_cm"]),
                    made_to_order=one["made_to_order"], lead_days=one["lead_days"], technique=content["technique"], since=since, unique=unique,
                )
            )  # fmt: skip

    def _edit(
        self, maker: Maker, product_id: int, content: dict[str, Any], variants: list[dict[str, Any]]
    ) -> None:
        """Open and submit a newer version of a live listing, so that a queue has differences to show."""
        sent = self.moment - timedelta(days=self.chance.uniform(0.2, 3))
        newer = content | {
            "title": f"{content['title']}, edisi baru",
            "care": content["care"] + " Simpan dalam kantong katun.",
        }
        listing_id = self._listing(product_id, 2, newer, S.SUBMITTED, sent, None)
        for place, one in enumerate(variants):
            self.rows.add(
                ListingVariant, listing_id=listing_id, variant_id=one["id"], name=one["name"], position=place
            )
        snapshot = self._snapshot(maker, newer, variants)
        verdicts.judge(self.rows, self.curators, maker, listing_id, S.SUBMITTED, snapshot, sent, None)

    @staticmethod
    def _snapshot(maker: Maker, content: dict[str, Any], variants: list[dict[str, Any]]) -> dict[str, Any]:
        """Write the content as `catalog.versions.snapshot` does; drawing adds the photographs."""
        plain = {key: value for key, value in content.items() if key not in {"craft_id", "regency_code"}}
        craft, regency = maker.craft, maker.place.regency
        return plain | {
            "craft": {"id": craft.id, "name_id": craft.name_id, "name_en": craft.name_en},
            "regency": {"code": regency.code, "name": regency.name},
            "photos": [],
            "variants": [
                {key: one[key] for key in ("id", "name", "price", "made_to_order", "lead_days")}
                for one in variants
            ],
            "workshop": {
                "name": maker.name,
                "maker_name": maker.maker_name,
                "village": maker.village,
                "about": maker.about,
                "since_year": maker.since_year,
                "craft": {"id": craft.id, "name_id": craft.name_id, "name_en": craft.name_en},
                "regency": {"code": regency.code, "name": regency.name},
                "portrait": None,
            },
        }


def _label(craft: Craft) -> Technique:
    """Give the truth label that fits what the facts say of a craft's technique."""
    fitting = [one for one in taxonomy.techniques_of(craft.family) if one.by_hand and one.families]
    said = [code for word, code in words.LABELS if word in craft.technique]
    named = [one for one in fitting if one.code in said]
    return (named or fitting or [taxonomy.TECHNIQUES["handmade"]])[0]


def _technique(label: Technique) -> str:
    """Name a label inside an Indonesian sentence, after "dengan teknik"."""
    return "kerja tangan" if label.code == "handmade" else label.name_id[0].lower() + label.name_id[1:]


def measures(form: Form) -> str:
    """Write what a form measures, in centimetres."""
    width, depth, height = form.size_cm
    return f"{width:g} × {depth:g} cm" if height < 2 else f"{width:g} × {depth:g} × {height:g} cm"


def count(rows: Rows, variant_id: int, on_hand: int, who: str, at: datetime) -> None:
    """Collect the movement of a first count."""
    rows.add(
        StockMovement,
        variant_id=variant_id,
        kind=MovementKind.COUNT,
        on_hand=on_hand,
        reserved=0,
        sold=0,
        reference="",
        actor_label=who,
        at=at,
    )


def _packed(form: Form, factor: float) -> tuple[int, int, int]:
    """Give a parcel around a form: flat cloth is folded, the rest gets padding (centimetres)."""
    width, depth, height = form.size_cm
    if height < 2:
        return 32, 25, max(round(4 * factor), 2)
    return tuple(max(round(side * factor) + 4, 5) for side in (width, depth, height))  # type: ignore[return-value]
