"""The composition root: the only module that names all areas. `gunicorn wsgi:app` serves it."""

import admin.app
import catalog.app
import checkout.app
from shop.app import create_app
from shop.config import Settings

AREAS = (catalog.app.attach, checkout.app.attach, admin.app.attach)

app = create_app(Settings.from_env(), AREAS)
