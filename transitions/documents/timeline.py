"""A plan on one line of time: bars per stage, marks per step and anchor, the line of today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.rules.text import Message
from transitions.rules.playbooks import Fade

MARGIN = timedelta(days=3)
SLIVER = 0.8  # percent: the least width at which a bar is seen
SHORT, LONG = 60, 500  # days: shorter plans are ruled by weeks, longer ones by quarters


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month (or week, in short plans) on the scale."""

    on: date
    x: float  # percent of the width


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage, from its first to its last step."""

    key: str
    title: Message
    start: date
    end: date
    x: float  # percent
    width: float  # percent, at least a sliver
    row: int  # 0 is the top
    state: str  # done, now, ahead


@dataclass(frozen=True, slots=True)
class Mark:
    """A step."""

    key: str
    title: Message
    number: int  # which repetition; 0 when the step comes once
    on: date
    x: float
    row: int
    state: str  # done, late, today, ahead
    compressed: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """An anchor."""

    key: str
    title: Message
    on: date
    x: float


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the fade: who leads, who shadows, and who answers how much of the client's mail."""

    key: str
    title: Message
    start: date
    end: date | None  # the last part has no end
    leads: str = ""  # a role; "": all who share the mail
    shadows: str = ""  # a role; "": nobody
    mail: tuple[tuple[str, int], ...] = ()  # role and percent

    @property
    def outgoing(self) -> int:
        """The percentage of the mail that the outgoing rep answers."""
        return dict(self.mail).get("outgoing", 0)

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the SVG needs; x and width in percent, rows counted from the top."""

    start: date
    end: date
    rows: int
    today: date
    today_x: float | None  # None: today lies outside
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    flags: tuple[Flag, ...] = ()
    ticks: tuple[Tick, ...] = ()
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A step as `build` takes it."""

    key: str
    title: Message
    number: int
    stage: str
    on: date
    state: str
    compressed: bool = False


def build(
    *,
    today: date,
    stages: Sequence[tuple[str, Message, str]],  # key, title, state
    points: Sequence[Point],
    anchors: Sequence[tuple[str, Message, date]],  # key, title, day
    phases: Sequence[Phase] = (),
) -> Timeline:
    """The timeline of a plan. Stages without a step have no bar; today outside the plan has no line."""
    days = [point.on for point in points] + [on for _key, _title, on in anchors]
    days += [phase.start for phase in phases]
    start, end = min(days, default=today) - MARGIN, max(days, default=today) + MARGIN
    length = (end - start).days

    def place(day: date) -> float:
        return round((day - start).days / length * 100, 2)

    by_stage: dict[str, list[Point]] = {}
    for point in points:
        by_stage.setdefault(point.stage, []).append(point)
    shown = [stage for stage in stages if stage[0] in by_stage]
    rows = {key: row for row, (key, _title, _state) in enumerate(shown)}
    bars = []
    for key, title, state in shown:
        first = min(point.on for point in by_stage[key])
        last = max(point.on for point in by_stage[key])
        width = max(SLIVER, round(place(last) - place(first), 2))
        bars.append(Bar(key, title, first, last, place(first), width, rows[key], state))
    marks = (
        Mark(
            key=point.key,
            title=point.title,
            number=point.number,
            on=point.on,
            x=place(point.on),
            row=rows[point.stage],
            state=point.state,
            compressed=point.compressed,
        )
        for point in points
        if point.stage in rows
    )
    return Timeline(
        start=start,
        end=end,
        rows=len(shown),
        today=today,
        today_x=place(today) if start <= today <= end else None,
        bars=tuple(bars),
        marks=tuple(marks),
        flags=tuple(Flag(key, title, on, place(on)) for key, title, on in anchors),
        ticks=tuple(Tick(day, place(day)) for day in _scale(start, end)),
        phases=tuple(phases),
    )


def phases_of(parts: Iterable[tuple[Fade, date, date | None]]) -> tuple[Phase, ...]:
    """The parts of a fade as `rules.schedule.fade` dates them."""
    return tuple(
        Phase(
            key=part.key,
            title=Message(part.title),
            start=start,
            end=end,
            leads=part.leads,
            shadows=part.shadows,
            mail=tuple(sorted(part.mail.items())),
        )
        for part, start, end in parts
    )


def _scale(start: date, end: date) -> list[date]:
    """The days that the scale names: Mondays, firsts of months, or firsts of quarters."""
    length = (end - start).days
    if length <= SHORT:
        return [start + timedelta(days=n) for n in range(-start.weekday() % 7, length + 1, 7)]
    months = (1, 4, 7, 10) if length > LONG else range(1, 13)
    firsts = (date(year, month, 1) for year in range(start.year, end.year + 1) for month in months)
    return [day for day in firsts if start <= day <= end]
