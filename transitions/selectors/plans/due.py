"""What is due from many persons: what they owe, what others on leave owe, and what has come up to them."""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts.models import ClientRequest, Commitment, Organisation
from accounts.models.prepared import prepared
from accounts.selectors.absence import Company
from accounts.selectors.organisation import organisation
from transitions.documents.day import DueItem
from transitions.models import Concern, Extra, PlanStep
from transitions.selectors.plans.doers import Doers
from transitions.selectors.plans.escalation import Overdue
from transitions.selectors.plans.owed import (
    MOST_ITEMS,
    Rising,
    Rows,
    commitments,
    concerns,
    extras,
    requests,
    steps,
)


def due_items(
    person_ids: Collection[int],
    until: date,
    *,
    now: datetime | None = None,
    ours: Organisation | None = None,
) -> list[DueItem]:
    """Everything open that these persons owe up to and including `until`, by person and date.

    Steps of open plans, commitments, requests, answers to concerns and extras. What belongs to a plan that
    is still confidential goes to whoever owes it only if they may read the plan, else to the plan's steward,
    who is its author or took their place; so does a step that nobody owes yet, or whose owner has left.

    What somebody owes who is away `now` goes to whoever stands in, where that is one of these persons; each
    item to one person. Without `now` nobody is taken to be away. What is overdue comes up to the leaders
    above besides. Eight queries for any number of persons, three more where some of them lead, one where
    `ours` is not given, and a few where somebody is on leave or a plan is confidential.
    """
    due = Due(person_ids, until, Company(ours or organisation(), now))
    return [due.told(item) for item in sorted(due.items, key=lambda item: (item.person_id, *by_date(item)))]


def by_date(item: DueItem) -> tuple[date, str, str]:
    return (item.due_on, item.account, item.title.msgid)


class Due:
    """`items`: everything due, in no order; with `today` for one's day, which is MOST_ITEMS of each kind.

    `kept`: whether these persons may be stewards of plans, which then are asked as well.
    """

    def __init__(
        self,
        person_ids: Collection[int],
        until: date,
        company: Company,
        *,
        today: date | None = None,
        kept: bool = True,
    ) -> None:
        asked = frozenset(person_ids)
        for_others = company.covered_by(asked)
        people = list(asked.union(for_others))
        self._rising = Rising(company.ours, today or until)
        rows = Rows(self._rising.calendars)
        owed = list(_owed(people, until, rows, today, kept=kept or bool(for_others)))
        late = Overdue(people, company, self._rising, one_day=today is not None)
        readers = rows.readers | late.rows.readers
        self._doers = Doers([*owed, *late.items], company, readers=readers, rising=self._rising)
        given = (self._doers.given(item) for item in owed)
        self.items = [item for item in given if item.person_id in asked]
        self.items += late.told(asked, self._doers.leaders)

    def told(self, item: DueItem) -> DueItem:
        """The item with the first leader who is told of it by `until`, or `today`. For what is shown."""
        if item.risen_on is not None or (on := self._rising.on(item)) is None:
            return item
        leader = next(iter(self._doers.leaders(item).values()), None)
        return item._replace(told=leader.one.name, told_on=on) if leader else item


@prepared
def _of_owners(
    most: int | None, *, people: Collection[int], until: date, since: date | None = None
) -> QuerySet:
    """Steps that these persons owe, the longest due first."""
    due = PlanStep.objects.due_by(until).filter(owner__in=people, owner__archived_at=None)
    return steps(due if since is None else due.filter(due_on__gte=since))[:most]


@prepared
def _astray(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    """Steps of plans that these persons look after, whose owner they may not reach."""
    astray = Q(owner=None) | Q(owner__archived_at__isnull=False) | Q(plan__released_at=None)
    return steps(PlanStep.objects.due_by(until).filter(astray, plan__steward__in=people))[:most]


@prepared
def _promised(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    return commitments(Commitment.objects.due_by(until).filter(owner__in=people))[:most]


@prepared
def _asked_of(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    return requests(ClientRequest.objects.open().filter(owner__in=people, promised_on__lte=until))[:most]


@prepared
def _answers(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    return concerns(Concern.objects.due_by(until).filter(_reaching(people)))[:most]


@prepared
def _extras(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    return extras(Extra.objects.due_by(until).filter(_reaching(people)))[:most]


def _reaching(people: Collection[int]) -> Q:
    """What these persons owe, and what of their plans its owner cannot do or must not know."""
    astray = Q(owner__archived_at__isnull=False) | Q(plan__released_at=None)
    return Q(owner__in=people) | Q(plan__steward__in=people) & astray


def _owed(people: list[int], until: date, rows: Rows, today: date | None, *, kept: bool) -> Iterator[DueItem]:
    """What these persons owe and may know of, and what of their plans reaches nobody else."""
    most, asked = MOST_ITEMS if today else None, frozenset(people)
    found = _of_owners(most, people=people, until=until)
    if today and len(found) == most:  # so much is late that today's was not read
        found += _of_owners(most, people=people, until=until, since=today)
    if kept:
        found += _astray(most, people=people, until=until)
    once = {row[3]: row for row in found}.values()
    of_plans = rows.steps(once)
    of_plans += rows.concerns(_answers(most, people=people, until=until))
    of_plans += rows.extras(_extras(most, people=people, until=until))
    yield from (item for item in of_plans if item.person_id in asked)
    yield from rows.commitments(_promised(most, people=people, until=until))
    yield from rows.requests(_asked_of(most, people=people, until=until))
