"""The Celery application. Tasks carry ids only; rows hold the truth."""

import os

from celery import Celery, signals

from config.memory import leave_out_what_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("throughline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
signals.worker_process_init.connect(leave_out_what_stays)
signals.worker_ready.connect(leave_out_what_stays)  # where its threads do the work
