import io
import resource
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from accounts.rules.imports.files import read
from accounts.rules.imports.shapes import BadFile


def saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def sheet(*rows) -> Workbook:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    return workbook


def changed(content: bytes, **parts: bytes | None) -> bytes:
    """The workbook with parts replaced or added."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return packed.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        read(content)
    return str(refused.value)


def test_cells_read_as_a_csv_file_would_have_them():
    workbook = sheet(
        ["a", "b", "c", "d"], [1054, 12.5, date(2026, 2, 1), True], [None] * 4, ["007", "x", None, None]
    )

    table = read(saved(workbook))

    assert [(record.line, record.cells) for record in table.records] == [
        (2, ("1054", "12.5", "2026-02-01", "yes")),
        (4, ("007", "x", "", "")),
    ]


def test_a_formula_counts_as_its_saved_value_and_is_never_computed():
    assert read(saved(sheet(["a", "b"], ["=1+1", "x"]))).records[0].cells == ("", "x")


def test_only_the_first_sheet_with_rows_is_read_and_the_reader_is_told():
    workbook = sheet(["a", "b"], ["1", "2"])
    workbook.create_sheet("Other").append(["x"])

    assert "Sheet" in str(read(saved(workbook)).notes[0])


def test_a_bomb_is_refused_from_the_directory_without_being_unpacked():
    bomb = changed(saved(sheet(["a"], ["b"])), **{"xl/media/zeros.bin": b"0" * 200_000_000})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    begun = time.process_time()
    words = refusal(bomb)

    assert "190 MB" in words
    assert len(bomb) < 300_000
    assert time.process_time() - begun < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_directory_that_lies_about_a_size_is_refused():
    content = saved(sheet(["a"], ["b"]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
        size = part.file_size.to_bytes(4, "little")
    lying = content.replace(size, (1).to_bytes(4, "little"))

    assert "damaged" in refusal(lying)


def test_a_cell_far_out_is_refused_before_empty_cells_are_laid_out():
    workbook = sheet(["a"], ["b"])
    workbook.active["XFD1048576"] = 1

    assert "1048576" in refusal(saved(workbook))


@pytest.mark.parametrize(
    ("part", "data", "words"),
    [
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>', "document type"),
        ("xl/externalLinks/externalLink1.xml", b"<externalLink/>", "other files"),
        ("xl/workbook.xml", b"<workbook", "damaged"),
    ],
)
def test_a_hostile_workbook_is_refused(part, data, words):
    assert words in refusal(changed(saved(sheet(["a"], ["b"])), **{part: data}))


def test_an_empty_workbook_is_refused():
    assert "no sheet" in refusal(saved(Workbook()))
