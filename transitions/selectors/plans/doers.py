"""Who does a piece of work today, and which leaders are told that it is overdue."""

from collections.abc import Collection
from typing import NamedTuple

from accounts.rules.absence import stand_in
from accounts.selectors.absence import Colleague, Company, Leave
from transitions.documents.day import DueItem
from transitions.rules.escalation import above
from transitions.rules.support import TAKEOVER
from transitions.selectors.plans.owed import Rising
from transitions.selectors.plans.sight import Sight


class Leader(NamedTuple):
    """Whoever is told of overdue work; with the leave of the one in whose place they are."""

    one: Colleague
    leave: Leave | None = None


class Doers:
    """Answers for these items, of which `readers` may know the confidential ones.

    No query where nobody concerned is away; else three at most.
    """

    def __init__(
        self,
        items: Collection[DueItem],
        company: Company,
        *,
        readers: set[tuple[int, int]],
        rising: Rising,
    ) -> None:
        self.company, self.readers, self.rising = company, readers, rising
        self._plain: dict[tuple[int, int], dict[int, Leader]] = {}  # by team and owner, where nobody is away
        leaves = company.leaves
        concerned = [item for item in items if leaves and self._is_concerned(item)]
        people = {one for leave in leaves.values() for one in leave.standing_by} if concerned else set()
        self.sight = Sight(concerned, people, company)

    def _is_concerned(self, item: DueItem) -> bool:
        """Whether somebody is away who does this or would be told of it."""
        leaves = self.company.leaves
        if item.person_id in leaves:
            return True
        led = any(lead.pk in leaves for lead in self.company.above(item.team_id))
        return led and self.rising.on(item) is not None

    def given(self, item: DueItem) -> DueItem:
        """The item as whoever does it today has it.

        Only whoever was asked can say that they take over a part of the support: that stays with them.
        """
        leave = self.company.leaves.get(item.person_id)
        if leave is None or (doer := self._doer(item)) == item.person_id:
            return item
        return item._replace(
            person_id=doer,
            for_name=leave.name,
            back_on=leave.back_on,
            plain=False,  # the link in a mail belongs to whoever owes the step
            version=item.version if item.kind == "step" else 0,
        )

    def _doer(self, item: DueItem) -> int:
        return item.person_id if item.kind == TAKEOVER else self._in_place(item.person_id, item)

    def _in_place(self, person: int, item: DueItem) -> int:
        leave = self.company.leaves.get(person)
        if leave is None:
            return person
        known = {one.pk: one for one in leave.standing_by}
        return stand_in(person, known, lambda one: self.sight.sees(known[one], item))

    def leaders(self, item: DueItem) -> dict[int, Leader]:
        """The leaders above the account's team who may know of this, the nearest first, each once.

        In the place of one who is away is whoever stands in. Never those who have to do it.
        """
        if item.secret or self.company.leaves:
            return self._leaders(item)
        key = item.team_id, item.person_id
        if key not in self._plain:
            self._plain[key] = self._leaders(item)
        return self._plain[key]

    def _leaders(self, item: DueItem) -> dict[int, Leader]:
        found: dict[int, Leader] = {}
        for lead in self.company.above(item.team_id):
            told = self._in_place(lead.pk, item)
            leave = self.company.leaves[lead.pk] if told != lead.pk else None
            one = next((one for one in leave.standing_by if one.pk == told), lead) if leave else lead
            if not item.secret or (item.plan_id, told) in self.readers:
                found.setdefault(told, Leader(one, leave))
        order = above(found, without={item.person_id, self._doer(item)})
        return {one: found[one] for one in order}
