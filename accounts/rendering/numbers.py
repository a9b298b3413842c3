"""Money and days as the reader's language writes them."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, pgettext

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "VND": "₫"}
NARROW = "\N{NO-BREAK SPACE}"


def money(amount: Decimal | int | float | None, currency: str) -> str:
    """Return `amount` in the reader's language: "$120,000" or "120.000 €". Empty for None.

    Cents are shown only where there are some.
    """
    return "" if amount is None else _money(Decimal(amount), currency, get_language() or "en")


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, language: str) -> str:
    places = 0 if amount == amount.to_integral_value() else 2
    number = number_format(abs(amount), decimal_pos=places, force_grouping=True)
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    symbol = SYMBOLS.get(currency)
    if symbol and language.startswith("en"):
        return f"{sign}{symbol}{number}"
    return f"{sign}{number}{NARROW}{symbol or currency}"


def day(on: date | None) -> str:
    """Return a date in the reader's language: "2 Mar 2027". Empty for None."""
    if on is None:
        return ""
    if isinstance(on, datetime):
        on = timezone.localdate(on) if timezone.is_aware(on) else on.date()
    return _day(on, get_language() or "en")


@lru_cache(maxsize=4096)
def _day(on: date, language: str) -> str:
    return date_format(on, pgettext("date format", "j M Y"))


def long_day(on: date) -> str:
    """Return a date as a headline has it, in the reader's language: "Tuesday 2 March 2027"."""
    return date_format(on, pgettext("date format", "l j F Y"))


def short_day(on: date) -> str:
    """Return a date whose year is plain, in the reader's language: "2 Mar"."""
    return date_format(on, pgettext("date format", "j M"))


def moment(at: datetime | None) -> str:
    """Return an instant in the reader's language and time zone: "2 Mar 2027, 14:05". Empty for None."""
    if at is None:
        return ""
    return _moment(
        timezone.localtime(at).replace(second=0, microsecond=0, tzinfo=None), get_language() or "en"
    )


@lru_cache(maxsize=4096)
def _moment(at: datetime, language: str) -> str:
    return date_format(at, pgettext("date format", "j M Y, H:i"))
