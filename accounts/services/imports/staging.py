"""The first phase: files are kept as they came, and the user says what they mean."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import ImportFile, ImportMemory, ImportRun, ImportState, Person
from accounts.rules.imports import files
from accounts.rules.imports.cells import DATE_ORDERS, NUMBER_STYLES
from accounts.rules.imports.shapes import BadFile, Table
from accounts.rules.imports.tables import KINDS, UNKNOWN, guess_kind
from accounts.rules.text import BadText, Message, clean_line, gettext_noop
from accounts.selectors.imports import COUNTRY, STYLE, columns_topic, mapping_for
from accounts.services.imports.refusals import FilesRefused, NotStaged

MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes
    table: Table
    kind: str


@transaction.atomic
def stage(
    *,
    uploads: Sequence[tuple[str, bytes]],
    source: str,
    kinds: Sequence[str] = (),
    by: Person,
    now: datetime,
) -> ImportRun:
    """Keep uploaded files for an import from `source`; `kinds` names the kind of each where it is known.

    Raises FilesRefused, naming every file that cannot be read, is one too many, or is of the same
    kind as another.
    """
    problems: list[tuple[str, Message]] = []
    if not uploads:
        problems.append(("", Message(gettext_noop("Choose at least one file."))))
    if len(uploads) > MOST_FILES:
        problems.append(("", Message(gettext_noop("At most %(most)d files fit."), {"most": MOST_FILES})))
    read: list[Upload] = []
    for position, (name, content) in enumerate(uploads[:MOST_FILES]):
        try:
            table = files.read(content)
        except BadFile as error:
            problems.append((safe_name(name), error.message))
            continue
        read.append(Upload(safe_name(name), content, table, kinds[position] if kinds else guess_kind(table)))
    problems += doubles([(upload.name, upload.kind) for upload in read])
    if problems:
        raise FilesRefused(problems)
    run = ImportRun.objects.create(source=source, by=by, created_at=now)
    for position, upload in enumerate(read):
        kind = KINDS.get(upload.kind)
        ImportFile.objects.create(
            run=run,
            kind=kind.key if kind else f"{UNKNOWN}{position}",
            name=upload.name,
            sha256=hashlib.sha256(upload.content).hexdigest(),
            content=upload.content,
            mapping=mapping_for(upload.table, kind, source) if kind else {},
        )
    return run


def safe_name(name: str) -> str:
    """Return a file's name as a line of text, whatever the browser sent."""
    try:
        return clean_line(name.replace("\\", "/").rsplit("/", 1)[-1], most=10_000)[-200:] or "?"
    except BadText:
        return "?"


def doubles(named: Sequence[tuple[str, str]]) -> list[tuple[str, Message]]:
    """Return a problem for each (file name, kind) of a kind that an earlier file has."""
    problems = []
    first: dict[str, str] = {}
    for name, kind in named:
        if kind in KINDS and kind in first:
            message = gettext_noop(
                "This file and “%(other)s” both hold: %(kind)s. Import them one after the other."
            )
            values = {"other": first[kind], "kind": Message(KINDS[kind].title)}
            problems.append((name, Message(message, values)))
        first.setdefault(kind, name)
    return problems


@transaction.atomic
def choose_columns(
    *,
    run: ImportRun,
    kinds: Mapping[int, str],
    columns: Mapping[int, Mapping[str, str]],
    dates: str = "ymd",
    numbers: str = "point",
) -> None:
    """Say what each file of `run` is and which column is which field, and remember it for the source.

    `kinds` and `columns` go by the file's key; columns map field -> heading. A file whose kind
    changes gets the columns that its headings tell. Raises FilesRefused for two files of one kind,
    NotStaged.
    """
    hold(run)
    rows = list(run.files.order_by("pk"))
    wanted = [kinds.get(file.pk, file.kind) for file in rows]
    for file, wish in zip(rows, wanted, strict=True):
        if wish not in KINDS:
            raise FilesRefused([(file.name, Message(gettext_noop("Say what this file holds.")))])
    if problems := doubles([(file.name, wish) for file, wish in zip(rows, wanted, strict=True)]):
        raise FilesRefused(problems)
    for position, file in enumerate(rows):  # two files may swap their kinds, which are unique
        ImportFile.objects.filter(pk=file.pk).update(kind=f"{UNKNOWN}-{position}")
    for file, wish in zip(rows, wanted, strict=True):
        kind, table = KINDS[wish], files.read(bytes(file.content))
        if wish == file.kind and file.pk in columns:
            known = {field.key for field in kind.fields}
            file.mapping = {
                key: heading
                for key, heading in columns[file.pk].items()
                if key in known and heading in table.headings
            }
            taught = {heading: key for key, heading in file.mapping.items()}
            remember(
                run.source, columns_topic(kind.key), {name: taught.get(name, "") for name in table.headings}
            )
        elif wish != file.kind:
            file.mapping = mapping_for(table, kind, run.source)
        file.kind = wish
        file.save(update_fields=["kind", "mapping"])
    if dates in DATE_ORDERS and numbers in NUMBER_STYLES:
        remember(run.source, STYLE, {"dates": dates, "numbers": numbers})


@transaction.atomic
def answer_countries(*, run: ImportRun, answers: Mapping[str, str]) -> None:
    """Remember what country names mean in files of this source: name -> code, "" to leave it blank.

    Raises NotStaged.
    """
    hold(run)
    remember(run.source, COUNTRY, answers)


def remember(source: str, topic: str, pairs: Mapping[str, str]) -> None:
    rows = [
        ImportMemory(source=source, topic=topic, heard=heard, meant=meant) for heard, meant in pairs.items()
    ]
    ImportMemory.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["source", "topic", "heard"], update_fields=["meant"]
    )


@transaction.atomic
def discard(*, run: ImportRun) -> None:
    """End a staged import without importing anything; its files are forgotten. Raises NotStaged."""
    end(run, state=ImportState.DISCARDED)


def hold(run: ImportRun) -> None:
    """Keep the run staged until the transaction ends. Raises NotStaged."""
    if not ImportRun.objects.filter(pk=run.pk, state=ImportState.STAGED).update(state=ImportState.STAGED):
        raise NotStaged(ImportRun.objects.get(pk=run.pk))


def end(
    run: ImportRun, *, state: str, now: datetime | None = None, report: dict[str, object] | None = None
) -> None:
    """Close a staged run for good and drop the bytes of its files; their names and hashes stay."""
    ended = ImportRun.objects.filter(pk=run.pk, state=ImportState.STAGED).update(
        state=state, committed_at=now, report=report or {}
    )
    if not ended:
        raise NotStaged(ImportRun.objects.get(pk=run.pk))
    run.files.update(content=b"")
    run.refresh_from_db()
