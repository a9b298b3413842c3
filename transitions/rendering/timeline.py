"""Where everything of a timeline is drawn: coordinates for the one SVG that page and PDF share."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.rendering.numbers import day, short_day
from accounts.rendering.rows import drawn
from accounts.rendering.text import translate
from accounts.rules.text import Message
from transitions.documents.timeline import Mark, Phase, Timeline
from transitions.rules.plans import ROLE_TITLES

WIDTH = 1000
MARGIN = 14  # so that marks on the first and last day are whole
NAME_ROWS, NAME = 3, 16  # names of anchors stand above, in rows where they would collide
TOP = NAME_ROWS * NAME + 12
ROW = 46
BAR_TOP = 19  # within a row: the name stands above the bar
BAR = 18
SCALE = 26  # room for the months below
TOUCHING = 15  # marks nearer than this become one with a number
LETTER = 6.4  # the width of an average letter, to see whether names would collide

EVEN = 0.45  # the share of the scale that follows the calendar

# Of marks drawn as one, the one that needs attention most gives the look.
URGENCY = ("late", "today", "ahead", "done")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something at a place: numbers are text already, because templates would localise them."""

    x: str
    y: str
    state: str = ""
    text: str = ""
    title: str = ""
    width: str = ""
    end: bool = False  # the text ends at x instead of beginning there
    squeezed: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Shared:
    """A part of the fade: above the outgoing rep's share of the mail, below what the others answer."""

    x: str
    y: str
    width: str
    title: str
    above: str  # heights
    below: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture in a box of WIDTH x height; `title` and `summary` say it in words."""

    title: str
    summary: str
    height: int
    floor: int
    ticks: tuple[Drawn, ...]
    bars: tuple[Drawn, ...]
    marks: tuple[Drawn, ...]
    flags: tuple[Drawn, ...]
    today: Drawn | None
    phases: tuple[Shared, ...] = ()
    phases_name: Drawn | None = None

    @property
    def ticks_drawn(self) -> str:
        return drawn("documents/timeline_tick.svg", self._cells(self.ticks), shape=("named",))

    @property
    def bars_drawn(self) -> str:
        return drawn("documents/timeline_bar.svg", self._cells(self.bars), shape=("state", "end"))

    @property
    def flags_drawn(self) -> str:
        return drawn("documents/timeline_flag.svg", self._cells(self.flags), shape=("end",))

    @property
    def marks_drawn(self) -> str:
        return drawn(
            "documents/timeline_mark.svg", self._cells(self.marks), shape=("state", "squeezed", "several")
        )

    @property
    def phases_drawn(self) -> str:
        return drawn("documents/timeline_phase.svg", (asdict(phase) for phase in self.phases))

    def _cells(self, shown: Iterable[Drawn]) -> Iterable[dict[str, Any]]:
        for one in shown:
            yield {
                "x": one.x,
                "y": one.y,
                "state": one.state,
                "text": one.text,
                "title": one.title,
                "width": one.width,
                "end": one.end,
                "squeezed": one.squeezed,
                "count": one.count,
                "named": bool(one.text),
                "several": one.count > 1,
                "floor": self.floor,
            }


class _Scale:
    """Days across the picture. Weeks full of steps get more room than quiet ones, and months show it.

    A place is part calendar and part the share of steps that lie before it: on the calendar alone, the
    crowded weeks around the cutover would be a smudge beside half a year of check-ins.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.start, self.days = timeline.start, max((timeline.end - timeline.start).days, 1)
        self.places = [0, *sorted((mark.on - timeline.start).days for mark in timeline.marks), self.days]
        self.known: dict[date, float] = {}

    def __call__(self, on: date) -> float:
        if on not in self.known:
            self.known[on] = self._across(on)
        return self.known[on]

    def _across(self, on: date) -> float:
        day = min(max((on - self.start).days, 0), self.days)
        share = EVEN * day / self.days + (1 - EVEN) * self._before(day)
        return MARGIN + share * (WIDTH - 2 * MARGIN)

    def _before(self, day: int) -> float:
        """The share of steps before `day`, growing evenly from one day with steps to the next."""
        places = self.places
        after = bisect_right(places, day)
        if after >= len(places):
            return 1.0
        earlier, later = places[after - 1], places[after]
        return (after - 1 + (day - earlier) / (later - earlier)) / (len(places) - 1)


def picture(timeline: Timeline) -> SafeString:
    """The finished drawing in the active language. A plan that stands as it did is not drawn again."""
    return _picture(timeline, get_language())


@lru_cache(maxsize=500)
def _picture(timeline: Timeline, language: str | None) -> SafeString:
    return render_to_string("documents/timeline.svg", {"drawing": drawing(timeline)})


def drawing(timeline: Timeline) -> Drawing:
    """Place bars, marks, anchors and months of `timeline`."""
    across = _Scale(timeline)
    fade_top = TOP + ROW * timeline.rows
    floor = fade_top + (ROW if timeline.phases else 0) + 6
    phases = tuple(_phases(timeline, across, fade_top))
    return Drawing(
        title=_("The plan on a line of time, from %(start)s to %(end)s")
        % {"start": day(timeline.start), "end": day(timeline.end)},
        summary=_summary(timeline),
        height=floor + SCALE,
        floor=floor,
        ticks=tuple(_ticks(timeline, across, floor)),
        bars=tuple(_bars(timeline, across)),
        marks=tuple(_marks(timeline, across)),
        flags=tuple(_flags(timeline, across)),
        today=None if timeline.today_x is None else _today(across(timeline.today), floor),
        phases=phases,
        phases_name=_phases_name(across(timeline.phases[0].start), fade_top) if phases else None,
    )


