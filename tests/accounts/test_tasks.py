from collections import Counter
from contextlib import closing, suppress
from datetime import timedelta

import psycopg2
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import InterfaceError, OperationalError, connection
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lets_go", [True, False])
def test_a_worker_whose_database_died_goes_on_where_it_lets_go_of_the_connection(lets_go, monkeypatch):
    """F8 in short: the long form, with a server that dies, is `tests.drills.postgres_restart`."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that dies")
    queue(*range(6))
    hand_over = EmailBackend.send_messages

    def cut_at_the_third(backend, messages):
        sent = hand_over(backend, messages)
        if len(mail.outbox) == 3:
            cut(connection)
        return sent

    monkeypatch.setattr(EmailBackend, "send_messages", cut_at_the_third)
    with pytest.MonkeyPatch.context() as control:
        if not lets_go:  # either of the two is enough: ours before each message, and Django's
            control.setattr(tasks, "renew_connection", lambda: None)
            control.setattr(connection, "close", lambda: None)
        for hours in range(2):  # a worker is asked again and again, and tells the errors of a round
            with suppress(OperationalError, InterfaceError):
                tasks.send_deliveries.run(at=(NOW + timedelta(hours=hours)).isoformat())
    connection.close()

    if not lets_go:
        assert len(mail.outbox) == 3
        return
    assert len(mail.outbox) == 6
    ran_out = timezone.now() - timedelta(hours=1)
    Delivery.objects.filter(state="data").update(lease_until=ran_out)
    tasks.send_deliveries.run(at=NOW.isoformat())
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    arrived = Counter(message.to[0] for message in mail.outbox)
    assert len(arrived) == 6
    again = Delivery.objects.get(retransmissions=1)  # accepted when it could not be written down any more
    assert (arrived[again.address], arrived.total()) == (2, 7)


def cut(ours) -> None:
    """End the connection from the server's side, as a restart does."""
    with closing(psycopg2.connect(ours.connection.dsn)) as other:
        other.cursor().execute("SELECT pg_terminate_backend(%s)", [ours.connection.info.backend_pid])


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
