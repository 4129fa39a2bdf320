"""Measures as people write them, in Indonesian and in English, and how they are laid beside what was measured."""

import pytest

from catalog.curation import measures


@pytest.mark.parametrize(
    ("text", "sizes", "weights"),
    [
        ("210 x 60 cm", [[2100, 600]], []),
        ("2,5 m x 1,15 m", [[2500, 1150]], []),
        ("Panjang 2.1 m, lebar 60 cm; berat 350 g", [[2100, 600]], [350]),
        ("p 210 cm, l 60 cm", [[2100, 600]], []),
        ("diameter 25 cm, tinggi 10 cm", [[250, 250, 100]], []),
        ("30 × 20 × 10 cm, 1.250 gram", [[300, 200, 100]], [1250]),
        ("1,250 g", [], [1250]),
        ("1.250 kg", [], [1250]),
        ("3 ons", [], [300]),
        ("25 cm tall, 10 cm wide", [[250, 100]], []),
        ("kecil 20 x 20 cm, besar 30 x 30 cm", [[200, 200], [300, 300]], []),
        ("12 warna, 3 motif", [], []),
        ("", [], []),
    ],
)
def test_sizes_and_weights_are_read_in_both_writings(
    text: str, sizes: list[list[int]], weights: list[int]
) -> None:
    said = measures.read(text)
    assert [[round(side.low) for side in size] for size in said.sizes] == sizes
    assert [round(weight.low) for weight in said.weights] == weights


def test_sides_are_compared_as_they_fit_best_and_ranges_from_their_nearest_end() -> None:
    (size,) = measures.read("210 x 60-62 cm").sizes
    assert [off.percent for off in measures.compare(size, {"length": 610, "width": 2100})] == [0, 0]
    assert max(off.percent for off in measures.compare(size, {"length": 1950, "width": 600})) > 7
    assert len(measures.compare(size, {"length": 2100})) == 1
