"""Where steps lie between the ordered anchors: as full notice has it, and squeezed where notice is short."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from accounts.rules.calendar import Calendar
from transitions.rules.playbooks.types import Playbook, resolved
from transitions.rules.schedule.types import Hung

Knots = list[tuple[date, date]]  # ordered anchors: where full notice puts them, where they are


def laid(
    playbook: Playbook, steps: Sequence[Hung], anchors: Mapping[str, date], calendar: Calendar
) -> dict[str, tuple[date, date]]:
    """As `lay`, of the steps of a running plan. One that hangs on nothing known stands where it stands:
    training that was added, a reason for which the handover was returned."""
    items = [(step.key, step.base, step.offset) for step in steps]
    alone = {step.key: (step.planned_on, step.due_on) for step in steps}
    return lay(playbook, items, anchors, calendar, alone=alone)


def lay(
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
    knots = knots_of(playbook, anchors, calendar)
    full = {**anchors, **{key: knot[0] for key, knot in zip(ordered(playbook, anchors), knots, strict=True)}}
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


def ordered(playbook: Playbook, anchors: Mapping[str, date]) -> list[str]:
    return [key for key in playbook.order if key in anchors]


def knots_of(playbook: Playbook, anchors: Mapping[str, date], calendar: Calendar) -> Knots:
    """The ordered anchors: each where full notice before the next would put it, and where it is."""
    full: Knots = []
    following = ""
    for key in reversed(ordered(playbook, anchors)):
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
        for key, (full, real) in zip(ordered(playbook, anchors), knots, strict=True)
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
