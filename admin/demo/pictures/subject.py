"""What a picture shows: the subject, the product form it has, and the four views of a product."""

from dataclasses import dataclass
from enum import StrEnum


class View(StrEnum):
    """The four pictures every product has, in this order."""

    WHOLE = "whole"
    DETAIL = "detail"
    IN_USE = "in_use"
    RULER = "ruler"


@dataclass(frozen=True)
class Form:
    """A kind of product a craft is made into, with the words for it and what it typically measures."""

    name_id: str
    name_en: str
    size_cm: tuple[float, float, float]
    """Length or width, depth or second width, height; a flat cloth is width, length, thickness."""
    weight_g: int
    shape: str
    """The geometry it is drawn with, a name known to the stage."""


@dataclass(frozen=True)
class Subject:
    """One piece to be photographed; equal subjects give equal pictures, another seed gives another piece."""

    craft_slug: str
    family: str
    shape: str
    surface: str
    """The material and how it was worked, a name known to surfaces and materials."""
    motif: str
    colours: tuple[str, ...]
    """Names of dyes or #RRGGBB: ground first."""
    size_cm: tuple[float, float, float]
    seed: int
