"""When a digest is due; B10 in short, of which the long form is `tests.drills.digest_days`."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rules.reminders import URGENT
from tests.drills import digest_days
from transitions.rules.digests import APART, DigestDue, Reader, channels, due, end_of, instant, urgency

LONG_AGO = {1: date(2000, 1, 1)}
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2028, 12, 31)


def live_through(reader: Reader, moments, first_due=LONG_AGO, zones=None):
    """Run the planner at each of `moments`, as the tick does; return (date, moment, zone) of each digest."""
    written, last_on, last_at = [], None, None
    for number, moment in enumerate(moments):
        zone, hour = zones(number) if zones else (reader.zone, reader.hour)
        asked = replace(reader, zone=zone, hour=hour, last_on=last_on, last_at=last_at)
        for digest in due([asked], first_due=first_due, now=moment):
            written.append((digest.on, moment, zone))
            last_on, last_at = digest.on, moment
    return written


def every(minutes: int, start: datetime, days: float):
    return [start + timedelta(minutes=minutes * n) for n in range(int(days * 24 * 60 / minutes))]


def test_a_digest_is_due_from_its_hour_until_the_day_is_over():
    riga = Reader(1, "Europe/Riga", 8)

    before = due([riga], first_due=LONG_AGO, now=datetime(2027, 3, 2, 5, 59, tzinfo=UTC))
    on_time = due([riga], first_due=LONG_AGO, now=datetime(2027, 3, 2, 6, 0, tzinfo=UTC))
    late = due([riga], first_due=LONG_AGO, now=datetime(2027, 3, 2, 21, 59, tzinfo=UTC))

    assert before == []
    assert on_time == late == [DigestDue(1, date(2027, 3, 2), datetime(2027, 3, 2, 22, 0, tzinfo=UTC))]


def test_whoever_has_nothing_due_or_wants_none_gets_none():
    now = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)
    people = [Reader(1, "UTC", 8), Reader(2, "UTC", 8), Reader(3, "UTC", 8, wants=False), Reader(4, "UTC", 8)]
    first_due = {1: date(2027, 3, 2), 2: date(2027, 3, 3), 3: date(2027, 3, 1)}

    assert [digest.person for digest in due(people, first_due=first_due, now=now)] == [1]


def test_something_is_due_by_the_readers_own_date():
    now = datetime(2027, 3, 2, 20, 0, tzinfo=UTC)  # already the 3rd in Auckland
    people = [Reader(1, "UTC", 0), Reader(2, "Pacific/Auckland", 0)]

    found = due(people, first_due={1: date(2027, 3, 3), 2: date(2027, 3, 3)}, now=now)

    assert [(digest.person, digest.on) for digest in found] == [(2, date(2027, 3, 3))]


def test_a_quiet_weekday_is_the_readers_own():
    now = datetime(2027, 3, 5, 20, 0, tzinfo=UTC)  # a Friday, and already Saturday in Auckland
    weekend = frozenset({5, 6})
    people = [Reader(1, "UTC", 0, quiet=weekend), Reader(2, "Pacific/Auckland", 0, quiet=weekend)]

    found = due(people, first_due=dict.fromkeys((1, 2), date(2027, 3, 1)), now=now)

    assert [digest.person for digest in found] == [1]


def test_a_quiet_date_is_the_readers_own():
    now = datetime(2027, 3, 5, 20, 0, tzinfo=UTC)  # already the 6th in Auckland
    sixth = frozenset({date(2027, 3, 6)})
    people = [Reader(1, "UTC", 0, quiet_dates=sixth), Reader(2, "Pacific/Auckland", 0, quiet_dates=sixth)]

    found = due(people, first_due=dict.fromkeys((1, 2), date(2027, 3, 1)), now=now)

    assert [digest.person for digest in found] == [1]


def test_whoever_wants_urgent_things_anyway_is_asked_about_them_on_quiet_days_alone():
    eager = Reader(
        1, "UTC", 8, quiet=frozenset({5}), quiet_dates=frozenset({date(2027, 3, 5)}), urgent_anyway=True
    )

    written = [
        (digest.on.day, digest.quiet)
        for day in range(4, 8)  # Thursday to Sunday
        for digest in due([eager], first_due=LONG_AGO, now=datetime(2027, 3, day, 9, 0, tzinfo=UTC))
    ]

    assert written == [(4, False), (5, True), (6, True), (7, False)]


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("concern", "escalated", {"serious"}),
        ("request", "escalated", {"escalated"}),
        ("step", "escalated", set()),
        ("step", "missed", {"missed"}),
        ("missed", "missed", {"missed", "risen"}),
        ("missed", "", {"missed", "risen"}),
        ("risen", "late", {"risen", "late"}),
        ("commitment", "late", {"late"}),
        ("concern", "", set()),
        ("request", "", set()),
        ("unowned", "", set()),
    ],
)
def test_what_is_urgent_follows_from_its_kind_and_state(kind, state, said):
    states = dict.fromkeys(("escalated", "missed", "late"), False)

    assert urgency(kind, **{**states, **({state: True} if state else {})}) == said


def test_every_kind_of_urgent_thing_that_can_be_chosen_is_found():
    found = [
        urgency(kind, escalated=True, missed=True, late=True) for kind in ("concern", "request", "risen")
    ]

    assert frozenset().union(*found) == URGENT.keys()


@pytest.mark.parametrize(
    ("by_mail", "by_chat", "chats", "expected"),
    [
        (True, True, True, (True, True)),
        (True, True, False, (True, False)),
        (True, False, True, (True, False)),
        (True, False, False, (True, False)),
        (False, True, True, (False, True)),
        (False, True, False, (True, False)),  # no chat works: by mail all the same
        (False, False, True, (False, False)),
        (False, False, False, (False, False)),
    ],
)
def test_a_digest_goes_out_as_chosen_and_by_mail_where_no_chat_works(by_mail, by_chat, chats, expected):
    assert channels(by_mail, by_chat, chats) == expected


def test_beside_chats_that_fail_the_digest_goes_by_mail_too():
    assert channels(False, True, True, failing=True) == (True, True)
    assert channels(False, False, True, failing=True) == (False, False)


def test_planning_again_at_once_finds_nothing_more():
    now = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)

    assert due([Reader(1, "UTC", 8, last_on=now.date(), last_at=now)], first_due=LONG_AGO, now=now) == []


def test_days_that_were_missed_are_not_replayed():
    before = every(1, datetime(2027, 3, 1, 7, 55, tzinfo=UTC), days=0.02)
    after = every(1, datetime(2027, 3, 4, 15, 0, tzinfo=UTC), days=0.02)

    written = live_through(Reader(1, "UTC", 8), before + after)

    assert [day for day, _, _ in written] == [date(2027, 3, 1), date(2027, 3, 4)]


def test_after_a_late_digest_the_next_keeps_its_distance_and_the_hour_returns():
    first = [datetime(2027, 3, 1, 22, 0, tzinfo=UTC)]

    written = live_through(Reader(1, "UTC", 8), first + every(30, datetime(2027, 3, 2, tzinfo=UTC), days=3))

    assert [moment for _, moment, _ in written] == [
        datetime(2027, 3, 1, 22, 0, tzinfo=UTC),
        datetime(2027, 3, 2, 16, 0, tzinfo=UTC),
        datetime(2027, 3, 3, 10, 0, tzinfo=UTC),
        datetime(2027, 3, 4, 8, 0, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("day", "hour", "zone", "expected"),
    [
        (date(2027, 3, 14), 2, "America/New_York", datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),  # skipped
        (date(2027, 11, 7), 1, "America/New_York", datetime(2027, 11, 7, 5, 0, tzinfo=UTC)),  # comes twice
        (date(2026, 10, 4), 2, "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        (date(2010, 3, 14), 0, "America/St_Johns", datetime(2010, 3, 14, 3, 30, tzinfo=UTC)),
        (date(2011, 12, 29), 8, "Pacific/Apia", datetime(2011, 12, 29, 18, 0, tzinfo=UTC)),
        (date(2011, 12, 30), 8, "Pacific/Apia", None),  # a date that never was
        (date(2011, 12, 31), 8, "Pacific/Apia", datetime(2011, 12, 30, 18, 0, tzinfo=UTC)),
        (date(2027, 3, 2), 8, "Nowhere/At_All", datetime(2027, 3, 2, 8, 0, tzinfo=UTC)),
    ],
)
def test_instant_is_the_first_moment_of_the_hour(day, hour, zone, expected):
    assert instant(day, hour, zone) == expected


def test_a_gap_that_begins_off_the_hour_leaves_the_whole_hours_alone():
    # Caracas went from 02:30 to 03:00, Pyongyang from 23:30 to midnight.
    assert instant(date(2016, 5, 1), 3, "America/Caracas") == datetime(2016, 5, 1, 7, 0, tzinfo=UTC)
    assert instant(date(2018, 5, 5), 0, "Asia/Pyongyang") == datetime(2018, 5, 4, 15, 0, tzinfo=UTC)


def test_a_gap_that_swallows_the_end_of_the_day_takes_the_hour_before():
    # Nuuk's clocks went from 22:00 on the 25th to 23:00 in 2023, and from 23:00 to midnight in 2024.
    assert instant(date(2024, 3, 30), 23, "America/Nuuk") == datetime(2024, 3, 31, 0, 0, tzinfo=UTC)


def test_the_skipped_date_has_no_digest_and_its_neighbours_one_each():
    written = live_through(
        Reader(1, "Pacific/Apia", 8), every(10, datetime(2011, 12, 28, 10, tzinfo=UTC), days=5)
    )

    assert [day for day, _, _ in written] == [
        date(2011, 12, 28),
        date(2011, 12, 29),
        date(2011, 12, 31),
        date(2012, 1, 1),
        date(2012, 1, 2),
    ]


def test_a_date_that_comes_twice_has_one_digest():
    # In St John's it was 00:01 on the 7th, and then 23:01 on the 6th again.
    written = live_through(
        Reader(1, "America/St_Johns", 0), every(1, datetime(2010, 11, 6, 2, 30, tzinfo=UTC), days=2.5)
    )

    assert [(day, moment) for day, moment, _ in written] == [
        (date(2010, 11, 6), datetime(2010, 11, 6, 2, 30, tzinfo=UTC)),
        (date(2010, 11, 7), datetime(2010, 11, 7, 2, 30, tzinfo=UTC)),
        (date(2010, 11, 8), datetime(2010, 11, 8, 3, 30, tzinfo=UTC)),
    ]


def test_the_day_ends_where_the_next_one_begins():
    assert end_of(date(2027, 3, 2), "Europe/Riga") == datetime(2027, 3, 2, 22, 0, tzinfo=UTC)
    assert end_of(date(2011, 12, 29), "Pacific/Apia") == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


def test_every_zone_has_a_first_instant_for_every_hour_of_three_years_of_jumps():
    """Compare with looking at the wall clock every quarter of an hour, around each jump of each zone."""
    checked = 0
    for zone in ZONES:
        tz = ZoneInfo(zone)
        for jump in jumps(tz):
            for shift in (-1, 0, 1):
                day = (jump.astimezone(tz) + timedelta(days=shift)).date()
                for hour in (0, 1, 2, 3, 23):
                    found = instant(day, hour, zone)
                    wanted = datetime.combine(day, time(hour))
                    assert found == first_by_counting(wanted, tz)
                    checked += 1

    assert checked > 3_000


def first_by_counting(wanted: datetime, tz: ZoneInfo):
    moment = wanted.replace(tzinfo=tz).astimezone(UTC) - timedelta(
        hours=3
    )  # no jump of these years is larger
    while (shown := moment.astimezone(tz).replace(tzinfo=None)) < wanted:
        moment += timedelta(minutes=15)
    if shown.date() != wanted.date():  # the gap swallowed the rest of the day
        return first_by_counting(wanted - timedelta(hours=1), tz)
    return moment


def jumps(tz: ZoneInfo):
    """Days in which the offset of `tz` changes, between 2026 and 2028."""
    moment, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    while moment < end:
        following = moment + timedelta(days=1)
        if moment.astimezone(tz).utcoffset() != following.astimezone(tz).utcoffset():
            yield moment
        moment = following


def test_five_hundred_lives_in_every_kind_of_zone_have_one_digest_for_each_date():
    assert digest_days.failures(500, seed=7) == []


def test_a_planner_that_forgets_what_it_wrote_is_found_out():
    assert len(digest_days.failures(100, seed=7, forgets=True)) > 80  # whoever has quiet days gets few


def test_a_planner_that_does_not_know_the_quiet_days_is_found_out():
    assert len(digest_days.failures(300, seed=7, deaf=True)) > 100


@settings(max_examples=500, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    start=st.dates(FIRST_DAY, LAST_DAY),
    step=st.integers(7, 55),
    weekdays=st.frozensets(st.integers(0, 6), max_size=6),
    free=st.frozensets(st.integers(-1, 5)),
)
def test_in_any_zone_each_local_date_that_is_not_quiet_has_exactly_one_digest(
    zone, hour, start, step, weekdays, free
):
    tz = ZoneInfo(zone)
    moments = every(step, datetime.combine(start, time(), tzinfo=UTC), days=4)
    quiet = frozenset(start + timedelta(days=n) for n in free)

    written = live_through(Reader(1, zone, hour, quiet=weekdays, quiet_dates=quiet), moments)

    days = [day for day, _, _ in written]
    first, last = moments[0].astimezone(tz).date(), moments[-1].astimezone(tz).date()
    whole = {first + timedelta(days=n) for n in range(1, (last - first).days)}
    wanted = {day for day in whole if day.weekday() not in weekdays and day not in quiet}
    assert len(days) == len(set(days))
    assert whole & set(days) == wanted
    assert not {day for day in days if day.weekday() in weekdays or day in quiet}
    keeps_the_rules(written, lambda moment: hour)


@settings(max_examples=500, deadline=None)
@given(
    journey=st.lists(
        st.tuples(st.sampled_from(ZONES), st.integers(0, 23)),
        min_size=3,
        max_size=6,
    ),
    start=st.dates(FIRST_DAY, LAST_DAY),
    step=st.integers(13, 59),
)
def test_a_person_who_changes_zone_and_hour_every_day_never_gets_two(journey, start, step):
    ticks = 24 * 60 // step
    moments = every(step, datetime.combine(start, time(), tzinfo=UTC), days=len(journey))

    def zones(number):
        return journey[min(number // ticks, len(journey) - 1)]

    written = live_through(Reader(1, "UTC", 8), moments, zones=zones)

    days = [day for day, _, _ in written]
    assert days == sorted(set(days))
    hours = {moment: zones(number)[1] for number, moment in enumerate(moments)}
    keeps_the_rules(written, hours.__getitem__)


def keeps_the_rules(written, hour_at):
    for (_, earlier, _), (_, later, _) in zip(written, written[1:], strict=False):
        assert later - earlier >= APART
    for day, moment, zone in written:
        local = moment.astimezone(ZoneInfo(zone))
        assert local.date() == day
        opens_at = instant(day, hour_at(moment), zone)
        assert opens_at is not None
        assert moment >= opens_at
