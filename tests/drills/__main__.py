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
    ("lives", ("--lives", "250"), 0),
)
# Without a database, or on a cluster of their own.
ONCE = (
    ("digest_days", (), 0),
    ("digest_days", ("--cases", "1000", "--control"), 1),
    ("postgres_restart", (), 0),
    ("postgres_restart", ("--control",), 1),
)
LONGEST = 15 * 60  # of one drill
IN_ALL = 60 * 60  # on two cores


def main(wanted: list[str]) -> int:
    given = os.environ.get("DATABASE_URL", "")
    databases = ("", given) if given.startswith("postgres") else ("",)
    drills = [(database, drill) for database in databases for drill in DRILLS]
    drills += [(databases[-1], drill) for drill in ONCE]
    failed, started = [], time.monotonic()
    for database, (name, arguments, right) in drills:
        if wanted and not name.startswith(tuple(wanted)):
            continue
        said = " ".join([name, *arguments, "on", "PostgreSQL" if database else "SQLite"])
        began = time.monotonic()
        passed = code_of(name, arguments, database) == right
        if not passed:
            failed.append(said)
        took = round(time.monotonic() - began)
        print(f"{'passed' if passed else 'FAILED'}: {said} ({took} s)\n", flush=True)
    total = round(time.monotonic() - started)
    if total > IN_ALL:
        failed.append(f"to end within {IN_ALL} s")
    print(f"{len(failed)} failed, {total} s: {'; '.join(failed)}" if failed else f"All passed, {total} s")
    return 1 if failed else 0


def code_of(name: str, arguments: tuple[str, ...], database: str) -> int | None:
    """Run one drill to its end; None where it took too long."""
    command = [sys.executable, "-m", f"tests.drills.{name}", *arguments]
    try:
        return subprocess.run(
            command, env={**os.environ, "DATABASE_URL": database}, timeout=LONGEST
        ).returncode
    except subprocess.TimeoutExpired:
        print(f"It took more than {LONGEST} s.")
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
