from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.imports import cells
from accounts.rules.imports.cells import Style, UnknownCountry, Unreadable

PLAIN = Style()


def refusal(parse, cell, style=PLAIN) -> str:
    with pytest.raises(Unreadable) as refused:
        parse(cell, style)
    assert str(refused.value.remedy)
    return str(refused.value.reason)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-02-01", date(2026, 2, 1)),
        ("2026/2/1", date(2026, 2, 1)),
        ("20260201", date(2026, 2, 1)),
        ("2026-02-01T23:59:00Z", date(2026, 2, 1)),
        ("25/12/2026", date(2026, 12, 25)),
        ("12/25/2026", date(2026, 12, 25)),
        ("2.2.2026", date(2026, 2, 2)),
        ("1 Feb 2026", date(2026, 2, 1)),
        ("1-feb-2026", date(2026, 2, 1)),
        ("February 1, 2026", date(2026, 2, 1)),
        ("29.02.2028", date(2028, 2, 29)),
    ],
)
def test_a_date_that_can_be_read_in_one_way_is_read(cell, day):
    assert cells.day(cell, PLAIN) == day


@pytest.mark.parametrize("cell", ["1/2/26", "1/2/2026", "01.02.2026", "25/12/26"])
def test_a_date_that_can_be_read_in_two_ways_is_not_guessed(cell):
    assert "more than one way" in refusal(cells.day, cell)


@pytest.mark.parametrize(("order", "day"), [("dmy", date(2026, 2, 1)), ("mdy", date(2026, 1, 2))])
def test_the_order_of_dates_can_be_said(order, day):
    assert cells.day("1/2/26", Style(dates=order)) == day


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("29.02.2027", "no such day"),
        ("2027-02-29", "no such day"),
        ("0000-00-00", "no such day"),
        ("9999-12-31", "1900 to 2100"),
        ("soon", "not a date"),
        ("1 Foo 2026", "not a date"),
    ],
)
def test_a_day_that_does_not_exist_is_refused(cell, words):
    assert words in refusal(cells.day, cell)


@pytest.mark.parametrize(
    ("cell", "style", "number"),
    [
        ("1234", "point", "1234"),
        ("1,234", "point", "1234"),
        ("1,234.56", "point", "1234.56"),
        ("1.234,56", "point", "1234.56"),
        ("12,5", "point", "12.5"),
        ("1.234", "comma", "1234"),
        ("1 234 567,8", "comma", "1234567.8"),
        ("1'234.50", "point", "1234.50"),
        ("$1,200", "point", "1200"),
        ("1.200,00 €", "comma", "1200.00"),
        ("USD 5", "point", "5"),
        ("-3", "point", "-3"),
    ],
)
def test_numbers_are_read_as_people_write_them(cell, style, number):
    assert cells.decimal(cell, Style(numbers=style)) == Decimal(number)


@pytest.mark.parametrize("cell", ["12.5%", "1e5", "twelve", "1,2,3", "--1", "1.2.3", "NaN", "Infinity", "="])
def test_what_is_no_number_is_refused(cell):
    assert "not a number" in refusal(cells.decimal, cell)


@pytest.mark.parametrize(
    ("cell", "words"), [("-1", "at least 0"), ("1" + "0" * 12, "below"), ("1.005", "two decimals")]
)
def test_an_amount_that_cannot_be_stored_is_refused(cell, words):
    assert words in refusal(cells.money(), cell)


def test_an_amount_in_millions_is_stored_in_full():
    assert cells.money(1_000_000, cells.MOST_TURNOVER)("1100.04", PLAIN) == Decimal("1100040000.00")


@pytest.mark.parametrize("cell", ["a@b", "a b@c.de", "a@b.c,d@e.f", "<a@b.de>", "a@-"])
def test_what_is_no_address_is_refused(cell):
    assert "not an email" in refusal(cells.email, cell)


@pytest.mark.parametrize("cell", ["a\u202eb", "a\u2028b", "x" * 201, "e" + "\u0301" * 20])
def test_hostile_text_is_refused(cell):
    refusal(cells.line(), cell)


def test_an_unknown_country_is_a_question_until_somebody_answers():
    assert cells.country("Korea", PLAIN) == UnknownCountry("Korea")
    assert cells.country("Korea", Style(countries={"Korea": "KR"})) == "KR"
    assert cells.country("Korea", Style(countries={"Korea": ""})) == ""


@pytest.mark.parametrize(
    ("parse", "cell"),
    [
        (cells.zone, "Mars/Olympus"),
        (cells.language, "english please"),
        (cells.truth, "maybe"),
        (cells.unique_id, "123"),
        (cells.choice({"a": "b"}), "c"),
        (cells.whole_number(0, 5), "6"),
        (cells.whole_number(0, 5), "1.5"),
    ],
)
def test_what_is_none_of_the_known_words_is_refused(parse, cell):
    refusal(parse, cell)


@given(st.text())
def test_the_guard_against_formulas_comes_off_again(text):
    assert cells.unguarded(cells.guarded(text)) == text
    assert not cells.guarded(text)[:1] or cells.guarded(text)[0] not in "=+-@\t\r"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1), max_size=5))
def test_a_list_in_one_cell_comes_apart_as_it_was(parts):
    assert cells.split(cells.join(tuple(parts), ";"), ";") == tuple(parts)
    assert cells.split(cells.join(tuple(parts), ">"), ">") == tuple(parts)
