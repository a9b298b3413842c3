"""What a list of deals says about accounts: their yearly value, their tier, and who looks after them.

Sources: none; the three rules are ours and are explained in docs/import.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WON, LOST, OPEN = "won", "lost", "open"
# Of the accounts with a value, in order of it: the first 15 in 100 are strategic, the next 50 standard.
STRATEGIC_SHARE = 15
STANDARD_SHARE = 50


@dataclass(frozen=True, slots=True)
class Deal:
    account: str  # an identity that the caller chose
    agent: str
    outcome: str
    opened_on: date | None
    closed_on: date | None
    value: Decimal


@dataclass(frozen=True, slots=True)
class Record:
    """What one agent did with one account."""

    won: Decimal  # in the last twelve months of the data
    open_deals: int
    deals: int
    since: date | None  # the first day on which they dealt with each other


def outcome_of(stage: str) -> str:
    """Return whether a deal's stage, in the words of the usual CRMs, is won, lost or still open."""
    key = "".join(stage.casefold().split()).replace("-", "").replace("_", "")
    if key in ("won", "closedwon", "closewon"):
        return WON
    return LOST if key in ("lost", "closedlost", "closelost", "cancelled", "canceled") else OPEN


def last_twelve_months(deals: Iterable[Deal]) -> tuple[date, date] | None:
    """Return the first and last day of the year that ends with the last close in the data."""
    closes = [deal.closed_on for deal in deals if deal.outcome != OPEN and deal.closed_on is not None]
    if not closes:
        return None
    last = max(closes)
    try:
        before = last.replace(year=last.year - 1)
    except ValueError:  # the 29th of February
        before = last.replace(year=last.year - 1, day=28)
    return date.fromordinal(before.toordinal() + 1), last


def counted(deal: Deal, window: tuple[date, date] | None) -> bool:
    return (
        deal.outcome == WON
        and window is not None
        and deal.closed_on is not None
        and window[0] <= deal.closed_on <= window[1]
    )


def yearly_values(deals: Iterable[Deal]) -> dict[str, Decimal]:
    """Return what each account bought in the last twelve months of the data, 0 where it bought nothing."""
    deals = list(deals)
    window = last_twelve_months(deals)
    values: dict[str, Decimal] = {}
    for deal in deals:
        values[deal.account] = values.get(deal.account, Decimal(0)) + (
            deal.value if counted(deal, window) else Decimal(0)
        )
    return {account: value.quantize(Decimal("0.01")) for account, value in values.items()}


def records(deals: Iterable[Deal]) -> dict[str, dict[str, Record]]:
    """Return account -> agent -> what they did together."""
    deals = list(deals)
    window = last_twelve_months(deals)
    table: dict[str, dict[str, Record]] = {}
    for deal in deals:
        by_agent = table.setdefault(deal.account, {})
        so_far = by_agent.get(deal.agent, Record(Decimal(0), 0, 0, None))
        begun = [day for day in (so_far.since, deal.opened_on or deal.closed_on) if day is not None]
        by_agent[deal.agent] = Record(
            so_far.won + (deal.value if counted(deal, window) else Decimal(0)),
            so_far.open_deals + (deal.outcome == OPEN),
            so_far.deals + 1,
            min(begun, default=None),
        )
    return table


def owner_of(agents: Mapping[str, Record]) -> str:
    """Return the agent who most likely looks after an account.

    The most won value in the last twelve months decides; between equals the most open deals, then
    the most deals at all, then the name that comes first in the alphabet.
    """
    return min(
        agents, key=lambda name: (-agents[name].won, -agents[name].open_deals, -agents[name].deals, name)
    )


def tiers(values: Mapping[str, Decimal | None]) -> dict[str, str]:
    """Return a tier for each account by its yearly value, compared with the others given.

    Equal values get equal tiers. Without any value at all, every account is standard.
    """
    known = sorted((value for value in values.values() if value), reverse=True)
    if not known:
        return dict.fromkeys(values, "standard")
    strategic = known[max(0, -(-len(known) * STRATEGIC_SHARE // 100) - 1)]
    standard = known[max(0, -(-len(known) * (STRATEGIC_SHARE + STANDARD_SHARE) // 100) - 1)]

    def tier(value: Decimal | None) -> str:
        if not value or value < standard:
            return "small"
        return "strategic" if value >= strategic else "standard"

    return {account: tier(value) for account, value in values.items()}