def _ticks(timeline: Timeline, across: _Scale, floor: int) -> Iterable[Drawn]:
    last = -1000.0
    for tick in timeline.ticks:
        x = across(tick.on)
        monthly = tick.on.day == 1
        month = "M Y" if tick.on.month == 1 else "M"
        words = date_format(tick.on, month) if monthly else short_day(tick.on)
        roomy = x - last > LETTER * (len(words) + 2) and x < WIDTH - LETTER * len(words)
        last = x if roomy else last
        yield Drawn(_text(x), _text(floor + 18), text=words if roomy else "")


def _bars(timeline: Timeline, across: _Scale) -> Iterable[Drawn]:
    for bar in timeline.bars:
        name = translate(bar.title)
        x, width = across(bar.start), across(bar.end) - across(bar.start)
        late_in_the_line = x + LETTER * len(name) > WIDTH - MARGIN
        yield Drawn(
            _text(max(0, x - MARGIN / 2)),
            _text(TOP + ROW * bar.row),
            state=bar.state,
            text=name,
            title=f"{name}: {day(bar.start)} – {day(bar.end)}",
            width=_text(min(width + MARGIN, WIDTH - x + MARGIN / 2)),
            end=late_in_the_line,
        )


def _phases(timeline: Timeline, across: _Scale, top: int) -> Iterable[Shared]:
    for phase in timeline.phases:
        end = phase.end or timeline.end
        x, width = across(phase.start), across(end + timedelta(days=1)) - across(phase.start)
        above = BAR * phase.outgoing / 100
        yield Shared(
            _text(x),
            _text(top + BAR_TOP),
            _text(max(width, 1)),
            f"{phase_when(phase)}: {translate(phase.title)}. {mail_in_words(phase)}",
            _text(above),
            _text(BAR - above),
        )


def _phases_name(x: float, top: int) -> Drawn:
    words = _("Who answers the mail")
    end = x + LETTER * len(words) > WIDTH - MARGIN
    return Drawn(_text(x), _text(top + 13), text=words, end=end)


def phase_when(phase: Phase) -> str:
    """From when to when, in words."""
    if phase.end is None:
        return _("from %(day)s") % {"day": day(phase.start)}
    return day(phase.start) if phase.start == phase.end else f"{day(phase.start)} – {day(phase.end)}"


def mail_in_words(phase: Phase) -> str:
    """How the client's mail is shared out, the larger share first."""
    shares = sorted(((percent, role) for role, percent in phase.mail if percent), reverse=True)
    names = ", ".join(
        _("%(percent)d%% %(role)s") % {"percent": percent, "role": translate(Message(ROLE_TITLES[role]))}
        for percent, role in shares
    )
    return _("Mail: %(shares)s.") % {"shares": names} if names else ""


def _marks(timeline: Timeline, across: _Scale) -> Iterable[Drawn]:
    states = {"done": _("done"), "late": _("late"), "today": _("due today"), "ahead": _("ahead")}
    for group in _touching(sorted(timeline.marks, key=lambda mark: (mark.row, mark.on)), across):
        middle = sum(across(mark.on) for mark in group) / len(group)
        yield Drawn(
            _text(middle),
            _text(TOP + ROW * group[0].row + BAR_TOP + BAR / 2),
            state=min((mark.state for mark in group), key=URGENCY.index),
            title="\n".join(_named(mark, states) for mark in group),
            squeezed=any(mark.compressed for mark in group),
            count=len(group),
        )


def _touching(marks: Iterable[Mark], across: _Scale) -> Iterable[Sequence[Mark]]:
    """Marks of one row that would overlap, together. Measured from the first, so that a group stays small."""
    group: list[Mark] = []
    for mark in marks:
        apart = group and (group[0].row != mark.row or across(mark.on) - across(group[0].on) > TOUCHING)
        if apart:
            yield group
            group = []
        group.append(mark)
    if group:
        yield group


def _named(mark: Mark, states: Mapping[str, str]) -> str:
    name = translate(mark.title)
    if mark.number:
        name = f"{name} {mark.number}"
    return f"{name}, {day(mark.on)}: {states[mark.state]}"


def _flags(timeline: Timeline, across: _Scale) -> Iterable[Drawn]:
    taken = [0.0] * NAME_ROWS  # where the last name of each row of names ends
    for on, flags in groupby(sorted(timeline.flags, key=lambda flag: flag.on), key=lambda flag: flag.on):
        names = ", ".join(translate(flag.title) for flag in flags)
        words = f"{names} {short_day(on)}"
        x, length = across(on), LETTER * len(words) + 12
        end = x + length > WIDTH
        start = x - length if end else x
        row = next((row for row, until in enumerate(taken) if start >= until), NAME_ROWS - 1)
        taken[row] = start + length
        yield Drawn(_text(x), _text(13 + NAME * row), text=words, end=end)


def _today(x: float, floor: int) -> Drawn:
    return Drawn(_text(x), _text(floor - 3), text=_("Today"), end=x > WIDTH - 60)


def _summary(timeline: Timeline) -> str:
    """What someone hears who cannot see the picture; the steps themselves are listed below it."""
    sentences = [f"{translate(flag.title)}: {day(flag.on)}." for flag in timeline.flags]
    sentences += [f"{translate(bar.title)}: {day(bar.start)} – {day(bar.end)}." for bar in timeline.bars]
    sentences += [f"{phase_when(phase)}: {translate(phase.title)}." for phase in timeline.phases]
    return " ".join(sentences)


def _text(number: float) -> str:
    return f"{number:.1f}"
