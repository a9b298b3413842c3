"""Messages and values in the active language. Whoever calls has activated the reader's."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from accounts.rules.text import Message


def translate(message: Message) -> str:
    """Return the sentence in the active language, its dates and inner messages too."""
    values = {name: _spoken(value) for name, value in message.params.items()}
    if message.plural:
        text = ngettext(message.msgid, message.plural, int(str(message.params[message.count])))
    else:
        text = gettext(message.msgid) if message.msgid else ""
    return text % values if values else text


def _spoken(value: object) -> object:
    if isinstance(value, Message):
        return translate(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return date_format(value, "DATE_FORMAT")
    return value
