"""What the preview of an import says, and its report afterwards: for page, command and JSON alike."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from accounts.rules import countries
from accounts.rules.imports.changes import (
    CHANGED,
    NEW,
    UNCHANGED,
    Change,
    Changes,
    Difference,
    Note,
    OwnerDiffers,
)
from accounts.rules.imports.shapes import BadCell
from accounts.rules.imports.tables import KINDS
from accounts.rules.text import Message

MOST_ROWS_SHOWN = 25
MOST_BAD_SHOWN = 200
MOST_NAMES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Column:
    title: Message
    heading: str


@dataclass(frozen=True, slots=True)
class File:
    name: str
    kind: str
    title: Message
    records: int
    encoding: str
    delimiter: str
    notes: tuple[Message, ...]
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]  # headings that are not imported
    lacks: tuple[Message, ...]  # fields that need a column before anything can be imported


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    name: str
    state: str
    differences: tuple[tuple[Message, str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    kind: str
    title: Message
    new: int
    changed: int
    unchanged: int
    rows: tuple[Row, ...]  # the first that change something
    rows_more: int
    missing: tuple[str, ...]  # stored rows of this source that the file does not have
    missing_count: int


@dataclass(frozen=True, slots=True)
class Bad:
    file: str
    line: int
    record: int
    column: str
    value: str
    reason: Message
    remedy: Message


@dataclass(frozen=True, slots=True)
class Country:
    name: str
    count: int
    lines: tuple[int, ...]
    suggestions: tuple[tuple[str, str], ...]  # code, name


@dataclass(frozen=True, slots=True)
class Remark:
    title: Message
    message: Message
    lines: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that an import would do, or did."""

    source: str
    ready: bool  # every file has its kind and columns
    files: tuple[File, ...]
    sections: tuple[Section, ...]
    new_teams: tuple[str, ...]
    owners: int  # accounts that get their first owner
    owners_derived: int  # of them, those whom the deals show
    owners_differ: tuple[OwnerDiffers, ...]
    unreachable: int  # new people without an email address
    bad: tuple[Bad, ...]
    bad_count: int
    countries: tuple[Country, ...]
    remarks: tuple[Remark, ...]
    digest: str

    @property
    def changes_anything(self) -> bool:
        return bool(
            self.new_teams or self.owners or any(section.new or section.changed for section in self.sections)
        )


def build(source: str, files: Iterable[File], changes: Changes, *, ready: bool) -> Preview:
    files = tuple(files)
    names = {file.kind: file.name for file in files}
    return Preview(
        source=source,
        ready=ready,
        files=files,
        sections=tuple(
            section(kind, changes) for kind in ("teams", "accounts", "contacts") if shows(kind, changes)
        ),
        new_teams=tuple(" > ".join(team.path) for team in changes.teams if team.pk is None),
        owners=len(changes.owners),
        owners_derived=sum(owner.derived for owner in changes.owners),
        owners_differ=changes.owners_differ,
        unreachable=sum(change.state == NEW and not change.values.get("email") for change in changes.people),
        bad=tuple(bad(names.get(kind, kind), cell) for kind, cells in changes.bad.items() for cell in cells)[
            :MOST_BAD_SHOWN
        ],
        bad_count=changes.bad_count,
        countries=tuple(country(name, lines) for name, lines in sorted(changes.countries.items())),
        remarks=tuple(remark(note) for note in changes.notes),
        digest=changes.digest,
    )


def shows(kind: str, changes: Changes) -> bool:
    return kind in changes.records or bool(changes.of(kind))


def section(kind: str, changes: Changes) -> Section:
    rows = changes.of(kind)
    touched = [change for change in rows if change.state == CHANGED]
    touched += [change for change in rows if change.state == NEW]
    missing = changes.missing.get(kind, ())
    return Section(
        kind=kind,
        title=Message(KINDS[kind].title),
        new=sum(change.state == NEW for change in rows),
        changed=sum(change.state == CHANGED for change in rows),
        unchanged=sum(change.state == UNCHANGED for change in rows),
        rows=tuple(row(change) for change in touched[:MOST_ROWS_SHOWN]),
        rows_more=max(0, len(touched) - MOST_ROWS_SHOWN),
        missing=missing[:MOST_NAMES_SHOWN],
        missing_count=len(missing),
    )


def row(change: Change) -> Row:
    return Row(change.line, change.name, change.state, tuple(difference(one) for one in change.differences))


def difference(one: Difference) -> tuple[Message, str, str]:
    return Message(one.title), one.before, one.after


def bad(file: str, cell: BadCell) -> Bad:
    return Bad(file, cell.line, cell.record, cell.column, cell.value, cell.reason, cell.remedy)


def country(name: str, lines: tuple[int, ...]) -> Country:
    near = tuple((code, countries.NAMES[code]) for code in countries.similar(name))
    return Country(name, len(lines), lines[:10], near)


def remark(note: Note) -> Remark:
    return Remark(Message(KINDS[note.file].title), note.message, note.lines, note.count)


def as_data(value: object, say: Callable[[Message], object]) -> object:
    """Return a document as lists, dictionaries and primitives; `say` turns each message into one of them."""
    if isinstance(value, Message):
        return say(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name), say) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_data(one, say) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(one, say) for one in value]
    if isinstance(value, Decimal | date):
        return str(value)
    return value


def packed(message: Message) -> dict[str, object]:
    """Return a message as JSON keeps it until somebody reads it in their language."""
    return {
        "msgid": message.msgid,
        "params": {key: as_data(value, packed) for key, value in message.params.items()},
        "plural": message.plural,
        "count": message.count,
    }


def unpacked(data: object, say: Callable[[Message], object]) -> object:
    """Undo `packed` anywhere inside `data`, and `say` each message."""
    if isinstance(data, dict):
        if data.keys() == {"msgid", "params", "plural", "count"}:
            return say(message_of(data))
        return {key: unpacked(one, say) for key, one in data.items()}
    if isinstance(data, list):
        return [unpacked(one, say) for one in data]
    return data


def message_of(data: Mapping[str, object]) -> Message:
    params = data["params"]
    assert isinstance(params, dict)
    inner = {key: unpacked(value, lambda message: message) for key, value in params.items()}
    return Message(str(data["msgid"]), inner, str(data["plural"]), str(data["count"]))
