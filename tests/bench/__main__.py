"""Measure the pages that people open most, as ratios to a floor measured in the same minute.

    python scripts/services.py python -m tests.bench [--accounts 2000 20000] [--rounds 12] [--full]

Needs PostgreSQL at DATABASE_URL, a server on which databases may be created. Blocks of the floor and of a
page take turns on the same gunicorn, and a ratio is that of two blocks that followed each other: so a busy
machine disturbs both alike. The ratio of a page is the median of its rounds; how far they lie apart is
shown beside it. Prints a table and writes var/bench.json.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = 12  # in one block
WARM = 12  # both workers: templates, connections, queries
MOST_RATIO, MOST_GROWTH = 3.0, 1.3  # what is wanted of every page that is measured without --full
Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--full", action="store_true", help="more pages, and three times the rounds")
    wanted = parser.parse_args()
    if "DATABASE_URL" not in os.environ:
        parser.error("DATABASE_URL is not set: `make bench` brings a PostgreSQL of its own")
    rounds = wanted.rounds * (3 if wanted.full else 1)
    results = {}
    for accounts in wanted.accounts:
        results[accounts] = measure(accounts, rounds=rounds, full=wanted.full)
        show(accounts, results[accounts])
    growth = compare(results)
    out = ROOT / "var" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"sizes": results, "growth": growth}, indent=2))
    print(f"\nwritten to {out.relative_to(ROOT)}")


def environment(database: str) -> dict[str, str]:
    var = ROOT / "var" / "bench"
    var.mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "DATABASE_URL": database,
        "CONN_MAX_AGE": "600",
        "HTTPS": "0",
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "for-measuring-only-" * 4,
        "VAR_DIR": str(var),
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "dummymail://",
        "LOG_LEVEL": "ERROR",
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }


def measure(accounts: int, *, rounds: int, full: bool) -> Figures:
    env = environment(f"{os.environ['DATABASE_URL']}_{accounts}")
    pages = seeded(accounts, env, full=full)
    floor = pages.pop("floor")
    floors: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in pages}
    ratios: dict[str, list[float]] = {name: [] for name in pages}
    loads = [os.getloadavg()[0]]
    with serving(env) as port, closing(psycopg2.connect(env["DATABASE_URL"])) as database:
        database.autocommit = True
        sizes = {name: [fetch(port, page)[1] for _ in range(WARM)][-1] for name, page in pages.items()}
        for _ in range(rounds):
            for name, page in pages.items():
                before = [fetch(port, floor)[0] for _ in range(REQUESTS)]
                block = []
                for _ in range(REQUESTS):
                    change(database, page)
                    block.append(fetch(port, page)[0])
                floors += before
                times[name] += block
                ratios[name].append(statistics.median(block) / statistics.median(before))
            loads.append(os.getloadavg()[0])
    return {
        "load": round(statistics.mean(loads), 1),
        "floor": spread(floors),
        "pages": {
            name: {
                **spread(times[name]),
                "ratio": round(statistics.median(ratios[name]), 2),
                "ratios": [round(ratio, 2) for ratio in sorted(ratios[name])],
                "kilobytes": round(sizes[name] / 1024, 1),
            }
            for name in pages
        },
    }


def spread(times: list[float]) -> Figures:
    return {
        "median_ms": round(statistics.median(times) * 1000, 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[18] * 1000, 2),
        "requests": len(times),
    }


def seeded(accounts: int, env: dict[str, str], *, full: bool) -> dict[str, list[str]]:
    """Make a database of that size. Returns the pages to measure by name, as address and session."""
    started = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.prepare", str(accounts), *(["--full"] if full else [])]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    print(f"{accounts} accounts seeded in {time.monotonic() - started:.0f} s", flush=True)
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def serving(env: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "tests.bench.wsgi:application", "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    with subprocess.Popen(command, cwd=ROOT, env=env) as server:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.2)
            yield port
        finally:
            server.terminate()


def change(database: Any, page: list[str]) -> None:
    """What is to be done before each view of that page, if anything: its third part, in SQL."""
    if len(page) > 2:
        with database.cursor() as cursor:
            cursor.execute(page[2])


def fetch(port: int, page: list[str]) -> tuple[float, int]:
    """Fetch one page as one person. Returns seconds and bytes; raises when the page is not a 200."""
    path, session = page[:2]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": f"session={session}", "Host": "localhost"})
    answer = connection.getresponse()
    body = answer.read()
    taken = time.perf_counter() - begun
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return taken, len(body)


def show(accounts: int, figures: Figures) -> None:
    print(f"\n{accounts} accounts, one in ten in a plan; load average {figures['load']}")
    print(f"{'page':32}{'median ms':>11}{'p95 ms':>9}{'x floor':>9}{'middle half':>14}{'KB':>8}")
    print(f"{'floor':32}{figures['floor']['median_ms']:>11}{figures['floor']['p95_ms']:>9}{1:>9}")
    for name, page in figures["pages"].items():
        low, _middle, high = statistics.quantiles(page["ratios"], n=4)
        print(
            f"{name:32}{page['median_ms']:>11}{page['p95_ms']:>9}{page['ratio']:>9}"
            f"{f'{low:.2f} - {high:.2f}':>14}{page['kilobytes']:>8}{mark(page['ratio'], MOST_RATIO)}"
        )
    sys.stdout.flush()


def compare(results: dict[int, Figures]) -> dict[str, float]:
    """How much the ratios grow from the smallest company to the largest."""
    small, large = results[min(results)]["pages"], results[max(results)]["pages"]
    if len(results) == 1:
        return {}
    print(f"\ngrowth of the ratio from {min(results)} to {max(results)} accounts")
    growth = {name: round(large[name]["ratio"] / small[name]["ratio"], 2) for name in small}
    for name, factor in growth.items():
        print(f"{name:32}{factor:>11}{mark(factor, MOST_GROWTH)}")
    return growth


def mark(figure: float, most: float) -> str:
    return f"  over {most}" if figure > most else ""


if __name__ == "__main__":
    main()
