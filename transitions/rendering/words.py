"""The names that keys of plans have for people: modes, reasons, roles, kinds of steps, degrees of risk."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.models import AccountRole, Channel, Tier
from accounts.rendering.numbers import money
from transitions.models import Mode, Outcome, PlanState, Purpose, Reason
from transitions.rules.candidates import TRIGGERS
from transitions.rules.meetings import PURPOSE_TITLES
from transitions.rules.support import STANDINGS

TITLES = {
    "mode": dict(Mode.choices),
    "reason": dict(Reason.choices),
    "purpose": dict(Purpose.choices),
    "state": dict(PlanState.choices),
    "outcome": dict(Outcome.choices),
    "tier": dict(Tier.choices),
    "role": {
        **dict(AccountRole.choices),
        "lead": gettext_lazy("Leader"),
        "author": gettext_lazy("Author"),
        "steward": gettext_lazy("In the author's place"),
        "acknowledgement": gettext_lazy("Department"),
        "gap": gettext_lazy("Named person"),
        "record": gettext_lazy("Named person"),
        "takeover": gettext_lazy("Support"),
    },
    "kind": {
        "task": gettext_lazy("Task"),
        "meeting": gettext_lazy("Meeting"),
        "check-in": gettext_lazy("Check-in"),
        "decision": gettext_lazy("Decision"),
        "training": gettext_lazy("Training"),
        "acknowledgement": gettext_lazy("To read"),
        "gap": gettext_lazy("To clear up"),
        "record": gettext_lazy("CRM record"),
        "takeover": gettext_lazy("To take over"),
    },
    "seriousness": {
        "green": gettext_lazy("Green"),
        "amber": gettext_lazy("Amber"),
        "red": gettext_lazy("Red: serious"),
    },
    "concern": {
        "open": gettext_lazy("Open"),
        "answered": gettext_lazy("Answered"),
        "confirmed": gettext_lazy("Confirmed"),
        "withdrawn": gettext_lazy("Withdrawn"),
    },
    "meeting": {key: gettext_lazy(text) for key, text in PURPOSE_TITLES.items()},  # what it is for
    "takeover": {key: gettext_lazy(text) for key, text in STANDINGS.items()},
    "channel": dict(Channel.choices),
    "trigger": {key: gettext_lazy(text) for key, text in TRIGGERS.items()},  # of a swap
}

HIGH, RAISED = 60, 30
THOUSAND, TEN_THOUSAND, MILLION = 1_000, 10_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk of 0 to 100 in words, and the look that goes with them: good, warn or bad."""

    words: str
    look: str


def title(key: str, of: str) -> str:
    """The name of `key` among the keys of `of`, one of TITLES; a key without a name stays as it is."""
    return str(TITLES[of].get(key, key))


def risk(value: int) -> Risk:
    if value >= HIGH:
        return Risk(_("High"), "bad")
    return Risk(_("Raised"), "warn") if value >= RAISED else Risk(_("Low"), "good")


# Looks of seriousness and of how a concern stands.
LOOKS = {
    "green": "state-good",
    "amber": "state-warn",
    "red": "state-bad",
    "open": "state-warn",
    "answered": "state-info",
    "confirmed": "state-good",
}


def looks(key: str) -> str:
    """The class that draws the state `key`; "" where it needs none."""
    return LOOKS.get(key, "")


def days_away(on: date, today: date) -> str:
    """How far `on` lies from today, as one says it: "in 3 days", "yesterday"."""
    return _days_away((on - today).days, get_language() or "en")


@lru_cache(maxsize=4096)
def _days_away(days: int, language: str) -> str:
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def weekday(on: date | None) -> str:
    """A near date, with the day of the week: "Fri 9 Apr"."""
    return _weekday(on, get_language() or "en") if on else ""


@lru_cache(maxsize=4096)
def _weekday(on: date, language: str) -> str:
    return date_format(on, pgettext("date format", "D j M"))


def money_in_short(amount: Decimal | None, currency: str) -> str:
    """An amount for a figure at a glance: "$4.2M", "$820k", "$9,400"; nothing for None."""
    return "" if amount is None else _in_short(amount, currency, get_language() or "en")


@lru_cache(maxsize=4096)
def _in_short(amount: Decimal, currency: str, language: str) -> str:
    if amount < TEN_THOUSAND:
        return money(round(amount), currency)
    if amount < MILLION:
        short = pgettext("amount", "%(number)sk") % {"number": number_format(round(amount / THOUSAND))}
    else:
        number = number_format(amount / MILLION, decimal_pos=1)
        short = pgettext("amount", "%(number)sM") % {"number": number}
    # The sign stands where the language puts it around a whole amount.
    return money(7, currency).replace("7", short)


def initials(name: str) -> str:
    """At most two letters that stand for a name: "Olga Ortiz" becomes "OO"."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
