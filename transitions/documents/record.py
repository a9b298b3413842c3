"""The CRM record of a plan's account, field by field, beside what was checked of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.rules.text import Message, gettext_noop
from transitions.rules import record as rules
from transitions.rules.record import ASKED, GROUPS, HOLDS, NOTHING, Parts

GONE = gettext_noop("It is no longer in the record.")


@dataclass(frozen=True, slots=True)
class Check:
    """What was said of a field last."""

    state: str  # confirmed, corrected, asked, again
    mark: str  # the fingerprint of what it said then
    version: int
    by_id: int
    by: str
    at: datetime
    before: Parts  # of a correction
    step: UUID | None = None  # owed by whoever is or was asked to correct it
    owner_id: int | None = None
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is checked, as it stands."""

    key: str  # of rules.record.FIELDS, or of a group, with the address of a row of it
    group: str  # of rules.record.GROUPS
    title: Message
    parts: Parts  # what it says; empty: nothing is noted
    mark: str
    check: Check | None
    gone: bool = False  # somebody is asked to correct it, and it is no longer in the record

    @property
    def standing(self) -> str:
        check = self.check
        return "open" if check is None else rules.standing(check.state, check.mark, self.mark)

    @property
    def holds(self) -> bool:
        return self.standing in HOLDS

    @property
    def version(self) -> int:
        """Of its check; 0 while there is none."""
        return self.check.version if self.check else 0

    @property
    def nothing(self) -> str:
        """What is said where nothing is noted; a msgid."""
        return GONE if self.gone else NOTHING.get(self.group, "")

    @property
    def moved(self) -> bool:
        """Whether it changed since somebody was asked to correct it."""
        return self.standing == ASKED and self.check is not None and self.check.mark != self.mark


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record."""

    fields: tuple[Field, ...]

    @property
    def checked(self) -> int:
        return sum(field.holds for field in self.fields)

    @property
    def complete(self) -> bool:
        return self.checked == len(self.fields)

    @property
    def left(self) -> tuple[Field, ...]:
        """What can be confirmed at once: neither checked nor waiting for a correction."""
        return tuple(field for field in self.fields if not field.holds and field.standing != ASKED)

    @property
    def seen(self) -> str:
        """A fingerprint of all that is left, so that nobody confirms at once what they were not shown."""
        return rules.mark(*(f"{field.key}={field.mark}" for field in self.left))

    def groups(self) -> Iterator[tuple[str, list[Field]]]:
        """The groups that hold anything: (title, a msgid; fields)."""
        for key, title in GROUPS.items():
            if held := [field for field in self.fields if field.group == key]:
                yield title, held

    def find(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)
