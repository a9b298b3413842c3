"""From the bytes of an upload to a table: encoding, delimiter, limits, each refusal in words."""

import csv
import io
import re
from collections.abc import Iterator

from accounts.rules.imports.shapes import (
    MOST_BYTES,
    MOST_CELL,
    MOST_COLUMNS,
    MOST_HEADING,
    MOST_ROWS,
    BadCell,
    BadFile,
    Record,
    Table,
    shown,
)
from accounts.rules.text import BadText, Message, clean_line, gettext_noop

DELIMITERS = (",", ";", "\t", "|")
# Single-byte encodings that European spreadsheets write. UTF-8 and UTF-16 are recognised before.
LEGACY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_15", "mac_roman"]

# csv's own limit belongs to the whole process and is 128 KB: our limit of a cell must be reached first.
csv.field_size_limit(max(csv.field_size_limit(), MOST_BYTES + 1))


def read(content: bytes) -> Table:
    """Return the table that the bytes of a CSV file or an XLSX workbook hold.

    Records that are not whole are left out and named in `Table.bad`. Raises BadFile.
    """
    if len(content) > MOST_BYTES:
        raise BadFile(
            Message(
                gettext_noop(
                    "The file has %(size).1f MB; at most %(most)d MB fit. Split it into several files."
                ),
                {"size": len(content) / 1024 / 1024, "most": MOST_BYTES // 1024 // 1024},
            )
        )
    if not content.strip():
        raise BadFile(Message(gettext_noop("The file is empty.")))
    refuse_other_formats(content)
    if content.startswith(b"PK\x03\x04"):
        from accounts.rules.imports import workbooks

        return table_of(*workbooks.rows(content), encoding="", delimiter="")
    text, encoding, notes = decoded(content)
    delimiter, skipped = delimiter_of(text)
    return table_of(records_of(text, delimiter, skipped), notes, encoding=encoding, delimiter=delimiter)


def refuse_other_formats(content: bytes) -> None:
    for magic, message in (
        (
            b"\xd0\xcf\x11\xe0",
            gettext_noop("This is a workbook in the old Excel format. Save it as XLSX or CSV."),
        ),
        (b"PK\x05\x06", gettext_noop("This is an empty ZIP archive, not a table.")),
        (b"\x1f\x8b", gettext_noop("This is a compressed file (gzip). Unpack it and upload what is inside.")),
        (b"%PDF-", gettext_noop("This is a PDF. Export the table as CSV or XLSX.")),
    ):
        if content.startswith(magic):
            raise BadFile(Message(message))


def decoded(content: bytes) -> tuple[str, str, tuple[Message, ...]]:
    """Return the text, the name of its encoding, and what the reader should know about it.

    Bytes that do not fit into text that is otherwise UTF-8 stay in it as lone surrogates, so that
    the cells that hold them can be named.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if content.startswith(mark):
            return whole(content[len(mark) :], encoding), encoding.upper(), ()
    if wide := wide_encoding(content):
        return whole(content, wide), wide.upper(), ()
    try:
        return without_nul(content.decode("utf-8")), "UTF-8", ()
    except UnicodeDecodeError:
        pass
    marked = content.decode("utf-8", "surrogateescape")
    if any(character > "\x7f" and not "\udc80" <= character <= "\udcff" for character in marked):
        note = Message(gettext_noop("The file mixes encodings: most of it is UTF-8, some cells are not."))
        return without_nul(marked), "UTF-8", (note,)
    return legacy(content)


def whole(content: bytes, encoding: str) -> str:
    errors = "surrogateescape" if encoding == "utf-8" else "strict"
    try:
        return without_nul(content.decode(encoding, errors))
    except UnicodeDecodeError as error:
        raise BadFile(
            Message(
                gettext_noop(
                    "The file says that it is %(encoding)s, but it is damaged at byte %(position)d. "
                    "Export it again, best as UTF-8."
                ),
                {"encoding": encoding.upper(), "position": error.start + 1},
            )
        ) from None


def wide_encoding(content: bytes) -> str:
    """UTF-16 without its mark: every second byte of Latin text is NUL."""
    sample = content[:4096]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * 0.6 and sample[0::2].count(0) == 0:
        return "utf-16-le"
    if half and sample[0::2].count(0) > half * 0.6 and sample[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def without_nul(text: str) -> str:
    position = text.find("\x00")
    if position < 0:
        return text
    raise BadFile(
        Message(
            gettext_noop(
                "Line %(line)d holds a NUL character, which no text has. "
                "Is this a table? Export it again as CSV."
            ),
            {"line": len(re.findall("\r\n|\r|\n", text[:position])) + 1},
        )
    )


def legacy(content: bytes) -> tuple[str, str, tuple[Message, ...]]:
    from charset_normalizer import from_bytes  # slow to import, and seldom needed

    # A short text gives little to go by, and Windows' Western encoding is by far the most common.
    best = from_bytes(content, cp_isolation=LEGACY).best() if len(content) > 2000 else None
    encoding = best.encoding if best is not None else "cp1252"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "cp1252", content.decode("cp1252", "surrogateescape")
    if encoding != "cp1252" and content.decode("cp1252", "replace") == text:
        encoding = "cp1252"  # the better known name for the same letters
    note = Message(
        gettext_noop(
            "The file is not UTF-8. It was read as %(encoding)s: look whether accents came out right."
        ),
        {"encoding": encoding},
    )
    return without_nul(text), encoding, (note,)


def delimiter_of(text: str) -> tuple[str, int]:
    """Return the delimiter, and how many lines before the heading only name it (Excel's `sep=;`)."""
    named = re.match(r"sep=(.)(\r\n|\r|\n)", text)
    if named:
        return named[1], 1
    head = text[:65536]
    best = (0.0, 0)
    chosen = ","
    for delimiter in DELIMITERS:
        widths = [len(cells) for cells in sample_of(head, delimiter) if cells]
        if not widths or widths[0] < 2:
            continue
        alike = widths.count(widths[0]) / len(widths)
        if (round(alike, 1), widths[0]) > best:
            best, chosen = (round(alike, 1), widths[0]), delimiter
    return chosen, 0


def sample_of(head: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    for _ in range(25):
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


def records_of(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for _ in range(skipped):
        next(reader)
        begins = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            unclosed = "end of data" in str(error)
            raise BadFile(misquoted(begins if unclosed else reader.line_num, unclosed=unclosed)) from None
        yield begins, cells
        begins = reader.line_num + 1


def misquoted(line: int, *, unclosed: bool) -> Message:
    if unclosed:
        return Message(
            gettext_noop(
                "The record that begins on line %(line)d opens a quotation mark that is never closed. "
                "Close it, or write it twice where it is part of the text."
            ),
            {"line": line},
        )
    return Message(
        gettext_noop(
            "On line %(line)d something follows a closing quotation mark. "
            "Write quotation marks that are part of the text twice."
        ),
        {"line": line},
    )


def table_of(
    rows: Iterator[tuple[int, list[str]]], notes: tuple[Message, ...], *, encoding: str, delimiter: str
) -> Table:
    """Return the table of `rows`, the first of which that is not blank is the heading. Raises BadFile."""
    headings: list[str] | None = None
    records: list[Record] = []
    bad: list[BadCell] = []
    number = 0
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if headings is None:
            headings = headings_of(line, cells)
            continue
        number += 1
        if number > MOST_ROWS:
            raise BadFile(
                Message(
                    gettext_noop("The file has more than %(most)d records. Split it into several files."),
                    {"most": MOST_ROWS},
                )
            )
        while len(cells) > len(headings) and not cells[-1].strip():
            cells.pop()
        faults = faults_of(line, number, headings, cells)
        bad.extend(faults)
        if not faults:
            records.append(Record(line, number, tuple(cells)))
    if headings is None:
        raise BadFile(Message(gettext_noop("The file is empty.")))
    if not number:
        raise BadFile(Message(gettext_noop("The file has headings but no records.")))
    return Table(tuple(headings), tuple(records), tuple(bad), encoding, delimiter, notes)


def headings_of(line: int, cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise BadFile(
            Message(
                gettext_noop(
                    "The file has %(count)d columns; at most %(most)d fit. Remove those not needed."
                ),
                {"count": len(cells), "most": MOST_COLUMNS},
            )
        )
    headings: list[str] = []
    for column, cell in enumerate(cells, start=1):
        try:
            heading = clean_line(cell.removeprefix("\ufeff"), most=MOST_HEADING)
        except BadText as error:
            raise BadFile(
                Message(
                    gettext_noop(
                        "The heading of column %(column)d on line %(line)d cannot be used: %(reason)s"
                    ),
                    {"column": column, "line": line, "reason": error.message},
                )
            ) from None
        heading = heading or f"#{column}"  # a column without a heading is known by its place
        if heading in headings:
            raise BadFile(
                Message(
                    gettext_noop(
                        "The heading “%(heading)s” stands twice, in columns %(first)d and %(second)d. "
                        "Rename or remove one of them."
                    ),
                    {"heading": heading, "first": headings.index(heading) + 1, "second": column},
                )
            )
        headings.append(heading)
    return headings


def faults_of(line: int, number: int, headings: list[str], cells: list[str]) -> list[BadCell]:
    """What keeps a record from being used at all: its shape, or a cell that is no text."""
    if len(cells) != len(headings):
        extra = len(cells) > len(headings)
        return [
            BadCell(
                line,
                number,
                f"#{len(headings) + 1}" if extra else headings[len(cells)],
                shown(cells[len(headings)]) if extra else "",
                Message(
                    gettext_noop("The record has %(count)d cells, the heading has %(expected)d."),
                    {"count": len(cells), "expected": len(headings)},
                ),
                Message(
                    gettext_noop("Put quotation marks around a cell that holds the delimiter.")
                    if extra
                    else gettext_noop("Add the missing cells, or delete the record.")
                ),
            )
        ]
    faults = []
    for heading, cell in zip(headings, cells, strict=True):
        if len(cell) > MOST_CELL:
            reason = Message(
                gettext_noop("The cell holds %(count)d characters; at most %(most)d fit."),
                {"count": len(cell), "most": MOST_CELL},
            )
            remedy = Message(gettext_noop("Shorten it, or leave the column out."))
        elif re.search("[\udc80-\udcff]", cell):
            reason = Message(gettext_noop("The cell holds bytes that are no text in the file's encoding."))
            remedy = Message(gettext_noop("Write the cell again, and save the file as UTF-8."))
        else:
            continue
        faults.append(BadCell(line, number, heading, shown(cell), reason, remedy))
    return faults
