from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection

from accounts.models import Delivery, DeliveryState
from accounts.rules.health import FREQUENT_TICKS
from accounts.services import health
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_ticks_noted():
    cache.clear()


def make_delivery(**fields) -> Delivery:
    plain = {
        "key": "test:1",
        "kind": "test",
        "address": "olga@example.com",
        "subject": "Hello",
        "message_id": "<1@example.com>",
        "dated_at": NOW,
        "created_at": NOW,
    }
    return Delivery.objects.create(**plain | fields)


def test_healthz_answers_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_is_ready_before_the_first_tick(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "database": "ok",
        "deliveries": "ok",
        "plan-digests": "unknown",
        "send-deliveries": "unknown",
        "run-jobs": "unknown",
    }


@time_machine.travel(NOW, tick=False)
def test_readyz_is_not_ready_while_a_due_message_waits_too_long(client):
    delivery = make_delivery(due_at=NOW - timedelta(minutes=6))

    assert client.get("/readyz").status_code == 503

    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.SENT)
    assert client.get("/readyz").status_code == 200


@time_machine.travel(NOW, tick=False)
def test_readyz_does_not_mind_a_message_that_is_not_due_yet(client):
    make_delivery(due_at=NOW + timedelta(hours=1))

    assert client.get("/readyz").status_code == 200


def test_readyz_is_not_ready_when_a_tick_stops_coming(client):
    with time_machine.travel(NOW, tick=False):
        health.note_tick(name="run-jobs", now=NOW)
        assert client.get("/readyz").json()["run-jobs"] == "ok"

    with time_machine.travel(NOW + timedelta(minutes=4), tick=False):
        response = client.get("/readyz")

    assert (response.status_code, response.json()["run-jobs"]) == (503, "late")


def test_readyz_says_so_when_the_database_is_down(client, monkeypatch):
    def refused(*arguments):
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refused)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": "down"})


def test_readyz_asks_the_database_once(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/readyz")


def test_only_reading_is_allowed(client):
    assert client.post("/healthz").status_code == 405


def test_the_ticks_watched_are_in_the_beat_schedule():
    assert set(FREQUENT_TICKS) <= set(settings.CELERY_BEAT_SCHEDULE)
