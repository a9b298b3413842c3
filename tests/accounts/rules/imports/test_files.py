import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rules.imports.files import read
from accounts.rules.imports.shapes import BadFile

HEAD = b"name,city\n"


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [record.cells for record in read(content).records]


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        read(content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        ("name;city\nÅsa;Kraków\n".encode(), "UTF-8"),
        ("\ufeffname;city\nÅsa;Kraków\n".encode(), "UTF-8"),
        ("\ufeffname;city\nÅsa;Kraków\n".encode("utf-16-le"), "UTF-16-LE"),
        ("\ufeffname;city\nÅsa;Kraków\n".encode("utf-16-be"), "UTF-16-BE"),
        ("name;city\nÅsa;Kraków\n".encode("utf-16-le"), "UTF-16-LE"),
        ("\ufeffname;city\nÅsa;Kraków\n".encode("utf-32-le"), "UTF-32-LE"),
    ],
)
def test_unicode_is_recognised(encoded, encoding):
    table = read(encoded)

    assert (table.headings, table.encoding) == (("name", "city"), encoding)
    assert table.records[0].cells == ("Åsa", "Kraków")


def test_western_windows_text_is_read_and_the_reader_is_told():
    table = read(HEAD + "é,ü\n".encode("cp1252"))

    assert table.records[0].cells == ("é", "ü")
    assert "cp1252" in str(table.notes[0])


def test_a_long_legacy_text_is_recognised_by_its_letters():
    about = (
        "Przedsiębiorstwo usługowe z siedzibą w Łodzi zajmuje się sprzedażą części do maszyn. Księgowość "
        "prowadzi wspólnik i on także obsługuje klientów zagranicznych. Zażółć gęślą jaźń"
    )

    assert read(f"opis\n{about}\n".encode("cp1250") * 12).records[0].cells == (about,)


def test_a_cell_in_another_encoding_than_the_rest_is_named():
    table = read(HEAD + "é,ü\n".encode() + b"\xe9,x\n" + b"a,b\n")

    assert [(bad.line, bad.record, bad.column, bad.value) for bad in table.bad] == [(3, 2, "name", "\\xe9")]
    assert [record.cells for record in table.records] == [("é", "ü"), ("a", "b")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    content = f'name{delimiter}note\nA{delimiter}"one, two; three"\n'.encode()

    assert read(content).delimiter == delimiter
    assert cells(content) == [("A", "one, two; three")]


def test_excels_first_line_that_names_the_delimiter_is_skipped():
    assert [(record.line, record.cells) for record in read(b"sep=;\na;b\n1;2\n").records] == [(3, ("1", "2"))]


def test_lines_are_counted_as_an_editor_counts_them():
    table = read(b'name,note\n\nA,"two\nlines"\nB,x\r\nC,y\rD,z')

    assert [(record.line, record.number, record.cells[0]) for record in table.records] == [
        (3, 1, "A"),
        (5, 2, "B"),
        (6, 3, "C"),
        (7, 4, "D"),
    ]


def test_ragged_records_are_named_and_left_out():
    table = read(HEAD + b"a,b,c\nd\ne,f,,\n")

    assert [(bad.line, bad.record, bad.column, bad.value) for bad in table.bad] == [
        (2, 1, "#3", "c"),
        (3, 2, "city", ""),
    ]
    assert [record.cells for record in table.records] == [("e", "f")]


def test_a_cell_that_is_too_long_is_named_and_cut_in_the_report():
    table = read(HEAD + b"x," + b"y" * 200_000 + b"\n")

    (bad,) = table.bad
    assert (bad.line, bad.column, len(bad.value)) == (2, "city", 80)
    assert "200000" in str(bad.reason)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (HEAD, "no records"),
        (HEAD + b"a\x00,b\n", "Line 2 holds a NUL"),
        (HEAD + b'a,b\n"c,d\ne,f\n', "begins on line 3 opens a quotation mark"),
        (HEAD + b'"a"x,b\n', "On line 2 something follows"),
        (b"name,city,name\na,b,c\n", "twice, in columns 1 and 3"),
        (",".join(f"c{n}" for n in range(1000)).encode() + b"\n", "1000 columns"),
        (b"a\n" + b"b\n" * 10_001, "more than 10000 records"),
        (b"a" * (5 * 1024 * 1024 + 1), "5.0 MB"),
        (b"\xff\xfea", "UTF-16-LE"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0....", "old Excel"),
        (b"\x1f\x8b....", "gzip"),
        (b"PK\x03\x04broken", "damaged"),
        (b"na\x07me,b\n1,2\n", "heading of column 1"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, words):
    assert words in refusal(content)


def test_a_zip_that_is_called_csv_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("accounts.csv", "name\nAcme\n")

    assert "ZIP archive" in refusal(packed.getvalue())


def test_a_column_without_heading_is_known_by_its_place():
    assert read(b"name,,city\na,b,c\n").headings == ("name", "#2", "city")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_but_never_break_the_importer(content):
    try:
        table = read(content)
    except BadFile:
        return
    assert all(len(record.cells) == len(table.headings) for record in table.records)
    assert {bad.record for bad in table.bad} & {record.number for record in table.records} == set()
