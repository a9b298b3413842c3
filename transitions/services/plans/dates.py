"""Dates move, and everything that hangs on them moves along; done and pinned steps stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.rules.calendar import Calendar
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from accounts.selectors.organisation import organisation
from accounts.services.history import keep_many
from transitions.models import Anchor, ChangeSet, HandoverPlan, PlanStep
from transitions.rules import schedule
from transitions.rules.anchors import problems_of_anchors
from transitions.rules.playbooks import Playbook
from transitions.rules.schedule import Hung, Move, Replan
from transitions.selectors.meetings import meeting_of
from transitions.selectors.playbooks import playbook_of
from transitions.services.opened import claimed, kept, look_again, opened, opened_for, record, state_of
from transitions.services.plans.promised import PROMISED, moved, told_of
from transitions.services.refusals import PlanRefused, StepRefused

_ = gettext_noop

STEP_FIELDS = ("due_on", "planned_on", "pinned", "promised_at")
FURTHEST = timedelta(days=6 * 366)  # from today, for steps moved by hand


@dataclass(frozen=True, slots=True)
class AnchorMove:
    """What moving an anchor did, or would do. `change_set` is None in a preview.

    `moves` says of each step that moves (key, title, before, after, why); `stay` names done and
    pinned steps that would have moved; `lost` maps step keys to business days lost to short notice.
    """

    key: str
    before: date
    after: date
    moves: tuple[Move, ...]
    stay: tuple[Move, ...]
    lost: Mapping[str, int]
    change_set: ChangeSet | None = None
    promised: bool = False  # whether the client was told the day in writing
    told: tuple[Move, ...] = ()  # steps that move although the client has their day in writing


@dataclass(frozen=True, slots=True)
class StepMove:
    """What moving a step did, or would do: the step itself first, then its dependants.

    `told` are those of which the client has the day in writing. `change_set` is None in a preview.
    """

    moves: tuple[Move, ...]
    stay: tuple[Move, ...]
    change_set: ChangeSet | None = None
    told: tuple[Move, ...] = ()


@dataclass(slots=True)
class Dates:
    """The dates of a plan as its rows hold them, read once."""

    plan: HandoverPlan
    now: datetime
    playbook: Playbook = field(init=False)
    today: date = field(init=False)
    calendar: Calendar = field(init=False)
    anchors: dict[str, date] = field(init=False)
    rows: dict[str, PlanStep] = field(init=False)

    def __post_init__(self) -> None:
        ours = organisation()
        account = self.plan.account
        self.playbook = playbook_of(self.plan.playbook, self.plan.tier)
        self.today = today_of(account, self.now, ours=ours)
        self.calendar = calendar_of(account, self.today, ours=ours)
        # A plan that was switched may hold a date that its playbook does not know.
        dated = self.plan.anchors.values_list("key", "falls_on")
        self.anchors = {key: day for key, day in dated if self.playbook.anchor(key)}
        self.rows = {step.key: step for step in self.plan.steps.standing().order_by("position", "pk")}

    def hung(self) -> list[Hung]:
        return [
            Hung(
                key=step.key,
                title=step.title,
                base=step.base,
                offset=step.offset,
                planned_on=step.planned_on,
                due_on=step.due_on,
                done=step.done_at is not None,
                pinned=step.pinned,
            )
            for step in self.rows.values()
        ]

    def replan(self, key: str, to: date) -> Replan:
        return schedule.moves(
            self.playbook, self.hung(), self.anchors, self.calendar, self.today, key=key, to=to
        )


def preview_move_anchor(*, plan: HandoverPlan, key: str, to: date, now: datetime) -> AnchorMove:
    """What `move_anchor` would do, without doing it. Raises PlanRefused as it would."""
    dates = Dates(plan, now)
    _refuse_anchor(dates, key, to)
    promised = plan.anchors.filter(key=key, promised_at__isnull=False).exists()
    return replace(_anchor_move(dates, key, to, dates.replan(key, to)), promised=promised)


@transaction.atomic
def move_anchor(
    *,
    plan: HandoverPlan,
    key: str,
    to: date,
    version: int,
    by: Person,
    now: datetime,
    why: str,
    confirmed: bool = False,
) -> AnchorMove:
    """Move an anchor to another day, and the open steps that hang on it.

    A day that the client was promised in writing, of the anchor or of a step that moves along, moves only
    when `confirmed`; of the new day they are to be told again. Raises StaleVersion, PlanNotOpen, PlanRefused
    (fields "to", "why", "confirmed") for a day that the playbook does not allow, a missing reason or
    confirmation.
    """
    plan = opened(plan.pk, version=version)
    dates = Dates(plan, now)
    _refuse_anchor(dates, key, to)
    if not clean_text(why):
        raise PlanRefused([("why", Message(_("Say why the date moves.")))])
    anchor = Anchor.objects.get(plan=plan, key=key)
    promised = anchor.promised_at is not None
    replan = dates.replan(key, to)
    found = _anchor_move(dates, key, to, replan)
    if (promised or found.told) and not confirmed:
        raise PlanRefused([("confirmed", Message(PROMISED))])
    rule = dates.playbook.anchor(key)
    changes = [moved(anchor, to, rule.title if rule else key)]
    changes += write_moves(dates, replan, by=by, now=now)
    change_set = record(plan=plan, verb="move_anchor", changes=changes, by=by, now=now, why=why)
    kept(plan, by=by, now=now, today=dates.today, why=why)
    return replace(found, change_set=change_set, promised=promised)


def preview_move_step(*, step: PlanStep, to: date, now: datetime) -> StepMove:
    """What `move_step` would do, without doing it: the step itself first. Raises as it would."""
    if step.done_at is not None:
        raise StepRefused(Message(_("This step is done already.")))
    _refuse_arranged(step)
    dates = Dates(step.plan, now)
    _refuse_day(to, dates.today)
    replan = dates.replan(step.key, to)
    return StepMove(replan.moves, replan.stay, told=told_of(replan.moves, dates.rows))


@transaction.atomic
def move_step(
    *,
    step: PlanStep,
    to: date,
    version: int,
    by: Person,
    now: datetime,
    why: str = "",
    confirmed: bool = False,
) -> StepMove:
    """Move a step to another day by hand: it is pinned there, and what hangs on it moves along.

    `version` is the step's. Days that the client has in writing move only when `confirmed`. Raises
    StaleVersion, PlanNotOpen, PlanRefused (fields "to", "why" and "confirmed"), StepRefused when it is done,
    or a meeting with the client whose hour is agreed.
    """
    plan = opened_for(step)
    step = claimed(step, version)
    if step.done_at is not None:
        raise StepRefused(Message(_("This step is done already.")))
    _refuse_arranged(step)
    return put_on(plan=plan, step=step, to=to, verb="move_step", by=by, now=now, why=why, confirmed=confirmed)


def put_on(
    *,
    plan: HandoverPlan,
    step: PlanStep,
    to: date,
    verb: str,
    by: Person,
    now: datetime,
    why: str = "",
    confirmed: bool,
) -> StepMove:
    """Pin a claimed step of an opened plan to a day, for a verb that says why. Raises PlanRefused."""
    dates = Dates(plan, now)
    _refuse_day(to, dates.today)
    replan = dates.replan(step.key, to)
    if told_of(replan.moves, dates.rows) and not confirmed:
        raise PlanRefused([("confirmed", Message(PROMISED))])
    return _moved(dates, step, replan, pinned=True, verb=verb, by=by, now=now, why=why)


@transaction.atomic
def unpin_step(*, step: PlanStep, version: int, by: Person, now: datetime) -> StepMove:
    """Give a pinned step back to the playbook: it returns to the day that its base gives it.

    Raises StaleVersion, PlanNotOpen, StepRefused when it is not pinned or done, or where a day moves that the
    client has in writing: to move it by hand asks for a word about that.
    """
    plan = opened(step.plan_id)
    step = claimed(step, version)
    if step.done_at is not None:
        raise StepRefused(Message(_("This step is done already.")))
    if not step.pinned:
        raise StepRefused(Message(_("This step is not pinned.")))
    _refuse_arranged(step)
    dates = Dates(plan, now)
    replan = schedule.unpin(
        dates.playbook, dates.hung(), dates.anchors, dates.calendar, dates.today, key=step.key
    )
    if told_of(replan.moves, dates.rows):
        raise StepRefused(Message(_("The client has a day in writing that would move. Move it by hand.")))
    return _moved(dates, step, replan, pinned=False, verb="unpin_step", by=by, now=now, why="")


def _refuse_anchor(dates: Dates, key: str, to: date) -> None:
    if key not in dates.anchors:
        raise PlanRefused([("to", Message(_("This plan has no such date.")))])
    playbook, stage = dates.playbook, dates.plan.stage
    until_cutover = playbook.order[: playbook.order.index("cutover") + 1] if playbook.order else ()
    if key in until_cutover and playbook.has_cut_over(stage):
        raise PlanRefused([("to", Message(_("The account is in its new hands already.")))])
    if key == "return" and playbook.has_returned(stage):
        raise PlanRefused([("to", Message(_("The owner is back already.")))])
    if to == dates.anchors[key]:
        raise PlanRefused([("to", Message(_("The date is this day already.")))])
    after = {**dates.anchors, key: to}
    if problems := problems_of_anchors(dates.playbook, after, dates.today, moved=key):
        raise PlanRefused([("to", message) for field, message in problems])


def _refuse_arranged(step: PlanStep) -> None:
    meeting = meeting_of(step) if step.kind == "meeting" else None
    if meeting is not None and meeting.starts_at is not None:
        raise StepRefused(
            Message(_("An hour is agreed with the client for this meeting. Arrange it anew to move it."))
        )


def _refuse_day(to: date, today: date) -> None:
    if abs(to - today) > FURTHEST:
        raise PlanRefused([("to", Message(_("This date is too far away.")))])
    if to < today:
        raise PlanRefused([("to", Message(_("This date lies in the past.")))])


def _moved(
    dates: Dates,
    step: PlanStep,
    replan: Replan,
    *,
    pinned: bool,
    verb: str,
    by: Person,
    now: datetime,
    why: str,
) -> StepMove:
    """Write what moving one step brings about."""
    told = told_of(replan.moves, dates.rows)
    dates.rows[step.key] = step  # claimed: its version is ahead of the row that was read
    changes = write_moves(dates, replan, by=by, now=now, pin={step.key: pinned})
    change_set = record(plan=dates.plan, verb=verb, changes=changes, by=by, now=now, why=why)
    look_again([dates.plan.pk], today=dates.today)
    return StepMove(replan.moves, replan.stay, change_set, told=told)


def write_moves(
    dates: Dates,
    replan: Replan,
    *,
    by: Person,
    now: datetime,
    pin: Mapping[str, bool] | None = None,
) -> list[dict[str, Any]]:
    """Write the moved steps in bulk; returns what changed, for the change set."""
    pin = pin or {}
    after = {move.key: move.after for move in replan.moves}
    changes, rows = [], []
    for step in dates.rows.values():
        before = state_of(step, STEP_FIELDS)
        if after.get(step.key, step.due_on) != step.due_on:
            # What was promised of the old day no longer holds for the new one.
            step.due_on, step.promised_at = after[step.key], None
        if step.done_at is None:
            step.planned_on = replan.planned.get(step.key, step.planned_on)
        step.pinned = pin.get(step.key, step.pinned)
        if state_of(step, STEP_FIELDS) == before:
            continue
        if step.key not in pin:  # a step moved by hand was claimed already
            step.version += 1
        rows.append(step)
        changes.append(
            {
                "model": "step",
                "id": step.pk,
                "version": step.version,
                "label": step.title,
                "key": step.key,
                "before": before,
                "after": state_of(step, STEP_FIELDS),
            }
        )
    keep_many(rows, PlanStep, [*STEP_FIELDS, "version"], by=by, now=now)
    return changes


def _anchor_move(dates: Dates, key: str, to: date, replan: Replan) -> AnchorMove:
    return AnchorMove(
        key=key,
        before=dates.anchors[key],
        after=to,
        moves=replan.moves,
        stay=replan.stay,
        lost=_lost(dates, replan),
        told=told_of(replan.moves, dates.rows),
    )


def _lost(dates: Dates, replan: Replan) -> dict[str, int]:
    """Business days that open steps lose to short notice after the move."""
    after = {move.key: move.after for move in replan.moves}
    open_steps: Iterable[PlanStep] = (
        step for step in dates.rows.values() if step.done_at is None and not step.pinned
    )
    lost = {
        step.key: dates.calendar.between(replan.planned[step.key], after.get(step.key, step.due_on))
        for step in open_steps
        if step.key in replan.planned
    }
    return {key: days for key, days in lost.items() if days > 0}
