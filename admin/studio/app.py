"""Hangs the rooms of the studio into the application.

The pages of one product share a blueprint (`admin.studio.listings`), so its steps are modules of their own:
words, photographs, variants, sending, verdicts.
"""

from flask import Flask

from admin.studio import (
    bank,
    certificates,
    claims,
    earnings,
    free_postage,
    gallery,
    invoices,
    letters,
    listings,
    membership,
    parcel_changes,
    parcel_way,
    parcels,
    photos,
    portrait,
    reviews,
    rounds,
    sending,
    stock,
    tasks,
    tax,
    today,
    variants,
    verdicts,
    vouchers,
    words,
    workshop,
)

PAGES = (
    today,
    workshop,
    portrait,
    certificates,
    listings,
    words,
    photos,
    variants,
    sending,
    verdicts,
    rounds,
    tasks,
    stock,
    claims,
    parcels,
    parcel_changes,
    parcel_way,
    letters,
    gallery,
    free_postage,
    earnings,
    vouchers,
    invoices,
    tax,
    bank,
    membership,
    reviews,
)
"""Every module that has pages; modules that share a blueprint are imported before it is registered."""


def attach(app: Flask) -> None:
    """Register the rooms of the studio."""
    for blueprint in dict.fromkeys(module.blueprint for module in PAGES):
        app.register_blueprint(blueprint)
