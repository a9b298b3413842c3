"""What a calendar says: entries of meetings, check-ins and recurring meetings, as primitives."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks, or who is asked."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. With `starts_at` (an instant shown in `tz`) it has an hour, else it fills its day `on`."""

    uid: str
    sequence: int
    title: Message
    on: date
    starts_at: datetime | None = None
    tz: str = "UTC"
    minutes: int = 0
    place: str = ""
    details: tuple[Message, ...] = ()
    url: str = ""
    rule: Mapping[str, object] = field(default_factory=dict)  # RFC 5545; empty: once
    organiser: Party | None = None
    guests: tuple[Party, ...] = ()
    cancelled: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it is over; that of a day, when it is over everywhere on earth."""
        if self.starts_at is not None:
            return self.starts_at + timedelta(minutes=self.minutes)
        return datetime(self.on.year, self.on.month, self.on.day, tzinfo=UTC) + timedelta(hours=36)

    @property
    def says(self) -> str:
        """A mark of what somebody who has the entry must be told when it changes. Not its number."""
        told = (self.title, self.on, self.starts_at, self.tz, self.minutes, self.place, self.details)
        return hashlib.sha256(repr(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reissue:
    """How one recurring meeting goes from one organiser to the next: first this, then that."""

    title: str
    rhythm: str  # of rules.feeds.RHYTHMS
    client: str
    old: str
    new: str  # "": nobody is named yet
    last_on: date | None  # the last one under the old organiser
    first_on: date
    at: str  # "10:00"
    tz: str
    place: str
