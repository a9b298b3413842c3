"""The second choice takes the place of the first: one deed, shown before, undone until the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from accounts.services.history import keep, keep_many
from accounts.services.needs import note_clash
from transitions.models import CustomerMeeting, HandoverPlan, PlanStep, Swap
from transitions.rules import gates
from transitions.rules.candidates import CLASH, TRIGGERS, days_anew, done_anew
from transitions.rules.plans import owner_for
from transitions.rules.playbooks import Playbook, Stage
from transitions.selectors.plans.facts import facts_of
from transitions.selectors.playbooks import playbook_of
from transitions.services import sponsors
from transitions.services.opened import holders_of, kept, opened, record, state_of
from transitions.services.plans.people import give_steps, problems_of_people, write_role
from transitions.services.refusals import PlanRefused

_ = gettext_noop

REOPENED = ("task", "meeting", "decision", "training")  # touches that were made stay made
STEP = ("done_at", "done_by_id", "due_on", "owner_id", "promised_at")
MEETING = ("held_at", "channel_held", "starts_at")


@dataclass(frozen=True, slots=True)
class Swapped:
    """What the swap did, or would do. `anew` and `given`: titles with days; `shut`: labels of gates."""

    former: Person
    person: Person
    anew: tuple[tuple[str, str, date, date], ...]  # key, title, day before, day after
    given: tuple[tuple[str, str, date], ...]  # open steps that go to the new incoming rep: key, title, day
    kept: int  # steps that are done and stay
    stage: Message | None  # the stage that the plan goes back to
    shut: tuple[Message, ...]  # gates on the way that held and must hold again
    beyond: tuple[tuple[str, str, date], ...]  # of `anew`, what falls after the cutover
    promised: tuple[Message, ...]  # what moves although the client has its day in writing
    swap: Swap | None = None


def preview_swap(*, plan: HandoverPlan, by: Person, now: datetime) -> Swapped:
    """What `swap` would do. It is done and taken back, so that nothing is told that would not be."""
    with transaction.atomic():
        told = _swap(opened(plan.pk), None, by=by, now=now)
        transaction.set_rollback(True)
    return told


@transaction.atomic
def swap(
    *,
    plan: HandoverPlan,
    trigger: str,
    why: str,
    second_choice: Person | None,
    to_client: str,
    version: int,
    by: Person,
    now: datetime,
    confirmed: bool = False,
) -> Swapped:
    """Let the second choice be the incoming rep, and `second_choice` stand behind them, if anybody does.

    What the former incoming rep did for themselves, the introduction and what named them is done again, as
    far apart as it was, from the next business day on; the plan goes back to the stage of the first of it,
    so that its gates are asked again. Everything else that is done stays. `to_client` is kept and not sent.
    A clash is noted as such, so that the former rep is not offered for this client.
    Raises StaleVersion, PlanNotOpen, PlanRefused (fields "trigger", "why", "second_choice", "confirmed" where
    a day moves that was promised in writing; "" where there is nobody to swap with).
    """
    plan = opened(plan.pk, version=version)
    problems = []
    if trigger not in TRIGGERS:
        problems.append(("trigger", Message(_("Choose what happened."))))
    if not clean_text(why):
        problems.append(("why", Message(_("Say what happened. The client does not read it."))))
    if problems:
        raise PlanRefused(problems)
    told = _swap(plan, second_choice, by=by, now=now, why=why, recorded=True)
    if told.promised and not confirmed:
        words = _("The client was promised a date that moves in writing. Confirm that they are told.")
        raise PlanRefused([("confirmed", Message(words))])
    if trigger == CLASH and hasattr(told.former, "rep"):
        # Undoing the swap leaves it: whether they get along is for a leader to say, not for a button.
        note_clash(account=plan.account, person=told.former, side="client", words=why, by=by, now=now)
    change_set = plan.change_sets.order_by("-pk").first()
    row = Swap.objects.create(
        plan=plan,
        trigger=trigger,
        why=why,
        former=told.former,
        person=told.person,
        to_client=to_client,
        by=by,
        swapped_at=now,
        change_set=change_set,
    )
    return replace(told, swap=row)


def _swap(
    plan: HandoverPlan,
    second_choice: Person | None,
    *,
    by: Person,
    now: datetime,
    why: str = "",
    recorded: bool = False,
) -> Swapped:
    """Do it on a plan that the caller has locked."""
    playbook = playbook_of(plan.playbook, plan.tier)
    today = today_of(plan.account, now)
    former, person, outgoing = (_holder(plan, role) for role in ("incoming", "second_choice", "outgoing"))
    _refuse(plan, playbook, former, person, outgoing, second_choice)
    assert former is not None
    assert person is not None
    held = _open_gates(plan, playbook, today)
    before = holders_of(plan)
    write_role(
        plan, "second_choice", {} if second_choice is None else {second_choice.pk: second_choice}, today
    )
    write_role(plan, "incoming", {person.pk: person}, today)
    after = holders_of(plan)
    given = give_steps(plan, before, after, gone={former.pk}, by=by, now=now)
    sponsors.note_heirs(given, decided={person.pk}, by=by, now=now)
    changes = [
        _role("incoming", [former.pk], [person.pk]),
        _role("second_choice", [person.pk], [second_choice.pk] if second_choice else []),
    ]
    changes += [
        _change("step", step, step.title, {"owner_id": owner}, {"owner_id": step.owner_id}, key=step.key)
        for step, owner in given
    ]
    anew, days, promised = _reopen(plan, playbook, today, after, changes, by=by, now=now)
    back = _back(plan, playbook, [step.stage for step, _day in anew], changes)
    kept(plan, by=by, now=now, today=today, why="swap")
    if recorded:
        record(plan=plan, verb="swap", changes=changes, by=by, now=now, why=why)
    cutover = plan.cutover_on
    moved = tuple((step.key, step.title, day, days[step.key]) for step, day in anew)
    return Swapped(
        former=former,
        person=person,
        anew=moved,
        given=tuple((step.key, step.title, step.due_on) for step, _owner in given),
        kept=plan.steps.filter(dropped_at=None, done_at__isnull=False).count(),
        stage=Message(back.title) if back else None,
        shut=tuple(
            Message(state.gate.label)
            for stage in playbook.stages
            for state in gates.closed(playbook, stage.key, facts_of(plan, today, stage.gates))
            if state.key in held
        ),
        beyond=tuple((key, title, day) for key, title, _before, day in moved if cutover and day > cutover),
        promised=promised,
    )


def _refuse(
    plan: HandoverPlan,
    playbook: Playbook,
    former: Person | None,
    person: Person | None,
    outgoing: Person | None,
    second_choice: Person | None,
) -> None:
    problem = None
    if playbook.has_passed_owner(plan.stage):
        problem = _("The account belongs to its new owner already. A new plan hands it on from there.")
    elif former is None:
        problem = _("No incoming rep is named, so there is nobody to replace.")
    elif person is None:
        problem = _("No second choice is named. Choose one among the candidates first.")
    elif person.archived_at is not None:
        raise PlanRefused([("", Message(_("%(name)s has left."), {"name": person.name}))])
    if problem:
        raise PlanRefused([("", Message(problem))])
    if second_choice is not None:
        named = {"second_choice": [second_choice], "incoming": [person] if person else []}
        if problems := problems_of_people(playbook.roles, named, outgoing=outgoing):
            raise PlanRefused([("second_choice", words) for _role, words in problems])


def _holder(plan: HandoverPlan, role: str) -> Person | None:
    row = plan.roles.filter(assignment__role=role).select_related("assignment__person").order_by("pk").first()
    return row.assignment.person if row else None


def _open_gates(plan: HandoverPlan, playbook: Playbook, today: date) -> frozenset[str]:
    """Gates that hold or were passed: of the stages so far and the next."""
    following = playbook.following(plan.stage)
    ahead = {stage.key for stage in playbook.stages_after(plan.stage)}
    reached = [stage for stage in playbook.stages if stage.key not in ahead or stage == following]
    shut = {
        state.key
        for stage in reached
        for state in gates.closed(playbook, stage.key, facts_of(plan, today, stage.gates))
    }
    return frozenset(gate.key for stage in reached for gate in stage.gates if gate.key not in shut)


def _reopen(
    plan: HandoverPlan,
    playbook: Playbook,
    today: date,
    holders: dict[str, list[int]],
    changes: list[dict[str, Any]],
    *,
    by: Person,
    now: datetime,
) -> tuple[list[tuple[PlanStep, date]], dict[str, date], tuple[Message, ...]]:
    """Open what is done again, each with its new day. Returns the steps with their day before."""
    standing = plan.steps.filter(dropped_at=None, kind__in=REOPENED).order_by("due_on", "position", "pk")
    rows = list(standing)
    keys = done_anew(playbook, [(step.key, step.owner_role) for step in rows])
    done = [step for step in rows if step.done_at is not None and step.key in keys]
    days = days_anew({step.key: step.due_on for step in done}, today, calendar_of(plan.account, today))
    anew, promised = [], []
    for step in done:
        before = state_of(step, STEP)
        anew.append((step, step.due_on))
        if step.promised_at is not None and days[step.key] != step.due_on:
            promised.append(Message(step.title))
            step.promised_at = None
        step.done_at = step.done_by = None
        step.due_on, step.version = days[step.key], step.version + 1
        step.owner_id = owner_for(step.owner_role, holders)
        changes.append(_change("step", step, step.title, before, state_of(step, STEP), key=step.key))
    names = ["done_at", "done_by", "due_on", "owner", "promised_at", "version"]
    keep_many([step for step, _day in anew], PlanStep, names, by=by, now=now)
    for meeting in plan.meetings.filter(step__in=[step.pk for step, _day in anew]).select_related("step"):
        before = state_of(meeting, MEETING)
        # What was told of it stays; the hour was the former one's.
        meeting.held_at, meeting.channel_held, meeting.starts_at = None, "", None
        meeting.version += 1
        keep(meeting, by=by, now=now, why="swap")
        changes.append(_change("meeting", meeting, meeting.step.title, before, state_of(meeting, MEETING)))
    return anew, days, tuple(promised)


def _back(
    plan: HandoverPlan, playbook: Playbook, stages: Sequence[str], changes: list[dict[str, Any]]
) -> Stage | None:
    """Send the plan back to the first of these stages, where it is past it."""
    order = [stage.key for stage in playbook.stages]
    first = min((order.index(key) for key in stages if key in order), default=len(order))
    if first >= order.index(plan.stage):
        return None
    stage = playbook.stages[first]
    before, plan.stage = plan.stage, stage.key
    changes.append(
        {
            "model": "plan",
            "id": plan.pk,
            "version": plan.version,
            "label": _("Stage"),
            "before": {"stage": before},
            "after": {"stage": stage.key},
            "stages": {one.key: one.title for one in playbook.stages},
            "gates": {gate.key: gate.label for gate in playbook.gates()},
        }
    )
    return stage


def _role(role: str, before: Sequence[int], after: Sequence[int]) -> dict[str, Any]:
    people = {"before": {"people": sorted(before)}, "after": {"people": sorted(after)}}
    return {"model": "role", "label": role, **people}


def _change(
    model: str,
    row: PlanStep | CustomerMeeting,
    label: str,
    before: dict[str, Any],
    after: dict[str, Any],
    **more: Any,
) -> dict[str, Any]:
    return {
        "model": model,
        "id": row.pk,
        "version": row.version,
        "label": label,
        "before": before,
        "after": after,
        **more,
    }
