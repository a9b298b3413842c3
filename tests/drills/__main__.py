"""`make drill`: every drill, one after the other. Each is bounded in time and ends by itself.

python -m tests.drills              all of them, on SQLite and, where DATABASE_URL names one, PostgreSQL
python -m tests.drills outbox       those whose name begins so
"""

import os
import subprocess
import sys
import time

# Module, arguments, and the exit code that is right: a control must fail.
DRILLS = (
    ("outbox_points", (), 0),
    ("outbox_kills", ("--kills", "1000", "--rows", "7000"), 0),
    ("outbox_kills", ("--kills", "100", "--control"), 1),
    ("outbox_kills", ("--kills", "0", "--senders", "8"), 0),
    ("planners", ("--people", "20"), 0),
    ("planners", ("--people", "20", "--rounds", "2", "--control"), 1),
    ("smtp_faults", (), 0),
    ("smtp_faults", ("--each", "3", "--control"), 1),
    ("clock_stopped", (), 0),
    ("clock_stopped", ("--people", "20", "--control"), 1),
    ("packets", ("--rounds", "20"), 0),
    ("packets", ("--rounds", "1", "--control"), 1),
    ("redis_faults", (), 0),
    ("redis_faults", ("--control",), 1),
    ("lives", (), 0),
    ("digest_days", (), 0),
    ("digest_days", ("--cases", "1000", "--control"), 1),
)
# On a cluster of their own, whichever database is asked for: once is enough.
ONCE = (
    ("postgres_restart", (), 0),
    ("postgres_restart", ("--control",), 1),
)
LONGEST = 40 * 60


def main(wanted: list[str]) -> int:
    given = os.environ.get("DATABASE_URL", "")
    failed, started = 0, time.monotonic()
    for url in ("sqlite", given) if given.startswith("postgres") else ("sqlite",):
        for name, arguments, right in DRILLS + (ONCE if url != "sqlite" else ()):
            if wanted and not name.startswith(tuple(wanted)):
                continue
            env = {**os.environ, "DATABASE_URL": "" if url == "sqlite" else url}
            began = time.monotonic()
            command = [sys.executable, "-m", f"tests.drills.{name}", *arguments]
            code = subprocess.run(command, env=env, timeout=LONGEST).returncode
            passed = code == right
            failed += not passed
            took = round(time.monotonic() - began)
            print(
                f"{'passed' if passed else 'FAILED'}: {' '.join([name, *arguments])} ({took} s)\n", flush=True
            )
    total = round(time.monotonic() - started)
    print(f"{failed} failed, {total} s" if failed else f"All drills passed, {total} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
