"""Finding the stored row that a record means: by id, email, or name within its source; never by likeness."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.rules.imports.changes import CHANGED, NEW, UNCHANGED, Change, Difference, Known
from accounts.rules.imports.readings import Reading
from accounts.rules.imports.shapes import BadCell, shown
from accounts.rules.imports.tables import Kind
from accounts.rules.text import Message, gettext_noop


class Ambiguous(Exception):
    """More than one row answers to a name."""


def name_key(name: str) -> str:
    """Return a name without differences of case, width and blanks: what "the same name" means here."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@dataclass(slots=True)
class Directory:
    """Rows by everything that can name them. Stored rows come first, new ones join while files are read."""

    source: str
    by_uuid: dict[str, int] = field(default_factory=dict)
    by_external: dict[tuple[str, str], int] = field(default_factory=dict)
    by_email: dict[str, int] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    anywhere: dict[str, list[int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    stored: dict[int, Known] = field(default_factory=dict)

    def know(self, rows: Iterable[Known]) -> None:
        for row in rows:
            self.stored[row.pk] = row
            self.add(
                row.pk, row.name, row.source, uuid=row.uuid, external_id=row.external_id, email=row.email
            )

    def add(
        self, number: int, name: str, source: str, *, uuid: str = "", external_id: str = "", email: str = ""
    ) -> None:
        self.names[number] = name
        if uuid:
            self.by_uuid[uuid] = number
        if external_id:
            self.by_external[source, external_id] = number
        if email:
            self.by_email[email.casefold()] = number
        self.by_name.setdefault((source, name_key(name)), []).append(number)
        self.anywhere.setdefault(name_key(name), []).append(number)

    def find(self, *, uuid: str = "", external_id: str = "", email: str = "", name: str = "") -> int | None:
        """Return the row that is meant, for a reference. A name counts in the source first, then anywhere.

        Raises Ambiguous where a name alone is given and several rows have it.
        """
        found = (
            self.by_uuid.get(uuid)
            or self.by_external.get((self.source, external_id))
            or self.by_email.get(email.casefold())
        )
        if found or not name:
            return found
        for rows in (
            self.by_name.get((self.source, name_key(name)), []),
            self.anywhere.get(name_key(name), []),
        ):
            if len(rows) > 1:
                raise Ambiguous
            if rows:
                return rows[0]
        return None

    def same(
        self, row: Reading, source: str, *, scope: dict[int, int] | None = None, within: int = 0
    ) -> int | None:
        """Return the stored row that a record describes: by id, else by email, else by name in its source.

        A row with another external id is another row, whatever its name. `scope` and `within` keep
        contacts to their account. Raises Ambiguous.
        """
        external_id, email = row.text("external_id"), row.text("email")
        by_uuid, by_external = self.by_uuid.get(row.text("uuid")), self.by_external.get((source, external_id))
        if by_uuid and by_external and by_uuid != by_external:
            raise Ambiguous
        if found := by_uuid or by_external:
            return found
        if email and scope is None and (found := self.by_email.get(email.casefold())):
            return found
        rows = [
            number
            for number in self.by_name.get((source, name_key(row.text("name"))), [])
            if scope is None or scope.get(number) == within
        ]
        if external_id:
            rows = [
                number for number in rows if number in self.stored and not self.stored[number].external_id
            ]
        if len(rows) > 1:
            raise Ambiguous
        return rows[0] if rows else None


def fault(row: Reading, heading: str, value: str, reason: str, remedy: str, **params: object) -> BadCell:
    return BadCell(
        row.line, row.record, heading, shown(value), Message(reason, params), Message(remedy, params)
    )


def ambiguous(row: Reading, heading: str, value: str) -> BadCell:
    return fault(
        row,
        heading,
        value,
        gettext_noop("Several rows have this name."),
        gettext_noop("Add a column with ids or email addresses, so that it is clear which is meant."),
    )


def twice(row: Reading, heading: str, value: str, first: int) -> BadCell:
    return fault(
        row,
        heading,
        value,
        gettext_noop("This is the same as the record on line %(first)d."),
        gettext_noop("Keep one of the two."),
        first=first,
    )


def compared(
    number: int,
    known: Known | None,
    row: Reading,
    kind: Kind,
    wanted: dict[str, object],
    names: Mapping[int, str] | None = None,
) -> Change:
    """Return the change from what is stored to `wanted`. `names`: those of rows that fields refer to."""
    if known is None:
        return Change(number, 0, row.line, row.text("name"), NEW, wanted)
    differing = {key: value for key, value in wanted.items() if known.values.get(key) != value}
    differences = tuple(
        Difference(
            key, title_of(kind, key), written(known.values.get(key), key, names), written(value, key, names)
        )
        for key, value in differing.items()
    )
    state = CHANGED if differing else UNCHANGED
    return Change(known.pk, known.version, row.line, known.name, state, differing, differences)


def title_of(kind: Kind, key: str) -> str:
    return next((field.title for field in kind.fields if field.key == key), key)


def written(value: object, key: str, names: Mapping[int, str] | None = None) -> str:
    if value is None or value == "":
        return ""
    if key == "parent" and isinstance(value, int):
        return (names or {}).get(value, "")
    if isinstance(value, tuple):
        return (" > " if key == "team" else ", ").join(str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
