"""The plan's side of `accounts.permissions`: the same core over the table of plan verbs."""

from django.db.models import Model
from django.http import HttpRequest

from accounts.models import Account, Person, User
from accounts.permissions import gatekeeper, standing_on_account, steps_in
from accounts.permissions import rights as rights_in
from transitions.models import (
    Acknowledgement,
    Concern,
    CustomerMeeting,
    Departure,
    Extra,
    HandoverPlan,
    PlanStep,
    Scenario,
    StandingCover,
    TakeOver,
)
from transitions.rules import record
from transitions.rules.verbs import VERBS

__all__ = ["allowed", "may", "rights", "standing"]


def standing(user: User, row: Model | None = None) -> set[str]:
    """The roles that `user` holds in general, on the account and on the plan that `row` belongs to."""
    held = {str(user.role)}
    if isinstance(row, Account):
        return held | standing_on_account(user, row)
    if isinstance(row, Scenario):
        row = row.departure
    if isinstance(row, Departure | StandingCover | Person):
        return held | standing_on_leaver(user, row)
    plan = row if isinstance(row, HandoverPlan) else getattr(row, "plan", None)
    if plan is not None:
        held |= standing_on_plan(user, plan)
    if isinstance(row, Acknowledgement) and (
        user.person_id in (row.department.person_id, row.step.owner_id)
        or _stands_in(user, row.step, held, "acknowledge")
    ):
        held.add("department")
    owed = row.step if isinstance(row, CustomerMeeting) else row
    if isinstance(owed, PlanStep | Concern | Extra) and _owes(user, owed, held, _OWED[type(row)]):
        held.add("ower")
    if isinstance(row, HandoverPlan) and row.check_step and _owes(user, row.check_step, held, "check_record"):
        held.add("checker")
    if isinstance(row, TakeOver) and user.person_id in (row.to_person_id, row.step and row.step.owner_id):
        held.add("heir")
    return held


# What whoever owes it may do with it, and whoever stands in for them.
_OWED: dict[type[Model] | type[None], str] = {
    PlanStep: "work_step",
    CustomerMeeting: "work_meeting",
    Concern: "answer_concern",
    Extra: "do_extra",
}


def _owes(user: User, owed: PlanStep | Concern | Extra, held: set[str], verb: str) -> bool:
    return owed.owner_id == user.person_id or _stands_in(user, owed, held, verb)


def _stands_in(user: User, owed: PlanStep | Concern | Extra, held: set[str], verb: str) -> bool:
    """Whether `user` stands in for whom it reaches, who is on leave; asked where nothing else lets them."""
    reaches = owed.owner_id
    if isinstance(owed, PlanStep) and (owed.owner is None or owed.owner.archived_at is not None):
        reaches = owed.plan.steward_id  # as in `selectors.plans.due`
    return steps_in(user, reaches, held, VERBS[verb])


def standing_on_leaver(user: User, row: Departure | StandingCover | Person) -> set[str]:
    """Whoever leads the leaver's team, and who prepares the departure. Nobody plans their own."""
    person = row if isinstance(row, Person) else row.person
    if person.pk == user.person_id:
        return set()
    held = {"lead"} if person.team_id in user.led_team_ids() else set()
    if isinstance(row, Departure) and row.created_by_id == user.person_id:
        held.add("author")
    return held


def standing_on_plan(user: User, plan: HandoverPlan) -> set[str]:
    held = standing_on_account(user, plan.account)
    if user.person_id in (plan.created_by_id, plan.steward_id):  # who took the author's place, as the author
        held.add("author")
    for holder in plan.holders():
        if holder.person_id == user.person_id:
            held.add(holder.role)
        if holder.role == "incoming" and holder.team_id in user.led_team_ids():
            held.add("lead")
    if record.checks(held, plan.mode):
        held.add("checker")
    return held


def rights(request: HttpRequest) -> dict[str, bool]:
    """What the signed-in person may do with the plan of this view, for its template. No query."""
    return rights_in(request, VERBS)


may, allowed = gatekeeper(VERBS, standing)
