"""A digest as mail: subject, text that reads well alone, and HTML for any reader, light or dark."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.formats import time_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.rendering.deliveries import inlined_pattern
from accounts.rendering.numbers import long_day
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from accounts.rules.organisation import palette
from accounts.rules.text import Message, gettext_noop
from transitions.documents.digests import RISEN, Digest, Item, Section
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
URGENT = Message(gettext_noop("urgent"))


@dataclass(frozen=True, slots=True)
class Written:
    """A digest in the reader's language."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item in words. `about` says of what kind it is and who owes it, and ends, where it is urgent, with
    why; `when` is empty for today.
    """

    title: str
    account: str
    when: str
    about: tuple[str, ...]
    url: str
    urgent: bool
    finish_url: str = ""


LINE_SHAPE = ("urgent", "dated", "late", "finishes")
# What the shell of the mail writes, in `mail/digest.html` and `.txt`.
CELLS = (
    "subject",
    "organisation",
    "greeting",
    "headline",
    "sections",
    "at",
    "day_url",
    "settings_url",
    "unsubscribe_url",
)


def written(digest: Digest) -> Written:
    """Render a digest in the language of its reader, whatever language is active.

    By patterns, from the single line to the whole: a company has a hundred thousand lines of a morning.
    """
    with translation.override(digest.reading.language):
        said = context(digest)
        look = {name: said[name] for name in ("language", "light", "dark")}
        html = drawn(
            "mail/digest.html",
            [{**said, "sections": _sections(said, look)}],
            fixed=look,
            cells=CELLS,
            finish=inlined_pattern,
        )
        plain = {name: SafeString(said[name]) for name in CELLS if name != "sections"}
        text = drawn("mail/digest.txt", [{**plain, "sections": _plain_sections(said)}], cells=CELLS)
        return Written(said["subject"], tidy(text), str(html))


def _sections(said: dict[str, Any], look: dict[str, Any]) -> SafeString:
    rows = []
    for section in said["sections"]:
        cells = _cells(section, " · ")
        lines = drawn("mail/digest_line.html", cells, shape=LINE_SHAPE, fixed=look, finish=inlined_pattern)
        rows.append({**_head(section), "lines": lines})
    return drawn("mail/digest_section.html", rows, shape=("more",), fixed=look, finish=inlined_pattern)


def _plain_sections(said: dict[str, Any]) -> SafeString:
    """The same as plain text, in which nothing is to be escaped."""
    rows = []
    for section in said["sections"]:
        lines = drawn("mail/digest_line.txt", map(_unescaped, _cells(section, ", ")), shape=LINE_SHAPE)
        rows.append({**_unescaped(_head(section)), "lines": lines})
    return drawn("mail/digest_section.txt", rows, shape=("more",))


def _unescaped(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: SafeString(cell) if cell.__class__ is str else cell for name, cell in cells.items()}


def _head(section: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": section["title"],
        "total": section["total"],
        "more": bool(section["more"]),
        "rest": section["more"],
    }


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
    late, today = digest.late, digest.today
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
    count, more = section.more, ""
    if count:
        more = ngettext("and %(count)d more", "and %(count)d more", count) % {"count": count}
    return {
        "key": section.key,
        "title": translate(section.title),
        "total": section.total,
        "lines": [_line(item, digest) for item in section.items],
        "more": more,
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
    loud = item.urgent and item.kind not in RISEN  # of these a section of their own tells
    if loud:
        alarm = alarm or translate(URGENT)
    kind = KINDS.get(item.kind)
    note = translate(item.note) if item.note else ""
    about = [translate(kind) if kind else "", item.owner, note, alarm]
    when = _when(item.due_on, digest.on, digest.reading.language) if item.due_on != digest.on else ""
    return Line(
        title=title,
        account=item.account,
        when=when,
        about=tuple(word for word in about if word),
        url=item.url,
        urgent=loud,
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
