"""Amounts in words: whoever reads them back has the same amount, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import spelling

INDONESIAN = {
    word: number
    for number, word in enumerate(
        ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
    )
} | {"se": 1}
SCALES_ID = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15}
ENGLISH = {word: number for number, word in enumerate(spelling._ONES)} | {
    word: 10 * number for number, word in enumerate(spelling._TENS, start=2)
}
SCALES_EN = {word: 1000**number for number, word in enumerate(spelling._SCALES) if word}


def read_indonesian(words: str) -> int:
    """Read `seratus dua puluh tiga ribu` as people do, by rules of its own."""
    total = group = ones = 0
    for short in ("puluh", "belas", "ratus", "ribu"):
        words = words.replace(f"se{short}", f"se {short}")
    for word in words.split():
        if word == "belas":
            group, ones = group + 10 + ones, 0
        elif word == "puluh":
            group, ones = group + 10 * ones, 0
        elif word == "ratus":
            group, ones = group + 100 * ones, 0
        elif word in SCALES_ID:
            total, group, ones = total + (group + ones) * SCALES_ID[word], 0, 0
        else:
            ones = INDONESIAN[word]
    return total + group + ones


def read_english(words: str) -> int:
    """Read `one hundred twenty-three thousand` as people do, by rules of its own."""
    total = group = 0
    for word in words.replace("-", " ").split():
        if word == "hundred":
            group *= 100
        elif word in SCALES_EN:
            total, group = total + group * SCALES_EN[word], 0
        else:
            group += ENGLISH[word]
    return total + group


amounts = st.one_of(
    st.integers(0, 2_000),
    st.integers(0, spelling.MOST),
    st.builds(lambda n, power: n * 10**power, st.integers(1, 999), st.integers(0, 15)),
)


@given(amounts)
def test_an_amount_in_words_is_read_back_as_the_same_amount(amount: int) -> None:
    indonesian, english = spelling.rupiah(amount, "id"), spelling.rupiah(amount, "en")

    assert read_indonesian(indonesian.lower().removesuffix(" rupiah")) == amount
    assert read_english(english.lower().removesuffix(" rupiah")) == amount


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (0, "Nol rupiah", "Zero rupiah"),
        (11_000, "Sebelas ribu rupiah", "Eleven thousand rupiah"),
        (1_111_000, "Satu juta seratus sebelas ribu rupiah", "One million one hundred eleven thousand rupiah"),
        (-1_500, "Minus seribu lima ratus rupiah", "Minus one thousand five hundred rupiah"),
        (2_021_042, "Dua juta dua puluh satu ribu empat puluh dua rupiah",
         "Two million twenty-one thousand forty-two rupiah"),
    ],
)  # fmt: skip
def test_amounts_are_spelled_as_receipts_spell_them(amount: int, indonesian: str, english: str) -> None:
    assert spelling.rupiah(amount, "id") == indonesian
    assert spelling.rupiah(amount, "en") == english


def test_nobody_spells_what_no_book_can_hold() -> None:
    with pytest.raises(ValueError, match="nobody"):
        spelling.rupiah(10**18, "id")
