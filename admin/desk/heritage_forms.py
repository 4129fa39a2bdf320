"""Forms of the heritage register: a craft form, and what one register says of it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField

from admin.selects import GroupField
from catalog import heritage_register, heritage_statuses, taxonomy
from catalog.models import HeritageForm, HeritageHome, HeritageStatus, Roll, Standing
from shop.forms import ChoiceField, ChoicesField, Form, TextField, WholeNumberField
from shop.i18n import localised
from shop.texts import mark

ROLLS = {
    Roll.GI: mark("Geographical indication"),
    Roll.WBTB: mark("National intangible heritage (WBTb)"),
    Roll.UNESCO: mark("UNESCO heritage list"),
}
STANDINGS = {
    Standing.REGISTERED: mark("Registered"),
    Standing.APPLIED: mark("Applied for"),
    Standing.CLAIMED: mark("Said to be registered"),
    Standing.POTENTIAL: mark("Possible one day"),
}
LONGEST_NAMES = 1000


class CraftFormForm(Form):
    """What the register says of a craft form."""

    name_id = TextField(lazy_gettext("Name in Indonesian"), most=120, least=3)
    name_en = TextField(lazy_gettext("Name in English"), most=120, least=3)
    guarded = BooleanField(lazy_gettext("Only makers of a home region may claim it without a signature"))
    also_called = TextField(
        lazy_gettext("Names that claim it"), most=LONGEST_NAMES, lines=True, required=False,
        hint=lazy_gettext(
            "One on each line. Who is from elsewhere may not put one of them into a title or motif. Leave out words that "
            "everybody uses, such as batik."
        ),
    )  # fmt: skip
    homes = ChoicesField(lazy_gettext("Home regions"), required=False)
    add_home = GroupField(lazy_gettext("One more home region"), empty=lazy_gettext("None"))
    reason = TextField(
        lazy_gettext("Why, and where it is written"), most=500, least=3,
        hint=lazy_gettext("The history keeps it."),
    )  # fmt: skip
    seen = HiddenField()

    def offer(self, session: Session, homes: Sequence[HeritageHome]) -> None:
        """Offer the present homes to keep, and every region to add."""
        self.homes.offer([(home.code, region(home)) for home in homes])
        groups: dict[str, list[tuple[str, str]]] = {}
        for province in taxonomy.provinces(session):
            groups[localised(province)] = [(province.code, localised(province))]
        for regency in taxonomy.regencies(session):
            groups[localised(regency.province)].append((regency.code, regency.name))
        self.add_home.offer(groups)

    def content(self) -> heritage_register.Content:
        """Give what was written."""
        added = [self.add_home.data] if self.add_home.data else []
        names = (line.strip() for line in self.also_called.data.replace(",", "\n").split("\n"))
        return heritage_register.Content(
            self.name_id.data, self.name_en.data, bool(self.guarded.data),
            [name for name in names if name], [*(self.homes.data or ()), *added],
        )  # fmt: skip


class NewFormForm(CraftFormForm):
    """A craft form that the register lacks."""

    family = ChoiceField(lazy_gettext("Family"))

    def offer(self, session: Session, homes: Sequence[HeritageHome]) -> None:
        """Offer families too."""
        super().offer(session, homes)
        self.family.offer([(one.code, localised(one)) for one in taxonomy.FAMILIES.values()])


def region(home: HeritageHome) -> str:
    """Name a home region as people say it."""
    province = localised(home.province)
    return f"{home.regency.name}, {province}" if home.regency else province


def written(form: HeritageForm, homes: Sequence[HeritageHome]) -> dict[str, Any]:
    """Give what the register says now, by the form's field names."""
    return {
        "name_id": form.craft.name_id,
        "name_en": form.craft.name_en,
        "guarded": form.guarded,
        "also_called": "\n".join(form.also_called),
        "homes": [home.code for home in homes],
        "seen": form.version,
    }


class StatusForm(Form):
    """One entry of a register, with its evidence."""

    roll = ChoiceField(
        lazy_gettext("Register"), choices=[(one.value, lazy_gettext(words)) for one, words in ROLLS.items()]
    )
    standing = ChoiceField(
        lazy_gettext("Standing"),
        choices=[(one.value, lazy_gettext(words)) for one, words in STANDINGS.items()],
    )
    element = TextField(lazy_gettext("As the register calls it"), most=200, required=False)
    list_name = TextField(lazy_gettext("Which list"), most=120, required=False)
    number = TextField(lazy_gettext("Number of the document"), most=80, required=False)
    year = WholeNumberField(lazy_gettext("Year"), least=1900, most=2100, required=False)
    holder = TextField(
        lazy_gettext("Holder"), most=200, required=False,
        hint=lazy_gettext("For a geographical indication the community that holds it (MPIG)."),
    )  # fmt: skip
    place = TextField(
        lazy_gettext("Where the document can be seen"), most=300, required=False,
        hint=lazy_gettext("A link, or the place in an archive."),
    )  # fmt: skip
    source = TextField(lazy_gettext("Where it was first read"), most=500, required=False)
    checked = BooleanField(lazy_gettext("I have compared this with the document itself"))

    def content(self) -> heritage_statuses.Content:
        """Give what was written."""
        return heritage_statuses.Content(
            Roll(self.roll.data), Standing(self.standing.data), self.element.data, self.list_name.data,
            self.number.data, self.year.data, self.holder.data, self.place.data, self.source.data,
        )  # fmt: skip


def said(status: HeritageStatus) -> dict[str, Any]:
    """Give an entry by the form's field names; who corrects it ticks the box anew."""
    names = ("roll", "standing", "element", "list_name", "number", "year", "holder", "place", "source")
    return {name: getattr(status, name) for name in names}
