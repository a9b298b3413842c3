import os

from config.celery import app as celery_app

# Database, logs and mails hold what clients said: what we write, the machine's other users do not read.
os.umask(os.umask(0o077) | 0o027)

__all__ = ["celery_app"]
