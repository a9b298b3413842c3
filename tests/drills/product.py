"""The product as it is installed for people to rely on: web server, worker and clock, each a process.

For the drills that break what those processes lean on. Call it inside `outbox.world(tables=False)`.
"""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.services import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds to start
PASSWORD = "a-drill-needs-one-too"


class Product:
    """The running processes, and somebody who uses them."""

    def __init__(self, mail_port: int, **environment: str) -> None:
        self.port = free_port()
        site = f"http://localhost:{self.port}"
        self._environment = os.environ | {
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "SITE_URL": site,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "LOG_LEVEL": "INFO",
            **environment,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._cookies = ""

    def start(self, name: str, *command: str) -> None:
        with self.log(name).open("ab") as output:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )

    def log(self, name: str) -> Path:
        return Path(os.environ["VAR_DIR"]) / f"{name}.log"

    def start_web(self) -> None:
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--no-control-socket"]
        self.start("web", "gunicorn", "config.wsgi", *bind)
        until = time.monotonic() + PATIENCE
        while self.get("/healthz")[0] != 200:
            if time.monotonic() > until:
                raise SystemExit(self.log("web").read_text()[-2000:])
            time.sleep(0.1)

    def start_worker(self) -> None:
        self.start("worker", "celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "INFO")

    def start_clock(self, *options: str) -> None:
        self.start("beat", "celery", "-A", "config", "beat", "--loglevel", "INFO", *options)

    def sign_in(self) -> None:
        """Be an administrator from now on."""
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.db import connection
        from django.utils import timezone

        from accounts.services import people

        user = people.create_administrator(
            email="ada.admin@example.com", name="Ada Admin", password=PASSWORD, now=timezone.now()
        )
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        connection.close()
        self._cookies = f"session={session.session_key}"

    def get(self, path: str) -> tuple[int, float]:
        return self._ask("GET", path, {}, "")

    def post(self, path: str, body: str = "", *, signed_in: bool = True) -> tuple[int, float]:
        token = "d" * 32
        cookies = f"csrf={token}" + (f"; {self._cookies}" if signed_in else "")
        kind = "application/x-www-form-urlencoded"
        return self._ask("POST", path, {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": kind}, body)

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str) -> tuple[int, float]:
        """The status, 0 for no answer, and how many seconds it took."""
        headers = {"Host": f"localhost:{self.port}", "Cookie": self._cookies} | headers
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        return status, time.monotonic() - began

    def pids(self) -> dict[str, int]:
        return {name: one.pid for name, one in self.processes.items() if one.poll() is None}

    def stop(self) -> None:
        """End all; with KEEP_LOGS=/a/folder what they said is left there."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 8
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, until - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if folder := os.environ.get("KEEP_LOGS"):
            for name in self.processes:
                shutil.copy(self.log(name), folder)


@contextlib.contextmanager
def running(mail_port: int, **environment: str) -> Iterator[Product]:
    product = Product(mail_port, **environment)
    try:
        yield product
    finally:
        product.stop()
