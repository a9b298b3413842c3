"""One message: approved by a leader, read by every department that talks to the client, asked anew."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import Department, Person
from accounts.models.base import StaleVersion
from accounts.rules.text import BadText, Message, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from accounts.selectors.organisation import departments
from accounts.services.history import keep, keep_claimed
from transitions.models import Acknowledgement, HandoverPlan, Narrative, PlanStep
from transitions.rules.story import ACKNOWLEDGEMENT, TITLES, changed
from transitions.selectors.story import newest, words_of
from transitions.services.opened import look_again, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop

TITLE = _("Read what the client is told, and see that your department says the same")
UNWRITTEN = {
    "why": _("Write why the change comes before it is approved."),
    "gets_better": _("Write what gets better for the client before it is approved."),
    "stays": _("Write what stays as it is before it is approved."),
}


@transaction.atomic
def approve(*, plan: HandoverPlan, version: int, who_now: str, by: Person, now: datetime) -> Narrative:
    """Approve the plan's words as the one message, with `who_now`: whom the client turns to.

    Every department is asked to read it by the business day before the announcement; those that have read
    other words are asked again. The same words again change nothing. Raises StaleVersion, PlanNotOpen, and
    PlanRefused (fields "why", "gets_better", "stays", "who_now") for words that are missing.
    """
    plan = opened(plan.pk, version=version)
    problems = [(word, Message(UNWRITTEN[word])) for word, text in words_of(plan).items() if not text.strip()]
    try:
        who_now = clean_text(who_now)
    except BadText as error:
        problems.append(("who_now", error.message))
    else:
        if not who_now:
            problems.append(("who_now", Message(_("Write whom the client turns to now."))))
    if problems:
        raise PlanRefused(problems)
    before = newest(plan)
    if before is not None and before.who_now == who_now and not changed(words_of(before), words_of(plan)):
        return before
    narrative = Narrative.objects.create(
        plan=plan,
        version=before.version + 1 if before else 1,
        who_now=who_now,
        approved_by=by,
        approved_at=now,
        **words_of(plan),
    )
    said = [
        {
            "model": "narrative",
            "label": title,
            "before": {"said": getattr(before, word, "")},
            "after": {"said": getattr(narrative, word)},
        }
        for word, title in TITLES.items()
        if getattr(before, word, "") != getattr(narrative, word)
    ]
    record(plan=plan, verb="approve_message", changes=said, by=by, now=now)
    _ask(plan, departments(), by=by, now=now)
    return narrative


@transaction.atomic
def ask(*, plan: HandoverPlan, by: Person, now: datetime) -> int:
    """Ask the departments that were added since the message was approved. Returns how many.

    Raises PlanNotOpen, and PlanRefused while nothing is approved.
    """
    plan = opened(plan.pk)
    if newest(plan) is None:
        raise PlanRefused([("", Message(_("Approve the message first.")))])
    asked = plan.acknowledgements.values("department")
    return _ask(plan, departments().exclude(pk__in=asked), by=by, now=now)


@transaction.atomic
def acknowledge(
    *, acknowledgement: Acknowledgement, narrative_version: int, by: Person, now: datetime
) -> Acknowledgement:
    """Note that the department has read the message, in the version that it was shown, and says the same.

    Doing it twice changes nothing. Raises PlanNotOpen; StaleVersion when another message has been approved
    since; PlanRefused where the department was excused.
    """
    plan = opened(acknowledgement.plan_id)
    row = Acknowledgement.objects.select_related("step", "department").get(pk=acknowledgement.pk)
    narrative = newest(plan)
    if narrative is None or narrative.version != narrative_version:
        raise StaleVersion(row)
    if row.excused:
        raise PlanRefused([("", Message(_("This department does not talk to this client.")))])
    if row.read_version == narrative.version:
        return row
    row.read_version, row.read_at, row.read_by = narrative.version, now, by
    keep_claimed(row, version=row.version, by=by, now=now)
    _set_step(row.step, done_at=now, by=by, now=now)
    _told(plan, row, "acknowledge_message", by=by, now=now)
    return row


@transaction.atomic
def excuse(
    *, acknowledgement: Acknowledgement, version: int, why: str, by: Person, now: datetime
) -> Acknowledgement:
    """Note that a department does not talk to this client: it is not asked, and its step is dropped.

    Raises StaleVersion, PlanNotOpen, and PlanRefused (field "why") without a reason.
    """
    plan = opened(acknowledgement.plan_id)
    row = Acknowledgement.objects.select_related("step", "department").get(pk=acknowledgement.pk)
    if not clean_text(why):
        raise PlanRefused([("why", Message(_("Say why this department is not asked.")))])
    row.excused_why = why
    keep_claimed(row, version=version, by=by, now=now)
    _set_step(row.step, dropped_at=now, by=by, now=now)
    _told(plan, row, "excuse_department", why=why, by=by, now=now)
    return row


@transaction.atomic
def include(*, acknowledgement: Acknowledgement, version: int, by: Person, now: datetime) -> Acknowledgement:
    """Ask a department after all that had been excused. Raises StaleVersion, PlanNotOpen."""
    plan = opened(acknowledgement.plan_id)
    row = Acknowledgement.objects.select_related("step", "department").get(pk=acknowledgement.pk)
    row.excused_why = ""
    keep_claimed(row, version=version, by=by, now=now)
    narrative = newest(plan)
    read = narrative is not None and row.read_version == narrative.version
    _set_step(row.step, done_at=row.read_at if read else None, by=by, now=now)
    _told(plan, row, "include_department", by=by, now=now)
    return row


def take_back(*, step: PlanStep, by: Person, now: datetime) -> None:
    """Forget that a department has read the message, when its step is reopened. The caller holds the plan."""
    if step.kind != ACKNOWLEDGEMENT:
        return
    row = Acknowledgement.objects.get(step=step)
    row.read_version, row.read_at, row.read_by = 0, None, None
    keep_claimed(row, version=row.version, by=by, now=now)


def _ask(plan: HandoverPlan, asked: Iterable[Department], *, by: Person, now: datetime) -> int:
    """A step for each department, due by the business day before the client hears it; open again if done."""
    today = today_of(plan.account, now)
    anchors = dict(plan.anchors.values_list("key", "falls_on"))
    base = "announcement" if "announcement" in anchors else "cutover"
    calendar = calendar_of(plan.account, today)
    due_on = max(calendar.add(anchors[base], -1), calendar.roll(today))
    rows = {row.department_id: row for row in plan.acknowledgements.select_related("step")}
    count = 0
    for department in asked:
        row = rows.get(department.pk)
        if row is not None and row.excused:
            continue
        count += 1
        if row is not None:
            row.step.due_on = row.step.due_on if row.step.pinned else due_on
            _set_step(row.step, done_at=None, by=by, now=now)
            continue
        step = PlanStep(
            plan=plan,
            key=f"{ACKNOWLEDGEMENT}-{department.pk}",
            stage=plan.stage,
            kind=ACKNOWLEDGEMENT,
            title=TITLE,
            base=base,
            offset=-1,
            planned_on=due_on,
            due_on=due_on,
            owner_role=ACKNOWLEDGEMENT,
            owner=department.person if department.person.archived_at is None else plan.steward,
        )
        keep(step, by=by, now=now)
        row = Acknowledgement(uuid=step.uuid, plan=plan, department=department, step=step)
        keep(row, by=by, now=now)
    look_again([plan.pk], today=today)
    return count


def _set_step(
    step: PlanStep,
    *,
    done_at: datetime | None = None,
    dropped_at: datetime | None = None,
    by: Person,
    now: datetime,
) -> None:
    step.done_at, step.done_by = done_at, by if done_at else None
    step.dropped_at = dropped_at
    keep_claimed(step, version=step.version, by=by, now=now)
    look_again([step.plan_id], today=today_of(step.plan.account, now))


def _told(
    plan: HandoverPlan, row: Acknowledgement, verb: str, *, by: Person, now: datetime, why: str = ""
) -> None:
    nothing = {"said": ""}
    name = {"label": row.department.name, "before": nothing, "after": nothing}
    change = {"model": "acknowledgement", "id": row.pk, **name}
    record(plan=plan, verb=verb, changes=[change], by=by, now=now, why=why)
