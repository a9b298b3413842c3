"""Run the whole suite: on SQLite, then on PostgreSQL with a real Redis and Chromium.

    python scripts/test.py [--sqlite | --postgres] [pytest arguments]

What this machine cannot have is left out, with a line that says so.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.install import apt  # noqa: E402
from scripts.services import services  # noqa: E402

SUMMARY = ROOT / "var" / "test-summary.txt"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    def found() -> str | None:
        return next((path for path in map(shutil.which, CHROMIUM) if path), None)

    return found() or (found() if apt(["chromium", "fonts-dejavu-core"]) else None)


def suite(title: str, arguments: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run pytest; return its exit code and its closing line."""
    print(f"\n=== {title}\n", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    closing = ""
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        if re.search(r"\d+ (passed|failed|error|skipped|deselected)|no tests ran", line):
            closing = line.strip().strip("= ")
    return process.wait(), closing


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    arguments = sys.argv[1:]
    only = next((name for name in ("--sqlite", "--postgres") if name in arguments), None)
    rest = [argument for argument in arguments if argument != only]
    base = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "TEST_REDIS_URL")
    }
    results: dict[str, tuple[int, str]] = {}
    began = time.monotonic()

    if only != "--postgres":
        results["SQLite"] = suite("SQLite", ["-m", "not browser and not redis", *rest], base)
    if only != "--sqlite":
        browser = chromium()
        if browser is None:
            print("Without browser tests: Chromium is not installed (Debian: apt-get install chromium)")
        with services() as found:
            unmet = [
                name
                for name, there in (("browser", browser), ("redis", found.get("TEST_REDIS_URL")))
                if not there
            ]
            if "DATABASE_URL" in found:
                marks = ["-m", " and ".join(f"not {name}" for name in unmet)] if unmet else []
                environment = base | found | {"TEST_CHROMIUM": browser or ""}
                results["PostgreSQL"] = suite("PostgreSQL and Redis", [*marks, *rest], environment)

    lines = [f"{name}: {closing}" for name, (code, closing) in results.items()]
    print(f"\n=== Both, in {time.monotonic() - began:.0f} s\n" if len(lines) == 2 else "\n=== Result\n")
    print("\n".join(lines), flush=True)
    SUMMARY.parent.mkdir(exist_ok=True)
    SUMMARY.write_text(totals(closing for code, closing in results.values()) + "\n")
    print(SUMMARY.read_text(), end="", flush=True)
    # 5: no test was collected, which is right for one half of a run such as `-m browser`.
    codes = {code for code, closing in results.values()}
    return 0 if 0 in codes and codes <= {0, 5} else max(codes, default=1)


def totals(closings: object) -> str:
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for closing in closings:  # type: ignore[attr-defined]
        for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", closing):
            counts["failed" if word.startswith("error") else word] += int(number)
    return f"total: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"


if __name__ == "__main__":
    sys.exit(main())
