"""Calendars as iCalendar writes them, and the mails and files that go with them.

All of it through the library: text is cleaned first, and becomes values of known properties only. There
is no property of ours, no alarm, nothing that what somebody typed could open.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext, override
from icalendar import Calendar, Event, vCalAddress, vDuration, vUri

from accounts.rendering.deliveries import bare
from accounts.rendering.mail import Brand, Written, notice
from accounts.rendering.numbers import day, moment
from accounts.rendering.text import translate
from accounts.rules.text import TEXT_LENGTH, gettext_noop, tame, tame_text
from transitions.documents.feeds import Entry, Party, Reissue
from transitions.rules.feeds import RHYTHMS

PRODUCT = "-//Throughline//Throughline//EN"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
REFRESH = timedelta(hours=1)
FAR = date(2050, 1, 1)  # until when a zone is written for a meeting that recurs without end
SUBJECTS = {
    "new": gettext_noop("Invitation: %(title)s, %(when)s"),
    "changed": gettext_noop("Changed: %(title)s, %(when)s"),
    "off": gettext_noop("Called off: %(title)s, %(when)s"),
}
BEGINNINGS = {
    "new": gettext_noop("You are invited. Your calendar program can take this over as it is."),
    "changed": gettext_noop("Something has changed. Your calendar program replaces the earlier entry."),
    "off": gettext_noop("This does not take place. Your calendar program takes it out."),
}


def feed(entries: Iterable[Entry], *, now: datetime, language: str) -> bytes:
    """A person's whole calendar, in their language."""
    with override(language):
        name = gettext("Client meetings and check-ins")
        calendar = _calendar(PUBLISH, entries, now)
        calendar.add("name", name)  # RFC 7986
        calendar.add("refresh-interval", vDuration(REFRESH, {"VALUE": "DURATION"}))
        return calendar.to_ical()


def invitation(entry: Entry, *, method: str, now: datetime, language: str) -> str:
    """One entry as it travels by mail: asked for or changed (REQUEST), or called off (CANCEL)."""
    with override(language):
        return _calendar(method, [entry], now).to_ical().decode()


def file(entry: Entry, *, now: datetime, method: str = PUBLISH, onwards: bool = False) -> bytes:
    """One entry as a file to open. `onwards`: it is about this time of a recurring one, and all after it."""
    calendar = _calendar(method, [entry], now)
    if onwards and entry.starts_at is not None:
        starts = entry.starts_at.astimezone(ZoneInfo(entry.tz))
        calendar.events[0].add("recurrence-id", starts, parameters={"RANGE": "THISANDFUTURE"})
    return calendar.to_ical()


def letter(entry: Entry, what: str, brand: Brand, *, language: str) -> Written:
    """The mail around an entry; `what` is one of SUBJECTS."""
    with override(language), timezone.override(ZoneInfo(entry.tz)):
        when = moment(entry.starts_at) if entry.starts_at else day(entry.on)
        title = translate(entry.title)
        subject = gettext(SUBJECTS[what]) % {"title": title, "when": when}
        zone = f"{when} ({entry.tz})" if entry.starts_at else when
        lines = [title, zone, entry.place, *map(translate, entry.details), entry.url]
        text = "\n\n".join([gettext(BEGINNINGS[what]), "\n".join(filter(None, lines))])
        return notice(subject, f"{text}\n", brand, language=language)


def words_of(reissue: Reissue) -> dict[str, str]:
    """What the old and the new organiser do and write, in the active language: {"end", "anew", "client"}."""
    rhythm = gettext(RHYTHMS[reissue.rhythm].title)
    said = {
        "title": reissue.title,
        "rhythm": rhythm[:1].lower() + rhythm[1:],  # within a sentence
        "client": reissue.client,
        "old": reissue.old,
        "new": reissue.new or gettext("the new organiser"),
        "last": day(reissue.last_on),
        "first": day(reissue.first_on),
        "at": reissue.at,
        "tz": reissue.tz,
        "place": reissue.place,
    }
    if reissue.last_on:
        end = gettext(
            "%(old)s opens the series “%(title)s” in their calendar, lets it end after %(last)s and sends "
            "the change to everybody who takes part."
        )
    else:
        end = gettext(
            "%(old)s opens the series “%(title)s” in their calendar, calls off the whole series and sends "
            "that to everybody who takes part."
        )
    anew = gettext(
        "%(new)s then invites the same people to “%(title)s”: %(rhythm)s, from %(first)s at %(at)s (%(tz)s)."
    )
    letter = gettext(
        "Our meeting “%(title)s” goes on as before: %(rhythm)s, at %(at)s (%(tz)s). From %(first)s on "
        "%(new)s invites to it instead of %(old)s. You will therefore see the old series end in your "
        "calendar and a new invitation come from %(new)s. Please accept the new one."
    )
    words = {"end": end % said, "anew": anew % said, "client": letter % said}
    if reissue.place:
        words["client"] += " " + gettext("Where we meet stays the same: %(place)s") % said
    return words


def _calendar(method: str, entries: Iterable[Entry], now: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    first, last = FAR, date.min
    for entry in entries:
        calendar.add_component(_event(entry, now))
        first = min(first, entry.on)
        last = FAR if entry.rule else max(last, entry.on)
    if first <= last:
        # From the year before, so that the first entry finds the change that its offset began with.
        calendar.add_missing_timezones(
            first_date=date(first.year - 1, 1, 1), last_date=date(last.year + 1, 12, 31)
        )
    return calendar


def _event(entry: Entry, now: datetime) -> Event:
    event = Event()
    event.add("uid", tame(entry.uid))
    event.add("dtstamp", now)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("summary", tame(translate(entry.title)))
    if entry.starts_at is not None:
        starts = entry.starts_at.astimezone(ZoneInfo(entry.tz))
        event.add("dtstart", starts)
        event.add("dtend", (entry.ends_at).astimezone(ZoneInfo(entry.tz)))
        event.add("transp", "OPAQUE")
    else:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")  # a day on which one is free all the same
    if entry.rule:
        event.add("rrule", dict(entry.rule))
    if place := tame(entry.place):
        event.add("location", place)
    if details := "\n".join(map(translate, entry.details)):
        event.add("description", tame_text(details)[:TEXT_LENGTH])
    if entry.url:
        event.add("url", vUri(entry.url))
    if entry.organiser and (organiser := _address(entry.organiser)):
        event.add("organizer", organiser)
    for guest in entry.guests:
        if attendee := _address(guest):
            attendee.params.update({"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"})
            attendee.params.update({"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
            event.add("attendee", attendee)
    return event


def _address(party: Party) -> vCalAddress | None:
    """Who it is, as a calendar names them; None for an address that no mail can be sent to."""
    try:
        address = vCalAddress(f"mailto:{bare(party.email)}")
    except ValueError:
        return None
    # Quotes would need an escape (RFC 6868) that some programs show as it is.
    if name := tame(party.name.replace('"', "'").replace("^", " ")):
        address.params["CN"] = name
    return address


__all__ = ["CANCEL", "PUBLISH", "REQUEST", "feed", "file", "invitation", "letter", "words_of"]
