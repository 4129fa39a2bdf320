"""Amounts in words, as receipts spell them: `satu juta lima ratus ribu rupiah`, `one million five hundred thousand rupiah`.

Called by whoever sets a paper that asks for money. The Indonesian words are lokal-id's, the English ones ours.
"""

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")
MOST = 10**18 - 1
"""Above every amount that BIGINT sums of the shop reach."""


def rupiah(amount: int, locale: str) -> str:
    """Spell whole rupiah in Indonesian (`id`) or English (`en`), beginning with a capital.

    :raise ValueError: above `MOST`, in either direction.
    """
    if abs(amount) > MOST:
        raise ValueError("nobody writes such an amount on a receipt")
    from lokal import terbilang

    words = english(amount) if locale == "en" else terbilang(amount)
    return f"{words[0].upper()}{words[1:]} rupiah"


def english(number: int) -> str:
    """Spell a whole number in English, without `and`, as cheques do."""
    if number < 0:
        return f"minus {english(-number)}"
    if number == 0:
        return _ONES[0]
    groups = []
    for scale in _SCALES:
        number, group = divmod(number, 1000)
        if group:
            groups.append(f"{_group(group)} {scale}".strip())
    return " ".join(reversed(groups))


def _group(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else ""))
    elif rest:
        words.append(_ONES[rest])
    return " ".join(words)
