"""The checkout's place in the application: its pages, commands, gateway and jobs, attached by wsgi.py."""

from flask import Flask

from checkout import carts, cli, gateway, payments, shipping, webhooks
from checkout.stripe_gateway import StripeGateway
from checkout.views import cart, checkout, orders, stripe
from shop import accounts
from shop.config import Settings


def attach(app: Flask) -> None:
    """Register everything the checkout has."""
    settings: Settings = app.config["KRIYA"]
    app.extensions[gateway.EXTENSION] = StripeGateway(settings)
    for room in (cart, checkout, orders, stripe):
        app.register_blueprint(room.blueprint)
    for command in (cli.orders, cli.reconcile, cli.rate_tables):
        app.cli.add_command(command)
    if carts.merge not in accounts.on_sign_in:
        accounts.on_sign_in.append(carts.merge)


PROMISED = (payments.expire_due, payments.reconcile, shipping.complete_by_time, webhooks.handle)
"""Named here so that the worker knows them: importing their modules registers them."""
