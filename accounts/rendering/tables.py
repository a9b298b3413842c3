"""Tables as CSV and XLSX: numbers stay numbers, text is guarded so that no spreadsheet runs it.

The importer takes the guard off again, so that importing an export gives back what was exported.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from accounts.rules.imports.cells import guarded

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What XML cannot hold, and what a workbook takes for the code of such a character.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MOST_XLSX_CELL = 32_767


def csv_chunks(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the table as UTF-8 with the mark by which spreadsheets recognise it, some rows at a time."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([guarded(str(heading)) for heading in headings])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_csv_cell(cell) for cell in row])
        if number % 500 == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return data


def _csv_cell(cell: object) -> object:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float | Decimal):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    return guarded(str(cell))


def xlsx_bytes(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Return the table as a workbook with one sheet whose heading stays in view."""
    from openpyxl import Workbook  # slow to import, and only workbooks need it

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_xlsx_text(str(heading)) for heading in headings])
    for row in rows:
        sheet.append([_xlsx_cell(cell) for cell in row])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _xlsx_cell(cell: object) -> object:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.isoformat()  # a workbook knows no time zones
    if isinstance(cell, int | float | Decimal | date):
        return cell
    return _xlsx_text(str(cell))


def _xlsx_text(text: str) -> str:
    text = _LOOKS_CODED.sub("_x005F_", guarded(text)).replace("\r", "_x000D_")
    return _NOT_XML.sub("\ufffd", text)[:_MOST_XLSX_CELL]


def chunks(kind: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the table in a format, "csv" or "xlsx". Raises KeyError for another."""
    return WRITERS[kind](headings, rows)


WRITERS: dict[str, Callable[[Sequence[object], Iterable[Sequence[object]]], Iterator[bytes]]] = {
    CSV: csv_chunks,
    XLSX: lambda headings, rows: iter((xlsx_bytes(headings, rows),)),
}
