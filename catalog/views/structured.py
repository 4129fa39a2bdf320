"""What pages tell search engines about themselves, in the words of schema.org: only what the page itself shows."""

from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from catalog.cards import ProductView, VariantView
from catalog.views import pages

Data = dict[str, Any]
SCHEMA = "https://schema.org"
LONGEST_DESCRIPTION = 5000


def organisation() -> Data:
    """Describe the shop itself."""
    home = pages.public_address("home.show")
    return {
        "@context": SCHEMA,
        "@type": "Organization",
        "@id": pages.absolute("/#kriya"),
        "name": "Kriya",
        "url": home,
        "logo": pages.absolute(current_app.extensions["kriya.assets"].url("img/logo.svg")),
        "description": _(
            "Handmade Indonesian craft, chosen piece by piece by the craft councils of its regions."
        ),
        "areaServed": "ID",
    }


def product(shown: ProductView) -> Data:
    """Describe a piece with what is offered of it; price and availability are those of the page."""
    card = shown.card
    address = pages.public_address("products.show", slug=card.slug)
    said: Data = {
        "@context": SCHEMA,
        "@type": "Product",
        "@id": f"{address}#piece",
        "name": card.title,
        "description": shown.story[:LONGEST_DESCRIPTION],
        "url": address,
        "sku": shown.variants[0].sku if len(shown.variants) == 1 else f"kriya-{card.id}",
        "image": _images(shown),
        "material": shown.materials,
        "pattern": shown.motif,
        "size": shown.measures,
        "category": card.craft_name,
        "brand": {"@type": "Brand", "name": card.workshop_name},
        "countryOfOrigin": {"@type": "Country", "name": "ID"},
        "offers": _offers(shown, address),
    }
    return {name: value for name, value in said.items() if value}


def _images(shown: ProductView) -> list[str]:
    """Give the photographs; while none is ready, the picture that shared links show."""
    photographs = [pages.absolute(photo.sources["jpeg"][-1][1]) for photo in shown.gallery]
    return photographs or [pages.absolute(shown.share_image)] if shown.share_image else photographs


def _offers(shown: ProductView, address: str) -> Data:
    offers = [_offer(shown, variant, address) for variant in shown.variants]
    if len(offers) == 1:
        return offers[0]
    return {
        "@type": "AggregateOffer",
        "url": address,
        "priceCurrency": "IDR",
        "lowPrice": shown.card.price_from,
        "highPrice": shown.card.price_to,
        "offerCount": len(offers),
        "availability": _availability(shown.card.in_stock, shown.card.made_to_order_days is not None),
        "offers": offers,
    }


def _offer(shown: ProductView, variant: VariantView, address: str) -> Data:
    seller = pages.public_address("artisans.show", slug=shown.workshop.slug)
    offer: Data = {
        "@type": "Offer",
        "url": address,
        "sku": variant.sku,
        "priceCurrency": "IDR",
        "price": variant.price,
        "availability": _availability(variant.available > 0, variant.made_to_order),
        "itemCondition": f"{SCHEMA}/NewCondition",
        "seller": {"@type": "Organization", "name": shown.card.workshop_name, "url": seller},
    }
    if variant.name:
        offer["name"] = variant.name
    if variant.made_to_order:
        days = {"@type": "QuantitativeValue", "value": variant.lead_days, "unitCode": "DAY"}
        offer["deliveryLeadTime"] = days
    return offer


def _availability(ready: bool, made_to_order: bool) -> str:
    """Name the state: a made-to-order piece is BackOrder, the word for "sold now, sent later" that shops' readers know."""
    return f"{SCHEMA}/{'InStock' if ready else 'BackOrder' if made_to_order else 'OutOfStock'}"


def workshop(name: str, slug: str, about: str, place: str) -> Data:
    """Describe a workshop by what its own page says."""
    address = pages.public_address("artisans.show", slug=slug)
    home = {"@type": "Place", "name": place, "address": {"@type": "PostalAddress", "addressCountry": "ID"}}
    return {
        "@context": SCHEMA,
        "@type": "Organization",
        "name": name,
        "url": address,
        "description": about[:LONGEST_DESCRIPTION],
        "location": home,
    }


def trail(steps: Sequence[tuple[str, str | None]]) -> Data:
    """Describe the way to a page: (label, address under the shop or none for where we are)."""
    return {
        "@context": SCHEMA,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": str(label)}
            | ({"item": pages.absolute(address)} if address else {})
            for place, (label, address) in enumerate(steps, 1)
        ],
    }
