"""What a crowd at one piece is told before anything is locked for it. Called by the checkout page at *Pay*.

A hint: `checkout.placing` decides, in the transaction that sets the pieces aside. Without it, five hundred buyers of a
piece that has gone would each wait for the cart's lock and a whole page.
"""

import sqlalchemy as sa

from catalog.models import Listing, Product, Variant
from checkout import carts
from checkout.carts import Owner
from checkout.models import Cart, CartLine, Order
from checkout.placing import EmptyCart, SoldOut
from shop import inputs
from shop.db import glance

_FREE = Variant.on_hand - Variant.reserved
_LINES = (
    sa.select(
        Listing.title,
        _FREE.label("free"),
        sa.and_(~Variant.made_to_order, Variant.active, CartLine.quantity > _FREE).label("gone"),
        sa.exists().where(Order.form_key == sa.bindparam("form_key")).label("used"),
    )
    .select_from(Cart)
    .join(CartLine, CartLine.cart_id == Cart.id)
    .join(Variant, Variant.id == CartLine.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(Listing, Listing.id == Product.live_listing_id)
    .where(CartLine.saved_at.is_(None))
)
_OF_PERSON = _LINES.where(Cart.user_id == sa.bindparam("user_id"))
_OF_VISITOR = _LINES.where(Cart.token_hash == sa.bindparam("token_hash"))
_USED = sa.select(Order.id).where(Order.form_key == sa.bindparam("form_key"))


def refusal(owner: Owner, form_key: str) -> SoldOut | EmptyCart | None:
    """Say that a cart is empty, or which piece in it is not there in this number any more.

    None when nothing is in the way, for a form that was used (it has its order), and for one that is not ours.
    """
    try:
        inputs.form_key(form_key)
    except inputs.Unreadable:
        return None
    values = {"form_key": form_key}
    if owner.user_id is not None:
        lines = glance(_OF_PERSON, values | {"user_id": owner.user_id})
    else:
        lines = glance(_OF_VISITOR, values | {"token_hash": carts.hash_of(owner.token or "")})
    if not lines:
        return None if glance(_USED, values) else EmptyCart()
    gone = next((line for line in lines if line.gone and line.title), None)
    if gone is None or gone.used:
        return None
    return SoldOut(title=gone.title, left=max(int(gone.free), 0))
