"""The product and, beside it in the same workers, the floor that its pages are measured against."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config.wsgi import application as product
from tests.bench.floor import floor_application  # needs the apps loaded

floor = floor_application()


def application(environ, start_response):
    handler = floor if environ["PATH_INFO"] == "/floor" else product
    return handler(environ, start_response)
