"""Whether somebody may see what another owes: asked of many persons and items at once, before they stand in.

Standing in opens nothing. Whoever goes on leave names their substitute themselves: if that opened plans and
clients, anybody could show them to anybody. So the work goes to the first in line who sees it anyway, and
seeing a page costs what it did before. What standing in does give is the right to do the step.
"""

from collections.abc import Collection
from itertools import chain

from accounts.models import AccountRole, Assignment, Role
from accounts.selectors.absence import Colleague, Company
from transitions.documents.day import DueItem
from transitions.models import PlanRole
from transitions.selectors.plans.owed import readers_of

SEES_ALL = (Role.EXECUTIVE, Role.ADMINISTRATOR)


class Sight:
    """What `visible_to` says of plans and accounts, for `people` and `items`: three queries at most.

    Whoever has no sign-in yet is taken for an account manager.
    """

    def __init__(self, items: Collection[DueItem], people: Collection[Colleague], company: Company) -> None:
        self.company = company
        self._own = {one.pk: self._paths(one) for one in people}
        self._led = {one.pk: company.paths_led_by((one.pk,)) for one in people}
        self._held: set[tuple[int, int]] = set()
        self._roles: dict[int, set[str]] = {}
        self._readers: set[tuple[int, int]] = set()
        if items and people:
            self._read(items)

    def _paths(self, one: Colleague) -> tuple[str, ...]:
        """The subtrees whose accounts they see."""
        if one.role == Role.COLLEAGUE:
            return ()
        own = self.company.path_of(one.team)
        return (*((own,) if own else ()), *self.company.paths_led_by((one.pk,)))

    def _read(self, items: Collection[DueItem]) -> None:
        held = Assignment.objects.live().shown().filter(person__in=self._own)
        held = held.filter(account__in={item.account_id for item in items})
        self._held = set(held.values_list("person", "account"))
        plans = {item.plan_id for item in items if item.plan_id}
        led = self.company.teams_under(tuple(chain.from_iterable(self._led.values())))
        roles = PlanRole.objects.exclude(assignment__role=AccountRole.OWNER)
        roles = roles.filter(plan__in=plans, assignment__person__team__in=led)
        for plan, team in roles.values_list("plan", "assignment__person__team"):
            self._roles.setdefault(plan, set()).add(self.company.path_of(team))
        self._readers = readers_of({item.plan_id for item in items if item.secret})

    def sees(self, one: Colleague, item: DueItem) -> bool:
        if item.secret:
            return (item.plan_id, one.pk) in self._readers
        if one.role in SEES_ALL or (one.pk, item.account_id) in self._held:
            return True
        if (path := self.company.path_of(item.team_id)) and path.startswith(self._own[one.pk]):
            return True
        led = self._led[one.pk]
        return any(path.startswith(led) for path in self._roles.get(item.plan_id, ()))
