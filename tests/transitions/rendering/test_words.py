from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from transitions.rendering import words

TODAY = date(2027, 3, 2)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (2, "in 2 days"),
        (-2, "2 days ago"),
        (200, "in 200 days"),
    ],
)
def test_days_away_are_said_as_people_say_them(days, said):
    assert words.days_away(TODAY + timedelta(days=days), TODAY) == said


@pytest.mark.parametrize(
    ("amount", "short"),
    [
        (None, ""),
        (Decimal(0), "$0"),
        (Decimal("9400.40"), "$9,400"),
        (Decimal(17000), "$17k"),
        (Decimal(824_000), "$824k"),
        (Decimal(4_213_000), "$4.2M"),
    ],
)
def test_amounts_are_short_where_one_only_glances(amount, short):
    assert words.money_in_short(amount, "USD") == short


def test_the_sign_stands_where_the_language_puts_it():
    with translation.override("de"):
        assert (
            words.money_in_short(Decimal(4_213_000), "EUR") == "4,2\N{NO-BREAK SPACE}Mio.\N{NO-BREAK SPACE}€"
        )


@pytest.mark.parametrize(
    ("value", "look"), [(0, "good"), (29, "good"), (30, "warn"), (59, "warn"), (60, "bad"), (100, "bad")]
)
def test_risk_has_a_word_and_a_look(value, look):
    assert words.risk(value).look == look


@pytest.mark.parametrize(
    ("name", "letters"), [("Olga Ortiz", "OO"), ("Cher", "C"), ("Ana Maria de la Cruz", "AC"), ("", "")]
)
def test_initials_stand_for_a_name(name, letters):
    assert words.initials(name) == letters


def test_a_key_without_a_name_stays_as_it_is():
    assert (words.title("soft", "mode"), words.title("zigzag", "mode")) == ("Soft cutover", "zigzag")
