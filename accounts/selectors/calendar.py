"""Business days and zones of clients: by country, and where that is unknown by our own."""

from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from accounts.models import Account, Organisation
from accounts.rules.calendar import ZONE_OF_COUNTRY, Calendar
from accounts.rules.calendar import today as today_in
from accounts.selectors.organisation import organisation

# Plans reach back a year and ahead five, and their last step half a year more.
YEARS_BACK, YEARS_AHEAD = 2, 7


def calendar_of(account: Account, today: date, *, ours: Organisation | None = None) -> Calendar:
    """The business days of the account's country, or of ours where its country is unknown.

    One query where our own country must be asked and `ours` is not given.
    """
    found = country_calendar(account.country, today.year)
    if found is None:
        found = country_calendar((ours or organisation()).country, today.year)
    return found or Calendar()


def tz_of(account: Account, *, ours: Organisation | None = None) -> ZoneInfo:
    """The account's zone: its own, else its country's, else ours. A query as in `calendar_of`."""
    return zone(account.tz) or zone(country_tz(account.country)) or our_tz(ours or organisation())


def our_tz(ours: Organisation) -> ZoneInfo:
    return zone(ours.tz) or zone(country_tz(ours.country)) or ZoneInfo("UTC")


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
