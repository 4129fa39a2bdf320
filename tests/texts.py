"""Finds every text for people in the sources, and every translation, for tests/test_texts.py.

A text is what stands in a call of `_`, `gettext`, `ngettext`, their lazy forms or `shop.texts.mark`; the message of an
error class; and what such a class is raised with. Templates are read by Jinja's own extractor.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
AREAS = ("shop", "catalog", "checkout", "admin")
CALLS = {"_", "gettext", "lazy_gettext", "mark"}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"extensions": "shop.rendering.Parts", "silent": "false"}
"""A template with a tag that nobody knows would have no texts at all."""
PLURAL_CALLS = {"ngettext", "lazy_ngettext"}
APART = ROOT / "checkout" / "sandbox"
"""The payments sandbox is a program of its own, in English."""

Text = str | tuple[str, ...]


def sources() -> list[Path]:
    """Give every Python module of the shop."""
    found = [path for area in AREAS for path in sorted((ROOT / area).rglob("*.py"))]
    return [
        path
        for path in [*found, ROOT / "wsgi.py"]
        if APART not in path.parents and "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    """Give every template."""
    return [
        path for path in sorted((ROOT / "templates").rglob("*")) if path.suffix in {".html", ".txt", ".xml"}
    ]


def catalogues() -> dict[Path, Catalog]:
    """Give every hand-written catalogue of Indonesian texts."""
    found = {}
    for path in sorted((ROOT / "shop" / "translations" / "id").glob("*.po")):
        with path.open("rb") as file:
            found[path] = read_po(file, locale="id", abort_invalid=True)
    return found


def text_of(message: Message) -> Text:
    """Give the text that a translation is for; a plural one as a tuple."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def used() -> dict[Text, str]:
    """Give every text for people with the place of its first use."""
    texts: dict[Text, str] = {}
    for path in sources():
        for text, line in _python_texts(_tree(path)):
            texts.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    for path in templates():
        found = extract_from_file("jinja2.ext.babel_extract", path, KEYWORDS, options=OPTIONS)
        for line, text, _comments, _context in found:
            texts.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return texts


def constants() -> set[str]:
    """Give every constant string of the sources: where a text may come from that is translated elsewhere."""
    return {
        node.value
        for path in sources()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def _error_classes() -> frozenset[str]:
    """Give the names of all classes that come from ShopError or Unreadable."""
    bases = {
        node.name: {_last_name(base) for base in node.bases}
        for path in sources()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef)
    }
    known = {"ShopError", "Unreadable"}
    while more := {name for name, parents in bases.items() if parents & known and name not in known}:
        known |= more
    return frozenset(known)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _python_texts(tree: ast.Module) -> Iterator[tuple[Text, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in _error_classes():
            yield from _class_message(node)
        elif isinstance(node, ast.Call):
            constants = [_constant(argument) for argument in node.args]
            name = _last_name(node.func)
            if name in PLURAL_CALLS and len(constants) > 1 and constants[0] and constants[1]:
                yield (constants[0], constants[1]), node.lineno
            elif name in CALLS | _error_classes() and constants and constants[0]:
                yield constants[0], node.lineno


def _class_message(node: ast.ClassDef) -> Iterator[tuple[Text, int]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and _last_name(statement.targets[0]) == "message":
            text = _constant(statement.value)
            if text:
                yield text, statement.lineno


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
