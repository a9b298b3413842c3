"""A digest as mail: subject, text that reads well alone, and HTML for any reader, light or dark."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import time_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.rendering.deliveries import inlined
from accounts.rendering.numbers import long_day
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from accounts.rules.organisation import palette
from accounts.rules.text import Message, gettext_noop
from transitions.documents.digests import Digest, Item, Section
from transitions.rendering.words import days_away, weekday

KINDS = {
    "request": Message(gettext_noop("Client request")),
    "commitment": Message(gettext_noop("Commitment")),
    "acknowledgement": Message(gettext_noop("To read")),
    "takeover": Message(gettext_noop("To take over")),
    "gap": Message(gettext_noop("To clear up")),
    "unowned": Message(gettext_noop("Nobody owes this yet")),
    "concern": Message(gettext_noop("Answer to a concern")),
    "extra": Message(gettext_noop("Extra")),
}
SERIOUS = Message(gettext_noop("serious"))
ESCALATED = Message(gettext_noop("escalated"))
MISSED = Message(gettext_noop("missed promise"))


@dataclass(frozen=True, slots=True)
class Written:
    """A digest in the reader's language."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item in words. `about` says of what kind it is and who owes it; `when` is empty for today."""

    title: str
    account: str
    when: str
    about: tuple[str, ...]
    url: str
    urgent: bool
    finish_url: str = ""


def written(digest: Digest) -> Written:
    """Render a digest in the language of its reader, whatever language is active."""
    with translation.override(digest.reading.language):
        said = context(digest)
        for section in said["sections"]:
            section["drawn"] = _drawn(section)
            section["plain"] = _plain(section)
        text = render_to_string("mail/digest.txt", said)
        html = inlined(render_to_string("mail/digest.html", said))
        return Written(_subject(digest), tidy(text), html)


SHAPE = ("urgent", "dated", "late", "finishes")


def _drawn(section: dict[str, Any]) -> SafeString:
    """The lines of one section as HTML: patterns, because a company has a hundred thousand of them."""
    return drawn("mail/digest_line.html", _cells(section, " · "), shape=SHAPE)


def _plain(section: dict[str, Any]) -> SafeString:
    """The same as plain text, in which nothing is to be escaped."""
    safe = (
        {name: SafeString(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        for row in _cells(section, ", ")
    )
    return drawn("mail/digest_line.txt", safe, shape=SHAPE)


def _cells(section: dict[str, Any], apart: str) -> Iterator[dict[str, Any]]:
    """The cells of each line; `apart` stands before each word about it."""
    for line in section["lines"]:
        *about, alarm = line.about if line.urgent else (*line.about, "")
        yield {
            "urgent": line.urgent,
            "dated": bool(line.when),
            "late": section["key"] == "late",
            "finishes": bool(line.finish_url),
            "title": line.title,
            "account": line.account,
            "about": "".join(f"{apart}{word}" for word in about),
            "alarm": alarm,
            "when": line.when,
            "url": line.url,
            "finish_url": line.finish_url,
        }


def _subject(digest: Digest) -> str:
    late, today = digest.count("late"), digest.count("today")
    if late and today:
        return _("Due today: %(today)d, overdue: %(late)d") % {"today": today, "late": late}
    if late:
        return ngettext("%(count)d thing is overdue", "%(count)d things are overdue", late) % {"count": late}
    return ngettext("%(count)d thing is due today", "%(count)d things are due today", today) % {
        "count": today
    }


def context(digest: Digest) -> dict[str, Any]:
    """What the digest says, in the language that is active."""
    reading = digest.reading
    return {
        "language": reading.language,
        "organisation": reading.organisation,
        "greeting": _("Hello %(name)s,") % {"name": reading.name},
        "headline": _headline(digest),
        "subject": _subject(digest),
        "sections": [_shown(section, digest) for section in digest.sections],
        "day_url": reading.day_url,
        "settings_url": reading.settings_url,
        "unsubscribe_url": reading.unsubscribe_url,
        "at": hour_of(reading.hour),
        "light": palette(reading.colour, dark=False),
        "dark": palette(reading.colour, dark=True),
    }


def _headline(digest: Digest) -> str:
    return _("%(day)s. %(counts)s.") % {"day": long_day(digest.on), "counts": _subject(digest)}


def _shown(section: Section, digest: Digest) -> dict[str, Any]:
    more = ngettext("and %(count)d more", "and %(count)d more", section.more) % {"count": section.more}
    return {
        "key": section.key,
        "title": translate(section.title),
        "total": section.total,
        "lines": [_line(item, digest) for item in section.items],
        "more": more if section.more else "",
    }


def _line(item: Item, digest: Digest) -> Line:
    title = translate(item.title)
    if item.number:
        title = pgettext("a repeated step", "%(title)s, no. %(number)d") % {
            "title": title,
            "number": item.number,
        }
    alarm = ""
    if item.escalated:
        alarm = translate(SERIOUS if item.kind == "concern" else ESCALATED)
    elif item.missed:
        alarm = translate(MISSED)
    kind = KINDS.get(item.kind)
    about = [translate(kind) if kind else "", item.owner, alarm]
    when = _when(item.due_on, digest.on, digest.reading.language) if item.due_on != digest.on else ""
    return Line(
        title=title,
        account=item.account,
        when=when,
        about=tuple(word for word in about if word),
        url=item.url,
        urgent=bool(alarm),
        finish_url=item.finish_url,
    )


@lru_cache(maxsize=10_000)
def _when(due_on: date, today: date, language: str) -> str:
    """The same few days stand in everybody's digest of a morning."""
    return f"{weekday(due_on)} ({days_away(due_on, today)})"


def hour_of(hour: int) -> str:
    return time_format(time(hour), pgettext("time format", "H:i"))


def tidy(text: str) -> str:
    """No blanks at the ends of lines, and never two empty lines in a row."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return "\n".join(kept) + "\n"
