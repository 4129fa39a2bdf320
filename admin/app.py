"""Attaches the back rooms to the application: studio, desk, and the commands over all areas."""

from flask import Flask


def attach(_app: Flask) -> None:
    """Register the blueprints and commands of the back rooms."""
