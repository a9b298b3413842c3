"""What happened while somebody covered: what the owner finds on the day of the return."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class Written:
    """One entry of the briefing that somebody wrote or changed during the cover."""

    section: Message
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Promised:
    text: str
    by: str
    made_on: date
    due_on: date | None
    kept_on: date | None


@dataclass(frozen=True, slots=True)
class Touched:
    subject: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CoverNotes:
    """Newest first; `more` says that older ones were left out."""

    since: date
    until: date | None
    written: tuple[Written, ...]
    promised: tuple[Promised, ...]
    touched: tuple[Touched, ...]
    more: bool = False

    @property
    def empty(self) -> bool:
        return not (self.written or self.promised or self.touched)
