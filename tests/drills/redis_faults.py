"""F4: Redis is stopped, killed, frozen, emptied, full, filled with nonsense, and gone for good.

    python -m tests.drills.redis_faults [--seconds 15] [--only gone,full] [--control]

Web server, worker and clock run as docker-compose.yml starts them, over a Redis of our own. While each fault
lasts, mail falls due and an administrator uses pages that nudge a worker and that count wrong sign-ins. The
control runs Celery's own clock in place of ours, and Redis goes for good: nothing may be sent then.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from itertools import count
from statistics import median
from typing import Any

from scripts.services import free_port
from tests.drills import outbox
from tests.drills.product import Product, running

EXTRA = 1.0  # seconds that a page may take longer
AFTER, ALONE = 30, 60  # seconds: sent after Redis is back; sent without it, after falling due
AT_ONCE, EACH_SECOND = 30, 2
SIGN_IN_EVERY = 5  # rounds: fifty wrong ones from one address in an hour are all that is let in
QUEUES = ("celery", "_kombu.binding.celery", "_kombu.binding.celeryev")
UNACKED = ("unacked", "unacked_index", "unacked_mutex")
HEALED = ("frozen", "stopped", "killed", "emptied", "full", "cut off")  # the others stay broken


class Redis:
    """A server that can be broken in every way."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="throughline-redis-")
        self.port = free_port()
        self.start()

    def start(self) -> None:
        listen = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder]
        command = [
            "redis-server",
            *listen,
            "--save",
            "",
            "--appendonly",
            "no",
            "--maxmemory-policy",
            "noeviction",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.do("PING").strip() != "PONG":
            time.sleep(0.05)

    def do(self, *words: str) -> str:
        command = ["redis-cli", "-p", str(self.port), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, number: int) -> str:
        return f"redis://127.0.0.1:{self.port}/{number}"

    def begin(self, fault: str) -> None:
        match fault:
            case "frozen":
                self.process.send_signal(signal.SIGSTOP)
            case "stopped" | "gone":
                self.do("SHUTDOWN", "NOSAVE")
                self.process.wait()
            case "killed":
                self.kill()
                self.start()
            case "full":
                self.do("CONFIG", "SET", "maxmemory", "1")

    def during(self, fault: str) -> None:
        match fault:
            case "emptied":
                self.do("FLUSHALL")
            case "cut off":
                self.do("CLIENT", "KILL", "TYPE", "normal")
            case "nonsense":
                for database in ("0", "1"):
                    found = self.do("-n", database, "KEYS", "*").split()
                    for key in {*found, *(QUEUES + UNACKED if database == "0" else ())}:
                        self.do("-n", database, "SET", key, "\x80rubbish")

    def heal(self, fault: str) -> None:
        match fault:
            case "frozen":
                self.process.send_signal(signal.SIGCONT)
            case "stopped":
                self.start()
            case "full":
                self.do("CONFIG", "SET", "maxmemory", "0")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=15, help="how long each fault lasts")
    parser.add_argument("--only", default="", help="these faults, by name, with commas between")
    parser.add_argument("--control", action="store_true", help="Celery's own clock")
    wanted = parser.parse_args()
    faults = wanted.only.split(",") if wanted.only else [*HEALED, "nonsense", "gone"]
    if wanted.control:
        faults = ["gone"]
    redis = Redis()
    os.environ["BROKER_URL"] = redis.url(0)
    os.environ["CACHE_URL"] = redis.url(1)
    try:
        with outbox.world(patient=True, tables=False) as post:
            report = drill(post, redis, faults, wanted.seconds, control=wanted.control)
    finally:
        redis.end()
    print(json.dumps(report, indent=2))
    return 0 if all(not one["wrong"] for one in report.values()) else 1


