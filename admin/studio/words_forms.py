"""The forms of a listing's first step: beginning a piece, and the words about it."""

from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from admin import selects
from admin.selects import GroupField
from catalog.listings import TEXTS
from catalog.models import Craft, Listing, Regency, Workshop
from shop.forms import ChoiceField, Form, TextField, WholeNumberField

SPLIT = ","
LONGEST_MATERIALS = 600
KINDS = (
    ("several", lazy_gettext("I can make more of it, or I have several")),
    ("one", lazy_gettext("One of a kind: there is only this one")),
)


class NewForm(Form):
    """What a draft begins with."""

    title = TextField(
        lazy_gettext("What do you call the piece?"), most=TEXTS["title"], least=3,
        hint=lazy_gettext("As a visitor should read it, for example: Selendang songket lepus bunga cina."),
    )  # fmt: skip
    kind = ChoiceField(lazy_gettext("How many are there?"), choices=KINDS, default="several")


def _words(name: str, label: Any, hint: Any = "", *, lines: bool = False) -> TextField:
    return TextField(label, most=TEXTS[name], lines=lines, required=False, hint=hint)


class WordsForm(Form):
    """Everything that is said about a piece. All of it may wait: only sending needs it complete."""

    edits = WholeNumberField(most=999_999_999, render_kw={"type": "hidden"})
    title = _words("title", lazy_gettext("Title"))
    story = _words(
        "story", lazy_gettext("Story"),
        lazy_gettext("How it comes about, what the motif means, who makes it. At least three sentences."),
        lines=True,
    )  # fmt: skip
    craft_id = GroupField(
        lazy_gettext("Craft"), empty=lazy_gettext("Choose a craft"),
        hint=lazy_gettext(
            "This is a claim: a craft of another region needs the signature of the council there. We ask for it when "
            "you send the piece."
        ),
    )  # fmt: skip
    inspired_by_id = GroupField(
        lazy_gettext("Inspired by"), empty=lazy_gettext("Nothing from elsewhere"),
        hint=lazy_gettext(
            "A craft of another region that you take up without claiming to make it. Visitors read “inspired by”."
        ),
    )  # fmt: skip
    technique = GroupField(
        lazy_gettext("How it is made"), empty=lazy_gettext("Choose a technique"),
        hint=lazy_gettext("Say honestly what is made by hand and what by machine; the council checks it."),
    )  # fmt: skip
    technique_note = _words(
        "technique_note", lazy_gettext("More about the technique"),
        lazy_gettext("Tools, dyes, how many days, how many hands."),
    )  # fmt: skip
    materials = TextField(
        lazy_gettext("Materials"), most=LONGEST_MATERIALS, required=False,
        hint=lazy_gettext("Separated by commas, for example: katun, benang emas, pewarna alam."),
    )  # fmt: skip
    motif = _words("motif", lazy_gettext("Motif"), lazy_gettext("Its name, if it has one."))
    regency_code = GroupField(lazy_gettext("Made in"), empty=lazy_gettext("Choose a regency or city"))
    measures = _words(
        "measures", lazy_gettext("Size"), lazy_gettext("Of the piece itself, for example: 200 × 60 cm.")
    )
    variation = _words(
        "variation", lazy_gettext("What may differ by hand"),
        lazy_gettext("What the buyer should expect: shades of dye, a centimetre more or less."),
    )  # fmt: skip
    care = _words("care", lazy_gettext("Care"), lazy_gettext("How to wash, keep and mend it."))
    title_en = _words(
        "title_en", lazy_gettext("Title in English"),
        lazy_gettext("Leave it empty if you like; visitors then read the Indonesian one."),
    )  # fmt: skip
    story_en = _words("story_en", lazy_gettext("Story in English"), lines=True)

    def offer(self, session: Session, listing: Listing, workshop: Workshop) -> None:
        """Fill the selects: crafts of the workshop's province first, techniques of the craft first."""
        crafts = selects.crafts(session, workshop.regency_code[:2])
        self.craft_id.offer(crafts)
        self.inspired_by_id.offer(crafts)
        craft = session.get(Craft, listing.craft_id) if listing.craft_id else None
        self.technique.offer(selects.techniques(craft.family if craft else ""))
        places = selects.regencies(session, workshop.regency_code[:2])
        known = {code for code, _name in places}
        if listing.regency_code and listing.regency_code not in known:
            elsewhere = session.get_one(Regency, listing.regency_code)
            places = [*places, (elsewhere.code, elsewhere.name)]
        self.regency_code.offer(places)

    def content(self) -> dict[str, Any]:
        """Give what was written as `catalog.listings.update` takes it."""
        content: dict[str, Any] = {name: self[name].data for name in TEXTS}
        content["technique"] = self.technique.data or ""
        for name in ("craft_id", "inspired_by_id"):
            content[name] = int(self[name].data) if self[name].data else None
        content["regency_code"] = self.regency_code.data or None
        content["materials"] = [item.strip() for item in self.materials.data.split(SPLIT)]
        return content


def written(listing: Listing) -> dict[str, Any]:
    """Give what a listing says now, by the form's field names."""
    values: dict[str, Any] = {name: getattr(listing, name) for name in TEXTS}
    return values | {
        "craft_id": str(listing.craft_id or ""),
        "inspired_by_id": str(listing.inspired_by_id or ""),
        "regency_code": listing.regency_code or "",
        "materials": ", ".join(listing.materials),
        "edits": listing.edits,
    }


def shown(name: str, value: Any, form: WordsForm) -> str:
    """Write a saved value as people read it: the words of a choice, the text itself otherwise."""
    field = form[name]
    if isinstance(field, GroupField):
        return next((str(words) for code, words, *_rest in field.iter_choices() if code == value), "")
    return str(value)
