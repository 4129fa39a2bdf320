"""The checkout's place in the application: its pages, commands, gateway and jobs, attached by wsgi.py."""

import time

from flask import Flask

from checkout import (
    calling_off,
    carts,
    changing_payment,
    cli,
    gateway,
    lateness,
    payments,
    shipping,
    tracking,
    webhooks,
)
from checkout.claims import deadlines, fidelity
from checkout.couriers import port as couriers
from checkout.couriers.biteship import Biteship
from checkout.couriers.rajaongkir import RajaOngkir
from checkout.invoices import commission, credit_notes, issuing
from checkout.stripe_gateway import StripeGateway
from checkout.transfers import imports as transfer_imports
from checkout.transfers import waits
from checkout.views import cart, checkout, delivery, invoices, orders, parcels, paying, stripe, transfers
from checkout.views import claims as claim_pages
from checkout.views import order_changes as change_pages
from shop import accounts, preparing
from shop.config import Settings
from shop.views import health


def attach(app: Flask) -> None:
    """Register everything the checkout has."""
    settings: Settings = app.config["KRIYA"]
    stripe_gateway = StripeGateway(settings)
    app.extensions[gateway.EXTENSION] = {gateway.STRIPE: stripe_gateway}
    preparing.before_fork(app, stripe_gateway.prepare)
    app.extensions[couriers.EXTENSION] = couriers_of(settings)
    for room in (cart, checkout, delivery, invoices, orders, parcels, paying, stripe, transfers):
        app.register_blueprint(room.blueprint)
    for command in (cli.orders, cli.payouts, cli.reconcile, cli.invoices, cli.rate_tables):
        app.cli.add_command(command)
    app.register_blueprint(claim_pages.blueprint)
    app.register_blueprint(change_pages.blueprint)
    with app.app_context():
        health.add_check("payments", PaymentsCheck())
    if carts.merge not in accounts.on_sign_in:
        accounts.on_sign_in.append(carts.merge)


def couriers_of(settings: Settings) -> couriers.CourierRates | None:
    """Give the aggregator that a key is set for."""
    base, timeout = settings.courier_api_base, float(settings.courier_timeout)
    if settings.rajaongkir_key:
        return RajaOngkir(settings.rajaongkir_key, base=base, timeout=timeout)
    if settings.biteship_key:
        return Biteship(settings.biteship_key, base=base, timeout=timeout)
    return None


class PaymentsCheck:
    """Says on /readyz whether the gateway answers; asks it at most twice a minute, whoever asks us."""

    def __init__(self) -> None:
        self._asked = -60.0
        self._problem = ""

    def __call__(self) -> str:
        """Give what is missing."""
        if time.monotonic() - self._asked > 30:
            self._problem = "" if gateway.current().healthy() else "the payment service does not answer"
            self._asked = time.monotonic()
        return self._problem


PROMISED = (
    changing_payment.close_pages,
    lateness.remind,
    payments.expire_due,
    payments.reconcile,
    shipping.complete_by_time,
    tracking.ask_couriers,
    transfer_imports.match_all,
    transfer_imports.tend,
    waits.remind,
    webhooks.handle,
)
"""Named here so that the worker knows them: importing their modules registers them."""
CHANGES = (calling_off.grant_unanswered,)
PAPERS = (issuing.issue, credit_notes.issue, commission.write_last_month)
"""The same for invoices."""
CLAIMS = (deadlines.look, fidelity.count_one, fidelity.count_all)
"""The same for claims."""