def drill(
    post: outbox.Post, redis: Redis, faults: list[str], seconds: int, *, control: bool
) -> dict[str, dict[str, Any]]:
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    report = {}
    with running(settings.EMAIL_PORT) as product:
        product.sign_in()
        product.start_web()
        product.start_worker()
        product.start_clock(*(("--scheduler", "celery.beat:PersistentScheduler") if control else ()))
        outbox.queue_some(0, AT_ONCE)
        wait_until_sent(ALONE)
        assert post.how_many() == AT_ONCE, f"It does not even run: nothing within {ALONE} s."
        asked = [ask(product) for _ in range(7)]
        usual = {name: median(one[name] for one in asked) for name in asked[0]}
        queued = AT_ONCE
        for fault in faults:
            queued, found = one(product, redis, fault, seconds, queued)
            found["usual page"] = {name: round(took, 2) for name, took in usual.items()}
            found |= arrived(post)
            found["ended"] = sorted(set(product.processes) - set(product.pids()))
            found["wrong"] = wrong(found, fault, usual)
            report[fault] = found
            print(fault, found, flush=True, file=sys.stderr)
            if fault == "nonsense":  # as whoever finds it there would do
                redis.do("FLUSHALL")
            if "worker" in found["ended"]:  # as docker-compose.yml would do
                product.start_worker()
    return report


def ask(product: Product, *, sign_in: bool = True) -> dict[str, float]:
    """Use the pages that lean on Redis. Statuses that are wrong are told by an endless time."""
    nudge = product.post("/settings/test-mail/")
    found = {"nudge": nudge[1] if nudge[0] == 302 else 100.0 + nudge[0]}
    if sign_in:
        who = f"login=nobody{time.monotonic_ns()}%40example.com&password=wrong"
        failed = product.post("/sign-in/login/", who, signed_in=False)
        found["sign-in"] = failed[1] if failed[0] == 200 else 100.0 + failed[0]
    return found


def one(product: Product, redis: Redis, fault: str, seconds: int, queued: int) -> tuple[int, dict[str, Any]]:
    pages: dict[str, list[float]] = {}
    redis.begin(fault)
    began = time.monotonic()
    first = queued
    outbox.queue_some(queued, queued + AT_ONCE)
    queued += AT_ONCE
    rounds = count()
    while time.monotonic() < began + seconds:
        redis.during(fault)
        outbox.queue_some(queued, queued + EACH_SECOND)
        queued += EACH_SECOND
        for name, took in ask(product, sign_in=next(rounds) % SIGN_IN_EVERY == 0).items():
            pages.setdefault(name, []).append(took)
        time.sleep(0.4)
    redis.heal(fault)
    healed = time.monotonic()
    wait_until_sent(ALONE + 20)
    return queued, {
        "slowest page": {name: round(max(took), 2) for name, took in pages.items()},
        "sent after it was over": round(time.monotonic() - healed, 1),
        "sent after due, at most": latest(first),
        "waiting": waiting(),
    }


def wrong(found: dict[str, Any], fault: str, usual: dict[str, float]) -> list[str]:
    said = [f"slow: {name}" for name, took in found["slowest page"].items() if took > usual[name] + EXTRA]
    if fault in HEALED and found["sent after it was over"] > AFTER:
        said.append("late after it was over")
    if fault not in HEALED and found["sent after due, at most"] > ALONE:
        said.append("late")
    if found["ended"] and fault != "nonsense":  # on nonsense Celery's worker ends
        said.append("ended")
    return said + (["lost"] if found["lost"] or found["waiting"] or found["again"] else [])


def ours() -> Any:
    from accounts.models import Delivery

    return Delivery.objects.filter(kind="drill")


def waiting() -> int:
    from django.db import connection

    count = int(ours().exclude(state="sent").count())
    connection.close()
    return count


def latest(first: int) -> float:
    """How long a message waited at most, of those from number `first` on."""
    from django.db import connection

    rows = ours().filter(sent_at__isnull=False).order_by("pk").values_list("sent_at", "created_at")
    took = [(sent - due).total_seconds() for sent, due in rows[first:]]
    connection.close()
    return round(max(took, default=0.0), 1)


def arrived(post: outbox.Post) -> dict[str, int]:
    from django.db import connection

    wanted = set(ours().values_list("message_id", flat=True))
    connection.close()
    here = [(id, times) for (id, _), times in post.accepted().items() if id in wanted]
    return {"lost": len(wanted) - len({id for id, _ in here}), "again": sum(n for _, n in here) - len(wanted)}


def wait_until_sent(seconds: float) -> None:
    until = time.monotonic() + seconds
    while waiting() and time.monotonic() < until:
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
