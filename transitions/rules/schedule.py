"""Dates of steps: hung on anchors, squeezed visibly when notice is short, moved when their base moves.

A playbook that orders its anchors (the announcement before the cutover) has a usual distance between
them. Where the real distance is shorter, all that lies between is squeezed in proportion, so that the
order of steps never changes. What full notice would have given is kept beside it: the difference is
what the plan lost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from accounts.rules.calendar import Calendar
from accounts.rules.text import Message, gettext_noop
from transitions.rules.playbooks.types import Fade, Playbook, Step, resolved

_ = gettext_noop


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its dates. `planned_on` is what full notice would have given."""

    key: str
    title: str  # a msgid
    stage: str
    kind: str
    owner_role: str
    base: str
    offset: int
    position: int
    planned_on: date
    due_on: date
    purpose: str = ""
    channel: str = ""
    window: int = 0
    every: int = 0  # business days to the next one, of a series that goes on without end


@dataclass(frozen=True, slots=True)
class Compressed:
    """A step that lost time: how many business days later than with full notice."""

    key: str
    title: str
    lost: int


@dataclass(frozen=True, slots=True)
class Schedule:
    steps: tuple[Planned, ...]
    compressed: tuple[Compressed, ...]


@dataclass(frozen=True, slots=True)
class Hung:
    """A step as it stands in a running plan: what moving needs to know of it."""

    key: str
    title: str
    base: str  # "": it was added by hand and hangs on nothing
    offset: int
    planned_on: date
    due_on: date
    done: bool = False
    pinned: bool = False

    @property
    def fixed(self) -> bool:
        return self.done or self.pinned


@dataclass(frozen=True, slots=True)
class Move:
    """A step that moves, or that stays (`before` equals `after`) although its base moves; and why."""

    key: str
    title: str
    before: date
    after: date
    why: Message


@dataclass(frozen=True, slots=True)
class Replan:
    """What a move brings about."""

    moves: tuple[Move, ...]
    stay: tuple[Move, ...]  # done and pinned steps that would have moved
    planned: Mapping[str, date] = field(default_factory=dict)  # of every step, what full notice gives now


Knots = list[tuple[date, date]]  # ordered anchors: where full notice puts them, where they are


def plan(
    playbook: Playbook,
    anchors: Mapping[str, date],
    calendar: Calendar,
    today: date,
    tier: str,
    *,
    attention: int = 1,
) -> Schedule:
    """Give every step of `playbook` for `tier` its date, none before `today`.

    `attention` is how many times a week doubled steps come (see `rules.plans.doubled`).
    `anchors` must be complete (see `rules.anchors.complete`). Steps whose full notice would have begun
    before today are squeezed; `compressed` says which lost how many business days.
    """
    playbook = playbook.for_tier(tier)
    rows = [
        (stage.key, step, *row)
        for stage in playbook.stages
        for step in stage.steps
        for row in _rows(step, attention)
    ]
    laid = _lay(playbook, [(key, step.base, offset) for _stage, step, key, offset in rows], anchors, calendar)
    final = _from_today(laid, _knots(playbook, anchors, calendar), calendar, calendar.roll(today))
    steps = tuple(
        Planned(
            key=key,
            title=step.title,
            stage=stage,
            kind=step.kind,
            owner_role=step.owner,
            base=step.base,
            offset=offset,
            position=position,
            planned_on=laid[key][0],
            due_on=final[key],
            purpose=step.purpose,
            channel=step.channel,
            window=resolved(step.window),
            every=resolved(step.every) if step.open_ended else 0,
        )
        for position, (stage, step, key, offset) in enumerate(rows)
    )
    lost = ((step, calendar.between(step.planned_on, step.due_on)) for step in steps)
    return Schedule(steps, tuple(Compressed(step.key, step.title, days) for step, days in lost if days > 0))


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
    old, new = _laid(playbook, steps, anchors, before), _laid(playbook, steps, anchors, after)
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
    laid = _laid(playbook, steps, anchors, calendar)

    def place(step: Hung, base: Hung, base_to: date) -> date:
        if not step.base:  # added by hand, it hangs on nothing
            return step.planned_on
        return calendar.add(base_to, step.offset) if _held(step, by_key) else laid[step.key][1]

    first = calendar.roll(today)
    moved = by_key[key]
    base = by_key.get(moved.base, moved)
    to = max(first, place(moved, base, base.due_on))
    why = Message(_("Back where the playbook puts it."))
    moving, staying = _carry(steps, moved, to, why, place, [], first)
    return Replan(moving, staying, {one: planned for one, (planned, due) in laid.items()})


