"""Background work: ask for it, lease it to one worker, and say how it ended.

The row is the truth. A worker holds a job by its token until its lease runs out; then another may take
it over, and whatever the first one still writes changes nothing.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import Job, JobState, Person
from accounts.rendering.text import translate
from accounts.rules.text import LINE_LENGTH, Message, gettext_noop
from accounts.selectors.organisation import organisation

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)  # longer than any one step of a job; `heartbeat` extends it
MOST_ATTEMPTS = 3  # workers that may die of one job before it is given up
LOOKED_AT = 20  # candidates tried in one claim, should others be faster

BROKEN = gettext_noop("Something went wrong on our side. Try again, or ask your administrator.")
POISON = gettext_noop(
    "This was tried several times and stopped the worker each time. Ask your administrator."
)


class JobFailed(Exception):
    """A handler's way to say why the work cannot be done, to the person who asked."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


class LeaseLost(Exception):
    """The job was cancelled, or another worker has taken it over: write nothing more."""


class Handler(Protocol):
    def __call__(self, *, job: Job, by: Person, now: datetime) -> dict[str, Any]: ...


@transaction.atomic
def request(*, kind: str, key: str, params: dict[str, Any], by: Person, now: datetime) -> Job:
    """Ask for work. An identical request that is still open, by `key`, is returned instead.

    The key names what is asked and, since a job is seen by its asker alone, who asks.
    """
    if job := _open_with(key):
        return job
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, key=key, params=params, by=by, created_at=now)
    except IntegrityError:
        job = _open_with(key)
        if job is None:
            raise
        return job


@transaction.atomic
def cancel(*, job: Job, by: Person, now: datetime) -> Job:
    """Stop a job that has not ended. A worker that runs it notices when it next writes."""
    _unended(job).update(state=JobState.CANCELLED, finished_at=now, token=None, lease_until=None)
    job.refresh_from_db()
    return job


def retry(*, job: Job, by: Person, now: datetime) -> Job:
    """Ask again for what failed or was cancelled; the old row stays as it ended."""
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        return job
    return request(kind=job.kind, key=job.key, params=job.params, by=by, now=now)


def claim(*, now: datetime) -> Job | None:
    """Lease the oldest job that waits or whose worker is gone. None: nothing to do.

    A conditional update decides between workers, on every database alike.
    """
    waiting = Job.objects.claimable(now).order_by("created_at", "pk")
    for pk, state, attempts in waiting.values_list("pk", "state", "attempts")[:LOOKED_AT]:
        untouched = Job.objects.filter(pk=pk, state=state, attempts=attempts)
        if attempts >= MOST_ATTEMPTS:
            with_reason = {"state": JobState.FAILED, "finished_at": now, "token": None, "lease_until": None}
            if untouched.update(**with_reason):
                logger.error("Job %s stopped its worker %s times", pk, attempts)
                _say(Job.objects.select_related("by").get(pk=pk), Message(POISON))
            continue
        leased = untouched.update(
            state=JobState.RUNNING,
            token=uuid.uuid4(),
            lease_until=now + LEASE,
            attempts=attempts + 1,
            done=0,
        )
        if leased:
            return Job.objects.select_related("by").get(pk=pk)
    return None


def heartbeat(*, job: Job, now: datetime, done: int | None = None, total: int | None = None) -> None:
    """Keep the lease and show progress. Raises LeaseLost when the job is no longer this worker's."""
    changes: dict[str, Any] = {"lease_until": now + LEASE}
    if done is not None:
        changes["done"] = done
    if total is not None:
        changes["total"] = total
    if not _held(job).update(**changes):
        raise LeaseLost
    for name, value in changes.items():
        setattr(job, name, value)


def finish(*, job: Job, result: dict[str, Any], now: datetime) -> None:
    """The work is done. Raises LeaseLost."""
    ended = {"state": JobState.DONE, "result": result, "done": job.total, "finished_at": now}
    if not _held(job).update(**ended, lease_until=None):
        raise LeaseLost


def fail(*, job: Job, reason: Message, now: datetime) -> None:
    """The work cannot be done, and why. Raises LeaseLost."""
    if not _held(job).update(state=JobState.FAILED, finished_at=now, lease_until=None):
        raise LeaseLost
    _say(job, reason)


def run_next(*, handlers: Mapping[str, Handler], clock: Callable[[], datetime]) -> Job | None:
    """Run one job to its end, whatever that is. Returns it, or None when there was nothing to do."""
    job = claim(now=clock())
    if job is None:
        return None
    try:
        result = handlers[job.kind](job=job, by=job.by, now=clock())
        finish(job=job, result=result, now=clock())
    except LeaseLost:
        logger.info("Job %s is no longer ours", job.pk)
    except JobFailed as failure:
        _fail_if_held(job, failure.reason, clock)
    except Exception:
        logger.exception("Job %s broke", job.pk)
        _fail_if_held(job, Message(BROKEN), clock)
    job.refresh_from_db()
    return job


def _fail_if_held(job: Job, reason: Message, clock: Callable[[], datetime]) -> None:
    try:
        fail(job=job, reason=reason, now=clock())
    except LeaseLost:
        logger.info("Job %s is no longer ours", job.pk)


def _say(job: Job, reason: Message) -> None:
    """Keep the reason in the asker's words: whoever reads it later is that person."""
    with translation.override(job.by.language or organisation().language):
        Job.objects.filter(pk=job.pk).update(reason=translate(reason)[:LINE_LENGTH])


def _open_with(key: str) -> Job | None:
    return Job.objects.filter(key=key, state__in=(JobState.QUEUED, JobState.RUNNING)).first()


def _unended(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state__in=(JobState.QUEUED, JobState.RUNNING))


def _held(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, token=job.token, state=JobState.RUNNING)
