"""What the agenda of a meeting says: for us with all that we prepared, for the client without it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from accounts.rules.text import Message
from transitions.documents.packet import CLIENT, INTERNAL
from transitions.rules.meetings import Question

__all__ = ["CLIENT", "INTERNAL", "Agenda", "Attendee", "Next", "Worry", "edition_of"]


@dataclass(frozen=True, slots=True)
class Attendee:
    name: str
    title: str
    ours: bool
    role: str = ""  # on the plan, of ours
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Worry:
    """A concern that the client has not confirmed as answered."""

    words: str
    raiser: str
    seriousness: str
    answer: str
    owner: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """One meeting. What only we may read stands in the last fields, and is left out for the client."""

    client: str
    title: Message
    purpose: str
    on: date
    at: str  # "10:00" at the client's; "" where no hour is agreed
    tz: str
    minutes: int
    channel: str
    place: str
    attendees: tuple[Attendee, ...]
    topics: tuple[str, ...]
    edition: str = INTERNAL
    version: int = 0  # of the talking points; 0: none were written
    points: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    worries: tuple[Worry, ...] = ()

    @property
    def ours(self) -> tuple[Attendee, ...]:
        return tuple(one for one in self.attendees if one.ours)

    @property
    def theirs(self) -> tuple[Attendee, ...]:
        return tuple(one for one in self.attendees if not one.ours)


def edition_of(agenda: Agenda, edition: str) -> Agenda:
    """The agenda as `edition` may read it: the client's holds nothing that we prepared among ourselves."""
    if edition != CLIENT:
        return agenda
    attendees = tuple(replace(one, role="", reachable=True) for one in agenda.attendees)
    return replace(
        agenda, edition=CLIENT, attendees=attendees, version=0, points=(), questions=(), worries=()
    )


@dataclass(frozen=True, slots=True)
class Next:
    """The meeting that comes next."""

    uuid: UUID
    title: Message
    on: date
    starts_at: datetime | None
