"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.memory import leave_out_what_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
leave_out_what_stays()
