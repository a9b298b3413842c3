"""What the leaver holds beside their own accounts goes to somebody who is named."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from accounts.models import Assignment, ClientRequest, Commitment, Person, Role, Team, User
from accounts.services import teams
from accounts.services.history import keep_many
from transitions.models import HandoverPlan, PlanRole, PlanState, PlanStep
from transitions.models.plans import OUTLIVING
from transitions.rules.departures import ROLES, stays_with_leaver
from transitions.rules.plans import SEVERAL
from transitions.selectors.playbooks import playbook_of
from transitions.services import plans, sponsors
from transitions.services.departures.letters import Told
from transitions.services.departures.opened import change_of

OWED = ((ClientRequest, "requests", "promised_on"), (Commitment, "commitments", "due_on"))
RUNNING = (PlanState.OPEN, PlanState.ON_HOLD)


@dataclass(frozen=True, slots=True)
class Homes:
    """Who takes on what the leaver holds beside accounts: by role, for the teams, and for all the rest.

    A role for which nobody is named stays empty and shows on the plan; an incoming rep is followed by the
    plan's second choice. Requests and promises on accounts of the book go with the account.
    """

    roles: Mapping[str, Person] = field(default_factory=dict)
    lead: Person | None = None
    rest: Person | None = None


@dataclass(slots=True)
class Rehomed:
    told: Told = field(default_factory=Told)
    changes: list[dict[str, Any]] = field(default_factory=list)
    kept: int = 0  # what falls due before the last day, and stays with the leaver until then


def rehome(
    *,
    leaver: Person,
    last_on: date,
    successors: Mapping[int, int | None],
    homes: Homes,
    by: User,
    now: datetime,
) -> Rehomed:
    """Hand on everything; `successors` maps accounts of the book to who takes them over. Raises PlanRefused.

    What falls due while the leaver is still here stays theirs. For the book itself five queries, whatever
    its size; for each plan of somebody else's account some more.
    """
    done = Rehomed()
    today = now.date()
    _owed(done, leaver, last_on, today, successors, homes, by.person, now)
    _roles_on_plans(done, leaver, homes, by, now)
    _roles_on_accounts(done, leaver, homes, today)
    _steps(done, leaver, last_on, today, homes, by, now)
    _teams(done, leaver, homes, by, now)
    return done


def _owed(
    done: Rehomed,
    leaver: Person,
    last_on: date,
    today: date,
    successors: Mapping[int, int | None],
    homes: Homes,
    by: Person,
    now: datetime,
) -> None:
    """Open requests and commitments go with the account, else to whom is named, else to its owner."""
    for model, kind, due in OWED:
        rows = list(model.objects.open().filter(owner=leaver).order_by("pk"))
        others = {row.account_id for row in rows} - set(successors)
        owned = Assignment.objects.owners().filter(account__in=others).exclude(person=leaver)
        owners = dict(owned.values_list("account", "person"))
        changed = []
        for row in rows:
            if stays_with_leaver(getattr(row, due), last_on, today):
                done.kept += 1
                continue
            named = homes.rest.pk if homes.rest else None
            heir = successors.get(row.account_id) or named or owners.get(row.account_id)
            if heir is None:
                continue
            row.owner_id, row.version = heir, row.version + 1
            changed.append(row)
            done.changes.append(change_of(row, str(row), leaver.pk, heir))
            done.told.add(heir, kind)
        model.objects.claim_many({row.pk: row.version - 1 for row in changed})
        if changed:
            keep_many(changed, model, ["owner", "version"], by=by, now=now)


def _roles_on_plans(done: Rehomed, leaver: Person, homes: Homes, by: User, now: datetime) -> None:
    held = (
        PlanRole.objects.filter(
            plan__in=HandoverPlan.objects.visible_to(by).filter(state=PlanState.OPEN).values("pk"),
            assignment__person=leaver,
            assignment__role__in=ROLES,
            assignment__until_on=None,
        )
        .order_by("plan", "pk")
        .values_list("plan", "assignment__role")
    )
    for pk, role in list(held):
        plan = HandoverPlan.objects.select_related("account", "playbook").get(pk=pk)
        if role == "incoming" and playbook_of(plan.playbook, plan.tier).has_passed_owner(plan.stage):
            continue
        heir = homes.roles.get(role)
        if role == "incoming" and (second := _second_of(plan, leaver)) is not None:
            heir = second
            _set(done, plan, "second_choice", [], by.person, now)
        others = _holders(plan, role, without=leaver) if role in SEVERAL else []
        new = [heir] if heir is not None and heir not in others else []
        _set(done, plan, role, [*others, *new], by.person, now)
        if heir is not None:
            done.told.add(heir.pk, role, plan.account.name)


def _set(
    done: Rehomed, plan: HandoverPlan, role: str, people: list[Person], by: Person, now: datetime
) -> None:
    before = sorted(person.pk for person in _holders(plan, role))
    version = HandoverPlan.objects.values_list("version", flat=True).get(pk=plan.pk)
    plans.set_people(plan=plan, role=role, people=people, version=version, by=by, now=now)
    done.changes.append({"model": "role", "plan": plan.pk, "label": role, "before": {"people": before}})


def _holders(plan: HandoverPlan, role: str, *, without: Person | None = None) -> list[Person]:
    roles = plan.roles.filter(assignment__role=role).select_related("assignment__person").order_by("pk")
    people = [one.assignment.person for one in roles]
    return [person for person in people if without is None or person.pk != without.pk]


def _second_of(plan: HandoverPlan, leaver: Person) -> Person | None:
    found = _holders(plan, "second_choice", without=leaver)
    return next((person for person in found if person.archived_at is None), None)


def _roles_on_accounts(done: Rehomed, leaver: Person, homes: Homes, today: date) -> None:
    """Who stayed with an account as sponsor or support after its plan was closed."""
    rows = list(
        Assignment.objects.live()
        .filter(person=leaver, role__in=("sponsor", "support"), account__archived_at=None)
        .exclude(plan_role__plan__state__in=RUNNING)
        .select_related("account")
        .order_by("pk")
    )
    pairs = [(row, homes.roles[row.role]) for row in rows if homes.roles.get(row.role) is not None]
    new = Assignment.objects.bulk_create(
        Assignment(account=row.account, person=heir, role=row.role, from_on=today) for row, heir in pairs
    )
    for (row, heir), one in zip(pairs, new, strict=True):
        row.until_on = max(today, row.from_on)
        done.told.add(heir.pk, row.role, row.account.name)
        done.changes.append({"model": "assignment", "id": row.pk, "new": one.pk, "label": row.account.name})
    Assignment.objects.bulk_update([row for row, _heir in pairs], ["until_on"], batch_size=500)


def _steps(
    done: Rehomed, leaver: Person, last_on: date, today: date, homes: Homes, by: User, now: datetime
) -> None:
    """Steps and promises that are the leaver's by name; those of plans in which they hand over stay."""
    if homes.rest is None:
        return
    own = PlanRole.objects.filter(assignment__person=leaver, assignment__role="outgoing").values("plan")
    rows = (
        PlanStep.objects.visible_to(by)
        .undone()
        .filter(Q(plan__state=PlanState.OPEN) | OUTLIVING, owner=leaver)
        .exclude(plan__in=own)
        .order_by("plan", "pk")
        .values_list("plan", "kind", "pk", "uuid", "version", "due_on")
    )
    steps: dict[int, dict[int, int]] = defaultdict(dict)
    promises: dict[int, dict[str, int]] = defaultdict(dict)
    for plan, kind, pk, uuid, version, due_on in rows:
        if stays_with_leaver(due_on, last_on, today):
            done.kept += 1
        elif kind == "check-in":
            promises[plan][str(uuid)] = version
        else:
            steps[plan][pk] = version
    for plan, chosen in steps.items():
        row = HandoverPlan.objects.select_related("account").get(pk=plan)
        change_set = plans.reassign(plan=row, steps=chosen, person=homes.rest, by=by.person, now=now)
        done.changes.append({"model": "change_set", "id": change_set.pk, "plan": plan})
        done.told.add(homes.rest.pk, "steps", count=len(chosen))
    for plan, versions in promises.items():
        sponsors.rehome(plan_id=plan, versions=versions, to=homes.rest, by=by.person, now=now)
        done.changes.append({"model": "promises", "plan": plan, "steps": sorted(versions)})
        done.told.add(homes.rest.pk, "check_ins", count=len(versions))


def _teams(done: Rehomed, leaver: Person, homes: Homes, by: User, now: datetime) -> None:
    """Who leads a team is an administrator's word."""
    if homes.lead is None or by.role != Role.ADMINISTRATOR:
        return
    for team in Team.objects.filter(lead=leaver).order_by("path"):
        teams.edit(
            team=team,
            version=team.version,
            name=team.name,
            under=Team.objects.get_parent(team),
            lead=homes.lead,
            by=by.person,
            now=now,
        )
        done.told.add(homes.lead.pk, "lead", team.name)
        done.changes.append({"model": "team", "id": team.pk, "label": team.name, "after": homes.lead.pk})
