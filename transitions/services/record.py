"""The check of the CRM record: a field is confirmed, corrected, or somebody is asked to correct it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep, keep_claimed
from transitions.documents.record import GONE, Field, Record
from transitions.models import Checked, HandoverPlan, PlanStep, RecordCheck
from transitions.rules.record import ASKED, CONFIRMED, CORRECTED, GROUPS, HOLDS, RECORD, TITLES, mark
from transitions.selectors.record import owed, record_of
from transitions.services.opened import claimed, look_again, marked_done, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def confirm(
    *, plan: HandoverPlan, field: str, seen: str, version: int, by: Person, now: datetime
) -> RecordCheck:
    """Note that a field of the record is right, as it was shown: `seen` is its fingerprint.

    `version` is that of its check, 0 for none. The same person doing it twice changes nothing. Raises
    PlanNotOpen, StaleVersion when the field or its check changed meanwhile, and PlanRefused for a field that
    is no longer there.
    """
    plan = opened(plan.pk)
    found, check = _found(plan, field), plan.record_checks.filter(field=field).first()
    if check is not None and check.by_id == by.pk and found.standing == CONFIRMED and seen == found.mark:
        return check
    if found.version != version or found.mark != seen:
        raise StaleVersion(check or plan.account)
    check = _checked(plan, found, CONFIRMED, found.mark, by=by, now=now)
    _told(plan, "confirm_record", [_change(found, found.parts, found.parts)], by=by, now=now)
    _finish(plan, by=by, now=now)
    return check


@transaction.atomic
def confirm_rest(*, plan: HandoverPlan, seen: str, by: Person, now: datetime) -> int:
    """Confirm all that is neither checked nor waiting for a correction; returns how many fields.

    `seen` is the fingerprint of what was shown (`selectors.record.Record.seen`). Raises PlanNotOpen, and
    StaleVersion when any of it changed meanwhile.
    """
    plan = opened(plan.pk)
    found = record_of(plan)
    if not found.left:
        return 0
    if found.seen != seen:
        raise StaleVersion(plan)
    for field in found.left:
        _checked(plan, field, CONFIRMED, field.mark, by=by, now=now)
    changes = [_change(field, field.parts, field.parts) for field in found.left]
    _told(plan, "confirm_rest_of_record", changes, by=by, now=now)
    _finish(plan, by=by, now=now)
    return len(changes)


@transaction.atomic
def correct(
    *, plan: HandoverPlan, field: str, change: Callable[[], object], by: Person, now: datetime
) -> HandoverPlan:
    """Change a field of the record by `change`, a verb of the accounts; what it said before is kept.

    Where nothing comes out otherwise, the field is confirmed. What `change` adds to an empty group counts as
    corrected as well. Raises PlanNotOpen, and what `change` raises.
    """
    plan = opened(plan.pk)
    before = record_of(plan)
    change()
    after = record_of(plan)
    was, now_is = before.find(field), after.find(field)
    told = []
    if was is not None and (now_is is None or now_is.gone or now_is.mark != was.mark):
        parts = () if now_is is None else now_is.parts
        told.append(_change(was, was.parts, parts))
        kept_mark = mark() if now_is is None else now_is.mark
        _checked(plan, was, CORRECTED, kept_mark, after=parts, by=by, now=now)
    elif was is not None:
        _checked(plan, was, CONFIRMED, was.mark, by=by, now=now)
        _told(plan, "confirm_record", [_change(was, was.parts, was.parts)], by=by, now=now)
    for one in _added(before, after, field):
        told.append(_change(one, (), one.parts))
        _checked(plan, one, CORRECTED, one.mark, by=by, now=now, before=(), after=one.parts)
    if told:
        _told(plan, "correct_record", told, by=by, now=now)
    _finish(plan, by=by, now=now)
    return plan


@transaction.atomic
def ask(
    *,
    plan: HandoverPlan,
    field: str,
    owner: Person,
    due_on: date,
    what: str,
    by: Person,
    now: datetime,
) -> PlanStep:
    """Ask somebody to correct a field by a day: it becomes a step of theirs.

    Raises PlanNotOpen, and PlanRefused (fields "owner", "due_on", "what", or none where it is asked already).
    """
    plan = opened(plan.pk)
    found, what = _found(plan, field), clean_text(what)
    problems = []
    if found.standing == ASKED:
        problems.append(("", Message(_("Somebody is asked to correct it already."))))
    if owner.archived_at is not None:
        problems.append(("owner", Message(_("%(name)s has left."), {"name": owner.name})))
    elif plan.released_at is None and not plan.readers.filter(person=owner).exists():
        problems.append(("owner", Message(_("%(name)s may not read this plan."), {"name": owner.name})))
    if due_on < today_of(plan.account, now):
        problems.append(("due_on", Message(_("Choose a day that has not passed."))))
    if not what:
        problems.append(("what", Message(_("Say what is wrong."))))
    if problems:
        raise PlanRefused(problems)
    title = TITLES[found.key if found.key in TITLES else found.group]
    step = PlanStep(
        plan=plan,
        key=f"{RECORD}-{plan.steps.filter(owner_role=RECORD).count() + 1}-added",
        stage=plan.stage,
        kind=RECORD,
        title=title,
        planned_on=due_on,
        due_on=due_on,
        pinned=True,
        owner_role=RECORD,
        owner=owner,
        note=what if found.group == "account" else f"{found.title}: {what}",
    )
    keep(step, by=by, now=now)
    _checked(plan, found, ASKED, found.mark, step=step, by=by, now=now)
    look_again([plan.pk], today=today_of(plan.account, now))
    _told(plan, "ask_record", [_change(found, (), (("text", owner.name),))], why=what, by=by, now=now)
    return step


def is_done_on_page(step: PlanStep) -> bool:
    """Whether a step about the record is done by what is said on its page. One query at most.

    A correction that was asked for, done, and reopened after somebody was asked anew is ticked as any step.
    """
    return step.owner_role != RECORD or RecordCheck.objects.filter(step=step).exists()


def take_back(*, step: PlanStep, by: Person, now: datetime) -> None:
    """Ask again for what a reopened step stands for. The caller holds the plan."""
    if step.kind != RECORD:
        return
    if step.owner_role == RECORD:
        rows, state = RecordCheck.objects.filter(step=step), Checked.ASKED
    else:
        rows, state = RecordCheck.objects.filter(plan=step.plan_id, state__in=HOLDS), Checked.AGAIN
    for row in rows:
        row.state = state
        keep_claimed(row, version=row.version, by=by, now=now)


def _found(plan: HandoverPlan, key: str) -> Field:
    found = record_of(plan).find(key)
    if found is None:
        raise PlanRefused([("", Message(GONE))])
    return found


def _checked(
    plan: HandoverPlan,
    found: Field,
    state: str,
    marked: str,
    *,
    by: Person,
    now: datetime,
    step: PlanStep | None = None,
    before: Iterable[Any] | None = None,
    after: Iterable[Any] = (),
) -> RecordCheck:
    """Write what is said of a field now. Whoever was asked to correct it owes nothing any more."""
    known = plan.record_checks.select_related("step").filter(field=found.key).first()
    row = known or RecordCheck(plan=plan, field=found.key)
    asked = row.step
    row.label = str(found.title)
    row.state, row.mark, row.by, row.at = state, marked, by, now
    row.before = list(found.parts if before is None else before) if state == CORRECTED else []
    row.after = list(after)
    if step is not None:
        row.step = step
    if known is None:
        keep(row, by=by, now=now)
    else:
        keep_claimed(row, version=row.version, by=by, now=now)
    if step is None and asked is not None and asked.done_at is None and asked.dropped_at is None:
        marked_done(claimed(asked, asked.version), by=by, now=now)
    return row


def _added(before: Record, after: Record, field: str) -> list[Field]:
    """What came into a group that held nothing, by a correction of that group."""
    there = {one.key for one in before.fields}
    return [one for one in after.fields if field in GROUPS and one.group == field and one.key not in there]


def _finish(plan: HandoverPlan, *, by: Person, now: datetime) -> None:
    """The step that asks for the check is done when nothing is left to check."""
    if record_of(plan).complete:
        for step in owed(plan):
            marked_done(claimed(step, step.version), by=by, now=now)
    look_again([plan.pk], today=today_of(plan.account, now))


def _change(field: Field, before: Iterable[Any], after: Iterable[Any]) -> Mapping[str, Any]:
    label = field.title.msgid if not field.title.params else str(field.title)
    return {
        "model": "record",
        "label": label,
        "before": {"parts": list(before)},
        "after": {"parts": list(after)},
    }


def _told(
    plan: HandoverPlan,
    verb: str,
    changes: list[Mapping[str, Any]],
    *,
    by: Person,
    now: datetime,
    why: str = "",
) -> None:
    record(plan=plan, verb=verb, changes=changes, by=by, now=now, why=why)
