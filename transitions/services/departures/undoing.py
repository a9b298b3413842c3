"""A departure is undone as a whole, while no client has heard of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Assignment, ClientRequest, Commitment, Person, Team, User
from accounts.rules.text import gettext_noop
from accounts.services import teams
from accounts.services.history import keep, keep_many
from transitions.models import (
    Anchor,
    ChangeSet,
    CustomerMeeting,
    Departure,
    DepartureState,
    HandoverPlan,
    PlanState,
    PlanStep,
    StageChange,
)
from transitions.services import plans, sponsors
from transitions.services.departures.opened import in_our_words, opened
from transitions.services.opened import look_again
from transitions.services.opened import opened as opened_plan
from transitions.services.plans.people import end_roles
from transitions.services.refusals import CannotUndo

_ = gettext_noop

ENDING = _("The departure was undone.")
FIELDS = ["state", "closed_at", "ending", "version"]
OWED = {"clientrequest": ClientRequest, "commitment": Commitment}


@transaction.atomic
def undo(*, departure: Departure, version: int, by: User, now: datetime) -> Departure:
    """Take back everything that the commit did: its plans end, everybody has what they had.

    Raises StaleVersion, DepartureNotDraft for one that is not carried out, and CannotUndo naming the accounts
    whose clients have heard of it or whatever else was changed since; then nothing is taken back.
    """
    departure = opened(departure.pk, version=version, state=DepartureState.COMMITTED)
    born = list(
        HandoverPlan.objects.select_for_update(of=("self",))
        .filter(departures__departure=departure, departures__opened=True)
        .select_related("account")
        .order_by("pk")
    )
    if told := announced(born):
        raise CannotUndo(told)
    try:
        for change in reversed(departure.changes):
            _take_back(change, departure, by, now)
    except (plans.PlanRefused, plans.PlanNotOpen) as error:
        raise CannotUndo([str(error)]) from error
    _owed_back(departure.changes, by.person, now)
    _end(born, by.person, now)
    departure.state = DepartureState.UNDONE
    return keep(departure, by=by.person, now=now, why="undone")


def announced(born: Sequence[HandoverPlan]) -> list[str]:
    """The accounts whose client has heard of it, or whose plan has gone on or ended since. One query."""
    of = {"plan": OuterRef("pk")}
    heard = (
        Exists(StageChange.objects.filter(from_stage__gt="", **of))
        | Exists(Anchor.objects.filter(promised_at__isnull=False, **of))
        | Exists(CustomerMeeting.objects.filter(held_at__isnull=False, **of))
        | Exists(PlanStep.objects.filter(base="announcement", done_at__isnull=False, **of))
        | ~Q(state=PlanState.OPEN)
    )
    found = HandoverPlan.objects.filter(heard, pk__in=[plan.pk for plan in born])
    return sorted(found.values_list("account__name", flat=True))


def _take_back(change: Mapping[str, Any], departure: Departure, by: User, now: datetime) -> None:
    """One change beside new plans and what is owed to clients, the last one first."""
    kind = change["model"]
    if kind == "change_set":
        plan = opened_plan(change["plan"])
        row = ChangeSet.objects.get(pk=change["id"])
        plans.take_back(plan=plan, change_set=row, by=by.person, now=now)
    elif kind == "role":
        plan = HandoverPlan.objects.get(pk=change["plan"])
        people = list(Person.objects.filter(pk__in=change["before"]["people"]).order_by("pk"))
        plans.set_people(
            plan=plan, role=change["label"], people=people, version=plan.version, by=by.person, now=now
        )
    elif kind == "promises":
        rows = PlanStep.objects.undone().filter(uuid__in=change["steps"]).values_list("uuid", "version")
        versions = {str(uuid): version for uuid, version in rows}
        if len(versions) != len(change["steps"]):
            raise CannotUndo([_("Promised check-ins")])
        sponsors.rehome(plan_id=change["plan"], versions=versions, to=departure.person, by=by.person, now=now)
    elif kind == "assignment":
        _assignment_back(change)
    elif kind == "team":
        team = Team.objects.get(pk=change["id"])
        if team.lead_id != change["after"]:
            raise CannotUndo([change["label"]])
        above = Team.objects.get_parent(team)
        teams.edit(
            team=team,
            version=team.version,
            name=team.name,
            under=above,
            lead=departure.person,
            by=by.person,
            now=now,
        )


def _assignment_back(change: Mapping[str, Any]) -> None:
    if not Assignment.objects.live().filter(pk=change["new"]).exists():
        raise CannotUndo([change["label"]])
    Assignment.objects.filter(pk=change["new"]).delete()
    Assignment.objects.filter(pk=change["id"]).update(until_on=None)


def _owed_back(changes: Sequence[Mapping[str, Any]], by: Person, now: datetime) -> None:
    """Requests and commitments, all of one kind at once. Raises CannotUndo where one was changed since."""
    for name, model in OWED.items():
        mine = {change["id"]: change for change in changes if change["model"] == name}
        rows = list(model.objects.select_for_update().filter(pk__in=mine).order_by("pk"))  # type: ignore[attr-defined]
        touched = [
            mine[row.pk]["label"]
            for row in rows
            if row.version != mine[row.pk]["version"] or row.owner_id != mine[row.pk]["after"]["owner_id"]
        ]
        if touched:
            raise CannotUndo(touched)
        for row in rows:
            row.owner_id, row.version = mine[row.pk]["before"]["owner_id"], row.version + 1
        if rows:
            model.objects.claim_many({row.pk: row.version - 1 for row in rows})  # type: ignore[attr-defined]
            keep_many(rows, model, ["owner", "version"], by=by, now=now)


def _end(born: Sequence[HandoverPlan], by: Person, now: datetime) -> None:
    """Cancel the plans that the departure opened, all at once; their roles end."""
    HandoverPlan.objects.claim_many({plan.pk: plan.version for plan in born})
    ending = in_our_words(ENDING)
    for plan in born:
        plan.state, plan.closed_at, plan.ending = PlanState.CANCELLED, now, ending
        plan.version += 1
    if not born:
        return
    keep_many(list(born), HandoverPlan, FIELDS, by=by, now=now)
    keys = [plan.pk for plan in born]
    end_roles(Assignment.objects.filter(plan_role__plan__in=keys), now.date())
    ChangeSet.objects.bulk_create(ChangeSet(plan=plan, verb="undo_departure", by=by, at=now) for plan in born)
    look_again(keys, today=now.date(), guards=True)
