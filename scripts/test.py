"""Run the whole suite: on SQLite, and on PostgreSQL with a real Redis and Chromium.

    python scripts/test.py [--sqlite | --postgres] [pytest arguments]

What touches no database runs once, on SQLite's side. What this machine cannot have is left out, with a
line that says so.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.install import apt  # noqa: E402
from scripts.services import services  # noqa: E402

SUMMARY = ROOT / "var" / "test-summary.txt"
RUNNING: list[subprocess.Popen[str]] = []
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    def found() -> str | None:
        return next((path for path in map(shutil.which, CHROMIUM) if path), None)

    return found() or (found() if apt(["chromium", "fonts-dejavu-core"]) else None)


def suite(arguments: list[str], environment: dict[str, str], said: TextIO) -> tuple[int, str]:
    """Run pytest; return its exit code and its closing line."""
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    RUNNING.append(process)
    closing = "it did not get as far as running tests"
    assert process.stdout is not None
    try:
        for line in process.stdout:
            print(line, end="", file=said, flush=True)
            if re.search(r"\d+ (passed|failed|error|skipped|deselected)|no tests ran", line):
                closing = line.strip().strip("= ")
        return process.wait(), closing
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def on_sqlite(rest: list[str], environment: dict[str, str], said: TextIO) -> tuple[int, str]:
    print("\n=== SQLite\n", file=said, flush=True)
    return suite(["-m", "not browser and not redis", *rest], environment, said)


def on_postgresql(
    rest: list[str], environment: dict[str, str], found: dict[str, str], *, both: bool
) -> tuple[int, str]:
    browser = chromium()
    if browser is None:
        print("Without browser tests: Chromium is not installed (Debian: apt-get install chromium)")
    there = {"browser": browser, "redis": found.get("TEST_REDIS_URL")}
    left_out = [f"not {name}" for name, what in there.items() if not what]
    if both:
        left_out.append("not no_database")
    print("\n=== PostgreSQL and Redis\n", flush=True)
    marks = ["-m", " and ".join(left_out)] if left_out else []
    return suite([*marks, *rest], environment | found | {"TEST_CHROMIUM": browser or ""}, sys.stdout)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    arguments = sys.argv[1:]
    if shutil.which("pdftoppm") is None:  # a second opinion on what our PDFs look like
        apt(["poppler-utils"])
    if shutil.which("khal") is None:  # a calendar program that reads our calendars back
        apt(["khal"])
    only = next((name for name in ("--sqlite", "--postgres") if name in arguments), None)
    rest = [argument for argument in arguments if argument != only]
    servers = ("DATABASE_URL", "TEST_REDIS_URL")
    base = {name: value for name, value in os.environ.items() if name not in servers}
    began = time.monotonic()
    if only == "--sqlite":
        results = {"SQLite": on_sqlite(rest, base, sys.stdout)}
    else:
        results = with_servers(rest, base, both=only is None)
    minutes = f"{time.monotonic() - began:.0f} s"
    print(f"\n=== Result, after {minutes}\n")
    for name, (_code, closing) in results.items():
        print(f"{name}: {closing}")
    SUMMARY.parent.mkdir(exist_ok=True)
    SUMMARY.write_text(totals(closing for code, closing in results.values()) + "\n")
    print(SUMMARY.read_text(), end="", flush=True)
    # 5: no test was collected, which is right for one half of a run such as `-m browser`.
    codes = {code for code, closing in results.values()}
    return 0 if 0 in codes and codes <= {0, 5} else max(codes, default=1) or 1


def with_servers(rest: list[str], base: dict[str, str], *, both: bool) -> dict[str, tuple[int, str]]:
    """The two halves side by side, one on each core; what SQLite's says is shown when both are done."""
    results = {}
    with (
        services() as found,
        tempfile.TemporaryFile("w+") as quiet,
        ThreadPoolExecutor() as pool,
        contextlib.ExitStack() as leaving,
    ):
        leaving.callback(end)
        first = None
        if both and "DATABASE_URL" in found:
            first = pool.submit(on_sqlite, rest, base, quiet)
        elif both:
            results["SQLite"] = on_sqlite(rest, base, sys.stdout)
        if "DATABASE_URL" in found:
            results["PostgreSQL"] = on_postgresql(rest, base, found, both=both)
        if first is not None:
            results["SQLite"] = first.result()
            quiet.seek(0)
            print(quiet.read(), flush=True)
    return results


def end() -> None:
    """However we leave, neither half is left working: the pool would wait for it."""
    for process in RUNNING:
        if process.poll() is None:
            process.kill()


def totals(closings: Iterable[str]) -> str:
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for closing in closings:
        for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", closing):
            counts["failed" if word.startswith("error") else word] += int(number)
    return f"total: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"


if __name__ == "__main__":
    sys.exit(main())
