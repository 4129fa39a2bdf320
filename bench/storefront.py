"""The public pages against floors measured in the same run: what Flask alone, and Flask with one query, would take.

Figures are CPU milliseconds of this process per request, the least of some rounds in turn, so that what else the
machine does counts less; a share is the floor's time over ours. "Made" is a page that has been let go of; what a
process keeps of parts that pages share is there, as in a shop at work. For "anew" every part is let go of too: each
card, header and footer is drawn again. Run it on a catalogue of 20,000 pieces: `./dev demo --size 20000` in an empty database.
"""

import gzip
import logging
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response

from catalog import cards, products
from catalog.models import Craft, Picture, Product, WallPlace
from shop import rendering
from shop.db import db

ROUNDS, TIMES = 9, 12
CARD = re.compile(r'<article class="product-card">.*?</article>', re.DOTALL)


def main() -> None:
    """Print, page by page, the floor, our time with and without kept pages, statements, bytes and shares."""
    from wsgi import app  # noqa: PLC0415  # the application is built when a measurement is asked for

    for handler in logging.getLogger().handlers:  # lines are written as in a shop, but not over the figures
        handler.setStream(Path(os.devnull).open("w"))  # type: ignore[attr-defined]  # noqa: SIM115
    with app.app_context():
        total = db.session.scalar(sa.select(sa.func.count()).select_from(WallPlace)) or 0
        pages = _pages(total)
        engine = db.engine
        db.session.remove()
    print(f"{total} pieces on the wall, {engine.dialect.name}; CPU ms per request, least of {ROUNDS} rounds")
    print(
        f"{'page':38} {'packed':>7} {'sql':>4} {'floor':>7} {'made':>7} {'share':>6} {'anew':>7} {'share':>6}   {'bare':>6} {'kept':>6} {'share':>6}"
    )
    for name, address in pages.items():
        _line(app, engine, name, address)


def _line(app: Flask, engine: sa.Engine, name: str, address: str) -> None:
    kept = app.extensions["kriya.kept_pages"]
    client = app.test_client()
    answer = client.get(address)
    if answer.status_code != 200:
        print(f"{name:38} answers {answer.status_code}")
        return
    floor = floor_of(engine, answer.get_data(as_text=True)).test_client()
    bare = Flask("bare")
    bare.add_url_rule("/", "page", lambda: Response(answer.data))

    def made() -> None:
        kept.clear()
        client.get(address)

    def anew() -> None:
        rendering.forget(app)
        made()

    statements = _statements(engine, made)
    floor_ms, made_ms, anew_ms = _compare(lambda: floor.get("/"), made, anew)
    bare_client = bare.test_client()
    bare_ms, kept_ms = _compare(lambda: bare_client.get("/"), lambda: client.get(address))
    print(
        f"{name:38} {len(gzip.compress(answer.data, 5)):7} {statements:4} {floor_ms:7.2f} {made_ms:7.2f} {floor_ms / made_ms:6.0%}"
        f" {anew_ms:7.2f} {floor_ms / anew_ms:6.0%}"
        f"   {bare_ms:6.2f} {kept_ms:6.2f} {bare_ms / kept_ms:6.0%}"
    )


def _pages(total: int) -> dict[str, str]:
    """Choose one page of each kind: the largest craft, its newest piece, a deep page of everything."""
    session = db.session()
    craft = session.scalars(
        sa.select(Craft).join(WallPlace, WallPlace.craft_id == Craft.id)
        .group_by(Craft.id).order_by(sa.func.count().desc()).limit(1)
    ).one()  # fmt: skip
    piece = session.scalars(products.live().order_by(Product.id.desc()).limit(1)).one()
    return {
        "home": "/",
        "list of 24 (a craft)": f"/crafts/{craft.slug}",
        "the same, page 3": f"/crafts/{craft.slug}?page=3",
        "product": f"/products/{piece.slug}",
        "makers": "/artisans",
        "search, one word": "/search?q=kain",
        "search, a filter": f"/search?craft={craft.slug}",
        "search, page 40": f"/search?page={min(40, max(total // 24, 1))}",
    }


# --- floors --------------------------------------------------------------------------------------------


def floor_of(engine: sa.Engine, html: str) -> Flask:
    """Build the page again as one would without rules: Flask, a Core query of its cards, one template, no logic.

    The template is the page itself, with its cards written in a loop over the rows. A page without cards has its
    query for one row.
    """
    shown = CARD.findall(html)
    start, end = (
        (html.index(shown[0]), html.rindex(shown[-1]) + len(shown[-1])) if shown else (len(html),) * 2
    )
    source = f"{_raw(html[:start])}{{% for row in rows %}}{_card(shown[0]) if shown else ''}{{% endfor %}}{_raw(html[end:])}"
    app = Flask("floor")
    template = app.jinja_env.from_string(source)
    columns = [*cards.CARD_COLUMNS[:-1], *sa.inspect(Picture).columns]

    @app.get("/")
    def page() -> str:
        newest = (
            sa.select(WallPlace.product_id).order_by(WallPlace.published_at.desc()).limit(max(len(shown), 1))
        )
        query = cards.with_card_columns(products.live().where(Product.id.in_(newest))).with_only_columns(
            *columns
        )
        with engine.connect() as connection:
            return template.render(rows=connection.execute(query).all())

    return app


def _card(html: str) -> str:
    """Put the row's values where a card has its own: addresses, words, price, and every file of its photograph."""
    html = re.sub(r'href="[^"]*"', 'href="/products/§row.slug§"', html)
    html = re.sub(r"/media/public/[0-9a-f]+/", "/media/public/§row.digest§/", html)
    html = re.sub(r">[^<>]+</a>", ">§row.title§</a>", html)
    html = re.sub(
        r'card-maker">[^<]+<span>[^<]*<', 'card-maker">§row.workshop_name§ <span>§row.regency_name§<', html
    )
    html = re.sub(r"Rp[^<]+<", "Rp §row.price_from§<", html)
    return _raw(html).replace("§row", "{% endraw %}{{ row").replace("§", " }}{% raw %}")


def _raw(html: str) -> str:
    return "{% raw %}" + html + "{% endraw %}"


# --- measuring -----------------------------------------------------------------------------------------


def _statements(engine: sa.Engine, work: Callable[[], Any]) -> int:
    said: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", hear)
    work()
    sa.event.remove(engine, "before_cursor_execute", hear)
    return sum(statement.lstrip().upper().startswith(("SELECT", "WITH")) for statement in said)


def _compare(*works: Callable[[], Any]) -> list[float]:
    """Give the least CPU milliseconds of some pieces of work, measured in turn."""
    spent: list[list[float]] = [[] for _work in works]
    for work in works:
        work()
    for _ in range(ROUNDS):
        for work, times in zip(works, spent, strict=True):
            before = time.process_time()
            for _again in range(TIMES):
                work()
            times.append((time.process_time() - before) * 1000 / TIMES)
    return [min(times) for times in spent]
