"""The clock: it rings through the broker, and does the work itself where the broker takes no ring.

Without it, mail that is due would wait until somebody has brought Redis back. What is due stands in rows
under unique keys and leases, so doing it here while a worker does it too is harmless.
"""

import logging
import threading
import time
from typing import Any

from celery.beat import PersistentScheduler, SchedulingError
from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)

GRACE_SECONDS = 20  # to finish what is at hand when we are told to stop


class Clock(PersistentScheduler):
    # Celery would keep one connection, and wait for a broker that is away before it looks at the time again.
    producer = None  # type: ignore[assignment]

    def __init__(self, *given: Any, **named: Any) -> None:
        self._at_work: dict[str, threading.Thread] = {}
        super().__init__(*given, **named)

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **named: Any) -> Any:
        try:
            with self.app.connection_for_write(transport_options=settings.BROKER_IN_A_HURRY) as connection:
                producer = self.app.amqp.Producer(connection, auto_declare=False)
                return super().apply_async(entry, producer=producer, advance=advance, **named)
        except SchedulingError as error:
            logger.warning("The broker takes no ring (%s); the clock does %s itself", error, entry.name)
            self._do_here(entry)
            return None

    def _do_here(self, entry: Any) -> None:
        """Each in a thread of its own, so that a long one holds up no other; none beside itself."""
        before = self._at_work.get(entry.name)
        if before is None or not before.is_alive():
            work = threading.Thread(target=self._work, args=(entry,), name=entry.name, daemon=True)
            self._at_work[entry.name] = work
            work.start()

    def _work(self, entry: Any) -> None:
        try:
            self.app.tasks[entry.task].run()
        except Exception:
            logger.exception("Unable to do %s; the next ring tries again", entry.name)
        finally:
            connections.close_all()

    def close(self) -> None:
        until = time.monotonic() + GRACE_SECONDS
        for work in self._at_work.values():
            work.join(max(0.0, until - time.monotonic()))
        super().close()
