"""The database of this installation, saved to and loaded from one file, whichever engine it is."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.models import Delivery, DeliveryState
from accounts.rules.text import Message, gettext_noop

PENDING = (DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.DATA)
# Sign-ins in progress and cached pages: whoever finds a backup must not be able to ride on them.
LEFT_OUT = ("django_session", "usersessions_usersession")


class StoreFailed(Exception):
    """The database could not be saved or loaded. Says why as a `Message`."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def failed(error: object) -> StoreFailed:
    return StoreFailed(
        Message(gettext_noop("The database said: %(error)s"), {"error": " ".join(str(error).split())[:500]})
    )


def left_out() -> set[str]:
    """Tables whose rows a backup does not hold."""
    caches = {cache.get("LOCATION", "") for cache in settings.CACHES.values() if "db." in cache["BACKEND"]}
    return {*LEFT_OUT, *caches}


def kept_tables(names: Iterable[str]) -> list[str]:
    return sorted(set(names) - left_out())


def occupied() -> bool:
    """Whether the database holds people or accounts already. An empty database has no tables yet."""
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in {"accounts_person", "accounts_account", "accounts_user"} & there:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
            if cursor.fetchone():
                return True
    return False


def hold_statement(table: str) -> str:
    """Put what was still to be sent on hold: it may have gone out after the backup was taken."""
    pending = ", ".join(f"'{state.value}'" for state in PENDING)
    return (
        f"UPDATE {table} SET state = '{DeliveryState.HELD.value}', token = NULL, lease_until = NULL "
        f"WHERE state IN ({pending})"
    )


# --- SQLite ---------------------------------------------------------------------------------------


def save_sqlite(path: Path) -> dict[str, int]:
    """A consistent copy while others go on writing. Returns rows by table."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            names = tables_of(copy)
            copy.execute("PRAGMA secure_delete = ON")
            for table in left_out() & set(names):
                copy.execute(f'DELETE FROM "{table}"')
            return counts_of(copy)
    except (sqlite3.Error, DatabaseError) as error:
        raise failed(error) from None


def tables_of(database: sqlite3.Connection) -> list[str]:
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    return [name for (name,) in rows]


def counts_of(database: sqlite3.Connection) -> dict[str, int]:
    return {
        table: database.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]
        for table in kept_tables(tables_of(database))
    }


def inspect_sqlite(path: Path, counts: Mapping[str, int]) -> None:
    """Raises StoreFailed unless the file is a sound database with the rows it should have."""
    try:
        with closing(sqlite3.connect(path)) as database:
            verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
            broken = database.execute("PRAGMA foreign_key_check").fetchone()
            found = counts_of(database)
    except sqlite3.Error as error:
        raise failed(error) from None
    if verdict != "ok" or broken:
        raise failed(verdict if verdict != "ok" else f"foreign key of {broken[0]}")
    if found != dict(counts):
        raise StoreFailed(Message(gettext_noop("The backup's tables do not hold the rows it lists.")))


def load_sqlite(path: Path) -> None:
    """Replace the database in one transaction, with pending deliveries on hold from the first moment."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            copy.execute(hold_statement(Delivery._meta.db_table))
            copy.commit()
            connection.ensure_connection()
            copy.backup(connection.connection)
    except (sqlite3.Error, DatabaseError) as error:
        raise failed(error) from None


# --- PostgreSQL -----------------------------------------------------------------------------------


def save_postgresql(path: Path) -> dict[str, int]:
    """A dump and its counts from one snapshot. Returns rows by table."""
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            counts = {}
            for table in kept_tables(own.introspection.table_names(cursor)):
                cursor.execute(f"SELECT COUNT(*) FROM {own.ops.quote_name(table)}")
                counts[table] = cursor.fetchone()[0]
            without = [f"--exclude-table-data={table}" for table in sorted(left_out())]
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            run("pg_dump", *options, *without, f"--file={path}")
        return counts
    except DatabaseError as error:
        raise failed(error) from None
    finally:
        own.close()


def inspect_postgresql(path: Path, counts: Mapping[str, int]) -> None:
    """Raises StoreFailed unless pg_restore can read the dump and it holds the tables it should."""
    listed = run("pg_restore", "--list", str(path))
    dumped = {line.split()[-2] for line in listed.splitlines() if " TABLE DATA " in line}
    if missing := set(counts) - dumped:
        raise failed(f"no data of {', '.join(sorted(missing))}")
    need("psql")


def load_postgresql(path: Path) -> None:
    """Replace the tables in one transaction, with pending deliveries on hold before it commits."""
    connection.close()
    read = [
        need("pg_restore"),
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--file=-",
        str(path),
    ]
    write = [
        need("psql"),
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
    ]
    with (
        subprocess.Popen(read, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader,
        subprocess.Popen(
            write,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=postgresql_environment(connection),
        ) as writer,
    ):
        assert reader.stdout is not None
        assert reader.stderr is not None
        assert writer.stdin is not None
        assert writer.stderr is not None
        try:
            writer.stdin.write(b"SET lock_timeout = '60s';\nSET client_min_messages = warning;\n")
            shutil.copyfileobj(reader.stdout, writer.stdin)
            if reader.wait() != 0:
                writer.kill()  # before it sees the end of its input, which would commit half of it
                raise failed(reader.stderr.read().decode(errors="replace"))
            writer.stdin.write(f"\n{hold_statement(f'public.{Delivery._meta.db_table}')};\n".encode())
            writer.stdin.close()
        except BrokenPipeError:  # psql gave up; it says why below
            reader.kill()
            with suppress(BrokenPipeError):
                writer.stdin.close()
        said = writer.stderr.read().decode(errors="replace")
        if writer.wait() != 0:
            raise failed(said)


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise StoreFailed(
            Message(
                gettext_noop("%(program)s is missing. Debian: apt-get install postgresql-client"),
                {"program": program},
            )
        )
    return found


def run(program: str, *arguments: str) -> str:
    environment = postgresql_environment(connection)
    done = subprocess.run(
        [need(program), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise failed(done.stderr)
    return done.stdout


def postgresql_environment(database: BaseDatabaseWrapper) -> dict[str, str]:
    """How PostgreSQL's own programs reach the database: by variables, so that no password shows in `ps`."""
    names = {
        "dbname": "PGDATABASE",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "host": "PGHOST",
        "port": "PGPORT",
    }
    names |= {name: f"PG{name.upper()}" for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")}
    parameters = database.get_connection_params()
    return os.environ | {
        names[key]: str(value) for key, value in parameters.items() if key in names and value
    }
