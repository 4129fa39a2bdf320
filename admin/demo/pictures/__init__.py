"""The drawn photographs of the demonstration marketplace: product views, makers at work, and landscapes."""

from admin.demo.pictures.land import place
from admin.demo.pictures.people import portrait
from admin.demo.pictures.stage import draw
from admin.demo.pictures.subject import Form, Subject, View

__all__ = ["Form", "Subject", "View", "draw", "place", "portrait"]
