"""What the clock and a nudge start. Tasks carry nothing: rows say what is to be done."""

import logging
import time
from collections import Counter
from datetime import datetime

from celery import Task, current_app, shared_task
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.rules.deliveries import Answer
from accounts.services import audit, deliveries, jobs
from accounts.services.health import note_tick
from accounts.services.smtp import post_office

logger = logging.getLogger(__name__)

# A round ends before the next tick begins; what is left is the next one's.
ROUND_SECONDS = 25


def moment(at: str) -> datetime:
    """The moment that a tick works for: the one it was given (ISO 8601, with offset), else the present."""
    return datetime.fromisoformat(at) if at else timezone.now()


def renew_connection() -> None:
    """Let go of a connection that broke: a loop would never notice that the database was restarted."""
    if not connection.in_atomic_block:  # in somebody's transaction it would end that
        close_old_connections()


@shared_task(name="accounts.send_deliveries")
def send_deliveries(*, at: str = "", **_future: object) -> dict[str, int]:
    """Send what is due. Any number of these at once are harmless: each row is leased to one sender."""
    note_tick(name="send-deliveries", now=timezone.now())
    until = time.monotonic() + ROUND_SECONDS
    answers: Counter[str] = Counter()
    with post_office() as post:
        while time.monotonic() < until:
            renew_connection()
            answer = deliveries.send_next(post=post, clock=lambda: moment(at))
            if answer is None:
                break
            answers[answer] += 1
            if answer == Answer.UNREACHABLE:  # the others would fare no better now
                break
    return dict(answers)


@shared_task(name="accounts.purge")
def purge(*, at: str = "", **_future: object) -> dict[str, int]:
    """Nightly: forget settled messages and dead sessions, chain the audit record."""
    now = moment(at)
    forgotten = deliveries.purge(now=now)
    sealed = 0
    while count := audit.seal(now=now):
        sealed += count
    SessionStore.clear_expired()
    return {"deliveries": forgotten, "sealed": sealed}


@shared_task(name="accounts.run_jobs")
def run_jobs(**_future: object) -> None:
    """Run every job that waits. Twice at once is harmless: each job is leased to one worker.

    Celery renews a broken database connection before each task, so after a restart of the database the
    next tick goes on.
    """
    note_tick(name="run-jobs", now=timezone.now())
    handlers = {kind: import_string(path) for kind, path in settings.JOB_HANDLERS.items()}
    while jobs.run_next(handlers=handlers, clock=timezone.now):
        pass


def wake_jobs() -> None:
    """Nudge a worker, so that nobody waits for the next tick. Without a broker the tick must do."""
    _nudge(run_jobs)


def wake_sender() -> None:
    """The same for mail that somebody is waiting for."""
    _nudge(send_deliveries)


def _nudge(task: Task) -> None:
    """On a connection of its own, which waits for nothing: a page must not hang on a broker that does."""
    try:
        with current_app.connection_for_write(transport_options=settings.BROKER_IN_A_HURRY) as broker:
            task.apply_async(expires=60, retry=False, connection=broker)  # type: ignore[call-arg]
    except Exception:  # whatever the broker is, its failure is no failure of the request
        logger.warning("The broker did not take a nudge; %s must wait for the next tick", task.name)
