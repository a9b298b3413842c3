"""What a handover packet says: seventeen sections of facts and gaps, for us and for the client.

Everything has an audience, and the audience is internal unless somebody says otherwise. The client
edition is made here, by leaving out: nothing further down can put back what `build` has dropped.
The content knows no clock, version or recipient, so that the same facts always have the same hash.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.rules.briefing import SECTIONS
from accounts.rules.text import Message, gettext_noop
from transitions.documents.timeline import Phase

INTERNAL, CLIENT = "internal", "client"
EDITIONS = (INTERNAL, CLIENT)


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str  # ISO 4217


Value = str | int | date | Message | Money | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One named value. None: we do not know it, and the internal edition says so."""

    label: Message
    value: Value
    audience: str = INTERNAL


@dataclass(frozen=True, slots=True)
class Note:
    """Words somebody wrote, and how far to trust them."""

    text: str
    title: Message | None = None
    source: Message | None = None
    shortened: bool = False
    audience: str = INTERNAL


@dataclass(frozen=True, slots=True)
class Column:
    title: Message
    audience: str = INTERNAL
    shape: str = ""  # "", "date" (kept on one line), "wide" (gets the room)
    optional: bool = False  # an empty cell means nothing to say, not something unknown


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Value | tuple[Value, ...], ...]  # several values in one cell: one line each
    audience: str = INTERNAL
    mark: Message | None = None  # why this row deserves attention; internal like the marks themselves


@dataclass(frozen=True, slots=True)
class Table:
    title: Message
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: bool = False  # there are more rows than a packet shows
    audience: str = INTERNAL


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing, who will find it out, and by when."""

    what: Message
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known for one section, before an edition is made of it."""

    facts: tuple[Fact, ...] = ()
    notes: tuple[Note, ...] = ()
    tables: tuple[Table, ...] = ()
    gaps: tuple[Gap, ...] = ()
    more: bool = False  # there are more notes than a packet shows


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    number: int  # its place in this edition
    title: Message
    facts: tuple[Fact, ...] = ()
    notes: tuple[Note, ...] = ()
    tables: tuple[Table, ...] = ()
    gaps: tuple[Gap, ...] = ()
    more: bool = False

    @property
    def empty(self) -> bool:
        return not (any(fact.value is not None for fact in self.facts) or self.notes or self.tables)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stage on the drawing of the plan."""

    key: str
    title: Message
    state: str  # done, now, ahead


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A step on the drawing. Done or not is content; late is not, because that changes overnight."""

    key: str
    title: Message
    number: int  # which repetition; 0 when the step comes once
    stage: str
    on: date
    done: bool


@dataclass(frozen=True, slots=True)
class Milestone:
    """An anchor on the drawing of the plan."""

    key: str
    title: Message
    on: date


@dataclass(frozen=True, slots=True)
class Course:
    """The plan from first to last day, for the drawing."""

    stretches: tuple[Stretch, ...] = ()
    waypoints: tuple[Waypoint, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True, slots=True)
class Packet:
    edition: str
    language: str  # of the reader: rendering speaks it
    client: str
    sections: tuple[Section, ...]
    course: Course | None = None  # internal only

    @property
    def told(self) -> int:
        """In how many sections nothing is missing."""
        return sum(not section.gaps for section in self.sections)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)


@dataclass(frozen=True, slots=True)
class Colophon:
    """What stands around the content and never in its hash: who made this version, and when."""

    organisation: str
    version: int = 0  # 0: not stored
    code: str = ""  # the first characters of the content hash, to check a paper copy against
    made_on: date | None = None
    made_by: str = ""


# What a section asks for when it holds nothing, where that differs from "still to be told".
MISSING = {
    "issues": gettext_noop("No open request is on record. Confirm with the client that nothing is open."),
    "promises": gettext_noop("No promise is on record. Ask the outgoing rep what was promised by word."),
    "people": gettext_noop("No contact is on record."),
    "cadence": gettext_noop("No meeting or conversation is on record."),
    "communication": gettext_noop("Nothing is on record about how the client hears of the change."),
}
# Figures alone do not tell the story of these: without words they count as incomplete.
NEEDS_WORDS = frozenset(
    {"first", "background", "contract", "goals", "work", "health", "opportunities", "access", "documents"}
)
# The client reads first why and when, then who, then what is owed to them.
CLIENT_ORDER = (
    "cover",
    "communication",
    "people",
    "actions",
    "cadence",
    "issues",
    "promises",
    "work",
    "goals",
)
# Our words, and what the client edition says in their place.
CLIENT_WORDS = {
    "Cover and control": gettext_noop("The change at a glance"),
    "Communication plan": gettext_noop("Why, and what it means for you"),
    "People map": gettext_noop("Who is there for you"),
    "Open requests and escalations": gettext_noop("Your open requests"),
    "Promises and commitments": gettext_noop("What we promised you"),
    "First actions for the new owner": gettext_noop("What happens next"),
    "Goals and measures": gettext_noop("Your goals"),
    "Outgoing rep": gettext_noop("Until now"),
    "Incoming rep": gettext_noop("From then on"),
    "Interim rep": gettext_noop("In the meantime"),
    "Owner": gettext_noop("Your contact"),
    "Sponsor": gettext_noop("Your sponsor with us"),
    "Support": gettext_noop("Also there for you"),
    "Cutover": gettext_noop("Takes effect on"),
    "Our side": gettext_noop("Our people"),
    "What they ask": gettext_noop("What you asked for"),
    "Open requests": gettext_noop("Open with us"),
    "Open promises": gettext_noop("Still to be kept"),
}


