"""WSGI entry point for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# What is loaded by now stays for good: the collector need not walk through it again, which would hold up
# a request for a tenth of a second every few dozen. A page makes thousands of objects, none in cycles.
gc.freeze()
gc.set_threshold(10_000, 20, 20)
