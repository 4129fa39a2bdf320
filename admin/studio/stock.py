"""The stock page: every ready variant with minus, plus and a number; what is made to order has none."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin.studio import entry, shelf
from catalog import stock, variants
from catalog.models import Product
from shop import inputs, web
from shop.db import db, transaction
from shop.errors import Invalid, ShopError

blueprint = entry.room("studio_stock", "/studio/stock")

SIZE = 30
"""Variants on one page of the list."""


class OneOfAKind(Invalid):
    """A piece that exists once is counted as one or none."""

    message = "This piece is one of a kind: there is one, or none."


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the variants with what is on hand."""
    return _page()


def _page(problem: tuple[int, str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    """Draw the list; `problem` is a variant, what was typed for it, and why it could not be kept."""
    tab, number = request.args.get("tab", "ready"), entry.page_number()
    tab = tab if tab in shelf.STOCK_TABS else "ready"
    mine = entry.workshop()
    counts = shelf.stock_counts(db.session(), mine.id)
    return render_template(
        "studio/stock.html",
        tab=tab,
        counts=counts,
        rows=shelf.stock_page(db.session(), mine.id, tab, number, SIZE),
        number=number,
        pages=entry.pages(counts[tab], SIZE),
        problem=problem,
    ), status


@blueprint.post("/<int:variant_id>")
def correct(variant_id: int) -> ResponseReturnValue:
    """Set a count, or change it by one; it holds at once."""
    typed = request.form.get("count", "").replace("\x00", "")
    try:
        with transaction() as session:
            _count(session, variant_id, typed)
    except variants.NoSuchVariant:
        raise
    except ShopError as error:
        if web.wants_json():
            return jsonify(error=entry.said(error), **_now(variant_id)), error.status
        return _page((variant_id, typed, entry.said(error)), error.status)
    if web.wants_json():
        return jsonify(words=gettext("Saved."), **_now(variant_id))
    flash(gettext("Counted: %(count)s on hand.", count=_now(variant_id)["on_hand"]), "success")
    back: dict[str, Any] = {name: request.args[name] for name in ("tab", "page") if name in request.args}
    return redirect(url_for("studio_stock.index", _anchor=f"v{variant_id}", **back), 303)


def _count(session: Session, variant_id: int, typed: str) -> None:
    variant = variants.of_member(session, entry.person().id, variant_id)
    seen, by = _whole(request.form.get("seen", "")), request.form.get("by", "")
    count = max(seen + int(by), 0) if by in {"-1", "1"} else _whole(typed)
    if count > 1 and session.get_one(Product, variant.product_id).one_of_a_kind:
        raise OneOfAKind
    stock.set_on_hand(session, web.actor(), variant_id, count, seen=seen)


def _whole(typed: str) -> int:
    try:
        return inputs.whole(typed, most=stock.MOST)
    except inputs.Unreadable as error:
        raise stock.CountRefused from error


def _now(variant_id: int) -> dict[str, int]:
    found = variants.of_member(db.session(), entry.person().id, variant_id)
    return {"on_hand": found.on_hand, "reserved": found.reserved}
