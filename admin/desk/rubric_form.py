"""The form of a rubric: what was typed becomes content, complete or not, and nothing that was typed is lost.

Fields are named after what they are about: `criterion-<id>-name-id`, `criterion-<id>-3-en`, `gate-<id>-text-id`,
and the numbers by their own names. Read by `admin.desk.rubric`.
"""

import re
from collections.abc import Mapping
from typing import Any

from catalog.curation.rubric import HIGHEST, LOWEST, Content, Procedure
from catalog.curation.rubric_checks import MOST_CRITERIA, MOST_GATES
from shop import inputs

LANGUAGES = ("id", "en")
MOST = 1000
"""More than any field may hold: what is too long is kept and named, not cut."""
BARS = ("pass_total", "conditions_total", "bar", "core_minimum")
PROCEDURE = tuple(Procedure.__dataclass_fields__)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,4}", re.ASCII)
Fields = Mapping[str, str]


def read(present: Content, form: Fields) -> Content:
    """Give the content that a form describes; what cannot be a number stays as it was typed, for the page."""
    criteria = [_criterion(one, form) for one in present["criteria"]]
    gates = [_gate(one, form) for one in present["gates"]]
    return {
        "criteria": criteria,
        "gates": gates,
        **{key: _number(form, key, present[key]) for key in BARS},
        "procedure": {key: _number(form, key, present["procedure"].get(key)) for key in PROCEDURE},
    }


def _text(form: Fields, name: str, present: str) -> str:
    if name not in form:
        return present
    try:
        return inputs.text(form[name], most=MOST)
    except inputs.Unreadable:
        return "".join(letter for letter in form[name][:MOST] if letter.isprintable())


def _number(form: Fields, name: str, present: Any) -> Any:
    typed = form.get(name, "").strip() if name in form else present
    return int(typed) if isinstance(typed, str) and _WHOLE.fullmatch(typed) else typed


def _ticked(form: Fields, name: str) -> bool:
    return form.get(name) == "1"


def _criterion(present: dict[str, Any], form: Fields) -> dict[str, Any]:
    prefix = f"criterion-{present['id']}"
    if f"{prefix}-weight" not in form:  # not on the page that was sent
        return present
    words: dict[str, Any] = {"id": present["id"]}
    for language in LANGUAGES:
        for part in ("name", "asks"):
            name = f"{part}_{language}"
            words[name] = _text(form, f"{prefix}-{part}-{language}", present[name])
        words[f"anchors_{language}"] = {
            str(level): _text(
                form, f"{prefix}-{level}-{language}", present[f"anchors_{language}"].get(str(level), "")
            )
            for level in range(LOWEST, HIGHEST + 1)
        }
    weight = _number(form, f"{prefix}-weight", present["weight"])
    return words | {"weight": weight, "core": _ticked(form, f"{prefix}-core")}


def _gate(present: dict[str, Any], form: Fields) -> dict[str, Any]:
    prefix = f"gate-{present['id']}"
    if f"{prefix}-id" not in form:
        return present
    texts = {f"text_{language}": _text(form, f"{prefix}-{language}", "") for language in LANGUAGES}
    return {"id": present["id"], **texts, "declines": _ticked(form, f"{prefix}-declines")}


# --- adding, moving, removing ------------------------------------------------------------------------------------


def change(content: Content, version: int, asked: str) -> Content:
    """Do what a button of the page says: `add-criterion`, `add-gate`, `up-…`, `down-…`, `remove-…` with an id."""
    verb, _dash, key = asked.partition("-")
    lists = {"criteria": list(content["criteria"]), "gates": list(content["gates"])}
    if asked == "add-criterion" and len(lists["criteria"]) < MOST_CRITERIA:
        lists["criteria"].append(_new_criterion(_free(lists["criteria"], version)))
    elif asked == "add-gate" and len(lists["gates"]) < MOST_GATES:
        lists["gates"].append(
            {"id": _free(lists["gates"], version), "text_id": "", "text_en": "", "declines": False}
        )
    elif _KEY.fullmatch(key):
        for rows in lists.values():
            _move(rows, verb, key)
    return content | lists


def _move(rows: list[dict[str, Any]], verb: str, key: str) -> None:
    place = next((number for number, row in enumerate(rows) if row["id"] == key), None)
    if place is None:
        return
    row = rows.pop(place)
    if verb == "up":
        rows.insert(max(place - 1, 0), row)
    elif verb == "down":
        rows.insert(place + 1, row)
    elif verb != "remove":
        rows.insert(place, row)


def _free(rows: list[dict[str, Any]], version: int) -> str:
    """Give an id that no earlier version has given to something else."""
    taken = {row["id"] for row in rows}
    return next(key for number in range(1, 100) if (key := f"own_{version}_{number}") not in taken)


def _new_criterion(key: str) -> dict[str, Any]:
    empty = {str(level): "" for level in range(LOWEST, HIGHEST + 1)}
    words = {f"{part}_{language}": "" for part in ("name", "asks") for language in LANGUAGES}
    anchors = {f"anchors_{language}": dict(empty) for language in LANGUAGES}
    return {"id": key, **words, **anchors, "weight": "", "core": False}
