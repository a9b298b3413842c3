"""Whether what is kept is whole: rows that point nowhere, files that are missing or changed."""

import hashlib
from pathlib import Path

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Team
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.audit import first_broken_seal

CHUNK = 1024 * 1024


def problems() -> list[Message]:
    """Everything wrong with database and media; empty when they are whole. Reads every stored file."""
    if unapplied := unapplied_migrations():
        return unapplied  # what follows needs the tables as they should be
    return [*broken_rows(), *broken_tree(), *broken_record(), *broken_files()]


def unapplied_migrations() -> list[Message]:
    executor = MigrationExecutor(connection)
    return [
        Message(gettext_noop("The migration %(name)s was not applied."), {"name": str(migration)})
        for migration, backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]


def broken_rows() -> list[Message]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            found = [str(line) for (line,) in cursor.fetchall() if line != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            found += [f"{table} {row} -> {other}" for table, row, other, _ in cursor.fetchall()]
        else:
            cursor.execute(
                "SELECT conrelid::regclass || ' ' || conname FROM pg_constraint WHERE NOT convalidated"
            )
            found = [str(line) for (line,) in cursor.fetchall()]
    return [Message(gettext_noop("The database is broken: %(what)s"), {"what": what}) for what in found]


def broken_tree() -> list[Message]:
    wrong = Team.objects.find_problems()
    if not any(wrong):
        return []
    ids = sorted({str(each) for group in wrong for each in group})
    return [Message(gettext_noop("The tree of teams is broken at %(ids)s."), {"ids": ", ".join(ids)})]


def broken_record() -> list[Message]:
    place = first_broken_seal()
    if place is None:
        return []
    return [
        Message(
            gettext_noop("The audit record was changed, or an entry removed, at place %(place)d."),
            {"place": place},
        )
    ]


def broken_files() -> list[Message]:
    """Stored files that rows name: each must be there, and match `<field>_sha256` where there is one."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                found += _broken_files_of(model, field.name)
    return found


def _broken_files_of(model: type[models.Model], name: str) -> list[Message]:
    checksum = f"{name}_sha256"
    has_checksum = any(field.name == checksum for field in model._meta.concrete_fields)
    columns = ["pk", name, *([checksum] if has_checksum else [])]
    found = []
    for pk, stored, *wanted in model._default_manager.exclude(**{name: ""}).values_list(*columns).iterator():
        row = {"row": f"{model._meta.label} {pk}", "file": stored}
        if not default_storage.exists(stored):
            found.append(Message(gettext_noop("%(row)s: the file %(file)s is missing."), row))
        elif wanted and digest(default_storage.path(stored)) != wanted[0]:
            found.append(Message(gettext_noop("%(row)s: the file %(file)s was changed."), row))
    return found


def digest(path: str | Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
