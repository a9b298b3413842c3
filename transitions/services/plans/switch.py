"""Soft turns hard, because the leaver goes early: one deed, shown before, undone until the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Person
from accounts.rules.calendar import Calendar
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, reckoning_of, today_of
from accounts.selectors.organisation import organisation
from accounts.services.history import keep_many
from transitions.models import (
    Anchor,
    ChangeSet,
    HandoverPlan,
    Mode,
    PlanStep,
    PlaybookVersion,
    SponsorCheckIn,
    WarmUp,
)
from transitions.rules import guardrails, schedule
from transitions.rules.anchors import complete, problems_of_anchors
from transitions.rules.guardrails import GUARDS
from transitions.rules.plans import owner_for
from transitions.rules.playbooks import Playbook
from transitions.rules.schedule import Move, Planned
from transitions.selectors.plans.guardrails import circumstances, notice_asked, read
from transitions.selectors.playbooks import hard_twin, playbook_of
from transitions.services.opened import holders_of, kept, opened, record, state_of
from transitions.services.plans.people import problems_of_people, write_role
from transitions.services.plans.promised import moved, named
from transitions.services.plans.rows import write_beside, write_steps
from transitions.services.refusals import PlanRefused

_ = gettext_noop

FIELDS = ("stage", "kind", "title", "position", "base", "offset", "planned_on", "due_on", "owner_role")
DATES = ("planned_on", "due_on")
STATE = (*FIELDS, "owner_id", "dropped_at", "promised_at")  # what a switch can change of a step


@dataclass(frozen=True, slots=True)
class Switch:
    """What switching to a hard cutover did, or would do."""

    playbook: str  # its name, a msgid
    anchors: tuple[tuple[Message, date | None, date], ...]  # title, day before, day after
    moves: tuple[Move, ...]  # steps that both playbooks know
    new: tuple[Planned, ...]
    dropped: tuple[tuple[str, str, date], ...]  # key, title, day: what the hard cutover does without
    meetings: int  # of them, meetings with the client
    done: int  # steps that are done and stay
    added: tuple[tuple[str, str, date], ...]  # key, title, day: steps outside of any playbook, which stay
    notice: int | None  # business days that the client was to have
    fade: bool  # whether the weeks side by side are lost
    asked: tuple[Message, ...]  # guards that a leader must decide about, again or for the first time
    promised: tuple[Message, ...]  # what moves or is dropped although the client has its day in writing
    change_set: ChangeSet | None = None


@dataclass(slots=True)
class _Turn:
    """The plan as it is and the hard schedule that it turns to, read once."""

    plan: HandoverPlan
    given: Mapping[str, date]
    now: datetime
    today: date = field(init=False)
    calendar: Calendar = field(init=False)
    reckoned: dict[str, Any] = field(init=False)
    before: Playbook = field(init=False)
    twin: PlaybookVersion = field(init=False)
    after: Playbook = field(init=False)
    rows: dict[str, PlanStep] = field(init=False)
    decided: set[int] = field(init=False)
    anchored: dict[str, Anchor] = field(init=False)
    anchors: dict[str, date] = field(init=False)
    planned: dict[str, Planned] = field(init=False)

    def __post_init__(self) -> None:
        plan, ours = self.plan, organisation()
        self.today = today_of(plan.account, self.now, ours=ours)
        self.calendar = calendar_of(plan.account, self.today, ours=ours)
        self.reckoned = dict(reckoning_of(plan.account, ours=ours))
        self.before = playbook_of(plan.playbook, plan.tier)
        self._refuse_plan()
        self.after = playbook_of(self.twin, plan.tier)
        self.rows = {step.key: step for step in plan.steps.order_by("position", "pk")}
        self.decided = _decided(plan)
        self.anchored = {anchor.key: anchor for anchor in plan.anchors.all()}
        self._lay_dates()
        steps = schedule.plan(self.after, self.anchors, self.calendar, self.today, plan.tier).steps
        self.planned = {step.key: step for step in steps}

    def _refuse_plan(self) -> None:
        if self.plan.mode == Mode.HARD:
            raise PlanRefused([("", Message(_("This plan is a hard cutover already.")))])
        if self.before.has_passed_owner(self.plan.stage):
            raise PlanRefused([("", Message(_("The account has moved to its new owner already.")))])
        twin = hard_twin(self.plan.reason)
        if twin is None:
            raise PlanRefused([("", Message(_("No playbook for a hard cutover is published.")))])
        self.twin = twin

    def _lay_dates(self) -> None:
        known = {key: day for key, day in self.given.items() if self.after.anchor(key)}
        # What the soft plan dated and the hard playbook asks for, such as a return, stays where it is.
        for rule in self.after.anchors:
            if not rule.base and rule.key not in known and rule.key in self.anchored:
                known[rule.key] = self.anchored[rule.key].falls_on
        problems = problems_of_anchors(self.after, known, self.today)
        if not problems:
            self.anchors = complete(self.after, known, self.calendar, self.today)
            problems = problems_of_anchors(self.after, self.anchors, self.today)
        if problems:
            raise PlanRefused(problems)

    def shared(self) -> list[tuple[PlanStep, Planned]]:
        """Steps that are not done and that the hard playbook knows too; dropped ones come back.

        Not those that a leader decided against: no playbook takes that back.
        """
        return [
            (step, self.planned[key])
            for key, step in self.rows.items()
            if key in self.planned and step.done_at is None and step.pk not in self.decided
        ]

    def new(self) -> tuple[Planned, ...]:
        return tuple(step for key, step in self.planned.items() if key not in self.rows)

    def dropped(self) -> list[PlanStep]:
        return [step for step in self._left() if self.before.step(step.key) is not None]

    def added(self) -> list[PlanStep]:
        """Open steps that no playbook brought: training, what has to be cleared up, who reads the message."""
        return [step for step in self._left() if self.before.step(step.key) is None]

    def _left(self) -> list[PlanStep]:
        return [
            step
            for key, step in self.rows.items()
            if key not in self.planned and step.done_at is None and step.dropped_at is None
        ]


def _decided(plan: HandoverPlan) -> set[int]:
    """Promises that a leader let go, or ended with their series: their steps were dropped for good."""
    ended = WarmUp.objects.filter(plan=plan).values("series")
    promises = SponsorCheckIn.objects.filter(plan=plan, step__dropped_at__isnull=False)
    decided = promises.filter(Q(let_go_at__isnull=False) | Q(series__in=ended))
    return set(decided.values_list("step", flat=True))


def preview_switch(*, plan: HandoverPlan, given: Mapping[str, date], now: datetime) -> Switch:
    """What `switch` would do, without doing it. Raises PlanRefused as it would."""
    return _told(_Turn(plan, given, now))


@transaction.atomic
def switch(
    *,
    plan: HandoverPlan,
    given: Mapping[str, date],
    interim: Person | None,
    why: str,
    version: int,
    by: Person,
    now: datetime,
    confirmed: bool = False,
) -> Switch:
    """Turn a soft plan into a hard one, under the hard playbook for the same reason.

    `given` dates the anchors "cutover" and, where it differs, "departure"; the others follow. Steps that are
    done stay, those that both playbooks know keep their row and get new dates (pinned ones keep theirs), and
    what somebody added stays on its day; the others are dropped and new ones written. The plan begins the
    first stage of the hard cutover; an interim rep is asked for, never taken from somebody who has left.
    Raises StaleVersion, PlanNotOpen, PlanRefused (fields: anchors, "interim", "why", "confirmed" where a
    date moves that was promised in writing).
    """
    plan = opened(plan.pk, version=version)
    turn = _Turn(plan, given, now)
    told = _told(turn)
    outgoing = plan.roles.filter(assignment__role="outgoing").select_related("assignment__person").first()
    leaver = outgoing.assignment.person if outgoing else None
    named = {interim.pk: interim} if interim is not None else {}
    problems = problems_of_people(turn.after.roles, {"interim": list(named.values())}, outgoing=leaver)
    if not clean_text(why):
        problems.append(("why", Message(_("Say why the leaver goes early."))))
    if told.promised and not confirmed:
        words = _("The client was promised a date that moves in writing. Confirm that they are told.")
        problems.append(("confirmed", Message(words)))
    if problems:
        raise PlanRefused(problems)

    changes = [_turn_plan(turn)]
    changes += _turn_anchors(turn)
    if named:
        held = {person for role, person in _held(plan) if role == "interim"}
        write_role(plan, "interim", named, turn.today)
        people = {"before": {"people": sorted(held)}, "after": {"people": sorted(named)}}
        changes.append({"model": "role", "label": "interim", **people})
    changes += _turn_steps(turn, holders_of(plan), by=by, now=now)
    kept(plan, by=by, now=now, today=turn.today, why="switch")
    change_set = record(plan=plan, verb="switch", changes=changes, by=by, now=now, why=why)
    return replace(told, change_set=change_set)


def _told(turn: _Turn) -> Switch:
    plan, dropped = turn.plan, turn.dropped()
    fixed = Message(_("The hard cutover puts it here."))
    found = read([plan])[plan.pk]
    soft = circumstances(plan, found, turn.calendar)
    hard = replace(
        soft,
        mode=Mode.HARD.value,
        cutover_on=turn.anchors["cutover"],
        notice_asked=notice_asked(turn.after),
        notice=turn.calendar.between(turn.anchors["announcement"], turn.anchors["cutover"]),
    )
    titles = {rule.key: Message(rule.title) for rule in (*turn.before.anchors, *turn.after.anchors)}
    days = {key: anchor.falls_on for key, anchor in turn.anchored.items()}
    return Switch(
        playbook=turn.twin.name,
        anchors=tuple((titles[key], days.get(key), day) for key, day in turn.anchors.items()),
        moves=tuple(
            Move(step.key, planned.title, step.due_on, planned.due_on, fixed)
            for step, planned in turn.shared()
            if _moves(step, planned)
        ),
        new=turn.new(),
        dropped=tuple((step.key, step.title, step.due_on) for step in dropped),
        meetings=sum(step.kind == "meeting" for step in dropped),
        done=sum(step.done_at is not None for step in turn.rows.values()),
        added=tuple((step.key, step.title, step.due_on) for step in turn.added()),
        notice=None if soft.notice_asked is None else soft.notice,
        fade=bool(turn.before.fade) or any(stage.key == "burn-in" for stage in turn.before.stages),
        asked=tuple(Message(GUARDS[guard]) for guard, _message in guardrails.raised(hard)),
        promised=tuple(
            titles.get(key, Message(key))
            for key, anchor in turn.anchored.items()
            if anchor.promised_at is not None and turn.anchors.get(key) != anchor.falls_on
        )
        + tuple(
            named(step.key, step.title)
            for step in [step for step, planned in turn.shared() if _moves(step, planned)] + dropped
            if step.promised_at is not None
        ),
    )


def _moves(step: PlanStep, planned: Planned) -> bool:
    return not step.pinned and step.dropped_at is None and step.due_on != planned.due_on


def _held(plan: HandoverPlan) -> list[tuple[str, int]]:
    return list(plan.roles.values_list("assignment__role", "assignment__person"))


def _turn_plan(turn: _Turn) -> dict[str, Any]:
    plan = turn.plan
    names = ("mode", "playbook_id", "stage", "reckoned")
    before = {name: getattr(plan, name) for name in names}
    # The history must go on naming the stages that the plan went through, and the gates.
    titles = {stage.key: stage.title for stage in turn.before.stages}
    labels = {gate.key: gate.label for gate in turn.before.gates()}
    plan.mode, plan.playbook, plan.stage = turn.after.mode, turn.twin, turn.after.stages[0].key
    plan.reckoned = turn.reckoned  # its dates were laid by the business days of today
    return {
        "model": "plan",
        "id": plan.pk,
        "version": plan.version,
        "label": _("Playbook"),
        "before": before,
        "after": {name: getattr(plan, name) for name in names},
        "stages": titles,
        "gates": labels,
    }


def _turn_anchors(turn: _Turn) -> list[dict[str, Any]]:
    titles = {rule.key: rule.title for rule in turn.after.anchors}
    changes = []
    for key, day in turn.anchors.items():
        anchor = turn.anchored.get(key)
        if anchor is None:
            anchor = Anchor.objects.create(plan=turn.plan, key=key, falls_on=day)
            change = {"model": "anchor", "id": anchor.pk, "version": None, "label": titles[key], "key": key}
            days = {"before": {"falls_on": None}, "after": {"falls_on": day.isoformat()}}
            changes.append({**change, **days})
        elif anchor.falls_on != day:
            changes.append(moved(anchor, day, titles[key]))
    return changes


def _turn_steps(
    turn: _Turn, holders: Mapping[str, Sequence[int]], *, by: Person, now: datetime
) -> list[dict[str, Any]]:
    """Give the shared steps their new places, drop what is not needed, write what is new."""
    gone = now.isoformat()
    changes: list[dict[str, Any]] = []
    changed: list[PlanStep] = []
    for step, planned in turn.shared():
        before = state_of(step, STATE)
        by_role = step.owner_id == owner_for(step.owner_role, holders) or step.owner_id is None
        dates = {name: getattr(step, name) for name in DATES} if step.pinned else {}
        if _moves(step, planned):
            step.promised_at = None
        for name in FIELDS:
            setattr(step, name, dates.get(name, getattr(planned, name)))
        step.dropped_at = None
        if by_role or step.owner_role != before["owner_role"]:
            step.owner_id = owner_for(step.owner_role, holders)
        changed.append(step)
        changes.append(_change(step, before))
    for step in turn.added():
        before = state_of(step, STATE)
        step.stage = turn.plan.stage  # theirs is none of the new playbook's
        changed.append(step)
        changes.append(_change(step, before))
    for step in turn.dropped():
        before = state_of(step, STATE)
        step.dropped_at = now
        changed.append(step)
        changes.append(_change(step, before))
    kept = {step.pk: planned for step, planned in turn.shared()}
    write_beside(turn.plan, [(step, kept[step.pk]) for step in changed if step.pk in kept])
    keep_many(changed, PlanStep, [*FIELDS, "owner", "dropped_at", "promised_at", "version"], by=by, now=now)
    for step in write_steps(turn.plan, turn.new(), holders):
        state = state_of(step, STATE)
        change = {"model": "step", "id": step.pk, "version": step.version, "label": step.title}
        changes.append({**change, "key": step.key, "before": {**state, "dropped_at": gone}, "after": state})
    return changes


def _change(step: PlanStep, before: Mapping[str, Any]) -> dict[str, Any]:
    step.version += 1
    return {
        "model": "step",
        "id": step.pk,
        "version": step.version,
        "label": step.title,
        "key": step.key,
        "before": dict(before),
        "after": state_of(step, STATE),
    }
