"""What moves in a running plan when an anchor, a step or the business days themselves do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from accounts.rules.calendar import Calendar
from accounts.rules.text import Message
from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks.types import Playbook
from transitions.rules.schedule.laying import Knots, laid, ordered
from transitions.rules.schedule.types import Hung, Move, Replan


def moves(
    playbook: Playbook,
    steps: Sequence[Hung],
    anchors: Mapping[str, date],
    calendar: Calendar,
    today: date,
    *,
    key: str,
    to: date,
) -> Replan:
    """What moves when the anchor or step `key` goes to the day `to`, and what stays.

    `playbook` is that of the plan's tier. A step moves by as many business days as its base does;
    done and pinned steps stay, and so does what hangs on them. Nothing moves into the past, and
    nothing past an ordered anchor that it lay before. Raises KeyError for an unknown `key`.
    """
    if key in anchors:
        return _anchor_moves(playbook, steps, anchors, calendar, today, key, to)
    return _step_moves(playbook, steps, anchors, calendar, today, key, to)


def recount(
    playbook: Playbook,
    steps: Sequence[Hung],
    anchors: Mapping[str, date],
    before: Calendar,
    after: Calendar,
    today: date,
) -> Replan:
    """What moves when the business days themselves change, from `before` to `after`.

    A step moves by as many business days as its place in the playbook does, and off a day that is none any
    more. Done and pinned steps stay, and so does what hangs on them; nothing moves into the past, and
    nothing past an ordered anchor that it lay before.
    """
    old, new = laid(playbook, steps, anchors, before), laid(playbook, steps, anchors, after)
    bounds = _bounds(playbook, anchors, anchors, after)
    by_key = {step.key: step for step in steps}
    first = after.roll(today)
    moving, staying = [], []
    for step in steps:
        days = after.between(old[step.key][1], new[step.key][1]) if step.key in new else 0
        if step.fixed or _held(step, by_key):
            if step.pinned and not step.done and (days or not after.is_business_day(step.due_on)):
                staying.append(_stay(step))
            continue
        due = _within(step.due_on, after.add(step.due_on, days), bounds)
        kept = max(due, min(step.due_on, first))
        if kept == step.due_on:
            continue
        why = Message(_("Counts around the days off that changed."))
        if not after.is_business_day(step.due_on):
            why = Message(_("%(day)s is no business day any more."), {"day": step.due_on})
        moving.append(Move(step.key, step.title, step.due_on, kept, why))
    return Replan(tuple(moving), tuple(staying), {one: planned for one, (planned, due) in new.items()})


def unpin(
    playbook: Playbook,
    steps: Sequence[Hung],
    anchors: Mapping[str, date],
    calendar: Calendar,
    today: date,
    *,
    key: str,
) -> Replan:
    """What moves when the pinned step `key` goes back to where the playbook puts it.

    What hangs on it goes back as well. A step that hangs on another pinned or done step is put at
    its usual distance from that one. Nothing goes back into the past.
    """
    by_key = {step.key: replace(step, pinned=step.pinned and step.key != key) for step in steps}
    lying = laid(playbook, steps, anchors, calendar)

    def place(step: Hung, base: Hung, base_to: date) -> date:
        if not step.base:  # added by hand, it hangs on nothing
            return step.planned_on
        return calendar.add(base_to, step.offset) if _held(step, by_key) else lying[step.key][1]

    first = calendar.roll(today)
    moved = by_key[key]
    base = by_key.get(moved.base, moved)
    to = max(first, place(moved, base, base.due_on))
    why = Message(_("Back where the playbook puts it."))
    moving, staying = _carry(steps, moved, to, why, place, [], first)
    return Replan(moving, staying, {one: planned for one, (planned, due) in lying.items()})


def _anchor_moves(
    playbook: Playbook,
    steps: Sequence[Hung],
    anchors: Mapping[str, date],
    calendar: Calendar,
    today: date,
    key: str,
    to: date,
) -> Replan:
    after = {**anchors, key: to}
    old, new = laid(playbook, steps, anchors, calendar), laid(playbook, steps, after, calendar)
    bounds = _bounds(playbook, anchors, after, calendar)
    titles = {rule.key: rule.title for rule in playbook.anchors}
    by_key = {step.key: step for step in steps}
    first = calendar.roll(today)
    moving, staying = [], []
    for step in steps:
        if step.key not in new or _held(step, by_key):
            continue
        days = calendar.between(old[step.key][1], new[step.key][1])
        if step.fixed:
            if days:
                staying.append(_stay(step))
            continue
        due = calendar.add(step.due_on, days) if days else step.due_on
        due = _within(step.due_on, due, bounds)
        kept = max(due, min(step.due_on, first))
        if kept == step.due_on:
            continue
        if kept != due:
            why = Message(_("Would lie in the past; due now instead."))
        elif _hangs_on(step, key, by_key):
            why = Message(_("Hangs on: %(base)s."), {"base": Message(titles[key])})
        else:
            why = Message(_("Keeps its place between the other steps."))
        moving.append(Move(step.key, step.title, step.due_on, kept, why))
    return Replan(tuple(moving), tuple(staying), {one: planned for one, (planned, due) in new.items()})


def _step_moves(
    playbook: Playbook,
    steps: Sequence[Hung],
    anchors: Mapping[str, date],
    calendar: Calendar,
    today: date,
    key: str,
    to: date,
) -> Replan:
    lying = laid(playbook, steps, anchors, calendar)

    def place(step: Hung, base: Hung, base_to: date) -> date:
        days = calendar.between(base.due_on, base_to)
        return calendar.add(step.due_on, days) if days else step.due_on

    moved = next(step for step in steps if step.key == key)
    bounds = _bounds(playbook, anchors, anchors, calendar)
    why = Message(_("Moved by hand."))
    moving, staying = _carry(steps, moved, to, why, place, bounds, calendar.roll(today))
    return Replan(moving, staying, {one: planned for one, (planned, due) in lying.items()})


def _carry(
    steps: Sequence[Hung],
    moved: Hung,
    to: date,
    why: Message,
    place: Callable[[Hung, Hung, date], date],  # of a step, given its base and where that goes
    bounds: Knots,
    first: date,
) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """Move one step and, step by step, what hangs on it; what moves and what stays."""
    moving = [Move(moved.key, moved.title, moved.due_on, to, why)]
    staying = []
    waiting = [(moved, to)]
    while waiting:
        base, base_to = waiting.pop(0)
        for step in steps:
            if step.base != base.key or base_to == base.due_on:
                continue
            if step.fixed:
                staying.append(_stay(step))
                continue
            due = _within(step.due_on, place(step, base, base_to), bounds)
            due = max(due, min(step.due_on, first))
            if due != step.due_on:
                because = Message(_("Hangs on: %(base)s."), {"base": Message(base.title)})
                moving.append(Move(step.key, step.title, step.due_on, due, because))
                waiting.append((step, due))
    return tuple(moving), tuple(staying)


def _held(step: Hung, by_key: Mapping[str, Hung]) -> bool:
    """Whether the step hangs, at whatever distance, on a step that stays where it is."""
    while step.base in by_key:
        step = by_key[step.base]
        if step.fixed:
            return True
    return False


def _hangs_on(step: Hung, key: str, by_key: Mapping[str, Hung]) -> bool:
    while step.base in by_key:
        step = by_key[step.base]
    return step.base == key


def _stay(step: Hung) -> Move:
    why = Message(_("Done already.")) if step.done else Message(_("Pinned by hand."))
    return Move(step.key, step.title, step.due_on, step.due_on, why)


def _bounds(
    playbook: Playbook, before: Mapping[str, date], after: Mapping[str, date], calendar: Calendar
) -> Knots:
    """The ordered anchors before and after a move, each as the business day on which its steps are due."""
    keys = ordered(playbook, before)
    return [(calendar.roll(before[key]), calendar.roll(after[key])) for key in keys]


def _within(before: date, after: date, bounds: Sequence[tuple[date, date]]) -> date:
    """`after`, kept on the side of each ordered anchor on which `before` lay."""
    for old, new in bounds:
        if before < old:
            after = min(after, new)
        elif before > old:
            after = max(after, new)
    return after
