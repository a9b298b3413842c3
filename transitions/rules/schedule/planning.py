"""The dates that a plan is born with."""

from collections.abc import Mapping
from datetime import date, timedelta

from accounts.rules.calendar import Calendar
from transitions.rules.playbooks.types import Fade, Playbook, Step, resolved
from transitions.rules.schedule.laying import Knots, knots_of, lay
from transitions.rules.schedule.types import Compressed, Planned, Schedule


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
    laid = lay(playbook, [(key, step.base, offset) for _stage, step, key, offset in rows], anchors, calendar)
    final = _from_today(laid, knots_of(playbook, anchors, calendar), calendar, calendar.roll(today))
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


def fade(
    playbook: Playbook, anchors: Mapping[str, date], calendar: Calendar
) -> list[tuple[Fade, date, date | None]]:
    """Each part of the fade with its first and last day; the last part has no end.

    `playbook` is that of the plan's tier. Squeezed as the steps are where notice is short; a part that
    is left no day is left out.
    """
    items = [(week.key, week.base, resolved(week.offset)) for week in playbook.fade if week.base in anchors]
    laid = lay(playbook, items, anchors, calendar)
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
