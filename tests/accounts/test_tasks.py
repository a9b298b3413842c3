from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from accounts import tasks
from accounts.documents.deliveries import Outgoing
from accounts.models import Delivery, Job, JobState
from accounts.selectors.health import vital_signs
from accounts.services import deliveries
from tests.factories import NOW, make_person
from tests.sink import DeadPort

RUN_TWICE = ["accounts.run_jobs", "accounts.send_deliveries", "accounts.purge"]

pytestmark = pytest.mark.django_db


def queue(*numbers: int) -> None:
    deliveries.queue_many(
        [
            Outgoing(
                key=f"test:{number}",
                kind="test",
                person_id=None,
                address=f"person{number}@example.com",
                subject=f"Message {number}",
                text="Hello\n",
            )
            for number in numbers
        ],
        now=NOW,
    )


def test_sending_twice_sends_once():
    queue(1, 2)

    first = tasks.send_deliveries.run(at=NOW.isoformat(), from_a_newer_version=True)
    second = tasks.send_deliveries.run(at=NOW.isoformat())

    assert (first, second) == ({"sent": 2}, {})
    assert len(mail.outbox) == 2


def test_without_a_moment_the_present_is_meant():
    queue(1)

    assert tasks.send_deliveries.run() == ({"sent": 1} if timezone.now() > NOW else {})


def test_a_round_ends_where_the_server_cannot_be_reached(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    queue(1, 2, 3)
    with DeadPort() as port:
        settings.EMAIL_PORT = port
        answers = tasks.send_deliveries.run(at=NOW.isoformat())

    assert answers == {"unreachable": 1}
    assert list(Delivery.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 0, 0]


def test_sending_notes_that_the_clock_ticks():
    tasks.send_deliveries.run()

    assert vital_signs(now=timezone.now())["send-deliveries"] == "ok"


def test_purging_twice_purges_once():
    make_person("Olga Ortiz")
    queue(1)
    Delivery.objects.update(state="sent")
    stale = SessionStore()
    stale.set_expiry(-1)
    stale.save()
    later = (NOW + timedelta(days=91)).isoformat()

    first = tasks.purge.run(at=later, from_a_newer_version=True)
    second = tasks.purge.run(at=later)

    assert (first["deliveries"], second["deliveries"], second["sealed"]) == (1, 0, 0)
    assert Session.objects.count() == 0


def add(*, job, by, now):
    return {"sum": sum(job.params["numbers"])}


@pytest.fixture
def handlers(settings):
    settings.JOB_HANDLERS = {"add": f"{__name__}.add"}


def test_run_jobs_does_all_that_waits_and_twice_is_the_same_as_once(cast, handlers):
    for number in range(3):
        Job.objects.create(
            kind="add", key=str(number), params={"numbers": [number, 1]}, by=cast.olga, created_at=NOW
        )

    tasks.run_jobs()
    tasks.run_jobs(unknown_to_this_version=True)

    rows = Job.objects.order_by("pk").values_list("state", "result", "attempts")
    assert list(rows) == [(JobState.DONE, {"sum": number + 1}, 1) for number in range(3)]


def test_a_missing_broker_fails_no_request(monkeypatch, caplog):
    def refuse(**_):
        raise OSError("no broker")

    monkeypatch.setattr(tasks.run_jobs, "apply_async", refuse)

    tasks.wake_jobs()

    assert "wait for the next tick" in caplog.text
