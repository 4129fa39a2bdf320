"""Kinds of help: what a council does about a criterion under the bar, and which fields of a listing show it.

Data, read once from `catalog/data/coaching.yaml`; called by everything that sets, shows or counts tasks.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[1] / "data" / "coaching.yaml"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class HelpKind:
    """One kind of help."""

    id: str
    name_id: str
    name_en: str
    days: int
    """How long a task of this kind usually takes."""
    by_coach: bool
    """Whether somebody of the council usually sees to it."""


@cache
def _source() -> dict[str, Any]:
    import yaml

    raw: dict[str, Any] = yaml.safe_load(SOURCE.read_text("utf-8"))
    return raw


@cache
def every() -> tuple[HelpKind, ...]:
    """Give all kinds, in the order in which lists show them."""
    return tuple(
        HelpKind(row["id"], row["name_id"], row["name_en"], row["days"], row["coach"])
        for row in _source()["kinds"]
    )


def of(key: str) -> HelpKind:
    """Give a kind by its id; what is none (any more) is the kind for everything else."""
    found = {kind.id: kind for kind in every()}
    return found.get(key, found[OTHER])


def is_kind(key: str) -> bool:
    """Say whether there is a kind with this id."""
    return any(kind.id == key for kind in every())


def proposed_for(subject: str) -> HelpKind:
    """Give the kind that is proposed for a criterion or gate; a council's own criteria have none."""
    return of(_source()["subjects"].get(subject, {}).get("kind", OTHER))


def fields_of(subject: str) -> tuple[str, ...]:
    """Give the fields of a listing that usually change for a criterion or gate (`catalog.versions.LABELS`)."""
    return tuple(_source()["subjects"].get(subject, {}).get("fields", ()))
