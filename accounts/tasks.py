"""What the clock and a nudge start. Tasks carry nothing: rows say what is to be done."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.services import jobs

logger = logging.getLogger(__name__)


@shared_task(name="accounts.run_jobs")
def run_jobs(**_future: object) -> None:
    """Run every job that waits. Twice at once is harmless: each job is leased to one worker.

    Celery renews a broken database connection before each task, so after a restart of the database the
    next tick goes on.
    """
    handlers = {kind: import_string(path) for kind, path in settings.JOB_HANDLERS.items()}
    while jobs.run_next(handlers=handlers, clock=timezone.now):
        pass


def wake_jobs() -> None:
    """Nudge a worker, so that nobody waits for the next tick. Without a broker the tick must do."""
    try:
        run_jobs.apply_async(expires=60, retry=False)
    except Exception:  # whatever the broker is, its failure is no failure of the request
        logger.warning("The broker did not take a nudge; jobs wait for the next tick")
