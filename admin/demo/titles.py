"""What a demonstration piece is called, and how its facts are joined in a sentence; used by `admin.demo.pieces`.

A form and a craft often say the same word ("Dompet manik" of "Manik-manik Dayak"): a title says it once.
"""

import re

_GENERAL = re.compile(r"^(?:Kerajinan|Mebel) (?=\S)|^(?:Kain|Sarung) (?=Batik|Tenun|Songket|Lantung)")
"""Words before a craft's name that say what the form says better."""
_ASIDE = re.compile(r" ?\([^)]*\)")
_WORN = re.compile(r" (?:sarong|veil|cap|(?:beaded )?skirt|jewellery)$")
_SAME = {"kerang": "mutiara"}


def indonesian(form: str, craft: str, tone: str) -> str:
    """Join form, craft and tone: Panel ukir + Ukiran Toraja (Passura) is Panel Ukiran Toraja."""
    plain = _ASIDE.sub("", craft)
    if " " not in form and form == plain.split(maxsplit=1)[0]:
        return f"{plain}, {tone}"[:120]
    plain = _GENERAL.sub("", plain)
    said = plain.lower().split()
    first, *rest = form.split()
    if first.lower() in said:
        return f"{plain}, {tone}"[:120]
    kept = [word for word in rest if not any(one.startswith(_SAME.get(word, word)) for one in said)]
    return f"{' '.join([first, *kept, plain])}, {tone}"[:120]


def english(form: str, craft: str, tone: str) -> str:
    """Join form, craft and tone: Sarong of Samarinda sarong says it once, Scarf of it is Scarf, Samarinda."""
    plain = _ASIDE.sub("", craft)
    if plain.lower().endswith(form.lower()):
        return f"{plain}, {tone}"[:120]
    return f"{form}, {_WORN.sub('', plain)}, {tone}"[:120]


def place_in_english(name: str) -> str:
    """Write a regency or city inside an English sentence: Kota Bengkulu is the city of Bengkulu."""
    if name.startswith("Kota "):
        return f"the city of {name.removeprefix('Kota ')}"
    return f"{name.removeprefix('Kabupaten ')} regency"


def listed(parts: list[str], word: str) -> str:
    """Join parts for a sentence; a part that is a pair itself keeps its own "and" apart by a comma."""
    if len(parts) == 1:
        return parts[0]
    last = (
        {"dan": ", serta ", "and": ", and "}[word]
        if any(f" {word} " in one for one in parts)
        else f" {word} "
    )
    return f"{', '.join(parts[:-1])}{last}{parts[-1]}"
