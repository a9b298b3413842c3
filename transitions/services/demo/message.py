"""The demo company agrees on what a client is told, before the client hears it."""

from datetime import datetime

from accounts.models import Person
from accounts.services import departments
from transitions.models import HandoverPlan, PlanStep
from transitions.rules.demo.company import DEPARTMENTS
from transitions.selectors.story import newest
from transitions.services import story

APPROVED_WITH = ("story", "message-again")  # the steps after which a leader approves the message


def name_departments(*, by: Person, now: datetime) -> None:
    for name, person in DEPARTMENTS:
        departments.add(name=name, person=Person.objects.get(name=person), by=by, now=now)


def approve(plan: HandoverPlan, *, by: Person, at: datetime) -> None:
    """Whom the client turns to: the outgoing rep until somebody else is named."""
    plan.refresh_from_db(fields=["version", "why", "gets_better", "stays"])
    roles = plan.roles.select_related("assignment__person")
    holders = {role.assignment.role: role.assignment.person for role in roles}
    now_with = holders.get("incoming") or holders.get("interim") or holders["outgoing"]
    who_now = f"{now_with.name}, {now_with.email}. Our support desk as before."
    story.approve(plan=plan, version=plan.version, who_now=who_now, by=by, now=at)


def read(step: PlanStep, *, at: datetime) -> None:
    narrative = newest(step.plan)
    assert narrative is not None
    assert step.owner is not None
    story.acknowledge(
        acknowledgement=step.acknowledgement, narrative_version=narrative.version, by=step.owner, now=at
    )