def build(
    *,
    edition: str,
    language: str,
    client: str,
    drafts: Mapping[str, Draft],
    owner: str = "",
    due_on: date | None = None,
    course: Course | None = None,
) -> Packet:
    """Return the packet of one edition from what is known, by section key.

    The internal edition has every section; one without data names what is missing, with `owner` and
    `due_on` for whatever has no owner of its own. The client edition holds only what was marked for
    the client. Raises ValueError for an unknown edition or section.
    """
    if edition not in EDITIONS:
        raise ValueError(f"unknown edition {edition!r}")
    if strangers := set(drafts) - {section.key for section in SECTIONS}:
        raise ValueError(f"unknown sections {sorted(strangers)}")
    if edition == CLIENT:
        return Packet(edition=edition, language=language, client=client, sections=_client_sections(drafts))
    sections = []
    for number, asked in enumerate(SECTIONS, start=1):
        draft = drafts.get(asked.key, Draft())
        section = Section(
            key=asked.key,
            number=number,
            title=Message(asked.title),
            facts=draft.facts,
            notes=draft.notes,
            tables=tuple(table for table in draft.tables if table.rows),
            gaps=draft.gaps,
            more=draft.more,
        )
        if not section.gaps and (missing := _missing(section, asked.asks)):
            section = replace(section, gaps=(Gap(missing),))
        gaps = tuple(
            replace(gap, owner=gap.owner or owner, due_on=gap.due_on or due_on) for gap in section.gaps
        )
        sections.append(replace(section, gaps=gaps))
    return Packet(edition=edition, language=language, client=client, sections=tuple(sections), course=course)


def _missing(section: Section, asks: str) -> Message | None:
    if section.key == "questions":
        return None  # no question is good news
    if section.empty:
        return Message(MISSING.get(section.key, asks))
    if section.key in NEEDS_WORDS and not section.notes:
        return Message(asks)
    return None


def _client_sections(drafts: Mapping[str, Draft]) -> tuple[Section, ...]:
    titles = {section.key: section.title for section in SECTIONS}
    others = tuple(key for key in titles if key not in CLIENT_ORDER)
    sections: list[Section] = []
    for key in CLIENT_ORDER + others:
        draft = drafts.get(key, Draft())
        section = Section(
            key=key,
            number=len(sections) + 1,
            title=_in_their_words(Message(titles[key])),
            facts=tuple(
                replace(fact, label=_in_their_words(fact.label), value=_in_their_words(fact.value))
                for fact in _for_client(draft.facts)
                if fact.value is not None
            ),
            notes=tuple(replace(note, source=None) for note in _for_client(draft.notes)),
            tables=tuple(table for table in map(_client_table, _for_client(draft.tables)) if table.rows),
        )
        if not section.empty:
            sections.append(section)
    return tuple(sections)


def _for_client(items: Sequence[Any]) -> list[Any]:
    return [item for item in items if item.audience == CLIENT]


def _client_table(table: Table) -> Table:
    shown = [index for index, column in enumerate(table.columns) if column.audience == CLIENT]
    return replace(
        table,
        title=_in_their_words(table.title),
        columns=tuple(
            replace(column, title=_in_their_words(column.title), optional=True)
            for column in (table.columns[index] for index in shown)
        ),
        rows=tuple(
            Row(cells=tuple(_in_their_words(row.cells[index]) for index in shown), audience=CLIENT)
            for row in _for_client(table.rows)
            if shown
        ),
    )


def _in_their_words(value: Any) -> Any:
    if isinstance(value, Message) and value.msgid in CLIENT_WORDS:
        return replace(value, msgid=CLIENT_WORDS[value.msgid])
    return value


# --- JSON -----------------------------------------------------------------------------------------
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Message,
        Money,
        Fact,
        Note,
        Column,
        Row,
        Table,
        Gap,
        Section,
        Stretch,
        Waypoint,
        Milestone,
        Phase,
        Course,
        Packet,
    )
}


def dumps(packet: Packet) -> dict[str, Any]:
    """Return the packet as what JSON can hold. `loads` is its inverse."""
    said: dict[str, Any] = _encode(packet)
    return said


def loads(content: Mapping[str, Any]) -> Packet:
    packet = _decode(content)
    if not isinstance(packet, Packet):
        raise ValueError("this is no packet")
    return packet


def content_hash(packet: Packet) -> str:
    """SHA-256 of the content alone: equal content has an equal hash, whenever and whoever asks."""
    canonical = json.dumps(dumps(packet), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _encode(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"kind": "date", "on": value.isoformat()}
    if isinstance(value, Decimal):
        return {"kind": "decimal", "is": str(value)}
    if isinstance(value, tuple | list):
        return [_encode(item) for item in value]
    if isinstance(value, Mapping):
        return {"kind": "map", "items": {key: _encode(item) for key, item in value.items()}}
    if is_dataclass(value) and type(value).__name__ in _KINDS:
        name = type(value).__name__
        return {"kind": name} | {field.name: _encode(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"a packet cannot hold {type(value).__name__}")


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, Mapping):
        return value
    kind = value["kind"]
    if kind == "date":
        return date.fromisoformat(value["on"])
    if kind == "decimal":
        return Decimal(value["is"])
    if kind == "map":
        return {key: _decode(item) for key, item in value["items"].items()}
    return _KINDS[kind](**{key: _decode(item) for key, item in value.items() if key != "kind"})
