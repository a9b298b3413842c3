"""A packet as HTML: one body for the page and for print, in the packet's own language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.rendering import numbers
from accounts.rendering.mail import Brand, Written, notice
from accounts.rendering.text import translate
from accounts.rules.text import Message
from transitions.documents import timeline
from transitions.documents.packet import (
    CLIENT,
    Colophon,
    Compared,
    Course,
    Fact,
    Gap,
    Line,
    Money,
    Note,
    Packet,
    Redacted,
    Section,
    Table,
    Value,
)
from transitions.rendering.timeline import Drawing, drawing

LEAD = ("first", "cover")  # the sections that stand before the drawing and the contents
LONG = 40  # characters of a word that a column on paper may not have room for
SHORT = 9  # lines of a table that is kept on one page; a longer one would leave half a page empty
LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})  # where paper is not A4


@dataclass(frozen=True, slots=True)
class Cell:
    lines: tuple[str, ...]
    shape: str
    mark: str = ""
    optional: bool = False

    @property
    def long(self) -> bool:
        """Whether its first line has a word too long for a column: paper breaks it, as in the lines below."""
        return any(len(word) > LONG for line in self.lines[:1] for word in line.split())


def body_html(packet: Packet) -> SafeString:
    """The packet's bare semantic HTML."""
    with translation.override(packet.language):
        return mark_safe(render_to_string("documents/packet.html", _context(packet)))


def print_html(packet: Packet, colophon: Colophon, *, logo: bool = False, country: str = "") -> str:
    """A whole HTML document for the PDF: the same body in the print shell.

    `country` decides between A4 and Letter.
    """
    with translation.override(packet.language):
        paper = "letter" if country in LETTER_COUNTRIES else "a4"
        context = _context(packet) | {"colophon": colophon, "logo": logo, "paper": paper}
        context["made_on"] = _spoken(colophon.made_on)
        return render_to_string("documents/print.html", context)


def _context(packet: Packet) -> dict[str, Any]:
    sections = [_section(section) for section in packet.sections]
    return {
        "packet": packet,
        "for_client": packet.edition == CLIENT,
        "sections": sections,
        "lead": [section for section in sections if section["key"] in LEAD],
        "rest": [section for section in sections if section["key"] not in LEAD],
        "drawing": _drawing(packet.course),
        "missing": len(packet.sections) - packet.told,
        "completeness": packet.completeness,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "number": section.number,
        "title": translate(section.title),
        "facts": [_fact(fact) for fact in section.facts],
        "notes": [_note(note) for note in section.notes],
        "tables": [_table(table) for table in section.tables],
        "gaps": _gaps(section.gaps),
        "completeness": section.completeness,
        "more": section.more,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"label": translate(fact.label), "value": _spoken(fact.value)}


def _note(note: Note) -> dict[str, Any]:
    return {
        "title": translate(note.title) if note.title else "",
        "text": note.text,
        "source": translate(note.source) if note.source else "",
        "shortened": note.shortened,
        "look": note.look,
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [
        [
            Cell(
                lines=_lines(cell),
                shape=column.shape,
                mark=translate(row.mark) if row.mark and place == 0 else "",
                optional=column.optional,
            )
            for place, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True))
        ]
        for row in table.rows
    ]
    return {
        "title": translate(table.title),
        "columns": [{"title": translate(column.title), "shape": column.shape} for column in table.columns],
        "rows": rows,
        "short": sum(max(len(cell.lines) for cell in row) for row in rows) <= SHORT,
        "more": table.more,
    }


def _gaps(gaps: Sequence[Gap]) -> list[dict[str, Any]]:
    """What is missing, one line for each owner and day."""
    owed: dict[tuple[str, date | None], list[str]] = {}
    for gap in gaps:
        owed.setdefault((gap.owner, gap.due_on), []).append(translate(gap.what).rstrip("."))
    return [
        {"what": "; ".join(what), "owner": owner, "due_on": _spoken(due_on)}
        for (owner, due_on), what in owed.items()
    ]


def _lines(cell: Value | tuple[Value, ...]) -> tuple[str, ...]:
    values = cell if isinstance(cell, tuple) else (cell,)
    return tuple(text for text in map(_spoken, values) if text)


def _spoken(value: Value) -> str:
    """One value in the active language; nothing for what we do not know."""
    if value is None:
        return ""
    if isinstance(value, Message):
        return translate(value)
    if isinstance(value, date):
        return numbers.day(value)
    if isinstance(value, Money):
        return numbers.money(value.amount, value.currency)
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    return value


def _drawing(course: Course | None) -> Drawing | None:
    """The plan's timeline without the line of today: the packet knows no clock."""
    if course is None or not (course.waypoints or course.milestones):
        return None
    return drawing(
        timeline.build(
            today=date.min,
            stages=[(stretch.key, stretch.title, stretch.state) for stretch in course.stretches],
            points=[
                timeline.Point(
                    key=point.key,
                    title=point.title,
                    number=point.number,
                    stage=point.stage,
                    on=point.on,
                    state="done" if point.done else "ahead",
                )
                for point in course.waypoints
            ],
            anchors=[(anchor.key, anchor.title, anchor.on) for anchor in course.milestones],
            phases=course.phases,
        )
    )


def letter(*, client: str, version: int, sender: str, link: str, brand: Brand, language: str) -> Written:
    """The mail that leads to a version of a packet. It says nothing of what stands in it."""
    with translation.override(language):
        subject = _("Handover packet: %(client)s") % {"client": client}
        lines = (
            _("%(name)s sends you version %(version)d of the handover packet for %(client)s.")
            % {"name": sender, "version": version, "client": client},
            link,
            _("The link opens for you when you are signed in, and for nobody else."),
        )
        return notice(subject, "\n\n".join(lines) + "\n", brand, language=language)


def index_html(lines: Sequence[dict[str, Any]], failed: Sequence[dict[str, Any]], *, language: str) -> str:
    """The index of many packets, to be read from the folder in which they lie."""
    context = {"lines": lines, "failed": failed, "language": language}
    with translation.override(language):
        return render_to_string("documents/packet_index.html", context)


# --- Side by side ---------------------------------------------------------------------------------


def differences(compared: Sequence[Compared]) -> list[dict[str, Any]]:
    """What changed between two versions, in the reader's words."""
    return [
        {
            "title": translate(one.title),
            "same": one.same,
            "pairs": [
                {"state": pair.state, "before": _line(pair.before), "after": _line(pair.after)}
                for pair in one.pairs
            ],
        }
        for one in compared
    ]


def redactions(redacted: Sequence[Redacted]) -> list[dict[str, Any]]:
    """Our edition beside the client's, in the reader's words."""
    return [
        {
            "key": one.key,
            "title": translate(one.title),
            "left_out": one.left_out,
            "ours": [_line(line) for line in one.ours],
            "theirs": [_line(line) for line in one.theirs],
        }
        for one in redacted
    ]


def _line(line: Line | None) -> list[dict[str, Any]]:
    """The pieces of a line, each with whether the client reads it."""
    if line is None:
        return []
    return [
        {"words": words, "kept": piece.audience == CLIENT}
        for piece in line.pieces
        if (words := " · ".join(_lines(piece.values)))
    ]
