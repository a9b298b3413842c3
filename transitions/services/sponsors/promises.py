"""One promise: written with its step, made more exact, kept with evidence, or let go by a leader."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction

from accounts.models import Channel, Contact, Person, Touchpoint
from accounts.models.base import msgid_of
from accounts.rules.calendar import instant
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import today_of, tz_of
from accounts.services.history import archive_touch, keep, record_touch
from transitions.models import HandoverPlan, PlanStep, SponsorCheckIn
from transitions.rules.history import told
from transitions.rules.schedule import Planned
from transitions.selectors.playbooks import playbook_of
from transitions.services.opened import claimed, look_again, record, with_promises
from transitions.services.refusals import PlanRefused, StepRefused

_ = gettext_noop

NOON = time(12)


def write_check_ins(steps: Sequence[tuple[PlanStep, Planned]]) -> None:
    """Write the promise behind each check-in among these new steps. One query for any number."""
    SponsorCheckIn.objects.bulk_create(
        SponsorCheckIn(
            plan_id=step.plan_id,
            step=step,
            channel=planned.channel,
            window=planned.window,
            series=step.key.rpartition("/")[0] if planned.every else "",
            every=planned.every,
        )
        for step, planned in steps
        if step.kind == "check-in"
    )


@transaction.atomic
def edit(
    *,
    step: PlanStep,
    version: int,
    channel: str,
    contact: Contact | None,
    in_writing: bool,
    by: Person,
    now: datetime,
) -> PlanStep:
    """Say by which channel and to whom it is promised, and whether the client has it in writing.

    Raises StaleVersion, PlanNotOpen, StepRefused when it was kept already, and PlanRefused (fields
    "channel" and "contact"): what the client has in writing is not promised otherwise afterwards.
    """
    plan, step, promise = _claimed(step, version)
    problems = _problems_of_contact(plan, contact)
    if channel and channel not in Channel.values:
        problems.append(("channel", Message(_("Choose a channel."))))
    elif step.promised_at is not None and in_writing and channel != promise.channel:
        problems.append(
            ("channel", Message(_("The client has this in writing. Keep it so, or tell them anew first.")))
        )
    if problems:
        raise PlanRefused(problems)
    before = _said(promise)
    promise.channel, promise.contact = channel, contact
    if in_writing != (step.promised_at is not None):
        step.promised_at = now if in_writing else None
    keep(promise, by=by, now=now)
    keep(step, by=by, now=now, why="promise")
    changes = [change_of(step, before, _said(promise))]
    record(plan=plan, verb="edit_promise", changes=changes, by=by, now=now)
    return step


@transaction.atomic
def deliver(
    *,
    step: PlanStep,
    version: int,
    channel: str,
    on: date,
    evidence: str,
    contact: Contact | None,
    person: Person,
    by: Person,
    now: datetime,
) -> PlanStep:
    """Note that `person` kept a promise on the day `on`: the step is done, and the account has a touchpoint.

    Raises StaleVersion, PlanNotOpen, StepRefused when it was kept already, PlanRefused (fields "channel",
    "on", "evidence" and "contact").
    """
    plan, step, promise = _claimed(step, version)
    problems = _problems_of_contact(plan, contact)
    if channel not in Channel.values:
        problems.append(("channel", Message(_("Choose a channel."))))
    if on > today_of(plan.account, now):
        problems.append(("on", Message(_("This day has not come yet."))))
    if on < today_of(plan.account, plan.created_at):
        problems.append(("on", Message(_("This lies before the plan began."))))
    if not clean_text(evidence):
        problems.append(("evidence", Message(_("Say in a sentence what was said: it is the evidence."))))
    if problems:
        raise PlanRefused(problems)
    touch = Touchpoint(
        account=plan.account,
        contact=contact,
        person=person,
        channel=channel,
        happened_at=min(instant(on, NOON, tz_of(plan.account)), now),
        subject=step.title,
        note=evidence,
    )
    record_touch(touchpoint=touch, by=by, now=now)
    promise.delivered_on, promise.delivered_channel, promise.delivered_by = on, channel, person
    promise.evidence, promise.touchpoint = evidence, touch
    promise.contact = contact or promise.contact
    keep(promise, by=by, now=now)
    step.done_at, step.done_by = now, by
    keep(step, by=by, now=now, why="kept")
    look_again([plan.pk], today=today_of(plan.account, now))
    return step


def take_back(*, step: PlanStep, by: Person, now: datetime) -> None:
    """What was noted of keeping a promise was a mistake; the caller reopens the step. History keeps it."""
    promise = SponsorCheckIn.objects.select_related("touchpoint").filter(step=step).first()
    if promise is None or promise.delivered_on is None:
        return
    touch = promise.touchpoint
    if touch is not None and touch.archived_at is None:
        archive_touch(touchpoint=touch, version=touch.version, by=by, now=now)
    promise.delivered_on = promise.delivered_by = promise.touchpoint = None
    promise.delivered_channel = promise.evidence = ""
    keep(promise, by=by, now=now, why="reopened")


@transaction.atomic
def let_go(*, step: PlanStep, version: int, reason: str, by: Person, now: datetime) -> PlanStep:
    """A leader decides that a promise is not kept, and says why: it stays on record, never done.

    Raises StaleVersion, PlanNotOpen, StepRefused (kept already; other steps or a gate ahead need it), and
    PlanRefused without a reason.
    """
    plan, step, promise = _claimed(step, version)
    if not clean_text(reason):
        raise PlanRefused([("reason", Message(_("Say why this promise need not be kept.")))])
    if gate := _gate_that_asks(plan, step):
        raise StepRefused(
            Message(
                _("The gate “%(gate)s” still asks for it. Waive that gate first."), {"gate": Message(gate)}
            )
        )
    if plan.steps.undone().filter(base=step.key).exists():
        raise StepRefused(Message(_("Other steps hang on this one. Do those first.")))
    promise.let_go_at, promise.let_go_by, promise.let_go_why = now, by, reason
    keep(promise, by=by, now=now, why="let go")
    step.dropped_at = now
    keep(step, by=by, now=now, why="let go")
    record(plan=plan, verb="let_go", changes=[change_of(step, "", "")], by=by, now=now, why=reason)
    look_again([plan.pk], today=today_of(plan.account, now))
    return step


def change_of(step: PlanStep, before: str | Message, after: str | Message) -> dict[str, object]:
    """A promise in a change set; a Message is told to each reader in their language."""
    return {
        "model": "promise",
        "id": step.pk,
        "version": step.version,
        "label": step.title,
        "before": told(before),
        "after": told(after),
    }


def _claimed(step: PlanStep, version: int) -> tuple[HandoverPlan, PlanStep, SponsorCheckIn]:
    plan = with_promises(step.plan_id)
    step = claimed(step, version)
    if step.done_at is not None:
        raise StepRefused(Message(_("This promise was kept already.")))
    promise = SponsorCheckIn.objects.select_related("contact").get(step=step)
    return plan, step, promise


def _problems_of_contact(plan: HandoverPlan, contact: Contact | None) -> list[tuple[str, Message]]:
    if contact is None or contact.account_id == plan.account_id:
        return []
    return [("contact", Message(_("Choose somebody at this client.")))]


def _gate_that_asks(plan: HandoverPlan, step: PlanStep) -> str:
    """The label of a gate ahead that wants this very step done and is not waived; "" where there is none."""
    if not plan.is_open:
        return ""
    waived = set(plan.waivers.values_list("gate", flat=True))
    for stage in playbook_of(plan.playbook, plan.tier).stages_after(plan.stage):
        for gate in stage.gates:
            if step.key in gate.args.get("steps", ()) and gate.key not in waived:
                return gate.label
    return ""


def _said(promise: SponsorCheckIn) -> str | Message:
    """A promise in a line, for the history."""
    name = promise.contact.name if promise.contact else ""
    if not promise.channel:
        return name
    channel = Message(msgid_of(Channel(promise.channel).label))
    return Message("%(channel)s, %(name)s", {"channel": channel, "name": name}) if name else channel
