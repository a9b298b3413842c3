"""F4 in short: Redis is away. The long form, with real processes, is `tests.drills.redis_faults`."""

import time
from contextlib import suppress

import pytest
from celery.beat import SchedulingError
from redis.exceptions import RedisError

from accounts import tasks
from config import clock as clocks
from config.cache import Forgiving, Strict
from config.celery import app
from tests.sink import DeadPort

PATIENCE = {"OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}}


@pytest.fixture
def nowhere():
    with DeadPort() as port:
        return f"redis://127.0.0.1:{port}/1"


def test_without_redis_a_process_counts_on_its_own(nowhere):
    cache = Forgiving(nowhere, PATIENCE)
    began = time.monotonic()

    cache.set("guesses", 1)
    cache.incr("guesses")

    assert (cache.get("guesses"), cache.get("others", "none")) == (2, "none")
    assert cache.get_many(["guesses", "others"]) == {"guesses": 2}
    assert time.monotonic() - began < 1


def test_what_is_no_value_of_ours_is_no_value(nowhere, monkeypatch):
    cache = Strict(nowhere, PATIENCE)
    monkeypatch.setattr(
        cache._cache, "get", lambda key, default: cache._cache._serializer.loads(b"\x80rubbish")
    )

    assert cache.get("tick", "none") == "none"
    assert cache.get_many(["tick"]) == {}


def test_who_watches_us_hears_that_redis_is_away(nowhere):
    with pytest.raises(RedisError):
        Strict(nowhere, PATIENCE).get("tick")


class Entry:
    name, task = "send-deliveries", "accounts.send_deliveries"


def ring(monkeypatch, clock_class):
    """Ring where the broker takes nothing; return what was done at once."""
    done = []
    monkeypatch.setattr(tasks.send_deliveries, "run", lambda: done.append(Entry.name))

    def refuse(self, entry, **_):
        raise SchedulingError("the broker is away")

    monkeypatch.setattr(clocks.PersistentScheduler, "apply_async", refuse)
    clock = clock_class(app, lazy=True)
    with suppress(SchedulingError):
        clock.apply_async(Entry())
        clock._at_work[Entry.name].join(5)
    return done


def test_the_clock_does_itself_what_the_broker_does_not_take(monkeypatch):
    monkeypatch.setattr(clocks.connections, "close_all", lambda: None)

    assert ring(monkeypatch, clocks.Clock) == ["send-deliveries"]


def test_celerys_own_clock_would_not(monkeypatch):
    assert ring(monkeypatch, clocks.PersistentScheduler) == []
