"""What is overdue and comes up to leaders: one reading for any number of them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from accounts.models import ClientRequest, Commitment
from accounts.models.prepared import planned_anew, prepared
from accounts.selectors.absence import Company, Leave
from transitions.documents.day import DueItem
from transitions.models import PlanStep
from transitions.rules.escalation import Rise, days_to, rises
from transitions.selectors.plans.doers import Leader
from transitions.selectors.plans.owed import Rows, commitments, requests, steps


class Overdue:
    """What may come up by `until` to leaders among `led_by`, as items of whoever owes it.

    The longest overdue first, and of each kind `most`. No query where none of them leads a team; else three,
    and one more where a plan is confidential.
    """

    def __init__(self, led_by: Collection[int], until: date, company: Company, most: int | None) -> None:
        self.until, self.rows = until, Rows(company.ours, until, named=True)
        paths = company.paths_led_by(led_by)
        self.items = list(self._read(company.teams_under(paths), most)) if paths else []

    def _read(self, teams: list[int], most: int | None) -> Iterator[DueItem]:
        rows, until = self.rows, self.until
        days, soonest = days_to(1, rows.after), days_to(1, rows.after, promise=True)
        assert soonest is not None
        # As many business days as calendar days at least: what is due later has not come up to anybody.
        promised_by = until - timedelta(days=soonest)
        if days is None:
            yield from rows.steps(_promises(most, teams=teams, promised_by=promised_by))
            return
        by = until - timedelta(days=days)
        yield from rows.steps(_steps(most, teams=teams, by=by, promised_by=promised_by))
        yield from rows.commitments(_commitments(most, teams=teams, by=by))
        yield from rows.requests(_requests(most, teams=teams, by=by))

    def told(
        self, asked: Collection[int], leaders: Callable[[DueItem], Mapping[int, Leader]]
    ) -> Iterator[DueItem]:
        """The items that `asked` are told of, who are among its `leaders` by then."""
        for item in self.items:
            if item.told_on is None:
                continue
            above, calendar = leaders(item), self.rows.calendar_of[item.account_id]
            found = rises(
                item.due_on,
                above,
                after=self.rows.after,
                calendar=calendar,
                until=self.until,
                promise=item.promise,
            )
            yield from (_told(item, one, above[one.leader].leave) for one in found if one.leader in asked)


def _told(item: DueItem, rise: Rise, leave: Leave | None) -> DueItem:
    return replace(
        item,
        person_id=rise.leader,
        kind="missed" if item.promise else "risen",
        version=0,
        decision=False,
        plain=False,
        missed_on=rise.on if item.promise else None,
        risen_on=rise.on,
        level=rise.level,
        told_on=None,
        for_name=leave.name if leave else "",
        back_on=leave.back_on if leave else None,
    )


@prepared
@planned_anew  # a team of five has other work overdue than a company
def _steps(most: int | None, *, teams: Collection[int], by: date, promised_by: date) -> QuerySet:
    late = Q(due_on__lte=by) | Q(due_on__lte=promised_by, kind="check-in")
    return steps(PlanStep.objects.open().filter(late, plan__account__team__in=teams))[:most]


@prepared
@planned_anew
def _promises(most: int | None, *, teams: Collection[int], promised_by: date) -> QuerySet:
    late = PlanStep.objects.due_by(promised_by).filter(kind="check-in", plan__account__team__in=teams)
    return steps(late)[:most]


@prepared
@planned_anew
def _commitments(most: int | None, *, teams: Collection[int], by: date) -> QuerySet:
    return commitments(Commitment.objects.due_by(by).filter(account__team__in=teams))[:most]


@prepared
@planned_anew
def _requests(most: int | None, *, teams: Collection[int], by: date) -> QuerySet:
    late = ClientRequest.objects.open().filter(promised_on__lte=by, account__team__in=teams)
    return requests(late)[:most]
