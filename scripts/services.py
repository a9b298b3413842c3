"""A PostgreSQL and a Redis of our own for as long as one command runs, on free ports of this machine.

    python scripts/services.py COMMAND ...

runs COMMAND with DATABASE_URL and TEST_REDIS_URL pointing at them. Servers that already run on the
machine are left alone, and nothing of ours is left behind. What cannot be had is left out, with a line
that says so.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

if __package__ is None or __package__ == "":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.install import apt

DATABASE = "throughline"
# Nobody pulls the plug on a test: committed rows may wait in memory.
SPEED = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]


class Unavailable(Exception):
    """A service that cannot be had here. Says why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str | None:
    """Where a PostgreSQL program is; Debian keeps the server's out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    for folder in reversed(versions):
        if (folder / name).exists():
            return str(folder / name)
    return shutil.which(name)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A throw-away PostgreSQL cluster; yields the URL of an empty database in it. Raises Unavailable."""
    if program("initdb") is None:
        apt(["postgresql"])
    initdb, server, createdb = program("initdb"), program("postgres"), program("createdb")
    if initdb is None or server is None or createdb is None:
        raise Unavailable("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # Not under var/: the server's user must be able to walk there, and socket paths are short.
    folder = Path(tempfile.mkdtemp(prefix="throughline-postgres-"))
    become = server_user(folder)
    port = free_port()
    data, log = folder / "data", folder / "log"
    process = None
    try:
        run(
            [
                *become,
                initdb,
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ]
        )
        options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *SPEED]
        with log.open("wb") as output:
            command = [
                *become,
                server,
                "-D",
                str(data),
                *(word for option in options for word in ("-c", option)),
            ]
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        wait_for_port(port, process, log)
        connect = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
        for attempt in range(50):
            done = subprocess.run([createdb, *connect, DATABASE], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                break
            if attempt == 49:
                raise Unavailable(f"PostgreSQL did not get ready: {done.stderr.strip()}")
            time.sleep(0.2)
        yield f"postgres://postgres@127.0.0.1:{port}/{DATABASE}"
    finally:
        if process is not None:
            finish(process, signal.SIGINT)  # "fast": ends the sessions that are still open
        shutil.rmtree(folder, ignore_errors=True)


def server_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give the folder to somebody else and return how to become them."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    raise Unavailable("PostgreSQL does not run as root, and there is no user to run it as")


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A throw-away Redis; yields its URL. Raises Unavailable."""
    if shutil.which("redis-server") is None:
        apt(["redis-server"])
    server = shutil.which("redis-server")
    if server is None:
        raise Unavailable("Redis is not installed (Debian: apt-get install redis-server)")
    folder = Path(tempfile.mkdtemp(prefix="throughline-redis-"))
    port = free_port()
    log = folder / "log"
    process = None
    try:
        with log.open("wb") as output:
            listen = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
            process = subprocess.Popen(
                [server, *listen, "--save", "", "--appendonly", "no"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_for_port(port, process, log)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        if process is not None:
            finish(process, signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[object]) -> None:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, cwd="/", check=False
    )
    if done.returncode != 0:
        raise Unavailable(f"{Path(str(command[-1])).name}: {(done.stderr or done.stdout).strip()}")


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Unavailable(f"a server did not start: {log.read_text(errors='replace')[-500:].strip()}")


def finish(process: subprocess.Popen[bytes], number: int) -> None:
    process.send_signal(number)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """Whatever can be had of both, as environment variables."""
    with contextlib.ExitStack() as stack:
        found = {}
        for name, variable, service in (
            ("PostgreSQL", "DATABASE_URL", postgres),
            ("Redis", "TEST_REDIS_URL", redis),
        ):
            try:
                found[variable] = stack.enter_context(service())
            except Unavailable as error:
                print(f"Without {name}: {error}", flush=True)
        yield found


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    with services() as found:
        return subprocess.run(sys.argv[1:], env=os.environ | found, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
