"""What the plan's own steps say in a packet: meetings, check-ins, first actions, and the drawing."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from accounts.rules.text import Message, gettext_noop
from transitions.documents.packet import Column, Course, Milestone, Row, Stretch, Table, Value, Waypoint
from transitions.documents.timeline import phases_of
from transitions.models import PlanState, PlanStep
from transitions.rules import schedule
from transitions.rules.plans import ROLE_TITLES
from transitions.selectors.packets.reading import MOST_ROWS, Reading

SUCCESSORS = ("incoming", "interim")
# Days after the cutover by which the successor aims at something.
AIMS = (
    (7, gettext_noop("Week one")),
    (30, gettext_noop("By day 30")),
    (60, gettext_noop("By day 60")),
    (90, gettext_noop("By day 90")),
)
LAST_DAY = AIMS[-1][0]


def meetings(known: Reading) -> Table:
    return _table(known, gettext_noop("Meetings, in order"), "meeting")


def check_ins(known: Reading) -> Table:
    return _table(known, gettext_noop("Promised check-ins"), "check-in")


def _table(known: Reading, title: str, kind: str) -> Table:
    rows = [
        Row(cells=(group[0].due_on, _title(group), _who(group[0]), _done(known, group)))
        for group in _repeated(step for step in known.steps if step.kind == kind)
    ]
    return Table(
        title=Message(title),
        columns=(
            Column(Message(gettext_noop("When")), shape="date"),
            Column(Message(gettext_noop("What")), shape="wide"),
            Column(Message(gettext_noop("Who"))),
            Column(Message(gettext_noop("Done")), shape="date", optional=True),
        ),
        rows=tuple(rows[:MOST_ROWS]),
        more=len(rows) > MOST_ROWS,
    )


def first_actions(known: Reading) -> Table:
    """What the successor does within ninety days of the cutover, apart from the check-ins."""
    cutover = known.anchors.get("cutover")
    rows = [
        Row(cells=(_aim(group[0].due_on, cutover), group[0].due_on, _title(group)))
        for group in _repeated(
            step
            for step in known.steps
            if step.owner_role in SUCCESSORS and step.kind != "check-in" and step.done_at is None
        )
        if cutover is not None and cutover <= group[0].due_on <= cutover + timedelta(days=LAST_DAY)
    ]
    return Table(
        title=Message(gettext_noop("The first ninety days")),
        columns=(
            Column(Message(gettext_noop("Aim"))),
            Column(Message(gettext_noop("Due")), shape="date"),
            Column(Message(gettext_noop("What to do")), shape="wide"),
        ),
        rows=tuple(rows[:MOST_ROWS]),
        more=len(rows) > MOST_ROWS,
    )


def course(known: Reading) -> Course:
    """The plan for the drawing: which steps are done, but not which are late."""
    keys = [stage.key for stage in known.playbook.stages]
    now = keys.index(known.plan.stage) if known.plan.stage in keys else 0
    ended = known.plan.state == PlanState.CLOSED
    return Course(
        stretches=tuple(
            Stretch(
                key=stage.key,
                title=Message(stage.title),
                state="done" if place < now or ended else "now" if place == now else "ahead",
            )
            for place, stage in enumerate(known.playbook.stages)
        ),
        waypoints=tuple(
            Waypoint(
                key=step.key,
                title=Message(step.title),
                number=_number(step.key),
                stage=step.stage,
                on=step.due_on,
                done=step.done_at is not None,
            )
            for step in known.steps
        ),
        milestones=tuple(
            Milestone(anchor.key, Message(anchor.title), known.anchors[anchor.key])
            for anchor in known.playbook.anchors
            if anchor.key in known.anchors
        ),
        phases=phases_of(schedule.fade(known.playbook, known.anchors, known.calendar)),
    )


def _repeated(steps: Iterable[PlanStep]) -> list[list[PlanStep]]:
    """Steps by date; those that are one step repeated ("check-in/3") come together, at the first."""
    groups: dict[str, list[PlanStep]] = {}
    for step in steps:
        groups.setdefault(step.key.rpartition("/")[0] or step.key, []).append(step)
    return list(groups.values())


def _number(key: str) -> int:
    _base, _slash, number = key.rpartition("/")
    return int(number) if _slash and number.isdigit() else 0


def _title(group: Sequence[PlanStep]) -> Message:
    if len(group) == 1:
        return Message(group[0].title)
    return Message(
        gettext_noop("%(title)s (%(count)d times, until %(last)s)"),
        {"title": Message(group[0].title), "count": len(group), "last": group[-1].due_on},
    )


def _who(step: PlanStep) -> Value:
    if step.owner:
        return step.owner.name
    return Message(ROLE_TITLES.get(step.owner_role, step.owner_role))


def _done(known: Reading, group: Sequence[PlanStep]) -> Value:
    done = [step.done_at for step in group if step.done_at]
    if not done:
        return None
    if len(group) == 1:
        return known.day(done[0])
    return Message(gettext_noop("%(done)d of %(count)d"), {"done": len(done), "count": len(group)})


def _aim(due_on: date, cutover: date | None) -> Message:
    """The first aim that `due_on` falls within."""
    within = (title for days, title in AIMS if cutover and due_on <= cutover + timedelta(days=days))
    return Message(next(within, AIMS[-1][1]))
