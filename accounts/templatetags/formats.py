"""Money, days and instants in the reader's language: {{ value|money:currency }}, {{ renewal|day }}."""

from datetime import date, datetime
from decimal import Decimal

from django import template

from accounts.rendering import numbers

register = template.Library()


@register.filter(is_safe=False)
def money(amount: Decimal | int | None | str, currency: str) -> str:
    """{{ account.yearly_value|money:organisation.currency }}: "$120,000", or nothing for None."""
    return "" if amount in (None, "") else numbers.money(Decimal(amount), currency)


@register.filter
def day(on: date | None | str) -> str:
    """{{ account.renewal_on|day }}: "2 Mar 2027", or nothing for None."""
    return numbers.day(on or None)  # type: ignore[arg-type]


@register.filter
def long_day(on: date) -> str:
    """{{ today|long_day }}: "Tuesday 2 March 2027"."""
    return numbers.long_day(on)


@register.filter
def short_day(on: date) -> str:
    """{{ week.monday|short_day }}: "2 Mar"."""
    return numbers.short_day(on)


@register.filter
def zone(name: str) -> str:
    """{{ header.tz|zone }}: "America/New York"."""
    return name.replace("_", " ")


@register.filter
def moment(at: datetime | None | str) -> str:
    """{{ touchpoint.happened_at|moment }}: "2 Mar 2027, 14:05" in the reader's time zone."""
    return numbers.moment(at or None)  # type: ignore[arg-type]
