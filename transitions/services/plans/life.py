"""A plan rests, goes on, ends and is opened again; and who may read it while it is confidential."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Assignment, Person
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from accounts.services.history import keep_many
from transitions.models import HandoverPlan, Outcome, PlanReader, PlanState, PlanStep
from transitions.rules.plans import OUTCOMES, OUTLIVES_PLAN
from transitions.rules.schedule import Move
from transitions.selectors.playbooks import playbook_of
from transitions.services import sponsors
from transitions.services.opened import kept, opened, record
from transitions.services.plans.people import end_roles
from transitions.services.plans.promised import moved as set_anchor
from transitions.services.plans.promised import named
from transitions.services.plans.stewards import settle
from transitions.services.refusals import PlanRefused

_ = gettext_noop

RUNNING = (PlanState.OPEN, PlanState.ON_HOLD)
ENDED = (PlanState.CLOSED, PlanState.CANCELLED)
ANCHOR = "anchor:"  # before the key of an anchor among the moves
PROMISED = _("The client was promised a date that moves in writing. Confirm that they are told.")


@dataclass(frozen=True, slots=True)
class Shift:
    """By how many business days a plan stood still, and what moves by them."""

    days: int
    moves: tuple[Move, ...]  # anchors that lay ahead, then open steps
    stay: tuple[Move, ...]  # pinned steps
    promised: tuple[Message, ...] = ()  # what moves although the client has its day in writing


@transaction.atomic
def hold(
    *, plan: HandoverPlan, why: str, resumes_on: date | None, version: int, by: Person, now: datetime
) -> HandoverPlan:
    """Let a plan rest: nothing of it is due, and nobody is reminded, until it is resumed.

    Raises StaleVersion, PlanNotOpen, PlanRefused (fields "why", "resumes_on").
    """
    plan = opened(plan.pk, version=version)
    today = today_of(plan.account, now)
    problems = _missing(why=(why, _("Say why the plan rests.")))
    if resumes_on is not None and resumes_on <= today:
        problems.append(("resumes_on", Message(_("Choose a day after today."))))
    if problems:
        raise PlanRefused(problems)
    plan.state, plan.held_on, plan.held_why, plan.resumes_on = PlanState.ON_HOLD, today, why, resumes_on
    _tell(plan, "hold", PlanState.OPEN, why, by=by, now=now)
    return kept(plan, by=by, now=now, today=today, why="hold")


def preview_resume(*, plan: HandoverPlan, now: datetime) -> Shift:
    """What `resume` would shift, without doing it."""
    today = today_of(plan.account, now)
    calendar = calendar_of(plan.account, today)
    since = plan.held_on or today
    days = max(0, calendar.between(since, today))
    playbook = playbook_of(plan.playbook, plan.tier)
    titles = {rule.key: rule.title for rule in playbook.anchors}
    why = Message(_("By the business days that the plan was on hold."))
    anchors = [one for one in plan.anchors.order_by("falls_on", "pk") if one.falls_on >= since]
    steps = list(plan.steps.undone().order_by("due_on", "position", "pk")) if days else []
    moves = [
        Move(ANCHOR + one.key, titles.get(one.key, one.key), one.falls_on, later, why)
        for one in anchors
        if (later := calendar.add(one.falls_on, days)) != one.falls_on and days
    ]
    moves += [
        Move(step.key, step.title, step.due_on, calendar.add(step.due_on, days), why)
        for step in steps
        if not step.pinned
    ]
    pinned = Message(_("Pinned by hand."))
    return Shift(
        days,
        tuple(moves),
        tuple(Move(step.key, step.title, step.due_on, step.due_on, pinned) for step in steps if step.pinned),
        (
            *(
                Message(titles.get(one.key, one.key))
                for one in anchors
                if one.promised_at is not None and days
            ),
            *(
                named(step.key, step.title)
                for step in steps
                if step.promised_at is not None and not step.pinned
            ),
        ),
    )


@transaction.atomic
def resume(
    *, plan: HandoverPlan, shift: bool, version: int, by: Person, now: datetime, confirmed: bool = False
) -> Shift:
    """Let a plan go on; with `shift` what is open moves by the business days that it stood still.

    The shift is a deed of its own, so that it can be undone; it needs `confirmed` where a date moves that
    the client was promised in writing. Raises StaleVersion, PlanNotOpen for a plan that is not on hold,
    PlanRefused (field "confirmed").
    """
    plan = opened(plan.pk, version=version, states=(PlanState.ON_HOLD,))
    today = today_of(plan.account, now)
    found = preview_resume(plan=plan, now=now)
    if shift and found.promised and not confirmed:
        raise PlanRefused([("confirmed", Message(PROMISED))])
    plan.state, plan.held_on, plan.held_why, plan.resumes_on = PlanState.OPEN, None, "", None
    _tell(plan, "resume", PlanState.ON_HOLD, "", by=by, now=now)
    if shift and found.moves:
        changes = _shift(plan, found, today, by=by, now=now)
        record(plan=plan, verb="shift", changes=changes, by=by, now=now)
    kept(plan, by=by, now=now, today=today, why="resume")
    return found


def _shift(
    plan: HandoverPlan, found: Shift, today: date, *, by: Person, now: datetime
) -> list[dict[str, Any]]:
    calendar = calendar_of(plan.account, today)
    moved = {move.key: move for move in found.moves}
    changes, rows = [], []
    for anchor in plan.anchors.order_by("falls_on", "pk"):
        if move := moved.get(ANCHOR + anchor.key):
            changes.append(set_anchor(anchor, move.after, move.title))
    for step in plan.steps.undone().order_by("due_on", "position", "pk"):
        if move := moved.get(step.key):
            planned_on = calendar.add(step.planned_on, found.days)
            dates = _dated(due_on=(step.due_on, move.after), planned_on=(step.planned_on, planned_on))
            was_promised = step.promised_at
            step.due_on, step.planned_on, step.version = move.after, planned_on, step.version + 1
            step.promised_at = None
            rows.append(step)
            change = {"model": "step", "id": step.pk, "version": step.version, "label": step.title}
            if was_promised is not None:
                dates["before"]["promised_at"], dates["after"]["promised_at"] = was_promised.isoformat(), None
            changes.append({**change, "key": step.key, **dates})
    keep_many(rows, PlanStep, ["due_on", "planned_on", "promised_at", "version"], by=by, now=now)
    return changes


def _dated(**fields: tuple[date, date]) -> dict[str, dict[str, str | None]]:
    return {
        "before": {name: before.isoformat() for name, (before, _after) in fields.items()},
        "after": {name: after.isoformat() for name, (_before, after) in fields.items()},
    }


@transaction.atomic
def close(
    *, plan: HandoverPlan, outcome: str, why: str, version: int, by: Person, now: datetime
) -> HandoverPlan:
    """End a plan before its last stage, with how it ended.

    The roles it wrote end, but sponsors and support stay on the account; its owner stays who it is. Raises
    StaleVersion, PlanNotOpen, PlanRefused (fields "outcome", "why").
    """
    plan = opened(plan.pk, version=version, states=RUNNING)
    problems = _missing(why=(why, _("Say why the plan ends here.")))
    if outcome not in Outcome.values:
        problems.append(("outcome", Message(_("Choose how it ended."))))
    if problems:
        raise PlanRefused(problems)
    plan.outcome, plan.ending = outcome, why
    return _ended(plan, PlanState.CLOSED, "close", why, by=by, now=now)


@transaction.atomic
def cancel(
    *,
    plan: HandoverPlan,
    why: str,
    told_client: str,
    put_right: str,
    version: int,
    by: Person,
    now: datetime,
) -> HandoverPlan:
    """End a plan that is not carried out, with what the client was told and how it is put right.

    Every role it wrote ends. Raises StaleVersion, PlanNotOpen, PlanRefused (one field for each text).
    """
    plan = opened(plan.pk, version=version, states=RUNNING)
    problems = _missing(
        why=(why, _("Say why the plan is cancelled.")),
        told_client=(told_client, _("Say what the client was told, or that they knew of nothing.")),
        put_right=(put_right, _("Say how it is put right, or that nothing has to be.")),
    )
    if problems:
        raise PlanRefused(problems)
    plan.ending, plan.told_client, plan.put_right = why, told_client, put_right
    return _ended(plan, PlanState.CANCELLED, "cancel", why, by=by, now=now)


@transaction.atomic
def reopen(*, plan: HandoverPlan, why: str, version: int, by: Person, now: datetime) -> HandoverPlan:
    """Open a plan again that ended, in the stage in which it was, with the people it had.

    Raises StaleVersion, PlanNotOpen for a plan that has not ended, PlanRefused (field "why") without a
    reason or while another plan of this account is open.
    """
    account = plan.account
    type(account).objects.select_for_update(of=("self",)).get(pk=account.pk)  # as when a plan starts
    plan = opened(plan.pk, version=version, states=ENDED)
    problems = _missing(why=(why, _("Say why the plan is opened again.")))
    others = HandoverPlan.objects.open().filter(account=account, purpose=plan.purpose)
    if others.exists():
        words = _("Another plan of this account is open. Close that one first.")
        problems.append(("why", Message(words)))
    if account.archived_at is not None:
        problems.append(("why", Message(_("This account is archived."))))
    if problems:
        raise PlanRefused(problems)
    today, ended = today_of(account, now), plan.state
    playbook = playbook_of(plan.playbook, plan.tier)
    if playbook.is_last(plan.stage):
        # Entering the last stage is what ended it: it stands in the one before again.
        plan.stage = playbook.stages[-2].key
    plan.state, plan.closed_at, plan.outcome = PlanState.OPEN, None, ""
    plan.ending = plan.told_client = plan.put_right = ""
    roles = Assignment.objects.filter(plan_role__plan=plan)
    if playbook.has_passed_owner(plan.stage):
        roles = roles.exclude(role="interim")
    roles.update(until_on=None)
    _tell(plan, "reopen", ended, why, by=by, now=now)
    kept(plan, by=by, now=now, today=today, why="reopen")
    # Nobody kept the promises of a plan that had ended: their owners may have left meanwhile.
    sponsors.inherit(plan.pk, now=now)
    return plan


@transaction.atomic
def set_readers(
    *, plan: HandoverPlan, people: Sequence[Person], version: int, by: Person, now: datetime
) -> HandoverPlan:
    """Let exactly these persons read a confidential plan; whoever changes that stays among them.

    Raises StaleVersion, PlanNotOpen, PlanRefused (field "readers") for a plan that is released, or for
    somebody who has left.
    """
    plan = opened(plan.pk, version=version, states=RUNNING)
    if plan.released_at is not None:
        raise PlanRefused(
            [("readers", Message(_("The plan is released: everyone sees it who sees the account.")))]
        )
    gone = [person for person in people if person.archived_at is not None]
    if gone:
        raise PlanRefused([("readers", Message(_("%(name)s has left."), {"name": gone[0].name}))])
    named = {person.pk: person for person in (*people, by)}
    standing = set(plan.readers.values_list("person", flat=True))
    plan.readers.exclude(person__in=named).delete()
    PlanReader.objects.bulk_create(
        PlanReader(plan=plan, person=person) for pk, person in named.items() if pk not in standing
    )
    change = {
        "model": "readers",
        "label": _("Readers"),
        "before": {"people": sorted(standing)},
        "after": {"people": sorted(named)},
    }
    record(plan=plan, verb="set_readers", changes=[change], by=by, now=now)
    kept(plan, by=by, now=now, today=today_of(plan.account, now), why="readers")
    if settle([plan.pk]):
        plan.refresh_from_db(fields=["steward"])
    return plan


def end(plan: HandoverPlan, state: str, today: date, now: datetime) -> None:
    """Write into `plan` that it ends, and end the roles that do not outlive it."""
    plan.state, plan.closed_at = state, now
    plan.held_on, plan.held_why, plan.resumes_on = None, "", None
    ending = Assignment.objects.filter(plan_role__plan=plan)
    if state == PlanState.CLOSED:
        ending = ending.exclude(role__in=OUTLIVES_PLAN)
    end_roles(ending, today)


def _ended(plan: HandoverPlan, state: str, verb: str, why: str, *, by: Person, now: datetime) -> HandoverPlan:
    today, before = today_of(plan.account, now), plan.state
    end(plan, state, today, now)
    _tell(plan, verb, before, why, by=by, now=now)
    return kept(plan, by=by, now=now, today=today, why=verb)


def _tell(plan: HandoverPlan, verb: str, before: str, why: str, *, by: Person, now: datetime) -> None:
    """Put the change of state on record."""
    change = {
        "model": "state",
        "id": plan.pk,
        "version": plan.version,
        "label": OUTCOMES.get(plan.outcome, "") if verb == "close" else "",
        "before": {"said": before},
        "after": {"said": plan.state},
    }
    record(plan=plan, verb=verb, changes=[change], by=by, now=now, why=why)


def _missing(**texts: tuple[str, str]) -> list[tuple[str, Message]]:
    """Sentences about the texts that say nothing, by field."""
    return [(field, Message(sentence)) for field, (text, sentence) in texts.items() if not clean_text(text)]
