"""The world of the outbox drills: a database of their own, a mail server in a process of its own, senders
forked from one loaded parent, and SIGKILL.

    python -m tests.drills.outbox_kills --kills 1000
    python -m tests.drills.outbox_points
"""

import contextlib
import hashlib
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import tests.environment  # noqa: F401  the same settings as every test
from tests.sink import Received, Sink

LEASE_SECONDS, SMTP_SECONDS = 2.0, 1.0
PATIENCE = 60  # times as long where nobody is killed: a lease that ran out would only tell of a slow machine


@contextlib.contextmanager
def world(slow: float = 0, *, patient: bool = False, tables: bool = True) -> Iterator["Post"]:
    """Set up Django on a database that is made for this drill and dropped after it; start the mail server.

    `tables`: those of the outbox, and no others. Without them the caller migrates.
    """
    with tempfile.TemporaryDirectory(prefix="throughline-drill-") as folder, _database(Path(folder)):
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["VAR_DIR"] = folder
        import django

        django.setup()
        from django.conf import settings

        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        lease, smtp = (seconds * (PATIENCE if patient else 1) for seconds in (LEASE_SECONDS, SMTP_SECONDS))
        settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", smtp
        settings.DELIVERY_LEASE_SECONDS, settings.DELIVERY_SMTP_SECONDS = lease, smtp
        if tables:
            _make_tables()
        post = Post(Path(folder) / "accepted", slow)
        settings.EMAIL_PORT = post.start()
        try:
            yield post
        finally:
            _end_all()
            post.stop()
            from django.db import connection

            connection.close()


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[None]:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/drill.sqlite3"
        yield
        return
    import psycopg2

    parts = urlsplit(url)
    name = f"{parts.path[1:]}_drill_{os.getpid()}"

    def order(command: str) -> None:  # a connection for each: a drill may restart the server between them
        with contextlib.closing(psycopg2.connect(parts._replace(path="/postgres").geturl())) as admin:
            admin.autocommit = True
            admin.cursor().execute(command)

    order(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = parts._replace(path=f"/{name}").geturl()
    try:
        yield
    finally:
        order(f'DROP DATABASE "{name}" WITH (FORCE)')


def _make_tables() -> None:
    """Only what the outbox needs: migrating everything would take longer than the drill."""
    from django.db import connection

    from accounts.models import ChatEndpoint, Delivery, Organisation, Person, Team

    with connection.schema_editor() as editor:
        for model in (Organisation, Team, Person, ChatEndpoint, Delivery):
            editor.create_model(model)
    connection.close()  # nobody may inherit it


class Post:
    """The mail server's process, and the file in which it writes down what it accepted."""

    def __init__(self, log: Path, slow: float) -> None:
        self._log, self._slow = log, slow
        log.touch()

    def start(self) -> int:
        """Start; return the port."""
        told, tell = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            with contextlib.suppress(KeyboardInterrupt):
                self._serve(tell)
            os._exit(0)
        os.close(tell)
        return int(os.read(told, 20))

    def _serve(self, tell: int) -> None:
        log = os.open(self._log, os.O_WRONLY | os.O_APPEND)

        def keep(received: Received) -> None:
            line = f"{received.message_id} {hashlib.sha256(received.content).hexdigest()}\n"
            os.write(log, line.encode())

        with Sink(keep=keep, slow=self._slow) as sink:
            os.write(tell, str(sink.port).encode())
            parent = os.getppid()
            while os.getppid() == parent:  # never outlive the drill
                time.sleep(0.2)

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def accepted(self) -> Counter[tuple[str, str]]:
        """How often each (Message-ID, hash of the bytes) was accepted."""
        return Counter(tuple(line.split()) for line in self._log.read_text().splitlines())  # type: ignore[misc]

    def how_many(self) -> int:
        return self._log.read_bytes().count(b"\n")


_children: set[int] = set()


def _end_all() -> None:
    """However the drill ends, nobody is left working."""
    for pid in _children:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            if os.waitpid(pid, os.WNOHANG) == (0, 0):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def forked(work: Callable[[], None]) -> int:
    """Run `work` in a child; return its process id. The caller holds no database connection."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _children.add(pid)
    return pid


def send_until_empty(clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """A sender: sends until every row is settled."""
    from accounts.services import deliveries
    from accounts.services.smtp import post_office

    with post_office() as post:
        while deliveries.send_next(post=post, clock=clock) is not None or work_left():
            pass


def work_left() -> bool:
    """Whether anything waits, and the drill still runs; after a rest, so that idle senders leave room."""
    from accounts.models import Delivery

    time.sleep(0.01)
    return os.getppid() != 1 and Delivery.objects.filter(state__in=("queued", "leased", "data")).exists()


def queue_some(first: int, last: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from accounts.documents.deliveries import Outgoing
    from accounts.services import deliveries

    new = deliveries.queue_many(
        [
            Outgoing(
                key=f"drill:{number}",
                kind="drill",
                person_id=None,
                address=f"person{number}@example.com",
                subject=f"Message {number}",
                text=f"This is message {number}.\n",
                html=f"<p>This is message {number}.</p>",
            )
            for number in range(first, last)
        ],
        now=timezone.now(),
    )
    assert new == last - first
    connection.close()
