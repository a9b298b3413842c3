"""Messages become sentences in the reader's language; amounts and names become what people read."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext, ngettext, pgettext

from accounts.rules.text import Message

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
MILLION, TEN_THOUSAND = 1_000_000, 10_000


def translate(message: Message) -> str:
    """The sentence in the active language. Values that are messages, dates or numbers are rendered too."""
    values = {name: _shown(value) for name, value in message.params.items()}
    if message.plural:
        count = message.params[message.count]
        chosen = ngettext(message.msgid, message.plural, count)  # type: ignore[arg-type]
    else:
        chosen = gettext(message.msgid) if message.msgid else ""
    return chosen % values if values else chosen


def _shown(value: object) -> Any:
    if isinstance(value, Message):
        return translate(value)
    if isinstance(value, datetime | date):
        return formats.date_format(value)
    return value  # numbers stay numbers: a msgid may say %(count)d


def money(amount: Decimal | int | None, currency: str) -> str:
    """A whole amount with its currency: "$120,000"; nothing for None."""
    return (
        "" if amount is None else _priced(formats.number_format(round(amount), force_grouping=True), currency)
    )


def money_in_short(amount: Decimal | int | None, currency: str) -> str:
    """An amount for a figure at a glance: "$4.2M", "$820k", "$9,400"; nothing for None."""
    if amount is None:
        return ""
    whole = round(amount)
    if whole >= MILLION:
        number = formats.number_format(Decimal(whole) / MILLION, decimal_pos=1)
        return _priced(pgettext("amount", "%(number)sM") % {"number": number}, currency)
    if whole >= TEN_THOUSAND:
        number = formats.number_format(round(Decimal(whole) / 1000), force_grouping=True)
        return _priced(pgettext("amount", "%(number)sk") % {"number": number}, currency)
    return money(whole, currency)


def _priced(number: str, currency: str) -> str:
    if currency in SYMBOLS:
        return pgettext("money", "%(symbol)s%(number)s") % {"symbol": SYMBOLS[currency], "number": number}
    return f"{currency} {number}"


def initials(name: str) -> str:
    """At most two letters that stand for a name: "Olga Ortiz" becomes "OO"."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
