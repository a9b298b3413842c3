"""What the importer speaks of: tables, records, and cells that cannot be used, each with its place."""

from dataclasses import dataclass

from accounts.rules.text import Message

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 50
MOST_CELL = 10 * 1024  # characters
MOST_HEADING = 200
SHOWN = 80  # characters of a bad value that a report repeats


@dataclass(frozen=True, slots=True)
class Record:
    line: int  # where the record begins in the file, counted from 1; in a workbook the sheet's row
    number: int  # the heading is not counted
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that cannot be used: where it is, what it says, why, and what to do."""

    line: int
    record: int
    column: str
    value: str
    reason: Message
    remedy: Message


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    records: tuple[Record, ...]
    bad: tuple[BadCell, ...]  # of records that are not whole
    encoding: str
    delimiter: str  # "" in a workbook
    notes: tuple[Message, ...] = ()


class BadFile(ValueError):
    """A file that cannot be read as a table. Carries why, and what to do, as one `Message`."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def shown(value: str) -> str:
    """Return `value` as a report shows it: one printable line, cut where it is long."""
    plain = "".join(
        character if character.isprintable() else escaped(character) for character in value[: SHOWN + 1]
    )
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that no character stands for
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"
