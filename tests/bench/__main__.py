"""Measure the pages that people open most, as ratios to a floor measured in the same run.

    python -m tests.bench [--accounts 2000 20000] [--rounds 6] [--requests 25]

Needs PostgreSQL at BENCH_DATABASE_URL (a server on which databases may be created). Floor and pages
take turns in blocks on the same gunicorn, so that a noisy machine disturbs both alike. Prints a
table and writes var/bench.json.
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
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
URL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/throughline_bench")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--requests", type=int, default=25)
    wanted = parser.parse_args()
    results = {}
    for accounts in wanted.accounts:
        results[accounts] = measure(accounts, rounds=wanted.rounds, requests=wanted.requests)
    report(results)


def environment(database: str) -> dict[str, str]:
    var = ROOT / "var" / "bench"
    var.mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "DATABASE_URL": database,
        "HTTPS": "0",
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "for-measuring-only-" * 4,
        "VAR_DIR": str(var),
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "dummymail://",
        "LOG_LEVEL": "ERROR",
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }


def measure(accounts: int, *, rounds: int, requests: int) -> dict[str, dict[str, float]]:
    database = f"{URL}_{accounts}"
    env = environment(database)
    started = time.monotonic()
    seeded = subprocess.run(
        [sys.executable, "-m", "tests.bench.prepare", str(accounts)],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    pages = json.loads(seeded.stdout.splitlines()[-1])
    print(f"{accounts} accounts seeded in {time.monotonic() - started:.0f} s", flush=True)
    times: dict[str, list[float]] = {name: [] for name in pages}
    sizes: dict[str, int] = {}
    with serving(env) as port:
        for name, page in pages.items():  # warm: templates, connections, plans of queries
            for _ in range(6):
                sizes[name] = fetch(port, page)[1]
        for _ in range(rounds):
            for name, page in pages.items():
                if name == "floor":
                    continue
                times["floor"] += [fetch(port, pages["floor"])[0] for _ in range(requests // 2)]
                times[name] += [fetch(port, page)[0] for _ in range(requests)]
    floor = statistics.median(times["floor"])
    return {
        name: {
            "median_ms": round(statistics.median(taken) * 1000, 2),
            "p95_ms": round(statistics.quantiles(taken, n=20)[18] * 1000, 2),
            "ratio": round(statistics.median(taken) / floor, 2),
            "kilobytes": round(sizes[name] / 1024, 1),
            "requests": len(taken),
        }
        for name, taken in times.items()
    }


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


def fetch(port: int, page: list[str]) -> tuple[float, int]:
    """Fetch one page as one person. Returns seconds and bytes; raises when the page is not a 200."""
    path, session = page
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


def report(results: dict[int, dict[str, dict[str, float]]]) -> None:
    sizes = list(results)
    for accounts, pages in results.items():
        print(f"\n{accounts} accounts, one in ten in a plan")
        print(f"{'page':32}{'median ms':>11}{'p95 ms':>9}{'x floor':>9}{'KB':>8}")
        for name, figures in pages.items():
            print(
                f"{name:32}{figures['median_ms']:>11}{figures['p95_ms']:>9}"
                f"{figures['ratio']:>9}{figures['kilobytes']:>8}"
            )
    growth = {}
    if len(sizes) > 1:
        small, large = results[sizes[0]], results[sizes[-1]]
        print(f"\ngrowth of the ratio from {sizes[0]} to {sizes[-1]} accounts")
        for name in small:
            growth[name] = round(large[name]["ratio"] / small[name]["ratio"], 2)
            print(f"{name:32}{growth[name]:>11}")
    out = ROOT / "var" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"pages": results, "growth": growth}, indent=2))
    print(f"\nwritten to {out.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
