"""Messages and values in the active language. Whoever calls has activated the reader's."""

from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import get_language, gettext, ngettext

from accounts.rendering.numbers import day
from accounts.rules.text import Message


def translate(message: Message) -> str:
    """Return the sentence in the active language, its dates and inner messages too."""
    if not message.params:
        return _said(message.msgid, get_language()) if message.msgid else ""
    values = {name: _spoken(value) for name, value in message.params.items()}
    if message.plural:
        text = ngettext(message.msgid, message.plural, int(str(message.params[message.count])))
    else:
        text = _said(message.msgid, get_language()) if message.msgid else ""
    return text % values if values else text


@lru_cache(maxsize=10_000)
def _said(msgid: str, language: str | None) -> str:
    """`gettext` looks its language up in a chain of places; a page of steps asks it hundreds of times."""
    return gettext(msgid)


def _spoken(value: object) -> object:
    if isinstance(value, Message):
        return translate(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return day(value)
    return value
