"""A plan is born: account, playbook, dates and people become rows, all or none."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import Account, Person
from transitions.models import HandoverPlan, PlaybookVersion


@transaction.atomic
def start(
    *,
    account: Account,
    playbook: PlaybookVersion,
    reason: str,
    anchors: Mapping[str, date],
    people: Mapping[str, Sequence[Person]],
    purpose: str = "permanent",
    why: str = "",
    gets_better: str = "",
    stays: str = "",
    reason_detail: str = "",
    confidential: bool = False,
    readers: Sequence[Person] = (),
    by: Person,
    now: datetime,
) -> HandoverPlan:
    """Open a plan for `account` and return it.

    `anchors` needs "cutover"; anchors that the playbook knows and that are not given get their
    usual distance from it, squeezed when notice is short. `people` maps "incoming",
    "second_choice", "interim", "sponsor" and "support" to persons, each possibly empty; the
    outgoing rep is the account's owner. A confidential plan is seen by `readers` and `by` only.

    Raises PlanRefused with every problem found: an account without an owner or archived, a second
    open plan for this purpose, an incoming rep who is the outgoing one, or anyone who has left,
    anchors that the playbook does not allow. The number of queries does not depend on the number
    of steps.
    """
    raise NotImplementedError
