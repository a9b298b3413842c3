"""Packets side by side: what changed between two versions, and what the client edition leaves out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from accounts.rules.text import Message, gettext_noop
from transitions.documents.packet.parts import CLIENT, INTERNAL, Gap, Packet, Section, Table, Value
from transitions.documents.packet.stored import encoded

COURSE = "course"  # the drawing, which stands in no section
SAME, CHANGED, GONE, NEW = "same", "changed", "gone", "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line that is shown or left out as a whole."""

    values: tuple[Value, ...]
    audience: str = INTERNAL


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a packet says: a fact, a note, a row, something missing."""

    pieces: tuple[Piece, ...]

    @property
    def for_client(self) -> bool:
        return any(piece.audience == CLIENT for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Pair:
    """A line before and after; None where there is none on that side."""

    state: str  # SAME, CHANGED, GONE, NEW
    before: Line | None
    after: Line | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One section of two versions: what differs, and how much does not."""

    key: str
    title: Message
    pairs: tuple[Pair, ...]
    same: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """One section of our edition beside what the client reads of it."""

    key: str
    title: Message
    ours: tuple[Line, ...]
    theirs: tuple[Line, ...]

    @property
    def left_out(self) -> int:
        """How many lines do not reach the client at all."""
        return sum(not line.for_client for line in self.ours)


def difference(before: Packet, after: Packet) -> tuple[Compared, ...]:
    """Return what `after` says otherwise than `before`, by section; sections that say the same are left out.

    Lines are matched as they stand, in their order; a line that lies between the same neighbours as another
    is that one changed.
    """
    found = []
    for key, title, old, new in _by_section(before, after):
        pairs = tuple(_pairs(old, new))
        differing = tuple(pair for pair in pairs if pair.state != SAME)
        if differing:
            found.append(Compared(key, title, differing, len(pairs) - len(differing)))
    return tuple(found)


def redaction(ours: Packet, theirs: Packet) -> tuple[Redacted, ...]:
    """Return our edition beside the client's, section by section, each line marked with its audience."""
    found = [
        Redacted(section.key, section.title, lines_of(section), _lines_in(theirs, section.key))
        for section in ours.sections
    ]
    drawn = _course_lines(ours)
    if drawn:
        found.append(Redacted(COURSE, Message(gettext_noop("The plan")), drawn, ()))
    return tuple(found)


def lines_of(section: Section) -> tuple[Line, ...]:
    """Return everything that a section says, one line for each thing."""
    lines = [
        Line((Piece((fact.label, fact.value), fact.audience if fact.value is not None else INTERNAL),))
        for fact in section.facts
    ]
    for note in section.notes:
        told: tuple[Value, ...] = (*((note.title,) if note.title else ()), note.text)
        pieces = [Piece(told, note.audience)]
        if note.source:
            pieces.append(Piece((note.source,)))
        lines.append(Line(tuple(pieces)))
    for table in section.tables:
        lines += _rows_of(table)
    lines += [Line((_missing(gap),)) for gap in section.gaps]
    return tuple(lines)


def _rows_of(table: Table) -> list[Line]:
    lines = []
    for row in table.rows:
        shown = table.audience == row.audience == CLIENT
        pieces = [Piece((row.mark,))] if row.mark else []
        for column, cell in zip(table.columns, row.cells, strict=True):
            values = cell if isinstance(cell, tuple) else (cell,)
            if any(value is not None for value in values):
                pieces.append(Piece(values, CLIENT if shown and column.audience == CLIENT else INTERNAL))
        lines.append(Line(tuple(pieces)))
    return lines


def _missing(gap: Gap) -> Piece:
    return Piece((Message(gettext_noop("Missing")), gap.what, gap.owner or None, gap.due_on))


def _course_lines(packet: Packet) -> tuple[Line, ...]:
    course = packet.course
    if course is None:
        return ()
    dated = [Line((Piece((stone.title, stone.on)),)) for stone in course.milestones]
    done = Message(gettext_noop("Done"))
    steps = [
        Line((Piece((point.title, point.number or None, point.on, done if point.done else None)),))
        for point in course.waypoints
    ]
    stage = [Line((Piece((one.title,)),)) for one in course.stretches if one.state == "now"]
    return (*stage, *dated, *steps)


def _lines_in(packet: Packet, key: str) -> tuple[Line, ...]:
    section = packet.section(key)
    return lines_of(section) if section else ()


def _by_section(
    before: Packet, after: Packet
) -> Iterator[tuple[str, Message, tuple[Line, ...], tuple[Line, ...]]]:
    titles = {section.key: section.title for section in (*before.sections, *after.sections)}
    for key, title in titles.items():
        yield key, title, _lines_in(before, key), _lines_in(after, key)
    yield COURSE, Message(gettext_noop("The plan")), _course_lines(before), _course_lines(after)


def _pairs(old: tuple[Line, ...], new: tuple[Line, ...]) -> Iterator[Pair]:
    matcher = SequenceMatcher(None, [*map(_key, old)], [*map(_key, new)], autojunk=False)
    for tag, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        olds, news = old[from_old:to_old], new[from_new:to_new]
        for place in range(max(len(olds), len(news))):
            before = olds[place] if place < len(olds) else None
            after = news[place] if place < len(news) else None
            differs = CHANGED if before and after else GONE if before else NEW
            yield Pair(SAME if tag == "equal" else differs, before, after)


def _key(line: Line) -> str:
    values = [encoded(value) for piece in line.pieces for value in piece.values]
    return json.dumps(values, sort_keys=True, ensure_ascii=False)
