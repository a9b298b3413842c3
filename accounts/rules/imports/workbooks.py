"""Workbooks (XLSX): looked at in the ZIP directory and in the raw cell addresses before anything is unpacked.

A workbook is a ZIP of XML. Nothing in it is followed or evaluated: a formula counts as the value that was
saved with it.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from accounts.rules.imports.shapes import MOST_COLUMNS, MOST_ROWS, BadFile
from accounts.rules.text import Message, gettext_noop

MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 500
# A sheet may begin low and to the right of its corner; beyond this the reader would lay out empty cells.
MOST_SHEET_ROWS = MOST_ROWS + 1_000
MOST_SHEET_COLUMNS = MOST_COLUMNS + 50

Rows = Iterator[tuple[int, list[str]]]


def rows(content: bytes) -> tuple[Rows, tuple[Message, ...]]:
    """Return the rows of the first sheet that has any, each with its number, and notes. Raises BadFile."""
    inspect(content)
    from python_calamine import CalamineError, CalamineWorkbook  # compiled; only workbooks need it

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for position, name in enumerate(workbook.sheet_names):
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if cells:
                return numbered(cells), others(workbook.sheet_names, position)
    except CalamineError:
        raise BadFile(damaged()) from None
    raise BadFile(Message(gettext_noop("The workbook has no sheet with records.")))


def numbered(cells: Sequence[Sequence[object]]) -> Rows:
    for number, row in enumerate(cells, start=1):
        yield number, [written(cell) for cell in row]


def others(names: list[str], position: int) -> tuple[Message, ...]:
    if len(names) < 2:
        return ()
    return (
        Message(
            gettext_noop("Only the sheet “%(name)s” was read; the workbook has %(count)d sheets."),
            {"name": names[position], "count": len(names)},
        ),
    )


def written(cell: object) -> str:
    """Return a cell as a CSV file would have it."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def damaged() -> Message:
    return Message(gettext_noop("The workbook is damaged. Open it, save it again as XLSX, and upload that."))


def inspect(content: bytes) -> None:
    """Refuse what is not a plain, small workbook. Reads the directory first, then at most what it allows."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise BadFile(damaged()) from None
    with archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
            raise BadFile(
                Message(
                    gettext_noop("This is a ZIP archive, not a table. Unpack it and upload the files inside.")
                )
            )
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
            raise BadFile(
                Message(
                    gettext_noop(
                        "Unpacked, the workbook would have %(size)d MB in %(count)d parts. "
                        "Keep only the sheet to import, or save it as CSV."
                    ),
                    {"size": unpacked // 1024 // 1024, "count": len(parts)},
                )
            )
        if any(name.startswith("xl/externalLinks/") for name in names):
            raise BadFile(
                Message(
                    gettext_noop(
                        "The workbook draws values from other files. "
                        "Copy the cells as values into a new workbook."
                    )
                )
            )
        for part in parts:
            if part.flag_bits & 0x1:
                raise BadFile(Message(gettext_noop("The workbook has a password. Save it without one.")))
            inspect_part(archive, part)


def inspect_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read one part in pieces: its size must be as the directory says, its cells close together."""
    sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    xml = part.filename.endswith((".xml", ".rels"))
    tail = b""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(256 * 1024):  # raises where size or checksum differ from the directory
                if not xml:
                    continue
                piece = tail + piece
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise BadFile(
                        Message(
                            gettext_noop("The workbook holds a document type, which no spreadsheet writes.")
                        )
                    )
                if sheet:
                    refuse_far_cells(piece)
                tail = piece[-64:]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(damaged()) from None


def refuse_far_cells(xml: bytes) -> None:
    for letters, digits in re.findall(rb'\br="([A-Za-z]{0,8})(\d{1,12})"', xml):
        row, column = int(digits), 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        if row > MOST_SHEET_ROWS or column > MOST_SHEET_COLUMNS:
            raise BadFile(
                Message(
                    gettext_noop(
                        "The sheet has cells as far out as %(cell)s; at most %(rows)d records in "
                        "%(columns)d columns fit. Delete what lies outside the table."
                    ),
                    {"cell": (letters + digits).decode(), "rows": MOST_ROWS, "columns": MOST_COLUMNS},
                )
            )
