"""A leader's weekly digest as mail and by chat: the same lines, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.documents.chat import ChatLine, ChatNote, ChatSection
from accounts.rendering.deliveries import inlined
from accounts.rendering.numbers import long_day
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from accounts.rules.organisation import palette
from transitions.documents.weekly import Cutover, Decision, Missed, Numbers, Section, Unprotected, Weekly
from transitions.rendering.digests import ESCALATED, KINDS, Written, hour_of, tidy
from transitions.rendering.words import days_away, money_in_short, risk, title, weekday
from transitions.rules.weekly import AHEAD

APART = " · "
FIRST = 2  # lines in the preview


@dataclass(frozen=True, slots=True)
class Said:
    """One line under a title; `bad` where it is late or missing."""

    words: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    url: str
    said: tuple[Said, ...]


def written(weekly: Weekly) -> Written:
    """Render a digest in the language of its reader, whatever language is active."""
    with translation.override(weekly.reading.language):
        said = context(weekly)
        for section in said["sections"]:
            section["drawn"] = _drawn(section["lines"])
            section["plain"] = _plain(section["lines"])
        text = render_to_string("mail/weekly.txt", said)
        html = inlined(render_to_string("mail/weekly.html", said))
        return Written(said["subject"], tidy(text), html)


def note_of(weekly: Weekly) -> ChatNote:
    """The same as a message by chat."""
    with translation.override(weekly.reading.language):
        said = context(weekly)
        sections = [
            ChatSection(
                section["heading"],
                tuple(
                    ChatLine(line.title, ", ".join(one.words for one in line.said), line.url)
                    for line in section["lines"]
                ),
                " ".join(word for word in (section["more"], section["older"]) if word),
            )
            for section in said["sections"]
        ]
        numbers = tuple(
            ChatLine(row["label"], _("%(now)s (the week before: %(before)s)") % row)
            for row in said["numbers"]
        )
        return ChatNote(
            kind="weekly",
            language=weekly.reading.language,
            title=said["subject"],
            intro=said["headline"],
            sections=(*sections, ChatSection(_("The week in numbers"), numbers)),
            url=weekly.home_url,
            action=_("Open Transitions"),
        )


def _drawn(lines: list[Line]) -> SafeString:
    """The lines of one section as HTML."""
    rows = (
        {
            "title": line.title,
            "url": line.url,
            "said": drawn("mail/weekly_said.html", _cells(line), shape=("bad",)),
        }
        for line in lines
    )
    return drawn("mail/weekly_line.html", rows)


def _plain(lines: list[Line]) -> SafeString:
    """The same as plain text, in which nothing is to be escaped."""
    rows = (
        {
            "title": SafeString(line.title),
            "url": SafeString(line.url),
            "said": drawn("mail/weekly_said.txt", _cells(line, safe=True)),
        }
        for line in lines
    )
    return drawn("mail/weekly_line.txt", rows)


def _cells(line: Line, *, safe: bool = False) -> Iterator[dict[str, Any]]:
    for one in line.said:
        yield {"words": SafeString(one.words) if safe else one.words, "bad": one.bad}


def context(weekly: Weekly) -> dict[str, Any]:
    """What the digest says, in the language that is active."""
    reading = weekly.reading
    sections = _sections(weekly)
    return {
        "language": reading.language,
        "organisation": reading.organisation,
        "greeting": _("Hello %(name)s,") % {"name": reading.name},
        "headline": _("Your week, as of %(day)s.") % {"day": long_day(weekly.on)},
        "subject": subject(weekly),
        "preview": _preview(sections),
        "sections": sections,
        "numbers": list(_numbers(weekly.week, weekly.before)),
        "home_url": weekly.home_url,
        "settings_url": reading.settings_url,
        "unsubscribe_url": reading.unsubscribe_url,
        "weekday": str(WEEKDAYS[weekly.weekday]),
        "at": hour_of(reading.hour),
        "light": palette(reading.colour, dark=False),
        "dark": palette(reading.colour, dark=True),
    }


def subject(weekly: Weekly) -> str:
    """What matters, in counts: "2 decisions, 1 promise missed, 3 cutovers ahead"."""
    decisions, missed, ahead = weekly.decisions.total, weekly.missed.total, weekly.cutovers.total
    older, open_ = weekly.missed.older, weekly.unprotected.total
    parts = {
        ngettext("%(count)d decision", "%(count)d decisions", decisions): decisions,
        ngettext("%(count)d promise missed", "%(count)d promises missed", missed): missed,
        ngettext("%(count)d cutover ahead", "%(count)d cutovers ahead", ahead): ahead,
    }
    said = [words % {"count": count} for words, count in parts.items() if count]
    if not said and older:
        words = ngettext("%(count)d promise still not kept", "%(count)d promises still not kept", older)
        said = [words % {"count": older}]
    if not said:
        words = ngettext("%(count)d account unprotected", "%(count)d accounts unprotected", open_)
        said = [words % {"count": open_}]
    return ", ".join(said)


def _preview(sections: list[dict[str, Any]]) -> str:
    """The first of it, for the list of mails: the subject has only counts."""
    lines = [line for section in sections for line in section["lines"]][:FIRST]
    return APART.join(f"{line.title}: {line.said[0].words}" if line.said else line.title for line in lines)


def _sections(weekly: Weekly) -> list[dict[str, Any]]:
    worth = _("Revenue unprotected, a year: %(amount)s")
    amount = {"amount": money_in_short(weekly.revenue, weekly.currency)}
    days = {"days": AHEAD.days}
    kinds = (
        ("decisions", weekly.decisions, _("Needs your decision"), _decision),
        ("missed", weekly.missed, _("Promises missed in the week"), _missed),
        ("cutovers", weekly.cutovers, _("Cutovers in the next %(days)d days") % days, _cutover),
        (
            "unprotected",
            weekly.unprotected,
            worth % amount,
            _unprotected,
        ),
    )
    return [
        _shown(key, section, words, partial(line, weekly=weekly), weekly)
        for key, section, words, line in kinds
        if section
    ]


def _shown(key: str, section: Section, words: str, line: Any, weekly: Weekly) -> dict[str, Any]:
    more = ngettext("and %(count)d more", "and %(count)d more", section.more) % {"count": section.more}
    older = ngettext(
        "%(count)d older one is not kept yet either.",
        "%(count)d older ones are not kept yet either.",
        section.older,
    )
    return {
        "key": key,
        "title": words,
        "heading": f"{words}{APART}{section.total}" if section.total else words,
        "total": section.total,
        "lines": [line(one) for one in section.lines],
        "more": more if section.more else "",
        "older": older % {"count": section.older} if section.older else "",
        "page": weekly.pages[key],
    }


def _decision(one: Decision, *, weekly: Weekly) -> Line:
    said = []
    if one.guards:
        guards = ", ".join(translate(guard) for guard in one.guards)
        said.append(Said(_("A leader’s yes is asked for: %(guards)s.") % {"guards": guards}))
    for reason in one.reasons:
        words = translate(reason.message)
        if reason.day is not None:
            words = f"{words.rstrip('.')} ({days_away(reason.day, weekly.on)})"
        said.append(Said(words, bad=reason.late(weekly.on)))
    said.append(Said(_facts(_cutover_on(one.cutover_on), money_in_short(one.revenue, weekly.currency))))
    return Line(one.account, one.url, _filled(said))


def _missed(one: Missed, *, weekly: Weekly) -> Line:
    words = translate(one.title)
    if one.number:
        numbered = pgettext("a repeated step", "%(title)s, no. %(number)d")
        words = numbered % {"title": words, "number": one.number}
    kind = KINDS.get(one.kind)
    when = {"name": one.owner, "day": _when(one.due_on, weekly.on)}
    promised = _("Promised by %(name)s for %(day)s") if one.owner else _("Promised for %(day)s")
    alarm = translate(ESCALATED) if one.escalated else ""
    about = Said(_facts(one.account, translate(kind) if kind else "", alarm), bad=one.escalated)
    return Line(words, one.url, (about, Said(promised % when)))


def _cutover(one: Cutover, *, weekly: Weekly) -> Line:
    degree = risk(one.risk)
    ends = {"outgoing": one.outgoing or "–", "incoming": one.incoming or _("nobody named yet")}
    ready = {None: "", True: _("handover accepted"), False: _("handover not accepted yet")}[one.accepted]
    said = (
        Said(_facts(_when(one.on, weekly.on), title(one.mode, "mode"))),
        Said(_("From %(outgoing)s to %(incoming)s") % ends, bad=not one.incoming),
        Said(
            _facts(
                _("Risk: %(words)s") % {"words": degree.words},
                ready,
                money_in_short(one.revenue, weekly.currency),
            ),
            bad=degree.look == "bad",
        ),
    )
    return Line(one.account, one.url, said)


def _unprotected(one: Unprotected, *, weekly: Weekly) -> Line:
    amount = money_in_short(one.revenue, weekly.currency)
    return Line(
        one.account, one.url, (Said(_facts(amount, translate(one.why), _cutover_on(one.cutover_on))),)
    )


def _numbers(week: Numbers, before: Numbers) -> Iterator[dict[str, str]]:
    kept = _("%(kept)d of %(promised)d")  # of the promises that came to their day: "7 of 9"
    rows = (
        (_("Plans started"), str(week.started), str(before.started)),
        (_("Cutovers done"), str(week.cut_over), str(before.cut_over)),
        (
            _("Check-ins kept"),
            kept % {"kept": week.kept, "promised": week.due},
            kept % {"kept": before.kept, "promised": before.due},
        ),
        (_("Plans closed"), str(week.closed), str(before.closed)),
    )
    for label, now, then in rows:
        yield {"label": label, "now": now, "before": then}


def _cutover_on(day: date | None) -> str:
    return _("cutover %(on)s") % {"on": weekday(day)} if day else ""


def _when(day: date, today: date) -> str:
    return f"{weekday(day)} ({days_away(day, today)})"


def _facts(*words: str) -> str:
    return APART.join(word for word in words if word)


def _filled(said: list[Said]) -> tuple[Said, ...]:
    return tuple(one for one in said if one.words)
