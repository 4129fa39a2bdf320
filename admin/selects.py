"""Choices in groups: crafts by province, techniques by family, places. Shared by the forms of workshop and listing."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms.widgets import Select

from catalog import taxonomy
from catalog.models import Craft, District, Province
from shop.forms import ChoiceField
from shop.i18n import localised

Option = tuple[str, str]
Groups = Mapping[str, Sequence[Option]]


class FirstEmpty(Select):
    """A select whose first choice is nothing, above all groups."""

    def __init__(self, words: Any) -> None:
        super().__init__()
        self.words = words

    def __call__(self, field: Any, **options: Any) -> Markup:
        """Draw the select with the empty choice in front."""
        drawn = super().__call__(field, **options)
        head, rest = str(drawn).split(">", 1)
        plain, chosen = (
            Markup('<option value="">{}</option>'),
            Markup('<option value="" selected>{}</option>'),
        )
        option = plain if field.data else chosen
        empty = option.format(str(self.words))
        return Markup(f"{head}>{empty}{rest}")  # noqa: S704 - WTForms and format() have escaped the parts


class GroupField(ChoiceField):
    """One of many values, in groups; its choices are offered when the page is made."""

    def __init__(self, label: Any, *, empty: Any, required: bool = False, **options: Any) -> None:
        super().__init__(label, required=required, widget=FirstEmpty(empty), **options)


def crafts(session: Session, province_code: str) -> Groups:
    """Give every craft, those of this province first, then province by province."""
    groups: dict[str, list[Option]] = {}
    for craft in sorted(taxonomy.crafts(session), key=lambda one: _nearness(one, province_code)):
        groups.setdefault(localised(craft.province), []).append((str(craft.id), localised(craft)))
    return groups


def _nearness(craft: Craft, province_code: str) -> tuple[bool, str, str]:
    return craft.province_code != province_code, craft.province_code, localised(craft)


def provinces(session: Session) -> list[Option]:
    """Give the provinces by name."""
    rows: list[Province] = taxonomy.provinces(session)
    return sorted(((row.code, localised(row)) for row in rows), key=lambda option: option[1])


def regencies(session: Session, province_code: str) -> list[Option]:
    """Give the regencies and cities of a province, by name."""
    if not province_code:
        return []
    rows = taxonomy.regencies(session, province_code)
    return sorted(((row.code, row.name) for row in rows), key=lambda option: option[1])


def districts(session: Session, regency_code: str) -> list[Option]:
    """Give the districts of a regency or city, by name."""
    if not regency_code:
        return []
    query = sa.select(District.code, District.name).where(District.regency_code == regency_code)
    return [(code, name) for code, name in session.execute(query.order_by(District.name))]


def techniques(family: str) -> Groups:
    """Give the truth labels, those that fit a family first."""
    fitting = taxonomy.techniques_of(family) if family else []
    others = [label for label in taxonomy.TECHNIQUES.values() if label not in fitting]
    groups: dict[str, list[Option]] = {}
    if fitting:
        groups[gettext("For this craft")] = [(label.code, localised(label)) for label in fitting]
    groups[gettext("Other crafts") if fitting else gettext("All techniques")] = [
        (label.code, localised(label)) for label in others
    ]
    return groups
