"""Who holds which role on a plan."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import Greatest

from accounts.models import Account, Assignment, Person, Team
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep_many
from transitions.models import HandoverPlan, PlanRole, PlanStep
from transitions.rules.plans import SEVERAL, owner_for
from transitions.rules.playbooks import Playbook
from transitions.rules.sponsors import keeper_for
from transitions.selectors.playbooks import playbook_of
from transitions.services import sponsors
from transitions.services.opened import holders_of, kept, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop

TEAM = _("Team that takes over")


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
    gone = {person for person in standing if person not in named}
    given = give_steps(plan, before, holders_of(plan), gone=gone, by=by, now=now)
    decided = {person for person in named if person not in standing}
    sponsors.note_heirs(given, decided=decided, by=by, now=now)
    change = {
        "model": "role",
        "label": role,
        "before": {"people": sorted(standing)},
        "after": {"people": sorted(named)},
    }
    record(plan=plan, verb="set_people", changes=[change], by=by, now=now)
    return kept(plan, by=by, now=now, today=today)


@transaction.atomic
def set_team(
    *, plan: HandoverPlan, team: Team | None, version: int, by: Person, now: datetime
) -> HandoverPlan:
    """Name the team to which the account goes at the cutover.

    Raises StaleVersion, PlanNotOpen, PlanRefused (field "to_team").
    """
    plan = opened(plan.pk, version=version)
    playbook = playbook_of(plan.playbook, plan.tier)
    problems = problems_of_team(playbook, plan.account, team)
    if playbook.has_cut_over(plan.stage):
        problems = [("to_team", Message(_("The account is in its new hands already.")))]
    if problems:
        raise PlanRefused(problems)
    before, plan.to_team = plan.to_team, team
    if before != team:
        change = {"model": "team", "id": plan.pk, "version": None, "label": TEAM}
        change |= {"before": {"said": before.name if before else ""}}
        change |= {"after": {"said": team.name if team else ""}}
        record(plan=plan, verb="set_team", changes=[change], by=by, now=now)
    return kept(plan, by=by, now=now, today=today_of(plan.account, now))


def problems_of_team(playbook: Playbook, account: Account, team: Team | None) -> list[tuple[str, Message]]:
    """What is wrong with moving the account to `team`, as (field, sentence). None: not named yet."""
    if team is None:
        return []
    if not playbook.moves_team:
        return [("to_team", Message(_("This playbook leaves the account with its team.")))]
    if team.pk == account.team_id:
        return [("to_team", Message(_("The account belongs to this team already.")))]
    return []


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


def give_steps(
    plan: HandoverPlan,
    before: Mapping[str, Sequence[int]],
    after: Mapping[str, Sequence[int]],
    *,
    gone: Collection[int],
    by: Person,
    now: datetime,
) -> list[tuple[PlanStep, int | None]]:
    """Open steps follow their role to its new holder; returns those that did, each with its owner before.

    What a sponsor promised never waits for somebody to be named: it goes to whoever is nearest.
    """
    changed = []
    steps = PlanStep.objects.undone().filter(plan=plan).select_related("check_in").order_by("pk")
    for step in steps:
        new, held = owner_for(step.owner_role, after), owner_for(step.owner_role, before)
        follows = step.owner_id in (None, held)
        if step.kind == "check-in":
            waits = step.check_in.inherited_from_id is not None and new is not None and held is None
            follows = follows or step.owner_id in gone or waits
            if step.owner_role == "sponsor" and step.owner_id is not None:
                new = new or keeper_for(step.owner_role, after)
        if follows and new != step.owner_id:
            changed.append((step, step.owner_id))
            step.owner_id = new
            step.version += 1
    keep_many([step for step, owner in changed], PlanStep, ["owner", "version"], by=by, now=now)
    return changed
