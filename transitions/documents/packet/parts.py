"""What a packet is made of: frozen pieces, each for an audience: ours, unless it says the client."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.rules.text import Message
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
    look: str = ""  # "first" and "never" stand out where they lead the document


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


TOLD, TO_CONFIRM, UNTOLD = 2, 1, 0  # how far something that must be known is known, in points


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that a whole packet says: how far it does, and who owes it where it does not."""

    what: Message
    points: int  # TOLD, TO_CONFIRM or UNTOLD
    owner: str = ""
    due_on: date | None = None


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
    asked: tuple[Asked, ...] = ()  # besides the facts, each of which is asked for by standing there
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
    points: int = 0  # what is known of it, and what there would be to know: `TOLD` for each thing
    of: int = 0

    @property
    def completeness(self) -> int:
        """In percent, rounded down: 100 means that nothing is missing or to be confirmed."""
        return self.points * 100 // self.of if self.of else 100

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

    @property
    def completeness(self) -> int:
        """How much of what a whole packet says this one does, in percent, rounded down."""
        of = sum(section.of for section in self.sections)
        return sum(section.points for section in self.sections) * 100 // of if of else 100

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
