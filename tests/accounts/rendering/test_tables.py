import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rendering.tables import CSV, XLSX, chunks
from accounts.rules.imports.cells import unguarded
from accounts.rules.imports.files import read

# What the one text rule lets into the database; see accounts.rules.text.
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029")
TEXT = st.text(LETTERS, max_size=40).map(lambda text: text if text.strip() else "")


def written(kind: str, headings, rows) -> bytes:
    return b"".join(chunks(kind, headings, rows))


def read_back(kind: str, headings, rows) -> list[tuple[str, ...]]:
    table = read(written(kind, headings, rows))
    return [tuple(unguarded(cell) for cell in record.cells) for record in table.records]


@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_numbers_stay_numbers_and_formulas_become_text(kind):
    row = [
        "=SUM(A1)",
        "+49 1",
        "-x",
        "@me",
        "'=x",
        "it's",
        -5,
        Decimal("-1.50"),
        date(2027, 3, 2),
        True,
        None,
    ]

    table = read(written(kind, [f"c{n}" for n in range(len(row))], [row]))

    assert table.records[0].cells == (
        "'=SUM(A1)",
        "'+49 1",
        "'-x",
        "'@me",
        "''=x",
        "it's",
        "-5",
        "-1.50" if kind == CSV else "-1.5",
        "2027-03-02",
        "yes",
        "",
    )


def test_csv_opens_in_spreadsheets_with_its_letters_right():
    assert written(CSV, ["Å"], [["ü"]]).startswith(b"\xef\xbb\xbf")


def test_an_instant_is_written_with_its_zone():
    at = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)

    assert read_back(XLSX, ["at"], [[at]]) == [("2027-03-02T10:00:00+00:00",)]


@given(
    st.lists(
        st.tuples(TEXT, TEXT).filter(lambda row: any(cell.strip() for cell in row)), min_size=1, max_size=5
    )
)
def test_any_text_comes_back_from_csv_as_it_was(rows):
    assert read_back(CSV, ["a", "b"], rows) == rows


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(TEXT, TEXT).filter(lambda row: any(cell.strip() for cell in row)), min_size=1, max_size=5
    )
)
def test_any_text_comes_back_from_a_workbook_as_it_was(rows):
    assert read_back(XLSX, ["a", "b"], rows) == rows


@pytest.mark.parametrize("text", ["_x0041_", "_x000D_", "a\r\nb", "\x07"])
def test_what_a_workbook_would_take_for_a_code_stays_text(text):
    assert read_back(XLSX, ["a"], [[text]]) == [(text.replace("\x07", "\ufffd"),)]


def test_a_spreadsheet_sees_no_formula_in_any_text_cell():
    rows = [["=1"], ["+1"], ["-1"], ["@a"], ["\t=1"], ["\r=1"]]

    cells = [
        row[0] for row in csv.reader(io.StringIO(written(CSV, ["a"], rows).decode("utf-8-sig"), newline=""))
    ]

    assert [cell[0] for cell in cells[1:]] == ["'"] * 6
