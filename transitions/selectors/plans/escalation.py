"""What is overdue and comes up to leaders: one reading for any number of them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.models import ClientRequest, Commitment
from accounts.models.prepared import planned_anew, prepared
from accounts.selectors.absence import Company, Leave
from transitions.documents.day import DueItem
from transitions.models import PlanStep
from transitions.rules.escalation import Rise, days_to
from transitions.selectors.plans.doers import Leader
from transitions.selectors.plans.owed import MOST_ITEMS, Rising, Rows, commitments, requests, steps

Shown = Callable[[QuerySet], QuerySet]


class Reach(NamedTuple):
    """How much of each kind is read: so many, of all or of each team."""

    most: int
    of_each_team: bool


class Overdue:
    """What may come up by `until` to leaders among `led_by`, as items of whoever owes it.

    The longest overdue first, and of each kind MOST_ITEMS: of all for `one_day`, else of each team. What is
    left out has its place once these are done. No query where none of them leads a team; else three, and one
    more where a plan is confidential.
    """

    def __init__(self, led_by: Collection[int], company: Company, rising: Rising, *, one_day: bool) -> None:
        self.rising, self.rows = rising, Rows(rising.calendars, named=True)
        paths = company.paths_led_by(led_by)
        reach = Reach(MOST_ITEMS, of_each_team=not one_day)
        found = self._read(company.teams_under(paths), reach) if paths else ()
        self.items = sorted(found, key=lambda item: item.due_on)

    def _read(self, teams: list[int], reach: Reach) -> Iterator[DueItem]:
        rows, until, after = self.rows, self.rising.until, self.rising.after
        days, soonest = days_to(1, after), days_to(1, after, promise=True)
        assert soonest is not None
        # As many business days as calendar days at least: what is due later has not come up to anybody.
        promised_by = until - timedelta(days=soonest)
        if days is None:
            yield from rows.steps(_promises(reach, teams=teams, promised_by=promised_by))
            return
        by = until - timedelta(days=days)
        yield from rows.steps(_steps(reach, teams=teams, by=by, promised_by=promised_by))
        yield from rows.commitments(_commitments(reach, teams=teams, by=by))
        yield from rows.requests(_requests(reach, teams=teams, by=by))

    def told(
        self, asked: Collection[int], leaders: Callable[[DueItem], Mapping[int, Leader]]
    ) -> Iterator[DueItem]:
        """What `asked` are told of, who are among its `leaders` by then: MOST_ITEMS each."""
        told: Counter[int] = Counter()
        for item in self.items:
            above = leaders(item)
            for one in self.rising.all(item, above):
                if one.leader in asked and told[one.leader] < MOST_ITEMS:
                    told[one.leader] += 1
                    yield _told(item, one, above[one.leader].leave)


def _told(item: DueItem, rise: Rise, leave: Leave | None) -> DueItem:
    return item._replace(
        person_id=rise.leader,
        kind="missed" if item.promise else "risen",
        version=0,
        decision=False,
        plain=False,
        missed_on=rise.on if item.promise else None,
        risen_on=rise.on,
        level=rise.level,
        for_name=leave.name if leave else "",
        back_on=leave.back_on if leave else None,
    )


def _longest(shown: Shown, rows: QuerySet, team: str, day: str, reach: Reach) -> QuerySet:
    """The longest overdue: so many of all, or of each team."""
    if not reach.of_each_team:
        return shown(rows)[: reach.most]
    place = Window(RowNumber(), partition_by=[F(team)], order_by=[F(day), F("pk")])
    return shown(rows.annotate(place=place).filter(place__lte=reach.most))


@prepared
@planned_anew  # a team of five has other work overdue than a company
def _steps(reach: Reach, *, teams: Collection[int], by: date, promised_by: date) -> QuerySet:
    late = Q(due_on__lte=by) | Q(due_on__lte=promised_by, kind="check-in")
    rows = PlanStep.objects.open().filter(late, plan__account__team__in=teams)
    return _longest(steps, rows, "plan__account__team", "due_on", reach)


@prepared
@planned_anew
def _promises(reach: Reach, *, teams: Collection[int], promised_by: date) -> QuerySet:
    rows = PlanStep.objects.due_by(promised_by).filter(kind="check-in", plan__account__team__in=teams)
    return _longest(steps, rows, "plan__account__team", "due_on", reach)


@prepared
@planned_anew
def _commitments(reach: Reach, *, teams: Collection[int], by: date) -> QuerySet:
    rows = Commitment.objects.due_by(by).filter(account__team__in=teams)
    return _longest(commitments, rows, "account__team", "due_on", reach)


@prepared
@planned_anew
def _requests(reach: Reach, *, teams: Collection[int], by: date) -> QuerySet:
    rows = ClientRequest.objects.open().filter(promised_on__lte=by, account__team__in=teams)
    return _longest(requests, rows, "account__team", "promised_on", reach)
