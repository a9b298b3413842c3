"""Business days and zones of clients: by country, and where that is unknown by our own."""

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Account, Organisation
from accounts.rules.calendar import ZONE_OF_COUNTRY, Calendar
from accounts.rules.calendar import today as today_in
from accounts.selectors.organisation import organisation

# Plans reach back a year and ahead five, and their last step half a year more.
YEARS_BACK, YEARS_AHEAD = 2, 7
REFERENCE_YEAR = 2026  # whether a country is known does not depend on the year

Reckoning = dict[str, Any]  # {"country": two letters, "free_days": [ISO day, ...]}


def calendar_of(account: Account, today: date, *, ours: Organisation | None = None) -> Calendar:
    """The business days of the account's country, or of ours where its country is unknown; without the
    extra free days of the account and of ours. One query where `ours` is not given.
    """
    return reckoned_calendar(reckoning_of(account, ours=ours), today)


def reckoning_of(account: Account, *, ours: Organisation | None = None) -> Reckoning:
    """What the account's business days are counted by, for keeping. One query where `ours` is not given."""
    ours = ours or organisation()
    known = account.country if country_calendar(account.country, REFERENCE_YEAR) else ours.country
    days = sorted({day for day, _name in (*ours.free_days, *account.free_days)})
    return {"country": known.upper(), "free_days": days}


def reckoned_calendar(reckoning: Reckoning, today: date) -> Calendar:
    """The calendar of what `reckoning_of` gave, around today."""
    return _calendar(reckoning["country"], tuple(reckoning["free_days"]), today.year)


@lru_cache(maxsize=600)
def _calendar(country: str, free_days: tuple[str, ...], year: int) -> Calendar:
    found = country_calendar(country, year) or Calendar()
    if not free_days:
        return found
    return replace(found, holidays=found.holidays | {date.fromisoformat(day) for day in free_days})


def tz_in(tz: str, country: str) -> ZoneInfo | None:
    """The zone of that name, else the one of that country; None where neither is known."""
    return zone(tz) or zone(country_tz(country))


def tz_of(account: Account, *, ours: Organisation | None = None) -> ZoneInfo:
    """The account's zone: its own, else its country's, else ours. A query as in `calendar_of`."""
    return tz_in(account.tz, account.country) or our_tz(ours or organisation())


def our_tz(ours: Organisation) -> ZoneInfo:
    return tz_in(ours.tz, ours.country) or ZoneInfo("UTC")


def today_of(account: Account, now: datetime, *, ours: Organisation | None = None) -> date:
    """The date at the client's."""
    return today_in(now, tz_of(account, ours=ours))


@lru_cache(maxsize=600)
def country_calendar(country: str, year: int) -> Calendar | None:
    """Weekend and public holidays of a country (two letters) around `year`; None for an unknown one."""
    if not country:
        return None
    import holidays  # slow: builds its list of countries

    try:
        known = holidays.country_holidays(
            country.upper(), years=range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
        )
    except NotImplementedError:
        return None
    return Calendar(weekend=frozenset(known.weekend), holidays=frozenset(known))


@lru_cache(maxsize=600)
def zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None for an empty or unknown one."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, OSError, ValueError):  # unknown names, and names that are no path
        return None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Country to its first zone in the zone database, and our choice where it has several."""
    found: dict[str, str] = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _coordinates, name = line.split("\t")[:3]
            found.setdefault(country, name)
    return found | ZONE_OF_COUNTRY


def country_tz(country: str) -> str:
    """The name of a country's usual zone; "" for an unknown country."""
    return _zones().get(country.upper(), "")
