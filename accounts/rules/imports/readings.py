"""From a table and its mapping to values by field: every record either whole, or named with each bad cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.rules.imports.cells import Style, UnknownCountry, Unreadable, unguarded
from accounts.rules.imports.shapes import BadCell, Record, Table, shown
from accounts.rules.imports.tables import CONTACTS, Field, Kind
from accounts.rules.text import Message, gettext_noop

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reading:
    """One record, read: only the fields that have a value. An empty cell says nothing."""

    line: int
    record: int
    values: Values

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        assert isinstance(value, str)
        return value

    def source(self, usual: str) -> str:
        """Where the row comes from: our own exports say so, even when it was entered here by hand."""
        return self.text("source") or ("" if "uuid" in self.values else usual)


@dataclass(frozen=True, slots=True)
class Read:
    """A file, read: its good records, its bad cells, and the countries that must be asked for."""

    kind: Kind
    mapping: Mapping[str, str]  # field -> heading
    rows: tuple[Reading, ...] = ()
    bad: tuple[BadCell, ...] = ()
    countries: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # name -> lines
    spoiled: tuple[Reading, ...] = ()  # what could be read of records with bad cells

    def heading(self, key: str) -> str:
        return self.mapping.get(key, key)

    def refusing(self, refused: Mapping[int, tuple[BadCell, ...]]) -> "Read":
        """The same without the records, named by number, that `refused` finds fault with."""
        if not refused:
            return self
        found = tuple(cell for cells in refused.values() for cell in cells)
        return Read(
            self.kind,
            self.mapping,
            tuple(row for row in self.rows if row.record not in refused),
            tuple(sorted((*self.bad, *found), key=lambda cell: (cell.record, cell.column))),
            self.countries,
            self.spoiled,
        )


def read_table(table: Table, kind: Kind, mapping: Mapping[str, str], style: Style) -> Read:
    """Read every mapped cell of `table`. Records with a bad cell are left out of `rows`."""
    columns = [
        (kind.field(key), heading, table.headings.index(heading))
        for key, heading in mapping.items()
        if heading in table.headings
    ]
    rows: list[Reading] = []
    spoiled: list[Reading] = []
    bad: list[BadCell] = list(table.bad)
    countries: dict[str, list[int]] = {}
    for record in table.records:
        values: dict[str, object] = {}
        faults: list[BadCell] = []
        for wanted, heading, at in columns:
            cell = record.cells[at] if wanted.multiline else record.cells[at].strip()
            cell = unguarded(cell)
            if not cell.strip():
                continue
            try:
                value = wanted.parse(cell, style)
            except Unreadable as error:
                faults.append(
                    BadCell(record.line, record.number, heading, shown(cell), error.reason, error.remedy)
                )
                continue
            if isinstance(value, UnknownCountry):
                countries.setdefault(value.name, []).append(record.line)
            elif value != "" and value != ():
                values[wanted.key] = value
        faults.extend(missing(record, kind, mapping, values, faults))
        bad.extend(faults)
        (spoiled if faults else rows).append(Reading(record.line, record.number, joined(kind, values)))
    bad.sort(key=lambda cell: cell.record)
    asked = {name: tuple(lines) for name, lines in countries.items()}
    return Read(kind, dict(mapping), tuple(rows), tuple(bad), asked, tuple(spoiled))


def missing(
    record: Record, kind: Kind, mapping: Mapping[str, str], values: Values, faults: list[BadCell]
) -> list[BadCell]:
    """What a record lacks. A deal without an account or a seller is kept: the preview counts it."""
    found = []
    faulty = {cell.column for cell in faults}
    for group in kind.needs:
        if kind.key == "pipeline" and group[0] != "stage":
            continue
        if any(key in values or mapping.get(key) in faulty for key in group):
            continue
        wanted: Field = kind.field(next((key for key in group if key in mapping), group[0]))
        found.append(
            BadCell(
                record.line,
                record.number,
                mapping.get(wanted.key, wanted.key),
                "",
                Message(gettext_noop("The cell is empty.")),
                Message(gettext_noop("Fill it in, or delete the record.")),
            )
        )
    return found


def joined(kind: Kind, values: dict[str, object]) -> Values:
    """Where a list writes first and last names apart, put them together."""
    if kind is CONTACTS and "name" not in values:
        parts = (values.pop("first_name", ""), values.pop("last_name", ""))
        values["name"] = " ".join(str(part) for part in parts if part)
    values.pop("first_name", None)
    values.pop("last_name", None)
    if "turnover_millions" in values:
        millions = values.pop("turnover_millions")
        values.setdefault("turnover", millions)
    return values
