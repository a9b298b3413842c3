"""`make run`: it starts everything, says where, and leaves nothing behind."""

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from scripts.services import free_port

ROOT = Path(settings.BASE_DIR)
# It brings its own SQLite, so the run on PostgreSQL would only repeat it.
pytestmark = pytest.mark.skipif(
    os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="runs once, with the tests on SQLite"
)
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"  # compressing takes longer than the rest


@pytest.fixture
def start(tmp_path):
    """Start the product in a folder of its own; whatever is left at the end is killed."""
    started = []

    def run(port: int, **variables: str) -> subprocess.Popen[str]:
        environment = os.environ | {
            "VAR_DIR": str(tmp_path / "var"),
            "ENV_FILE": os.devnull,
            "DATABASE_URL": "",
            "CACHE_URL": "",
            "EMAIL_URL": "",
            "LOG_LEVEL": "INFO",
            "STATIC_STORAGE": PLAIN,
            "DEMO": "0",
            "PORT": str(port),
        }
        process = subprocess.Popen(
            [sys.executable, "scripts/run.py"],
            cwd=ROOT,
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, f"it ended before it said {words!r}:\n{said}"
        said += line
    return said


def working_in(folder: Path) -> list[int]:
    """Processes whose environment names this folder, alive and not merely waiting to be reaped."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            mine = str(folder).encode() in (entry / "environ").read_bytes()
            dead = (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (OSError, IndexError):
            continue
        if mine and not dead and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


@pytest.mark.slow
def test_it_serves_until_it_is_interrupted_and_leaves_nothing_behind(start, tmp_path):
    port = free_port()
    process = start(port)

    said = read_until(process, "Ctrl-C")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        assert answer.status == 200
    assert len(working_in(tmp_path)) > 3  # negative control: there is something to leave behind
    os.killpg(process.pid, signal.SIGINT)
    rest = process.communicate(timeout=60)[0]

    assert f"http://localhost:{port}" in said
    assert f"VAR_DIR={tmp_path / 'var'} .venv/bin/python manage.py create_admin" in said
    assert (tmp_path / "var" / "site_url").read_text() == f"http://localhost:{port}\n"
    assert {path.stat().st_mode & 0o007 for path in (tmp_path / "var").rglob("*")} == {0}
    assert process.returncode == 0
    assert rest.endswith("Stopped.\n")
    assert working_in(tmp_path) == []


def test_a_second_run_on_the_same_folder_says_so_and_stops(start, tmp_path):
    (tmp_path / "var").mkdir()
    with (tmp_path / "var" / "running").open("w") as lock:
        lock.write("http://localhost:8120\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)

        process = start(free_port())
        said = process.communicate(timeout=20)[0]

    assert process.returncode == 1
    assert f"The company in {tmp_path / 'var'} runs already, at http://localhost:8120" in said
    assert not (tmp_path / "var" / "site_url").exists()


def test_a_folder_that_cannot_be_made_is_named(start):
    process = start(free_port(), VAR_DIR="/proc/nope")

    assert "VAR_DIR=/proc/nope cannot be used" in process.communicate(timeout=20)[0]
    assert process.returncode == 1


@pytest.mark.slow
def test_parts_end_even_when_their_parent_is_killed(start, tmp_path):
    process = start(free_port())
    read_until(process, "Ctrl-C")

    process.kill()
    process.wait()

    deadline = time.monotonic() + 40
    while working_in(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert working_in(tmp_path) == []


@pytest.mark.slow
def test_a_part_that_dies_ends_the_rest_and_says_so(start, tmp_path):
    process = start(free_port())
    read_until(process, "Ctrl-C")
    [web] = [
        pid
        for pid in working_in(tmp_path)
        if "gunicorn" in Path(f"/proc/{pid}/cmdline").read_text()
        and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] == str(process.pid)
    ]

    os.kill(web, signal.SIGTERM)
    said = process.communicate(timeout=60)[0]

    assert process.returncode == 1
    assert re.search("The web ended by itself", said)
    assert working_in(tmp_path) == []


def test_a_port_that_is_taken_is_named_with_what_to_do(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        process = start(port)
        said = process.communicate(timeout=20)[0]

    assert process.returncode == 1
    assert f"Port {port} is taken" in said
    assert "make run PORT=" in said


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(start, port):
    process = start(port)

    assert "is not a port number" in process.communicate(timeout=20)[0]
    assert process.returncode == 1
