"""The council's rooms: queue and verdicts, artisans, orders, sales, shipping rates, history."""

from flask import Flask

from admin.desk import sales


def attach(app: Flask) -> None:
    """Register the desk's blueprints."""
    for blueprint in (sales.blueprint,):
        app.register_blueprint(blueprint)
