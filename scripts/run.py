"""Run the whole product on this machine: web server, worker and clock, until Ctrl-C.

make run                  the demo company on http://localhost:8000
make run PORT=9000        another port
make run DEMO=0           an empty company; make its first sign-in with the command that is printed
make run VAR_DIR=/path    keep database, files and logs there instead of in var/
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
PORT = os.environ.get("PORT") or "8000"
DEMO = (os.environ.get("DEMO") or "1").lower() not in ("0", "false", "no", "off")
ADDRESS = f"http://localhost:{PORT}"
PATIENCE = 60  # seconds to become healthy
GRACE = 25  # seconds to finish what is under way; the worker's own soft shutdown takes up to 20


class Stop(Exception):
    """Somebody asked for an end: Ctrl-C, a closed terminal, or `kill`."""


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    os.umask(os.umask(0o077) | 0o027)  # logs name people and clients: none of other users' business
    refuse_taken_port()
    alone = refuse_second_run()
    (VAR / "site_url").write_text(f"{ADDRESS}\n")
    terminal = take_terminal()
    parts: dict[str, subprocess.Popen[bytes]] = {}
    code = 0
    try:
        prepare()
        parts["web"] = start("web", *web())
        parts["worker"] = start("worker", *worker())
        wait_until_healthy(parts)
        greet()
        code = watch(parts)
    except Stop:
        print("\nStopping …", flush=True)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end(parts)
        give_terminal_back(terminal)
        alone.close()
    print("Stopped." if code == 0 else "Stopped, because a part ended by itself.", flush=True)
    sys.exit(code)


def stop(number: int, frame: object) -> NoReturn:
    raise Stop


def refuse_taken_port() -> None:
    if not PORT.isdecimal() or not 1 <= int(PORT) <= 65535:
        sys.exit(f"PORT={PORT} is not a port number. Choose one between 1 and 65535: make run PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(PORT)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                sys.exit(
                    f"Port {PORT} is taken by another program. Choose another: make run PORT={int(PORT) + 1}"
                )
            sys.exit(f"Port {PORT} cannot be used ({error.strerror}). Choose another: make run PORT=8001")


def refuse_second_run() -> IO[str]:
    """Two workers and two clocks on one folder would do everything twice. Return the lock that we hold."""
    try:
        VAR.mkdir(mode=0o750, parents=True, exist_ok=True)
        lock = (VAR / "running").open("a+")
    except OSError as error:
        sys.exit(f"VAR_DIR={VAR} cannot be used ({error.strerror}). Name a folder that you may write to.")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        sys.exit(
            f"The company in {VAR} runs already, at {lock.read().strip() or 'another port'}. "
            "Stop it first, or choose another folder, which is another company: make run VAR_DIR=/some/folder"
        )
    lock.truncate(0)
    lock.write(f"{ADDRESS}\n")
    lock.flush()
    return lock


def settings() -> dict[str, str]:
    """The environment of every part: this machine only, without HTTPS, with the real static files."""
    return os.environ | {
        "VAR_DIR": str(VAR),
        "HTTPS": "0",
        "DEBUG": "0",
        "DEMO": "1" if DEMO else "0",
        "SITE_URL": ADDRESS,
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "PYTHONUNBUFFERED": "1",
    }


def prepare() -> None:
    arguments = ["--demo"] if DEMO else []
    done = subprocess.run([PYTHON, "manage.py", "prepare", *arguments], cwd=ROOT, env=settings(), check=False)
    if done.returncode != 0:
        sys.exit("Preparing the database failed; see above.")


def web() -> list[str]:
    bind = ["--bind", f"127.0.0.1:{PORT}"]
    return [
        "-m",
        "gunicorn",
        "config.wsgi",
        *bind,
        "--workers",
        "2",
        "--access-logfile",
        "-",
        "--logger-class",
        "config.logs.AccessLog",
        "--no-control-socket",
        "--graceful-timeout",
        "10",
    ]


def worker() -> list[str]:
    return ["-m", "celery", "-A", "config", "worker", "-B", "-P", "threads", "-c", "4", "--loglevel", "INFO"]


def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start one part in a process group of its own, so that Ctrl-C reaches it only through us."""
    with log(name).open("ab") as output:
        return subprocess.Popen(
            [PYTHON, *arguments],
            cwd=ROOT,
            env=settings(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=end_with_parent,
        )


def log(name: str) -> Path:
    folder = VAR / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def end_with_parent() -> None:
    """Have this child told to stop even when we are killed without a chance to do it; on Linux only."""
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def wait_until_healthy(parts: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for name, part in parts.items():
            if part.poll() is not None:
                fail(name, parts)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    fail("web", parts)


def fail(name: str, parts: dict[str, subprocess.Popen[bytes]]) -> NoReturn:
    end(parts)
    tail(log(name).open("rb"))
    sys.exit(f"The {name} did not start. Its last words are above; all of them are in {log(name)}")


def tail(file: IO[bytes], lines: int = 25) -> None:
    with file:
        print(b"\n".join(file.read().splitlines()[-lines:]).decode(errors="replace"))


def greet() -> None:
    print(f"\n  Throughline runs at {ADDRESS}\n", flush=True)
    sign_ins = VAR / "demo-sign-ins.txt"
    if DEMO and sign_ins.exists():
        print(sign_ins.read_text(), flush=True)
    elif not DEMO:
        print("  The first sign-in of an empty company is made by this command:")
        print(f"  {manage()} create_admin --email you@example.com --name 'Your Name'")
        print(f"  No mail leaves this machine: mails are files in {VAR / 'mail'}\n")
    print(f"  Logs are in {VAR / 'log'}. Ctrl-C stops everything.\n", flush=True)


def manage() -> str:
    """How to give this very company a command by hand."""
    command = ".venv/bin/python manage.py"
    return command if VAR == ROOT / "var" else f"VAR_DIR={shlex.quote(str(VAR))} {command}"


def watch(parts: dict[str, subprocess.Popen[bytes]]) -> int:
    """Wait until somebody stops us, or a part dies. Return the exit code."""
    while True:
        for name, part in parts.items():
            if part.poll() is not None:
                tail(log(name).open("rb"))
                print(f"The {name} ended by itself with code {part.returncode}; see {log(name)}", flush=True)
                return 1
        time.sleep(0.5)


def end(parts: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask every part to finish, wait for it, then clear away whatever is left of its group."""
    for part in parts.values():
        if part.poll() is None:
            part.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for part in parts.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            part.wait(timeout=max(0.1, deadline - time.monotonic()))
    for part in parts.values():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(part.pid, signal.SIGKILL)
        part.wait()
    parts.clear()


def take_terminal() -> int | None:
    """Become the terminal's foreground group, so that Ctrl-C ends us in order and `make` quietly after."""
    if not sys.stdin.isatty():
        return None
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # Ctrl-Z would stop us where no shell can see it
    before = os.tcgetpgrp(0)
    try:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpgid(0))
    except OSError:
        return None
    return before


def give_terminal_back(group: int | None) -> None:
    if group is not None:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(0, group)


if __name__ == "__main__":
    main()
