"""Run the whole suite: on SQLite, on PostgreSQL with a real Redis, and in Chromium.

    python scripts/test.py [--sqlite | --postgres] [pytest arguments]

The three parts run side by side, each with a database of its own. What touches no database runs once, on
SQLite's side. What this machine cannot have is left out, with a line that says so.
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
from typing import NamedTuple, TextIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.install import apt  # noqa: E402
from scripts.services import services  # noqa: E402

SUMMARY = ROOT / "var" / "test-summary.txt"
RUNNING: list[subprocess.Popen[str]] = []
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


class Part(NamedTuple):
    """One run of pytest: which marks its tests have, and what its environment has besides ours."""

    marks: list[str]
    environment: dict[str, str]


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


def parts(found: dict[str, str], only: str | None, asked: str) -> dict[str, Part]:
    """What runs side by side, by name. `asked` narrows each part, as pytest's own -m does."""
    chosen: dict[str, Part] = {}
    if only != "--postgres":
        chosen["SQLite"] = Part(["not browser", "not redis"], {})
    if "DATABASE_URL" in found:
        marks = ["not browser"]
        if "TEST_REDIS_URL" not in found:
            marks.append("not redis")
        if only is None:
            marks.append("not no_database")
        chosen["PostgreSQL"] = Part(marks, found)
        if browser := chromium():
            chosen["Chromium"] = Part(["browser"], apart(found) | {"TEST_CHROMIUM": browser})
        else:
            print("Without browser tests: Chromium is not installed (Debian: apt-get install chromium)")
    if asked:
        for part in chosen.values():
            part.marks.append(f"({asked})")
    return chosen


def apart(found: dict[str, str]) -> dict[str, str]:
    """The same servers, with a database and a broker that no other part touches."""
    others = {"DATABASE_URL": f"{found['DATABASE_URL']}_browser"}
    if "TEST_REDIS_URL" in found:
        others["TEST_REDIS_URL"] = f"{found['TEST_REDIS_URL'].rpartition('/')[0]}/1"
    return others


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    arguments = sys.argv[1:]
    if shutil.which("pdftoppm") is None:  # a second opinion on what our PDFs look like
        apt(["poppler-utils"])
    if shutil.which("khal") is None:  # a calendar program that reads our calendars back
        apt(["khal"])
    only = next((name for name in ("--sqlite", "--postgres") if name in arguments), None)
    rest = [argument for argument in arguments if argument != only]
    marks = ""
    if "-m" in rest:
        place = rest.index("-m")
        marks = " ".join(rest[place + 1 : place + 2])
        del rest[place : place + 2]
    servers = ("DATABASE_URL", "TEST_REDIS_URL")
    base = {name: value for name, value in os.environ.items() if name not in servers}
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        found = {} if only == "--sqlite" else stack.enter_context(services())
        results = side_by_side(parts(found, only, marks), rest, base)
    minutes = f"{time.monotonic() - began:.0f} s"
    print(f"\n=== Result, after {minutes}\n")
    for name, (_code, closing) in results.items():
        print(f"{name}: {closing}")
    SUMMARY.parent.mkdir(exist_ok=True)
    SUMMARY.write_text(totals(closing for code, closing in results.values()) + "\n")
    print(SUMMARY.read_text(), end="", flush=True)
    # 5: no test was collected, which is right for one part of a run such as `make test ARGS=tests/journeys`.
    codes = {code for code, closing in results.values()}
    return 0 if 0 in codes and codes <= {0, 5} else max(codes, default=1) or 1


def side_by_side(
    chosen: dict[str, Part], rest: list[str], base: dict[str, str]
) -> dict[str, tuple[int, str]]:
    """Run the parts at once. What one says is shown as it says it, what the others say when they are done."""
    shown = "PostgreSQL" if "PostgreSQL" in chosen else "SQLite"
    with ThreadPoolExecutor() as pool, contextlib.ExitStack() as leaving:
        leaving.callback(end)
        running = {}
        for name, part in chosen.items():
            said = sys.stdout if name == shown else leaving.enter_context(tempfile.TemporaryFile("w+"))
            print(f"\n=== {name}\n", file=said, flush=True)
            arguments = ["-m", " and ".join(part.marks), *rest]
            running[name] = (pool.submit(suite, arguments, base | part.environment, said), said)
        results = {}
        for name, (run, said) in running.items():
            results[name] = run.result()
            if said is not sys.stdout:
                said.seek(0)
                print(said.read(), flush=True)
    return results


def end() -> None:
    """However we leave, no part is left working: the pool would wait for it."""
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
