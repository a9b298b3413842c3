"""Who owes a step, and how much is at risk: the small sums that plans keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules.text import gettext_noop as _

ROLE_TITLES = {
    "outgoing": _("Outgoing rep"),
    "incoming": _("Incoming rep"),
    "second_choice": _("Second choice"),
    "interim": _("Interim rep"),
    "sponsor": _("Sponsor"),
    "support": _("Support"),
    "lead": _("Leader"),
    "author": _("Author"),
}
SEVERAL = frozenset({"sponsor", "support"})  # roles that more than one person may hold
OUTLIVES_PLAN = frozenset({"sponsor", "support"})  # roles that a plan leaves on the account when it closes

# Who answers where nobody holds a role. A role that is not here stays empty, and its steps show
# which role owes them, until somebody is named.
STANDS_IN = {
    "outgoing": ("interim", "lead", "author"),
    "incoming": ("interim",),
    "interim": ("incoming",),
    "lead": ("author",),
}

OUTCOMES = {
    "handed_over": _("handed over"),
    "client_lost": _("the client left us"),
    "withdrawn": _("the change was withdrawn"),
    "other": _("something else"),
}

HIGH_RISK = 60

BEFORE = 90  # calendar days before a plan, against which attention is measured
MOST_A_WEEK = 5  # a touch on every business day is as often as anybody can be called on


def doubled(touches: int) -> int:
    """How often a week the client hears from us when attention is doubled.

    Twice the weekly touches of the previous BEFORE days, rounded up; at least once, at most daily.
    """
    return max(1, min(MOST_A_WEEK, -(-2 * touches * 7 // BEFORE)))


def steward_for(author: int | None, *, readers: Sequence[int] | None, above: Sequence[int]) -> int | None:
    """Who looks after a plan: whom reaches what reaches nobody else. None: nobody who may.

    `author` is None once they have left. `readers` are the named readers of a confidential plan who are
    with us, in order, and None where the plan is not confidential; `above` the leaders above the client's
    team, the nearest first, then whoever reads everything. Of a confidential plan only a reader is told.
    """
    if readers is None:
        return author if author is not None else next(iter(above), None)
    return author if author in readers else next(iter(readers), None)


def owner_for(role: str, holders: Mapping[str, Sequence[int]]) -> int | None:
    """Which person owes the steps of `role`: its first holder, or whoever stands in; None: nobody yet.

    `holders` maps roles, "lead" and "author" among them, to persons who are still with us.
    """
    for candidate in (role, *STANDS_IN.get(role, ())):
        if holders.get(candidate):
            return holders[candidate][0]
    return None


def number_of(key: str) -> int:
    """Which repetition a step key names: 3 for "check-in/3"; 0 for a step that comes once."""
    _base, slash, number = key.rpartition("/")
    return int(number) if slash and number.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the risk of a plan is made of."""

    late_steps: int = 0  # open steps due before today
    lost_days: int = 0  # the most calendar days that an open step lost to short notice
    empty_roles: int = 0  # roles nobody holds that owe a step within two weeks
    cutover_on: date | None = None
    renewal_on: date | None = None


def risk(exposure: Exposure) -> int:
    """A light sum from 0 to 100. Our own proposal, to sort by, not to believe in.

    8 for each late step, at most 40; 1 for each calendar day lost to short notice, at most 20;
    10 for each empty role that owes a step soon, at most 20; and for a renewal within 60 days of
    the cutover, before or after it, 20, within 90 days 10.
    """
    points = min(40, 8 * exposure.late_steps)
    points += min(20, max(0, exposure.lost_days))
    points += min(20, 10 * exposure.empty_roles)
    return points + _near_renewal(exposure.cutover_on, exposure.renewal_on)


def _near_renewal(cutover: date | None, renewal: date | None) -> int:
    if cutover is None or renewal is None:
        return 0
    distance = abs((renewal - cutover).days)
    return 20 if distance <= 60 else 10 if distance <= 90 else 0
