"""The demo company checks its records before an introduction, and hands its support over with the account."""

from datetime import datetime
from functools import partial

from accounts.models import Contact, Person
from accounts.services import clients
from transitions.models import HandoverPlan, PlanStep
from transitions.rules.demo.support import TEAMS, TITLES
from transitions.selectors.record import key_of, record_of
from transitions.services import record, support


def check(plan: HandoverPlan, contact: Contact, turn: int, *, by: Person, at: datetime) -> bool:
    """Correct what is old of one contact and confirm the rest. Whether anything was left to check."""
    found = record_of(plan)
    if not found.left:
        return False
    key = key_of("contact", contact)
    if any(field.key == key for field in found.left):
        row = Contact.objects.get(pk=contact.pk)
        row.title = TITLES[turn % len(TITLES)]
        change = partial(clients.edit_contact, contact=row, version=row.version, by=by, now=at)
        record.correct(plan=plan, field=key, change=change, by=by, now=at)
    record.confirm_rest(plan=plan, seen=record_of(plan).seen, by=by, now=at)
    return True


def hand_over(plan: HandoverPlan, turn: int, *, by: Person, at: datetime) -> None:
    """Say who stays and who takes over, and ask them."""
    cutover = plan.anchors.get(key="cutover").falls_on
    for capacity, today, then in TEAMS[turn % len(TEAMS)]:
        support.add(
            plan=plan,
            capacity=capacity,
            from_person=Person.objects.get(name=today),
            to_person=Person.objects.get(name=then) if then else None,
            falls_on=max(cutover, at.date()),
            by=by,
            now=at,
        )


def say(step: PlanStep, *, at: datetime) -> None:
    assert step.owner is not None
    row = step.takeover
    support.say(takeover=row, version=row.version, by=step.owner, now=at)
