"""Do once what the clock would start, without broker, worker or beat."""

import contextlib
import logging
import signal
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts.tasks import renew_connection

logger = logging.getLogger(__name__)

LONGEST_REST = timedelta(hours=1)


class Command(BaseCommand):
    help = (
        "Run every tick once: write digests, send mail, run jobs, purge. With --every, again and again "
        "until stopped, in place of Celery. With --at, as if it were that moment: for trials."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", default="", help="an instant such as 2027-03-02T08:00:00+02:00")
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS", help="repeat until stopped")

    def handle(self, *, at: str, every: int, **options: Any) -> None:
        if at and every:
            raise CommandError("--at names one moment; --every goes with the clock.")
        if not 0 <= every <= LONGEST_REST.total_seconds():
            raise CommandError("--every takes 1 to 3600 seconds.")
        if not every:
            self.tick(_instant(at), nightly=True)
            return
        with _until_asked_to_stop() as stopped:
            night = None
            while not stopped.is_set():
                today = timezone.localdate()
                try:
                    renew_connection()
                    self.tick("", nightly=night != today)
                    night = today
                except (InterfaceError, OperationalError):
                    logger.exception("The database is away; the next round tries again")
                    connection.close()
                stopped.wait(every)

    def tick(self, at: str, *, nightly: bool) -> None:
        current_app.loader.import_default_modules()
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
            if not nightly and not isinstance(entry["schedule"], float):
                continue
            done = current_app.tasks[str(entry["task"])].run(at=at)
            said = ", ".join(f"{key} {count}" for key, count in (done or {}).items() if count)
            self.stdout.write(f"{name}: {said or 'nothing to report'}")


@contextlib.contextmanager
def _until_asked_to_stop() -> Iterator[threading.Event]:
    """An event that is set by SIGTERM and by Ctrl-C, so that what is at hand is finished first."""
    stopped = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _instant(at: str) -> str:
    """`at` checked: a moment needs to say in which zone. Raises CommandError."""
    try:
        moment = datetime.fromisoformat(at) if at else None
    except ValueError:
        raise CommandError(f"--at is no instant: {at}. Write 2027-03-02T08:00:00+02:00.") from None
    if moment is not None and moment.tzinfo is None:
        raise CommandError("--at needs an offset, such as +02:00 or Z at its end.")
    return at
