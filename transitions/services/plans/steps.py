"""Steps are done, and undone when that was a mistake."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep
from transitions.models import HandoverPlan, PlanStep
from transitions.rules.plans import ROLE_TITLES
from transitions.rules.record import RECORD
from transitions.rules.story import ACKNOWLEDGEMENT
from transitions.rules.support import TAKEOVER
from transitions.selectors.meetings import meeting_of
from transitions.selectors.playbooks import playbook_of
from transitions.services import record as records
from transitions.services import sponsors, story, support
from transitions.services.meetings import take_back
from transitions.services.opened import claimed, look_again, marked_done, opened_for, record
from transitions.services.refusals import NotChecked, NotKept, NotRead, NotTaken, NotTold, StepRefused

_ = gettext_noop


@transaction.atomic
def complete_step(*, step: PlanStep, version: int, by: Person, now: datetime, note: str = "") -> PlanStep:
    """Mark a step as done by `by` at `now`; a note is added to what stands there.

    Raises StaleVersion, PlanNotOpen, StepRefused when it is done already or decides who holds a role that
    nobody holds, NotTold for a meeting with the client, which `services.meetings.debrief` completes,
    NotKept for a promise, which `services.sponsors.deliver` completes, and NotRead for an acknowledgement,
    which `services.story.acknowledge` completes; likewise NotChecked for the check of the record and NotTaken
    for taking over support.
    """
    plan = opened_for(step)
    step = claimed(step, version)
    meeting = meeting_of(step) if step.kind == "meeting" else None
    if meeting is not None and step.done_at is None:
        raise NotTold(meeting)
    if step.kind == "check-in" and step.done_at is None:
        raise NotKept
    if step.kind == ACKNOWLEDGEMENT and step.done_at is None:
        raise NotRead
    if step.kind == RECORD and step.done_at is None and records.is_done_on_page(step):
        raise NotChecked
    if step.kind == TAKEOVER and step.done_at is None:
        raise NotTaken
    _refuse_undecided(plan, step)
    marked_done(step, by=by, now=now, note=note)
    look_again([plan.pk], today=today_of(plan.account, now))
    return step


@transaction.atomic
def reopen_step(*, step: PlanStep, version: int, by: Person, now: datetime, note: str = "") -> PlanStep:
    """Mark a step as not done after all; a promise loses what was noted of its keeping.

    Raises StaleVersion, PlanNotOpen, StepRefused.
    """
    plan = opened_for(step)
    step = claimed(step, version)
    if step.done_at is None:
        raise StepRefused(Message(_("This step is not done.")))
    sponsors.take_back(step=step, by=by, now=now)
    story.take_back(step=step, by=by, now=now)
    records.take_back(step=step, by=by, now=now)
    support.take_back(step=step, by=by, now=now)
    undone = {"done_at": step.done_at.isoformat(), "done_by": step.done_by_id}
    step.done_at = step.done_by = None
    step.note = "\n".join(part for part in (step.note, note.strip()) if part)
    keep(step, by=by, now=now, why="reopened")
    if step.kind == "meeting" and (meeting := meeting_of(step)):
        take_back(meeting, by=by, now=now)
    look_again([plan.pk], today=today_of(plan.account, now))
    change = {
        "model": "step",
        "id": step.pk,
        "version": step.version,
        "label": step.title,
        "key": step.key,
        "before": undone,
        "after": dict.fromkeys(undone),
    }
    record(plan=plan, verb="reopen_step", changes=[change], by=by, now=now, why=note.strip())
    return step


def _refuse_undecided(plan: HandoverPlan, step: PlanStep) -> None:
    """A decision about who holds a role is taken when somebody holds it. Raises StepRefused."""
    rule = playbook_of(plan.playbook, plan.tier).step(step.key)
    if rule is None or not rule.decides:
        return
    held = set(
        plan.roles.filter(assignment__until_on=None, assignment__person__archived_at=None).values_list(
            "assignment__role", flat=True
        )
    )
    if held.isdisjoint(rule.decides):
        role = rule.decides[0]
        sentence = _(
            "This decides who holds the role “%(role)s”, and nobody does yet. Choose somebody first."
        )
        raise StepRefused(Message(sentence, {"role": Message(ROLE_TITLES[role])}), role)
