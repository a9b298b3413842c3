"""A plan moves: to its next stage, past a gate by waiver, into the open, to its end."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Account, Assignment, Person
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.clients import change_owner, end_owner
from accounts.services.clients import edit as edit_account
from transitions.models import HandoverPlan, Outcome, PlanState, StageChange, Waiver
from transitions.rules import gates
from transitions.rules.playbooks import Stage
from transitions.selectors.plans.facts import facts_of
from transitions.selectors.playbooks import playbook_of
from transitions.services import sponsors, support
from transitions.services.opened import holders_of, kept, opened, record
from transitions.services.plans.life import end
from transitions.services.plans.people import end_roles, give_steps
from transitions.services.refusals import GatesClosed, NoFurtherStage, WaiverRefused

_ = gettext_noop

COVERS = ("incoming", "interim")  # the roles in which somebody covers until the return
OWNER_CHANGED = _("Handover plan")  # stands in the history of an account's owners


@transaction.atomic
def advance(*, plan: HandoverPlan, version: int, by: Person, now: datetime) -> StageChange:
    """Move a plan to its next stage; the stage may move the account to its new owner or close the plan.

    A playbook for a temporary cover has no stage that changes the owner. Raises StaleVersion, PlanNotOpen,
    NoFurtherStage, or GatesClosed naming every gate that does not hold and is not waived.
    """
    plan = opened(plan.pk, version=version)
    playbook = playbook_of(plan.playbook, plan.tier)
    following = playbook.following(plan.stage)
    if following is None:
        raise NoFurtherStage
    today = today_of(plan.account, now)
    if closed := gates.closed(playbook, following.key, facts_of(plan, today, following.gates)):
        raise GatesClosed(closed)

    change = StageChange.objects.create(
        plan=plan, from_stage=plan.stage, to_stage=following.key, by=by, changed_at=now
    )
    plan.stage = following.key
    _move_owner(plan, following, today, by=by, now=now)
    if playbook.is_last(following.key):
        plan.outcome = Outcome.HANDED_OVER
        end(plan, PlanState.CLOSED, today, now)
    kept(plan, by=by, now=now, today=today, why="advance")
    return change


@transaction.atomic
def waive(*, plan: HandoverPlan, gate: str, reason: str, by: Person, now: datetime) -> Waiver:
    """Put on record that `gate` (a key) need not hold, and why. Waiving twice changes nothing.

    Raises PlanNotOpen, and WaiverRefused for a gate that the playbook does not know or does not
    allow to waive, one that the plan has passed, one that holds, or without a reason.
    """
    plan = opened(plan.pk)
    if standing := plan.waivers.filter(gate=gate).first():
        return standing
    playbook = playbook_of(plan.playbook, plan.tier)
    found = playbook.gate(gate)
    if found is None:
        raise WaiverRefused(Message(_("This plan knows no such gate.")))
    if not found.waivable:
        raise WaiverRefused(Message(_("This gate cannot be waived.")))
    if not clean_text(reason):
        raise WaiverRefused(Message(_("Say why this gate may be passed.")))
    ahead = playbook.stages_after(plan.stage)
    stage = next((stage for stage in ahead if found in stage.gates), None)
    if stage is None:
        raise WaiverRefused(Message(_("The plan has passed this gate.")))
    facts = facts_of(plan, today_of(plan.account, now), stage.gates)
    if gate not in {state.key for state in gates.closed(playbook, stage.key, facts)}:
        raise WaiverRefused(Message(_("This gate is open; there is nothing to waive.")))
    return Waiver.objects.create(plan=plan, gate=gate, reason=reason, by=by, waived_at=now)


@transaction.atomic
def release(*, plan: HandoverPlan, version: int, by: Person, now: datetime) -> HandoverPlan:
    """End confidentiality: from now on everyone sees the plan who sees its account.

    Releasing a released plan changes nothing. Raises StaleVersion, PlanNotOpen.
    """
    plan = opened(plan.pk, version=version)
    if plan.released_at is None:
        plan.released_at = now
        Assignment.objects.filter(plan_role__plan=plan).update(hidden=False)
        record(plan=plan, verb="release", by=by, now=now)
    return kept(plan, by=by, now=now, today=today_of(plan.account, now), why="release")


def _move_owner(plan: HandoverPlan, stage: Stage, today: date, *, by: Person, now: datetime) -> None:
    if stage.ends_owner:
        end_owner(account=plan.account, now=now)
    if stage.ends_cover:
        # The owner is back; whoever covered stays on the account's record.
        end_roles(Assignment.objects.filter(plan_role__plan=plan, role__in=COVERS), today)
        support.end_cover(plan=plan, today=today)
    if stage.moves_team and plan.to_team is not None:
        account = Account.objects.get(pk=plan.account_id)
        account.team = plan.to_team
        before = holders_of(plan)
        edit_account(account=account, version=account.version, by=by, now=now)
        plan.account = account
        # What the old team's leader owes goes to the new one's, who alone may work on it from now on.
        after = holders_of(plan)
        given = give_steps(plan, before, after, gone=(), by=by, now=now)
        sponsors.note_heirs(given, decided=after.get("lead", ()), by=by, now=now)
    if stage.owner or stage.covers:
        support.move(plan=plan, cover=not stage.owner, by=by, now=now)
    if stage.owner:
        role = plan.roles.select_related("assignment__person").get(assignment__role=stage.owner)
        change_owner(account=plan.account, person=role.assignment.person, why=OWNER_CHANGED, by=by, now=now)
        # Whoever stood in steps back on the day on which the lasting owner begins.
        end_roles(Assignment.objects.filter(plan_role__plan=plan, role="interim"), today)
