"""Attaches the back rooms to the application: studio, desk, and the commands over all areas."""

from flask import Flask

from admin import cli, renewal_letters
from admin.demo import cli as demonstration
from admin.desk import attach as attach_desk
from admin.desk import finance_letter
from admin.studio import attach as attach_studio
from admin.studio import digest


def attach(app: Flask) -> None:
    """Register the blueprints and commands of the back rooms."""
    attach_desk(app)
    attach_studio(app)
    for command in (cli.verify, cli.export, cli.books, demonstration.demo):
        app.cli.add_command(command)


PROMISED = (digest.write_due, finance_letter.write_due, renewal_letters.remind)
"""Named here so that the worker knows them: importing their modules registers them."""
