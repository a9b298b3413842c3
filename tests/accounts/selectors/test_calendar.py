from datetime import UTC, date, datetime

import pytest

from accounts.models import Account, Organisation
from accounts.selectors import calendar
from accounts.selectors.calendar import calendar_of, country_calendar, country_tz, today_of, tz_of

OURS = Organisation(pk=1, country="DE", tz="Europe/Berlin")
NOW = datetime(2027, 3, 2, 23, 30, tzinfo=UTC)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        ("US", date(2027, 11, 25), False),  # Thanksgiving
        ("DE", date(2027, 11, 25), True),
        ("DE", date(2027, 10, 3), False),
        ("SA", date(2027, 3, 5), False),  # a Friday
        ("SA", date(2027, 3, 7), True),  # a Sunday
        ("IL", date(2027, 3, 5), False),
    ],
)
def test_a_client_works_on_the_days_of_their_country(country, day, works):
    assert calendar_of(Account(country=country), TODAY, ours=OURS).is_business_day(day) is works


@pytest.mark.parametrize("country", ["", "XX", "ZZ", "not a country"])
def test_an_unknown_country_works_on_our_days(country):
    assert calendar_of(Account(country=country), TODAY, ours=OURS) == country_calendar("DE", 2027)


def test_where_ours_is_unknown_too_the_week_has_five_days():
    assert calendar_of(Account(), TODAY, ours=Organisation(country="XX")) == calendar.Calendar()


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (Account(tz="Asia/Tokyo", country="US"), "Asia/Tokyo"),
        (Account(country="US"), "America/New_York"),
        (Account(country="au"), "Australia/Sydney"),
        (Account(tz="Nowhere/At_All", country="FR"), "Europe/Paris"),
        (Account(country="XX"), "Europe/Berlin"),
        (Account(tz="../etc/passwd"), "Europe/Berlin"),
    ],
)
def test_a_client_lives_in_their_own_zone_or_their_countrys_or_ours(account, expected):
    assert tz_of(account, ours=OURS).key == expected


def test_the_date_is_the_clients():
    assert today_of(Account(tz="Asia/Tokyo"), NOW, ours=OURS) == date(2027, 3, 3)
    assert today_of(Account(tz="America/New_York"), NOW, ours=OURS) == date(2027, 3, 2)


def test_every_country_of_the_zone_table_has_a_zone_that_exists():
    assert [name for name in calendar._zones().values() if calendar.zone(name) is None] == []
    assert country_tz("US") == "America/New_York"
    assert country_tz("") == ""


def test_a_known_country_costs_no_query(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        calendar_of(Account(country="US"), TODAY, ours=OURS)
        tz_of(Account(country="US"))


def test_our_own_free_days_cost_one_query_where_nobody_read_them(django_assert_num_queries, db):
    with django_assert_num_queries(1):
        calendar_of(Account(country="US"), TODAY)


def test_free_days_of_the_client_and_of_ours_are_no_business_days():
    ours = Organisation(country="US", free_days=[["2027-03-03", "Company day"]])
    account = Account(country="US", free_days=[["2027-03-04", "Their fair"]])

    found = calendar_of(account, TODAY, ours=ours)

    assert [day for day in range(1, 6) if not found.is_business_day(date(2027, 3, day))] == [3, 4]


def test_an_unknown_country_costs_one_query_for_ours(django_assert_num_queries, db):
    with django_assert_num_queries(1):
        calendar_of(Account(country="XX"), TODAY)
