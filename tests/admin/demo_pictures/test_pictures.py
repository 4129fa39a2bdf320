"""The drawn photographs: every craft can be shown, nothing is flat, nothing is shown twice, and the ruler is true."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from admin.demo.pictures import View, draw, place, portrait
from admin.demo.pictures.ruler import LENGTHS, breadth, length_for, ticks
from admin.demo.pictures.subjects import for_craft, forms

DATA = Path(__file__).parents[3] / "catalog" / "data" / "crafts.csv"
FAMILIES = [
    "weaving",
    "batik",
    "basketry",
    "wood",
    "embroidery",
    "ceramics",
    "metal",
    "stone",
    "jewellery",
    "mask_puppet",
    "beadwork",
    "dyeing",
    "musical_instrument",
    "barkcloth",
    "painting",
    "lacquer",
    "knitting",
    "paper",
    "resin",
    "shell",
]


def crafts() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pixels(picture: object) -> np.ndarray:
    return np.asarray(picture, dtype=np.float32)


def test_every_craft_becomes_a_picture_that_is_not_flat() -> None:
    flat = []
    for number, row in enumerate(crafts()):
        family, slug = row["craft_family"], row["slug"]
        choices = forms(family, slug)
        subject = for_craft(slug, family, row["technique"], number, choices[number % len(choices)])
        view = list(View)[number % 4]
        if pixels(draw(subject, view, 48)).std() < 8:
            flat.append(slug)
    assert flat == []


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_forms_with_words_measures_and_weight(family: str) -> None:
    for form in forms(family):
        assert form.name_id
        assert form.name_en
        assert all(side > 0 for side in form.size_cm)
        assert form.weight_g > 0


def test_the_same_subject_gives_the_same_picture_again() -> None:
    subject = for_craft("tenun-cual", "weaving", "", 12)
    for view in View:
        assert (pixels(draw(subject, view, 60)) == pixels(draw(subject, view, 60))).all()


def test_another_seed_gives_another_piece_and_each_view_another_picture() -> None:
    form = forms("batik", "batik-lasem")[0]
    first = for_craft("batik-lasem", "batik", "", 1, form)
    pictures = [pixels(draw(first, view, 60)) for view in View]
    pictures += [pixels(draw(replace(first, seed=seed), View.WHOLE, 60)) for seed in (2, 3, 4)]
    for number, picture in enumerate(pictures):
        for other in pictures[number + 1 :]:
            assert np.abs(picture - other).mean() > 2


@pytest.mark.parametrize("width", [80, 200, 1000])
def test_a_picture_is_portrait_four_to_five_in_the_width_asked_for(width: int) -> None:
    subject = for_craft("gerabah-kasongan", "ceramics", "", 5)
    assert draw(subject, View.WHOLE, width).size == (width, round(width * 5 / 4))


@pytest.mark.parametrize("length", LENGTHS)
def test_the_ruler_has_a_tick_at_every_centimetre_and_none_between(length: float) -> None:
    u = np.arange(-0.5, length + 0.5, 0.01, dtype=np.float32)
    top = np.full(u.shape, breadth(length) - 0.05, dtype=np.float32)
    ink = ticks(u[None, :], top[None, :], 12.0, length)[0]
    marks = u[1:-1][(ink[1:-1] > 0.5) & (ink[1:-1] >= ink[:-2]) & (ink[1:-1] > ink[2:])]
    whole = np.unique(np.round(marks))
    assert whole.tolist() == list(range(round(length) + 1))
    assert np.abs(marks - np.round(marks)).max() < 0.06


def test_the_ruler_fits_the_size_of_the_thing() -> None:
    assert length_for(5.0) == 15.0
    assert length_for(32.0) == 30.0
    assert length_for(180.0) == 200.0


def test_workshops_and_regions_have_pictures_of_their_own() -> None:
    assert portrait(3, 80, "weaving").size == (80, 100)
    assert pixels(portrait(3, 80, "wood")).std() > 8
    assert place(4, "papua", 120).size == (120, 80)
    assert np.abs(pixels(place(4, "java", 120)) - pixels(place(5, "java", 120))).mean() > 2
