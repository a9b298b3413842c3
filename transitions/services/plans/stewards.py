"""Who looks after a plan when its author cannot: what reaches nobody else must reach somebody with us."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Q

from accounts.models import Person, Role, Team, User
from transitions.models import HandoverPlan, PlanReader
from transitions.models.plans import OPEN
from transitions.rules.plans import steward_for

BATCH = 500
ABOVE_ALL = (Role.EXECUTIVE, Role.ADMINISTRATOR)


def hand_on() -> int:
    """Give every plan whose author has left a steward who is with us (a tick). Returns how many changed.

    An author who came back has their plans again; where there is nobody, the plan waits for the next tick.
    One query where no author has left; five more per 500 plans, and one for each plan that changes.
    """
    left = Person.objects.filter(archived_at__isnull=False).values("pk")
    others = ~Q(steward=F("created_by"))
    astray = Q(steward__in=left) | others & (Q(created_by__archived_at=None) | OPEN)
    plans = list(HandoverPlan.objects.filter(astray).order_by("pk").values_list("pk", flat=True))
    return sum(settle(plans[start : start + BATCH]) for start in range(0, len(plans), BATCH))


def settle(plan_ids: Sequence[int]) -> int:
    """Write the steward of each of these plans. Returns how many changed."""
    rows = HandoverPlan.objects.filter(pk__in=plan_ids).values_list(
        "pk", "steward", "created_by", "created_by__archived_at", "released_at", "account__team__path"
    )
    readers = _readers(plan_ids)
    leads = dict(Team.objects.filter(lead__isnull=False, lead__archived_at=None).values_list("path", "lead"))
    above = _above_all()
    changed = 0
    for pk, steward, author, left, released, path in rows:
        found = steward_for(
            None if left else author,
            readers=readers[pk] if released is None else None,
            above=[*_leads(path or "", leads), *above],
        )
        if found is not None and found != steward:
            # Only what was read is replaced: another tick may have been faster.
            changed += HandoverPlan.objects.filter(pk=pk, steward=steward).update(steward=found)
    return changed


def _readers(plan_ids: Iterable[int]) -> Mapping[int, list[int]]:
    """The named readers of each plan who are with us, the first named first."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = PlanReader.objects.filter(plan__in=plan_ids, person__archived_at=None).order_by("pk")
    for plan, person in rows.values_list("plan", "person"):
        found[plan].append(person)
    return found


def _leads(path: str, leads: Mapping[str, int]) -> list[int]:
    """The leads of the team at `path` and of those above it, the nearest first."""
    ends = range(len(path), 0, -Team.steplen)
    return [leads[path[:end]] for end in ends if path[:end] in leads]


def _above_all() -> list[int]:
    """Executives, then administrators, each the longest with us first: the first of each."""
    users = User.objects.filter(is_active=True, person__archived_at=None).order_by("pk")
    firsts = (users.filter(role=role).values_list("person", flat=True).first() for role in ABOVE_ALL)
    return [person for person in firsts if person is not None]
