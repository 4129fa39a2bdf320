"""What makes templates quick: texts looked up once, addresses built once, parts of a page kept by what they show.

`{% kept card, level %}…{% endkept %}` keeps what is between, in each process, by the values named: they must say
everything that the part shows beside the language; `{% kept %}` is for what is the same on every page. Values are hashable, and equal only if they look the same.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import flask
from babel.core import get_global
from flask import Flask
from jinja2 import nodes, pass_eval_context
from jinja2.ext import Extension
from jinja2.nodes import EvalContext
from jinja2.parser import Parser
from markupsafe import Markup

from shop import i18n

MOST_PARTS = 3_000
"""Parts kept in one process; a card is about 2 KB."""
MOST_ADDRESSES = 20_000
_SLUG = re.compile(r"[a-z0-9-]+")
"""What an address holds as it is."""
_ANY_SLUG = "any-slug-at-all"


class Parts(Extension):
    """The tag `kept`."""

    tags = {"kept"}

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self._parts: dict[Any, str] = {}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Turn the tag into a look for the part, and a call that makes it when it is not there yet."""
        line = next(parser.stream).lineno
        values: list[nodes.Expr] = []
        while parser.stream.current.type != "block_end":
            values.append(parser.parse_expression())
            parser.stream.skip_if("comma")
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        key, part = parser.free_identifier(), parser.free_identifier()
        named = nodes.Tuple([nodes.Const(f"{parser.name}:{line}"), *values], "load")
        make = nodes.CallBlock(self.call_method("_keep", [key]), [], [], body)
        show = nodes.Output([nodes.MarkSafe(part)])
        steps = (
            nodes.Assign(key, named),
            nodes.Assign(part, self.call_method("_find", [key])),
            nodes.If(nodes.Test(part, "none", [], [], None, None), [make], [], [show]),
        )
        return [step.set_lineno(line) for step in steps]

    def clear(self) -> None:
        """Let go of everything."""
        self._parts.clear()

    def _find(self, values: tuple[Any, ...]) -> str | None:
        return self._parts.get((i18n.this_request().script_root, values))

    def _keep(self, values: tuple[Any, ...], caller: Callable[[], str]) -> str:
        part = caller()
        if len(self._parts) >= MOST_PARTS:
            self._parts.clear()
        self._parts[i18n.this_request().script_root, values] = part
        return part


class Addresses:
    """`url_for` that remembers: building an address takes longer than looking it up."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}
        self._around: dict[tuple[str, str], tuple[str, str]] = {}
        """What stands before and after the slug, by language and endpoint: there are more slugs than can be kept."""

    def of(self, endpoint: str, **values: Any) -> str:
        """Give the address of an endpoint as `flask.url_for` does."""
        slug = values.get("slug")
        if len(values) == 1 and isinstance(slug, str) and _SLUG.fullmatch(slug):
            return self._of_slug(endpoint, slug)
        if endpoint.startswith(".") or "_external" in values or "_anchor" in values:
            return flask.url_for(endpoint, **values)
        try:
            key = (i18n.this_request().script_root, endpoint, *values.items())
            known = self._known.get(key)
        except TypeError:  # a list among the values
            return flask.url_for(endpoint, **values)
        if known is None:
            known = flask.url_for(endpoint, **values)
            if len(self._known) >= MOST_ADDRESSES:
                self._known.clear()
            self._known[key] = known
        return known

    def _of_slug(self, endpoint: str, slug: str) -> str:
        key = (i18n.this_request().script_root, endpoint)
        around = self._around.get(key)
        if around is None:
            before, _slug, after = flask.url_for(endpoint, slug=_ANY_SLUG).partition(_ANY_SLUG)
            around = self._around[key] = before, after
        return f"{around[0]}{slug}{around[1]}"


def address(endpoint: str, **values: Any) -> str:
    """Give the address of an endpoint as `flask.url_for` does, for what views write on every page."""
    found: str = flask.current_app.extensions["kriya.addresses"].of(endpoint, **values)
    return found


# --- texts ---------------------------------------------------------------------------------------------

_texts: dict[tuple[str, str], Markup] = {}
"""Texts without variables, by language and msgid: there are as many as templates name."""


@pass_eval_context
def text(context: EvalContext, message: str, /, **variables: Any) -> str:
    """Give a text in the language of the page, with its variables filled in and escaped."""
    locale = i18n.current_locale()
    if not variables:
        known = _texts.get((locale, message))
        if known is None:
            known = Markup(i18n.translations(locale).gettext(message)) % {}  # noqa: S704 - our own texts
            _texts[locale, message] = known
        return known if context.autoescape else str(known)
    found = i18n.translations(locale).gettext(message)
    return (Markup(found) if context.autoescape else found) % variables  # noqa: S704


def said(words: str) -> str:
    """Give words that are a text of ours or what a person wrote: ours in the language of the page, theirs as they are.

    Not for `text`, which takes what it is given for HTML of ours with places for variables.
    """
    return i18n.translations(i18n.current_locale()).gettext(words) if words else ""


@pass_eval_context
def plural(context: EvalContext, one: str, many: str, number: int, /, **variables: Any) -> str:
    """Give the form of a text that fits a number, which it may name as `num`."""
    found = i18n.translations(i18n.current_locale()).ngettext(one, many, number)
    return (Markup(found) if context.autoescape else found) % ({"num": number} | variables)  # noqa: S704


BEHIND_DOORS = ("desk/", "studio/", "mail/")
"""Templates that few visitors see, or none."""


_OF_OTHER_LANGUAGES: tuple[Any, ...] = (
    "likely_subtags", "territory_languages", "territory_currencies", "territory_aliases", "language_aliases",
)  # fmt: skip
"""Tables of Babel that say which language somebody may mean, 2 MB; the shop has two, and never asks."""


def prepare(app: Flask) -> None:
    """Compile what visitors see, and read what both languages need, before processes are forked.

    Else each process does, and in each as many threads at once as visitors come first: memory that a process keeps.
    """
    for name in app.jinja_env.list_templates(extensions=("html",)):
        if not name.startswith(BEHIND_DOORS):
            app.jinja_env.get_template(name)
    with app.app_context():
        for locale in ("id", "en"):
            with i18n.in_locale(locale):
                i18n.translations(locale)
                i18n.write_date(date(2026, 1, 1))
    for name in _OF_OTHER_LANGUAGES:
        cast(dict[str, Any], get_global(name)).clear()


def forget(app: Flask) -> None:
    """Let go of every part that is kept."""
    for extension in app.jinja_env.extensions.values():
        if isinstance(extension, Parts):
            extension.clear()


def init_app(app: Flask) -> None:
    """Put these in the place of what Flask and Flask-Babel gave the templates."""
    app.jinja_env.add_extension(Parts)
    addresses = app.extensions["kriya.addresses"] = Addresses()
    app.jinja_env.globals.update(
        cast(Any, {"_": text, "gettext": text, "ngettext": plural, "url_for": addresses.of})
    )
    app.jinja_env.filters["said"] = said
