"""Templates: they compile, import nothing for nothing, and let nothing through unescaped."""

import re

import jinja2
from flask import Flask
from jinja2 import nodes

from tests import texts

FOLDER = texts.ROOT / "templates"


def _trees(app: Flask) -> dict[str, nodes.Template]:
    return {
        str(path.relative_to(FOLDER)): app.jinja_env.parse(path.read_text("utf-8"))
        for path in texts.templates()
    }


def test_every_template_compiles(app: Flask) -> None:
    assert app.jinja_env.undefined is jinja2.StrictUndefined
    for path in texts.templates():
        app.jinja_env.get_template(str(path.relative_to(FOLDER)))


def test_a_template_uses_what_it_imports(app: Flask) -> None:
    unused = []
    for name, tree in _trees(app).items():
        read = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "load"}
        for found in tree.find_all(nodes.FromImport):
            imported = [item if isinstance(item, str) else item[1] for item in found.names]
            unused += [f"{name}: {item}" for item in imported if item not in read]

    assert not unused, "\n".join(unused)


def test_every_template_that_is_named_exists(app: Flask) -> None:
    for name, tree in _trees(app).items():
        for found in tree.find_all((nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)):
            template = found.template  # type: ignore[attr-defined]
            if isinstance(template, nodes.Const):
                assert (FOLDER / str(template.value)).exists(), f"{name} names {template.value}"


def test_nothing_goes_through_unescaped_outside_components(app: Flask) -> None:
    loose = [
        name
        for name, tree in _trees(app).items()
        if not name.startswith("components/")
        and any(found.name == "safe" for found in tree.find_all(nodes.Filter))
    ]

    assert not loose


def test_no_page_carries_its_own_script_or_style() -> None:
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*ld\+json)(?![^>]*application/json)",
        re.IGNORECASE,
    )
    found = [
        str(path.relative_to(FOLDER))
        for path in texts.templates()
        if path.suffix == ".html" and path.parent.name != "mail" and inline.search(path.read_text("utf-8"))
    ]

    assert not found
