from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from accounts.rendering.numbers import day, moment, money


@pytest.mark.parametrize(
    ("language", "amount", "currency", "shown"),
    [
        ("en", Decimal("120000"), "USD", "$120,000"),
        ("en", Decimal("1234.5"), "EUR", "€1,234.50"),
        ("en", Decimal("-5"), "USD", "\u2212$5"),
        ("en", 1000, "CHF", "1,000\u00a0CHF"),
        ("de", Decimal("120000"), "EUR", "120.000\u00a0€"),
        ("de", Decimal("0.05"), "EUR", "0,05\u00a0€"),
        ("en", None, "EUR", ""),
    ],
)
def test_money_is_written_as_the_reader_writes_it(language, amount, currency, shown):
    with translation.override(language):
        assert money(amount, currency) == shown


def test_a_day_is_written_with_its_month_in_words():
    with translation.override("en"):
        assert day(date(2027, 3, 2)) == "2 Mar 2027"
    with translation.override("de"):
        assert day(date(2027, 5, 2)).startswith("2") and "Mai" in day(date(2027, 5, 2))  # noqa: PT018


def test_an_instant_is_written_in_the_readers_zone():
    with translation.override("en"), timezone.override("America/New_York"):
        assert moment(datetime(2027, 3, 2, 1, 30, tzinfo=UTC)) == "1 Mar 2027, 20:30"
        assert day(datetime(2027, 3, 2, 1, 30, tzinfo=UTC)) == "1 Mar 2027"
