"""Every text that people read exists in both languages, and none is kept that nobody reads."""

import re
from pathlib import Path

import wtforms
from babel.messages.pofile import read_po

from tests import texts

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
WTFORMS = "wtforms.po"
"""WTForms' own messages, for which it brings no Indonesian."""


def _of_wtforms() -> set[texts.Text]:
    with (Path(wtforms.__file__).parent / "locale" / "wtforms.pot").open("rb") as file:
        return {texts.text_of(message) for message in read_po(file) if message.id}


def _translations() -> dict[texts.Text, dict[str, object]]:
    found: dict[texts.Text, dict[str, object]] = {}
    for path, catalogue in texts.catalogues().items():
        for message in catalogue:
            if message.id:
                found.setdefault(texts.text_of(message), {})[path.name] = message.string
    return found


def _is_given(string: object) -> bool:
    parts = string if isinstance(string, tuple | list) else (string,)
    return all(isinstance(part, str) and part.strip() for part in parts)


def test_every_text_has_its_indonesian() -> None:
    translations = _translations()

    missing = [
        f"{place}: {text}"
        for text, place in texts.used().items()
        if not any(_is_given(string) for string in translations.get(text, {}).values())
    ]

    assert not missing, f"{len(missing)} texts without Indonesian:\n" + "\n".join(missing)


def test_no_translation_is_kept_that_nobody_reads() -> None:
    used, constants = set(texts.used()), texts.constants()

    unused = [
        f"{path.name}: {message.id}"
        for path, catalogue in texts.catalogues().items()
        if path.name != WTFORMS
        for message in catalogue
        if message.id and message.id not in used and message.id not in constants
    ]

    assert not unused, f"{len(unused)} unused:\n" + "\n".join(unused)


def test_the_messages_of_wtforms_are_translated_all_and_no_others() -> None:
    ours = {path.name: catalogue for path, catalogue in texts.catalogues().items()}[WTFORMS]

    assert {texts.text_of(message) for message in ours if message.id} == _of_wtforms()
    assert all(_is_given(message.string) for message in ours if message.id)


def test_one_text_has_one_translation_wherever_it_stands() -> None:
    apart = {text: where for text, where in _translations().items() if len(set(where.values())) > 1}

    assert not apart, "\n".join(f"{text}: {where}" for text, where in apart.items())


def test_a_translation_keeps_the_placeholders_of_its_text() -> None:
    wrong = [
        f"{path.name}: {message.id}"
        for path, catalogue in texts.catalogues().items()
        for message in catalogue
        if message.id and _placeholders(message.id) != _placeholders(message.string)
    ]

    assert not wrong, "\n".join(wrong)


def _placeholders(text: object) -> set[str]:
    parts = text if isinstance(text, tuple | list) else (text,)
    return set(PLACEHOLDER.findall("".join(str(part) for part in parts)))


def test_catalogues_hold_no_leftovers() -> None:
    for path, catalogue in texts.catalogues().items():
        lines = path.read_text("utf-8").splitlines()
        assert not catalogue.obsolete, path
        assert not [line for line in lines if line.startswith("#~")], path
        assert not [message.id for message in catalogue if message.fuzzy and message.id], path
        named = [line for line in lines if line.startswith("msgid ") and line != 'msgid ""']
        twice = {line for line in named if named.count(line) > 1}
        assert not twice, f"{path.name}: {twice}"
