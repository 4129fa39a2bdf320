"""What a crowd at one piece is told before anything is locked for it. Called by the checkout page at *Pay*.

A hint: `checkout.placing` decides, in the transaction that sets the pieces aside. Without it, five hundred buyers of a
piece that has gone would each wait for the cart's lock and a whole page.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Listing, Product, Variant
from checkout import carts
from checkout.carts import Owner
from checkout.models import Cart, CartLine, Order
from checkout.placing import SoldOut
from shop.db import constant, read

_GONE = (
    sa.select(Listing.title, (Variant.on_hand - Variant.reserved).label("free"))
    .select_from(Cart)
    .join(CartLine, CartLine.cart_id == Cart.id)
    .join(Variant, Variant.id == CartLine.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .join(Listing, Listing.id == Product.live_listing_id)
    .where(
        CartLine.saved_at.is_(None),
        ~Variant.made_to_order,
        Variant.active,
        Variant.on_hand - Variant.reserved < CartLine.quantity,
        ~sa.exists().where(Order.form_key == sa.bindparam("form_key")),
    )
    .limit(constant(1))
)
_OF_PERSON = _GONE.where(Cart.user_id == sa.bindparam("user_id"))
_OF_VISITOR = _GONE.where(Cart.token_hash == sa.bindparam("token_hash"))


def sold_out(session: Session, owner: Owner, form_key: str) -> SoldOut | None:
    """Say which piece of a cart is not there in this number any more; None when all are, or the form was used."""
    if owner.user_id is not None:
        found = read(session, _OF_PERSON, {"form_key": form_key, "user_id": owner.user_id})
    elif owner.token:
        values = {"form_key": form_key, "token_hash": carts.hash_of(owner.token)}
        found = read(session, _OF_VISITOR, values)
    else:
        return None
    row = found.one_or_none()
    return None if row is None else SoldOut(title=row.title, left=max(int(row.free), 0))
