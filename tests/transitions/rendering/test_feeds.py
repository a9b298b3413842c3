"""Calendars read back by others: whatever somebody typed, there is one entry and nothing else in it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.rules.text import Message, tame
from tests.calendars import names, parsed, read_by_khal, strict_lines, tree
from transitions.documents.feeds import Entry, Party
from transitions.rendering.feeds import CANCEL, REQUEST, feed, file, invitation

NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
TEN = datetime(2027, 6, 15, 14, 0, tzinfo=UTC)  # 10:00 in New York

OURS = {
    *("BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "NAME", "REFRESH-INTERVAL"),
    *("TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO", "RDATE", "COMMENT"),
    *("UID", "DTSTAMP", "SEQUENCE", "STATUS", "SUMMARY", "DTSTART", "DTEND", "TRANSP", "RRULE"),
    *("LOCATION", "DESCRIPTION", "URL", "ORGANIZER", "ATTENDEE"),
}
POISON = [
    "one\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM",
    "one\nX-EVIL:1",
    "one\rATTENDEE:mailto:evil@example.com",
    "semi;colon,comma\\n\\;back\\slash:colon\"quote'^n^^",
    "\u2028END:VEVENT\u2029\x85\x0b\x0cBEGIN:VEVENT",
    "ü" * 10_000,
    "BEGIN:VALARM" * 900,
    "\x00\x1b\u202eevil\ud800",
    "%(title)s %s %%",
]
hostile = st.one_of(
    st.sampled_from(POISON),
    st.text(max_size=300),
    st.lists(st.sampled_from(["\r", "\n", "\r\n ", ";", ",", "BEGIN:VALARM", "END:VEVENT", ":", "\\"])).map(
        "".join
    ),
)


def entry(**fields) -> Entry:
    given = {
        "uid": "one@throughline.example",
        "sequence": 3,
        "title": Message("%(title)s", {"title": fields.pop("title", "Introduce: Acme")}),
        "on": date(2027, 6, 15),
        "starts_at": TEN,
        "tz": "America/New_York",
        "minutes": 45,
    }
    return Entry(**{**given, **fields})


@given(title=hostile, place=hostile, details=hostile, uid=hostile, name=hostile, email=hostile)
@example(*[POISON[0]] * 6)
@example(*[POISON[5]] * 6)
def test_no_text_opens_anything_in_a_calendar(title, place, details, uid, name, email):
    content = invitation(
        entry(
            title=title,
            place=place,
            details=(Message("%(said)s", {"said": details}),),
            uid=uid,
            organiser=Party(name, "care@example.com"),
            guests=(Party(name, "carla@client.example"), Party(name, email)),
        ),
        method=REQUEST,
        now=NOW,
        language="en",
    ).encode()

    plain = invitation(entry(), method=REQUEST, now=NOW, language="en").encode()
    assert tree(content) == tree(plain)
    assert names(content) <= OURS
    calendar = parsed(content)
    assert [one.name for one in calendar.walk("VEVENT")] == ["VEVENT"]
    event = calendar.events[0]
    assert event["summary"] == tame(title)
    assert str(event.get("location", "")) == tame(place)
    assert event["uid"] == tame(uid)
    assert event["organizer"] == "mailto:care@example.com"
    assert not calendar.walk("VALARM")


def test_a_calendar_has_no_property_of_its_own():
    content = feed([entry(), entry(uid="two", starts_at=None)], now=NOW, language="en")

    assert [line for line in strict_lines(content) if line.upper().startswith("X-")] == []
    assert names(content) <= OURS


def test_an_hour_is_written_in_the_zone_of_the_client_with_its_rules():
    calendar = parsed(invitation(entry(), method=REQUEST, now=NOW, language="en"))

    event = calendar.events[0]
    assert event.start == datetime(2027, 6, 15, 10, 0, tzinfo=ZoneInfo("America/New_York"))
    assert (event.end - event.start).total_seconds() == 45 * 60
    assert [zone.tz_name for zone in calendar.timezones] == ["America/New_York"]
    assert (event["sequence"], event["status"], calendar["method"]) == (3, "CONFIRMED", "REQUEST")


def test_a_series_keeps_its_hour_when_the_clocks_change(tmp_path):
    rule = {"FREQ": "WEEKLY", "INTERVAL": 1, "BYDAY": "TU"}
    content = file(entry(on=date(2027, 10, 26), starts_at=TEN.replace(month=10, day=26), rule=rule), now=NOW)

    shown = read_by_khal(content, tmp_path, since="2027-10-25", until="2027-11-20")

    assert [line[:16] for line in shown] == [
        "2027-10-26 10:00",
        "2027-11-02 10:00",
        "2027-11-09 10:00",
        "2027-11-16 10:00",
    ]


def test_a_day_without_an_hour_keeps_nobody_busy():
    event = parsed(feed([entry(starts_at=None)], now=NOW, language="en")).events[0]

    assert (event.start, event.end) == (date(2027, 6, 15), date(2027, 6, 16))
    assert event["transp"] == "TRANSPARENT"


def test_what_is_called_off_says_so_with_its_method_and_its_status():
    calendar = parsed(invitation(entry(cancelled=True, sequence=4), method=CANCEL, now=NOW, language="en"))

    event = calendar.events[0]
    assert (calendar["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 4)


@pytest.mark.parametrize("poison", POISON[:5])
def test_a_real_calendar_program_reads_the_same_entry(tmp_path, poison):
    content = feed(
        [
            entry(title=f"Introduce {poison}", place=poison, details=(Message("%(x)s", {"x": poison}),)),
            entry(uid="two@throughline.example", title="Call", on=date(2027, 6, 16), starts_at=None),
        ],
        now=NOW,
        language="en",
    )

    shown = read_by_khal(content, tmp_path, since="2027-06-14", until="2027-06-18")

    # The library inside Debian's khal takes a written backslash before an n for the end of a line.
    assert len([line for line in shown if line.endswith("@throughline.example")]) == 2
    assert shown[0].startswith("2027-06-15 10:00 Introduce ")
    assert shown[-1].startswith("2027-06-16 00:00 Call")
