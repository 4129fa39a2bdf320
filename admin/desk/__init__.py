"""The council's rooms: queue and verdicts, artisans, orders, sales, shipping rates, history."""

from flask import Flask

from admin.desk import artisans, history, orders, queue, rates, review, sales


def attach(app: Flask) -> None:
    """Register the desk's blueprints."""
    for room in (artisans, history, orders, queue, rates, review, sales):
        app.register_blueprint(room.blueprint)
