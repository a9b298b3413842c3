"""Who holds which role on a plan."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import Greatest

from accounts.models import Assignment, Person
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep_many
from transitions.models import HandoverPlan, PlanRole, PlanStep
from transitions.rules.plans import SEVERAL, owner_for
from transitions.rules.playbooks import Playbook
from transitions.selectors.playbooks import playbook_of
from transitions.services.opened import holders_of, kept, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def set_people(
    *, plan: HandoverPlan, role: str, people: Sequence[Person], version: int, by: Person, now: datetime
) -> HandoverPlan:
    """Let exactly `people` hold `role`; the role's open steps go to the first of them.

    Several persons only for "sponsor" and "support". The outgoing rep is not set here: the account
    says who that is; nor is the incoming rep once the account is theirs. Steps that were given to
    somebody else by hand stay theirs. Raises StaleVersion, PlanNotOpen, PlanRefused (the field is
    the role).
    """
    plan = opened(plan.pk, version=version)
    playbook = playbook_of(plan.playbook, plan.tier)
    standing = {
        one.assignment.person_id: one
        for one in plan.roles.filter(assignment__role=role).select_related("assignment__person")
    }
    named = {person.pk: person for person in people}
    if problems := _problems(plan, playbook, role, list(named.values())):
        raise PlanRefused(problems)
    if set(named) == set(standing):
        return kept(plan, by=by, now=now, today=today_of(plan.account, now))

    today = today_of(plan.account, now)
    before = holders_of(plan)
    write_role(plan, role, named, today)
    _give_steps(plan, before, holders_of(plan), by=by, now=now)
    change = {
        "model": "role",
        "label": role,
        "before": {"people": sorted(standing)},
        "after": {"people": sorted(named)},
    }
    record(plan=plan, verb="set_people", changes=[change], by=by, now=now)
    return kept(plan, by=by, now=now, today=today)


def write_role(plan: HandoverPlan, role: str, named: Mapping[int, Person], today: date) -> None:
    """Let exactly these persons, by their keys, hold `role`: rows of whoever no longer does end today."""
    standing = dict(plan.roles.filter(assignment__role=role).values_list("assignment__person", "pk"))
    leaving = PlanRole.objects.filter(pk__in=[pk for person, pk in standing.items() if person not in named])
    ending = list(leaving.values_list("assignment", flat=True))
    leaving.delete()
    end_roles(Assignment.objects.filter(pk__in=ending), today)
    for key, person in named.items():
        if key not in standing:
            assignment = Assignment.objects.create(
                account=plan.account,
                person=person,
                role=role,
                from_on=today,
                hidden=plan.released_at is None,
            )
            PlanRole.objects.create(plan=plan, assignment=assignment)


def problems_of_people(
    roles: Sequence[str], people: Mapping[str, Sequence[Person]], *, outgoing: Person | None
) -> list[tuple[str, Message]]:
    """What is wrong with these people in these roles, as (role, sentence)."""
    problems = []
    for role, persons in people.items():
        named = {person.pk: person for person in persons}
        if role not in roles or role == "outgoing":
            if named:
                problems.append((role, Message(_("This playbook does not name anybody in this role."))))
            continue
        if len(named) > 1 and role not in SEVERAL:
            problems.append((role, Message(_("Choose one person only."))))
        for person in named.values():
            if person.archived_at is not None:
                problems.append((role, Message(_("%(name)s has left."), {"name": person.name})))
            elif outgoing is not None and person.pk == outgoing.pk and role not in SEVERAL:
                problems.append((role, Message(_("%(name)s is the outgoing rep."), {"name": person.name})))
    both = {person.pk for person in people.get("incoming", ())}
    for person in people.get("second_choice", ()):
        if person.pk in both:
            problems.append(("second_choice", _twice(person)))
    return problems


def _twice(person: Person) -> Message:
    return Message(
        _("%(name)s cannot be the incoming rep and the second choice at once."), {"name": person.name}
    )


def end_roles(assignments: QuerySet[Assignment], today: date) -> None:
    """End these assignments today; one that begins later ends on the day it begins."""
    ends = Greatest("from_on", Value(today, output_field=DateField()))
    assignments.filter(until_on=None).update(until_on=ends)


def _problems(
    plan: HandoverPlan, playbook: Playbook, role: str, people: list[Person]
) -> list[tuple[str, Message]]:
    if role == "outgoing":
        return [(role, Message(_("The outgoing rep is the owner of the account.")))]
    if role == "incoming" and playbook.has_passed_owner(plan.stage):
        return [(role, Message(_("The account belongs to its new owner already.")))]
    others: dict[str, list[Person]] = {}
    for one in plan.roles.exclude(assignment__role=role).select_related("assignment__person"):
        others.setdefault(one.assignment.role, []).append(one.assignment.person)
    outgoing = next(iter(others.get("outgoing", [])), None)
    problems = problems_of_people(playbook.roles, {role: people}, outgoing=outgoing)
    other = {"incoming": "second_choice", "second_choice": "incoming"}.get(role, "")
    taken = {person.pk for person in others.get(other, [])}
    return problems + [(role, _twice(person)) for person in people if person.pk in taken]


def _give_steps(
    plan: HandoverPlan,
    before: Mapping[str, Sequence[int]],
    after: Mapping[str, Sequence[int]],
    *,
    by: Person,
    now: datetime,
) -> None:
    """Open steps follow their role to its new holder."""
    changed = []
    for step in PlanStep.objects.undone().filter(plan=plan).order_by("pk"):
        new = owner_for(step.owner_role, after)
        if new != step.owner_id and step.owner_id in (None, owner_for(step.owner_role, before)):
            step.owner_id = new
            step.version += 1
            changed.append(step)
    keep_many(changed, PlanStep, ["owner", "version"], by=by, now=now)
