"""Leaders decide about guards that a plan raises: approve it as it stands, or decline."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from transitions.models import Approval, HandoverPlan, PlanState, Verdict
from transitions.rules.guardrails import GUARDS, GuardState, seen
from transitions.rules.history import told
from transitions.selectors.plans.guardrails import circumstances, read, standing
from transitions.services.opened import look_again, opened, record
from transitions.services.refusals import DecisionRefused

_ = gettext_noop

DECIDABLE = (PlanState.OPEN, PlanState.ON_HOLD)
VERBS = {Verdict.APPROVED: "approve", Verdict.DECLINED: "decline"}


@transaction.atomic
def decide(
    *, plan: HandoverPlan, guard: str, verdict: str, reason: str, over: str, by: Person, now: datetime
) -> Approval:
    """Put a leader's verdict on a raised guard on record, with its reason and what it was given on.

    `over` is what `rules.guardrails.seen` gave for what the leader looked at. Of two leaders at once the
    first wins: the other, and whoever looked at a plan that has changed since, is refused. Raises
    PlanNotOpen, and DecisionRefused with what stands now.
    """
    plan = opened(plan.pk, states=DECIDABLE)
    today = today_of(plan.account, now)
    found = read([plan])[plan.pk]
    calendar = calendar_of(plan.account, today)
    state = next((one for one in standing(plan, found, calendar) if one.guard == guard), None)
    if state is None:
        raise DecisionRefused(Message(_("Nothing is to be decided here any more.")))
    basis = circumstances(plan, found, calendar).basis
    if over != seen(basis, state):
        raise DecisionRefused(*_meanwhile(state))
    if verdict not in Verdict.values:
        raise DecisionRefused(Message(_("Approve or decline.")))
    if not clean_text(reason):
        raise DecisionRefused(Message(_("Say why, for those who read it later.")))
    approval = Approval.objects.create(
        plan=plan, guard=guard, verdict=verdict, reason=reason, by=by, decided_at=now, basis=basis.stored()
    )
    change = {
        "model": "guard",
        "id": approval.pk,
        "version": None,
        "label": GUARDS[guard],
        "before": {"said": ""},
        "after": told(state.message),
    }
    record(plan=plan, verb=VERBS[Verdict(verdict)], changes=[change], by=by, now=now, why=reason)
    look_again([plan.pk], today=today, guards=True)
    return approval


def _meanwhile(state: GuardState) -> tuple[Message, bool]:
    """Why a decision came too late, and whether that is because somebody else decided."""
    if state.last is not None and not state.changed:
        words = {
            "approved": _("%(name)s has approved this meanwhile: %(reason)s"),
            "declined": _("%(name)s has declined this meanwhile: %(reason)s"),
        }
        said = {"name": state.last.by, "reason": state.last.reason}
        return Message(words[state.last.verdict], said), True
    return Message(_("The plan changed meanwhile. Look at it as it is now, then decide.")), False