def fade(
    playbook: Playbook, anchors: Mapping[str, date], calendar: Calendar
) -> list[tuple[Fade, date, date | None]]:
    """Each part of the fade with its first and last day; the last part has no end.

    `playbook` is that of the plan's tier. Squeezed as the steps are where notice is short; a part that
    is left no day is left out.
    """
    items = [(week.key, week.base, resolved(week.offset)) for week in playbook.fade if week.base in anchors]
    laid = _lay(playbook, items, anchors, calendar)
    begun = sorted(
        ((week, laid[week.key][1]) for week in playbook.fade if week.key in laid), key=lambda one: one[1]
    )
    if not begun:
        return []
    following = [*(start for week, start in begun[1:]), None]
    return [
        (week, start, None if end is None else end - timedelta(days=1))
        for (week, start), end in zip(begun, following, strict=True)
        if end is None or start < end
    ]


def _rows(step: Step, attention: int) -> list[tuple[str, int]]:
    """Key and offset of each repetition. `step` is that of one tier."""
    offset, every = resolved(step.offset), resolved(step.every)
    if not every:
        return [(step.key, offset)]
    if step.doubled:  # spread evenly over as many weeks as there are times
        times = resolved(step.times) * attention
        return [(f"{step.key}/{n + 1}", offset + n * every // attention) for n in range(times)]
    return [(f"{step.key}/{n + 1}", offset + n * every) for n in range(resolved(step.times))]


def _laid(
    playbook: Playbook, steps: Sequence[Hung], anchors: Mapping[str, date], calendar: Calendar
) -> dict[str, tuple[date, date]]:
    """As `_lay`, of the steps of a running plan. One that hangs on nothing known stands where it stands:
    training that was added, a reason for which the handover was returned."""
    items = [(step.key, step.base, step.offset) for step in steps]
    alone = {step.key: (step.planned_on, step.due_on) for step in steps}
    return _lay(playbook, items, anchors, calendar, alone=alone)


def _lay(
    playbook: Playbook,
    items: Iterable[tuple[str, str, int]],  # key, base, offset
    anchors: Mapping[str, date],
    calendar: Calendar,
    *,
    alone: Mapping[str, tuple[date, date]] | None = None,
) -> dict[str, tuple[date, date]]:
    """For each key: its day with full notice, and its day between the anchors as they are.

    `alone` says both of a key whose base is unknown.
    """
    knots = _knots(playbook, anchors, calendar)
    full = {**anchors, **{key: knot[0] for key, knot in zip(_ordered(playbook, anchors), knots, strict=True)}}
    hung = {key: (base, offset) for key, base, offset in items}
    found: dict[str, date] = dict(full)
    bases = hung.keys() | full.keys()
    stands = {key: days for key, days in (alone or {}).items() if hung[key][0] not in bases}
    found |= {key: due for key, (_planned, due) in stands.items()}

    def day_of(key: str) -> date:
        if key not in found:
            base, offset = hung[key]
            found[key] = calendar.add(day_of(base), offset)
        return found[key]

    return {
        key: stands.get(key) or (day_of(key), _between_knots(day_of(key), knots, calendar)) for key in hung
    }


def _ordered(playbook: Playbook, anchors: Mapping[str, date]) -> list[str]:
    return [key for key in playbook.order if key in anchors]


def _knots(playbook: Playbook, anchors: Mapping[str, date], calendar: Calendar) -> Knots:
    """The ordered anchors: each where full notice before the next would put it, and where it is."""
    full: Knots = []
    following = ""
    for key in reversed(_ordered(playbook, anchors)):
        day = anchors[key]
        rule = playbook.anchor(key)
        if following and rule is not None and rule.base == following:
            day = min(day, calendar.add(full[-1][0], resolved(rule.offset)))
        full.append((day, anchors[key]))
        following = key
    knots = full[::-1]
    return _with_return(playbook, anchors, calendar, knots) if playbook.purpose == "cover" else knots


def _with_return(playbook: Playbook, anchors: Mapping[str, date], calendar: Calendar, knots: Knots) -> Knots:
    """A cover ends with the return: what hangs on its beginning must find room before an early one."""
    rule = playbook.anchor("return")
    if rule is None or rule.base not in anchors or rule.key not in anchors:
        return knots
    usual = calendar.add(anchors[rule.base], resolved(rule.offset))
    return [
        (max(real, usual), real) if key == rule.key else (full, real)
        for key, (full, real) in zip(_ordered(playbook, anchors), knots, strict=True)
    ]


def _between_knots(day: date, knots: Knots, calendar: Calendar) -> date:
    """Where a day of the plan with full notice lies in the plan as it is."""
    if not knots:
        return day
    full, real = knots[0]
    if day <= full:
        return day if full == real else calendar.add(real, -calendar.between(day, full))
    for (full, real), (next_full, next_real) in pairwise(knots):
        if day <= next_full:
            asked, given = calendar.between(full, next_full), calendar.between(real, next_real)
            if given >= asked:
                return day if full == real else calendar.add(real, calendar.between(full, day))
            return calendar.add(real, calendar.between(full, day) * given // asked)
    full, real = knots[-1]
    return day if full == real else calendar.add(real, calendar.between(full, day))


def _from_today(
    laid: Mapping[str, tuple[date, date]], knots: Knots, calendar: Calendar, first: date
) -> dict[str, date]:
    """Move what lies before `first`: in proportion before the first ordered anchor, else to `first`."""
    days = {key: due for key, (planned, due) in laid.items()}
    earliest = min(days.values(), default=first)
    if knots and earliest < first <= knots[0][1]:
        start = knots[0][1]
        asked, given = calendar.between(earliest, start), calendar.between(first, start)
        for key, due in days.items():
            if due < start:
                days[key] = calendar.add(start, -(calendar.between(due, start) * given // asked))
    return {key: max(due, first) for key, due in days.items()}


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
    old, new = _laid(playbook, steps, anchors, calendar), _laid(playbook, steps, after, calendar)
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
    laid = _laid(playbook, steps, anchors, calendar)

    def place(step: Hung, base: Hung, base_to: date) -> date:
        days = calendar.between(base.due_on, base_to)
        return calendar.add(step.due_on, days) if days else step.due_on

    moved = next(step for step in steps if step.key == key)
    bounds = _bounds(playbook, anchors, anchors, calendar)
    why = Message(_("Moved by hand."))
    moving, staying = _carry(steps, moved, to, why, place, bounds, calendar.roll(today))
    return Replan(moving, staying, {one: planned for one, (planned, due) in laid.items()})


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
    ordered = _ordered(playbook, before)
    return [(calendar.roll(before[key]), calendar.roll(after[key])) for key in ordered]


def _within(before: date, after: date, bounds: Sequence[tuple[date, date]]) -> date:
    """`after`, kept on the side of each ordered anchor on which `before` lay."""
    for old, new in bounds:
        if before < old:
            after = min(after, new)
        elif before > old:
            after = max(after, new)
    return after
