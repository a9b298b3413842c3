"""The environment that tests run in, set before Django reads it. Loaded by pytest's `-p`."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import time_machine

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE_DATA = Path(os.environ.get("OUTSIDE_DATA", ROOT / ".." / "shared" / "data")).resolve()

os.environ["ENV_FILE"] = os.devnull
os.environ["HTTPS"] = "0"
os.environ["DEBUG"] = "0"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="throughline-tests-")
Path(os.environ["VAR_DIR"], "static").mkdir()
if "TEST_REDIS_URL" in os.environ:  # else Celery's filesystem broker, under VAR_DIR
    os.environ["BROKER_URL"] = os.environ["TEST_REDIS_URL"]
os.environ["CACHE_URL"] = "locmemcache://"
os.environ["EMAIL_URL"] = "memorymail://"
os.environ["STATIC_STORAGE"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
os.environ.setdefault("LOG_LEVEL", "WARNING")

# TEST_CLOCK=2027-03-28T01:30 runs everything as if it were begun then (UTC), in this process.
if at := os.environ.get("TEST_CLOCK"):
    time_machine.travel(datetime.fromisoformat(at).replace(tzinfo=UTC)).start()
