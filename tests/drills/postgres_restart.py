"""F8: PostgreSQL dies at once and comes back, under senders that work and pages that are asked for.

    python -m tests.drills.postgres_restart [--restarts 3] [--mails 400] [--control]

A cluster of our own, `pg_ctl restart -m immediate`. In the control the sender never lets go of a broken
connection: it must send nothing after the restart. Both ways to let go are taken away there, because either
is enough: ours before each message (`accounts.tasks.renew_connection`) and Django's after a transaction
that cannot be rolled back.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.services import free_port, program, run, server_user
from tests.drills import outbox
from tests.drills.product import Product, running

RECOVERED = 5.0  # seconds after it takes connections again
LEASE, SMTP = 12.0, 2.0
PAGE = "/settings/"


class Cluster:
    """A PostgreSQL that can be told to die."""

    def __init__(self, folder: Path) -> None:
        self._log, self._data, self.port = folder / "log", folder / "data", free_port()
        self._become = server_user(folder)
        run([*self._become, program("initdb"), "-D", self._data, "-U", "postgres", "-A", "trust", "-N"])
        # What was committed must be there after it died. The machine does not die, so no fsync.
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._options = f"{options} -c unix_socket_directories={folder}"
        self.control("start")

    def control(self, what: str, *more: str) -> None:
        command = [*self._become, program("pg_ctl"), what, "-w", "-D", self._data, "-l", self._log, *more]
        given = [str(word) for word in command]
        if what != "stop":
            given += ["-o", self._options]
        # Not `run`: the server would keep its pipe open.
        subprocess.run(given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", check=True)


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="throughline-postgres-"))
    server = Cluster(folder)
    try:
        yield server
    finally:
        server.control("stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--restarts", type=int, default=3)
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--control", action="store_true")
    wanted = parser.parse_args()
    if program("initdb") is None:
        print("PostgreSQL is not installed")
        return 2
    with cluster() as server:
        os.environ["DATABASE_URL"] = f"postgres://postgres@127.0.0.1:{server.port}/drill"
        with outbox.world(slow=0.02, tables=False) as post:
            report = drill(post, server, wanted.restarts, wanted.mails, control=wanted.control)
    print(json.dumps(report, indent=2))
    return 1 if report["wrong"] else 0


def drill(post: outbox.Post, server: Cluster, restarts: int, mails: int, *, control: bool) -> dict[str, Any]:
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    settings.DELIVERY_LEASE_SECONDS, settings.DELIVERY_SMTP_SECONDS = LEASE, SMTP
    times = {"DELIVERY_LEASE_SECONDS": str(LEASE), "DELIVERY_SMTP_SECONDS": str(SMTP)}
    outages, queued = [], 0
    with running(settings.EMAIL_PORT, **times) as product:
        product.sign_in()
        product.start_web()
        assert product.get(PAGE)[0] == 200
        looping = outbox.forked(lambda: loop(lets_go=not control))
        if not control:  # what runs without Celery, a loop of its own
            product.start("tick", "manage", "tick", "--every", "1")
        before = product.pids()
        visitor = Visitor(product)
        for _ in range(1 if control else restarts):
            outbox.queue_some(queued, queued + mails)
            queued += mails
            wait_for(post, queued - mails // 2, 60)
            outages.append(outage(post, server))
        settled = wait_for(post, queued, 20 if control else 90)
        time.sleep(1)
        visitor.stop()
        ended = sorted(set(before) - set(product.pids()))
        if os.waitpid(looping, os.WNOHANG)[0]:
            ended.append("loop")
        report = figures(post, queued) | {
            "restarts": len(outages),
            "seconds without it": [round(up - down, 1) for down, up, _ in outages],
            "first mail after it was back": [sent and round(sent - up, 1) for _, up, sent in outages],
            "pages": len(visitor.asked),
            "pages that failed": sum(status != 200 for _, _, status in visitor.asked),
            "pages well after it was back": visitor.recovered(outages),
            "ended": ended,
        }
    report["wrong"] = wrong(report, outages, settled, visitor)
    return report


def loop(*, lets_go: bool) -> None:
    """A sender as a worker runs it, in one process that never starts anew."""
    from django.db import InterfaceError, OperationalError, connection

    from accounts import tasks

    if not lets_go:
        tasks.renew_connection = connection.close = lambda: None
    parent = os.getppid()
    while os.getppid() == parent:
        with contextlib.suppress(InterfaceError, OperationalError):
            tasks.send_deliveries.run()
        time.sleep(0.2)


class Visitor:
    """Asks for a page again and again."""

    def __init__(self, product: Product) -> None:
        self.asked: list[tuple[float, float, int]] = []
        self._product, self._stopped = product, threading.Event()
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._thread.start()

    def _visit(self) -> None:
        while not self._stopped.wait(0.05):
            began = time.monotonic()
            status, took = self._product.get(PAGE)
            self.asked.append((began, began + took, status))

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def recovered(self, outages: list[tuple[float, float, float]]) -> list[float]:
        """Seconds from its return to the end of the last page that failed."""
        found = []
        for number, (down, up, _) in enumerate(outages):
            until = outages[number + 1][0] if number + 1 < len(outages) else float("inf")
            failed = [end for began, end, status in self.asked if status != 200 and down <= end < until]
            found.append(round(max([end - up for end in failed], default=0.0), 1))
        return [max(0.0, one) for one in found]

    def unprovoked(self, outages: list[tuple[float, float, float]]) -> int:
        failed = [(began, end) for began, end, status in self.asked if status != 200]
        return sum(
            not any(end >= down and began <= up + RECOVERED for down, up, _ in outages)
            for began, end in failed
        )


def outage(post: outbox.Post, server: Cluster) -> tuple[float, float, float]:
    """When it died, when it took connections again, and when the next mail arrived (0: never)."""
    down = time.monotonic()
    server.control("restart", "-m", "immediate")
    up = time.monotonic()
    arrived = post.how_many()
    while time.monotonic() < up + 20:
        if post.how_many() > arrived:
            return down, up, time.monotonic()
        time.sleep(0.02)
    return down, up, 0.0


def wait_for(post: outbox.Post, count: int, seconds: float) -> bool:
    from django.db import connection

    from accounts.models import Delivery

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection.close()
        if len(post.accepted()) >= count and (
            count != Delivery.objects.count() or not Delivery.objects.exclude(state="sent").exists()
        ):
            connection.close()
            return True
        time.sleep(0.1)
    connection.close()
    return False


def figures(post: outbox.Post, queued: int) -> dict[str, Any]:
    from django.db.models import Count, Sum

    from accounts.models import Delivery

    arrived = post.accepted()
    wanted = set(Delivery.objects.values_list("message_id", flat=True))
    again = sum(arrived.values()) - len({id for id, _ in arrived})
    return {
        "queued": queued,
        "states": dict(Delivery.objects.values_list("state").annotate(Count("pk")).order_by()),
        "lost": len(wanted - {id for id, _ in arrived}),
        "changed": len(arrived) - len({id for id, _ in arrived}),
        "sent again": again,
        "sent again, counted": Delivery.objects.aggregate(n=Sum("retransmissions"))["n"],
    }


def wrong(
    report: dict[str, Any], outages: list[tuple[float, float, float]], settled: bool, visitor: Visitor
) -> list[str]:
    late = [not sent or sent - up > RECOVERED for _, up, sent in outages]
    found = {
        "mail came late after a restart": any(late),
        "pages came late after a restart": max(report["pages well after it was back"]) > RECOVERED,
        "pages failed without need": visitor.unprovoked(outages) > 0,
        "not settled": not settled,
        "lost": report["lost"] > 0,
        "changed": report["changed"] > 0,
        "uncounted": report["sent again"] > report["sent again, counted"],
        "a process ended": bool(report["ended"]),
    }
    return [what for what, is_so in found.items() if is_so]


if __name__ == "__main__":
    sys.exit(main())
