"""Where everything of a timeline is drawn: coordinates for the one SVG that page and PDF share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.rendering.text import translate
from transitions.documents.timeline import Mark, Timeline

WIDTH = 1000
MARGIN = 14  # so that marks on the first and last day are whole
TOP = 44  # room for the names of the anchors, in two rows
ROW = 46
BAR_TOP = 19  # within a row: the name stands above the bar
BAR = 18
SCALE = 26  # room for the months below
TOUCHING = 15  # marks nearer than this become one with a number
LETTER = 6.4  # the width of an average letter, to see whether names would collide

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


def drawing(timeline: Timeline) -> Drawing:
    """Place bars, marks, anchors and months of `timeline`."""
    floor = TOP + ROW * timeline.rows + 6
    return Drawing(
        title=_("The plan on a line of time, from %(start)s to %(end)s")
        % {"start": date_format(timeline.start), "end": date_format(timeline.end)},
        summary=_summary(timeline),
        height=floor + SCALE,
        floor=floor,
        ticks=tuple(_ticks(timeline, floor)),
        bars=tuple(_bars(timeline)),
        marks=tuple(_marks(timeline)),
        flags=tuple(_flags(timeline)),
        today=None if timeline.today_x is None else _today(timeline.today_x, floor),
    )


def _ticks(timeline: Timeline, floor: int) -> Iterable[Drawn]:
    last = -1000.0
    for tick in timeline.ticks:
        x = _across(tick.x)
        monthly = tick.on.day == 1
        words = date_format(tick.on, "M Y" if tick.on.month == 1 and monthly else "M" if monthly else "j M")
        roomy = x - last > LETTER * (len(words) + 2) and x < WIDTH - LETTER * len(words)
        last = x if roomy else last
        yield Drawn(_text(x), _text(floor + 18), text=words if roomy else "")


def _bars(timeline: Timeline) -> Iterable[Drawn]:
    for bar in timeline.bars:
        name = translate(bar.title)
        x, width = _across(bar.x), bar.width * (WIDTH - 2 * MARGIN) / 100
        late_in_the_line = x + LETTER * len(name) > WIDTH - MARGIN
        yield Drawn(
            _text(max(0, x - MARGIN / 2)),
            _text(TOP + ROW * bar.row),
            state=bar.state,
            text=name,
            title=f"{name}: {date_format(bar.start)} – {date_format(bar.end)}",
            width=_text(min(width + MARGIN, WIDTH - x + MARGIN / 2)),
            end=late_in_the_line,
        )


def _marks(timeline: Timeline) -> Iterable[Drawn]:
    for group in _touching(sorted(timeline.marks, key=lambda mark: (mark.row, mark.x))):
        middle = sum(_across(mark.x) for mark in group) / len(group)
        yield Drawn(
            _text(middle),
            _text(TOP + ROW * group[0].row + BAR_TOP + BAR / 2),
            state=min((mark.state for mark in group), key=URGENCY.index),
            title="\n".join(_named(mark) for mark in group),
            squeezed=any(mark.compressed for mark in group),
            count=len(group),
        )


def _touching(marks: Iterable[Mark]) -> Iterable[Sequence[Mark]]:
    """Marks of one row that would overlap, together. Measured from the first, so that a group stays small."""
    group: list[Mark] = []
    for mark in marks:
        apart = group and (group[0].row != mark.row or _across(mark.x) - _across(group[0].x) > TOUCHING)
        if apart:
            yield group
            group = []
        group.append(mark)
    if group:
        yield group


def _named(mark: Mark) -> str:
    name = translate(mark.title)
    if mark.number:
        name = f"{name} {mark.number}"
    return f"{name}, {date_format(mark.on)}: {_state(mark.state)}"


def _state(state: str) -> str:
    return {"done": _("done"), "late": _("late"), "today": _("due today"), "ahead": _("ahead")}[state]


def _flags(timeline: Timeline) -> Iterable[Drawn]:
    taken = [-1000.0, -1000.0]  # where the last name of each row of names ends
    for flag in sorted(timeline.flags, key=lambda flag: flag.x):
        words = f"{translate(flag.title)} {date_format(flag.on, 'MONTH_DAY_FORMAT')}"
        x, length = _across(flag.x), LETTER * len(words) + 12
        end = x + length > WIDTH
        start = x - length if end else x
        row = 0 if start > taken[0] else 1
        taken[row] = start + length
        yield Drawn(_text(x), _text(13 + 17 * row), text=words, title=f"{words}", end=end)


def _today(x: float, floor: int) -> Drawn:
    across = _across(x)
    return Drawn(_text(across), _text(floor - 3), text=_("Today"), end=across > WIDTH - 60)


def _summary(timeline: Timeline) -> str:
    """What someone hears who cannot see the picture; the steps themselves are listed below it."""
    sentences = [f"{translate(flag.title)}: {date_format(flag.on)}." for flag in timeline.flags]
    sentences += [f"{translate(bar.title)}: {date_format(bar.start)} – {date_format(bar.end)}." for bar in timeline.bars]
    return " ".join(sentences)


def _across(percent: float) -> float:
    return MARGIN + percent * (WIDTH - 2 * MARGIN) / 100


def _text(number: float) -> str:
    return f"{number:.1f}"
