"""The product and, beside it in the same workers, the floor that its pages are measured against."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

product = get_wsgi_application()

from tests.bench.floor import floor_application  # noqa: E402  needs the apps loaded

floor = floor_application()


def application(environ, start_response):
    handler = floor if environ["PATH_INFO"] == "/floor" else product
    return handler(environ, start_response)
