"""The desk's rooms about tax and invoices, hung in by `admin.desk`."""

from flask import Flask

from admin.desk import invoices, tax, tax_rates, tax_remitting, tax_reports


def attach(app: Flask) -> None:
    """Register their blueprints."""
    for room in (invoices, tax, tax_rates, tax_remitting, tax_reports):
        app.register_blueprint(room.blueprint)
