"""What the weekly digest of a leader says: what they decide, what was not kept, what comes, what is open."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from accounts.rules.text import Message
from transitions.documents.digests import Reading

LINES = 10  # of one section; more is read on the page that it names

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a plan waits for a leader; `day` is from when, or by when it `is_owed`."""

    message: Message
    day: date | None = None
    is_owed: bool = False

    def late(self, on: date) -> bool:
        return self.is_owed and self.day is not None and self.day < on


@dataclass(frozen=True, slots=True)
class Decision:
    """A plan that needs a leader. `guards` are those that wait for a verdict."""

    account: str
    url: str  # absolute, as all here
    reasons: tuple[Reason, ...]
    guards: tuple[Message, ...] = ()
    cutover_on: date | None = None
    revenue: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """A promise that was not kept by its day, and is not kept yet."""

    kind: str  # check-in, commitment, request
    title: Message
    account: str
    url: str
    due_on: date
    owner: str
    number: int = 0
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Cutover:
    """A change of hands that is near. `accepted`: None where nobody is asked to accept it."""

    account: str
    url: str
    on: date
    mode: str
    outgoing: str
    incoming: str
    risk: int
    revenue: Decimal | None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class Unprotected:
    """An account in motion for which nobody, or nobody else, is named."""

    account: str
    url: str
    revenue: Decimal | None
    why: Message
    cutover_on: date | None = None


@dataclass(frozen=True, slots=True)
class Section(Generic[Line]):
    """The first few lines of `total`; `older` counts what is still open from before the week."""

    lines: tuple[Line, ...] = ()
    total: int = 0
    older: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.lines)

    def __bool__(self) -> bool:
        return self.total + self.older > 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """What happened in one week. `due` promises fell due in it; `kept` of these were kept."""

    started: int = 0
    cut_over: int = 0
    kept: int = 0
    due: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Weekly:
    """One digest, dated `on`, at the reader's. `revenue` is the yearly value of all that is unprotected.

    `pages` says where each section is read in full.
    """

    on: date
    weekday: int
    reading: Reading
    currency: str
    decisions: Section[Decision]
    missed: Section[Missed]
    cutovers: Section[Cutover]
    unprotected: Section[Unprotected]
    revenue: Decimal
    week: Numbers
    before: Numbers
    home_url: str
    pages: dict[str, str]

    def __bool__(self) -> bool:
        """Whether it says anything: numbers alone are no news."""
        return any((self.decisions, self.missed, self.cutovers, self.unprotected))
