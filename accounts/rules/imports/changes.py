"""What an import would do: each row new, changed or unchanged, the teams it needs, and what must be said.

Rows are known by a number: that of a stored row is its key, that of a new one is negative.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from accounts.rules.imports.shapes import BadCell
from accounts.rules.text import Message

Path = tuple[str, ...]  # a team, by the names from the top down

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(frozen=True, slots=True)
class Known:
    """A stored person, account or contact, as far as an import compares it."""

    pk: int
    version: int
    uuid: str
    source: str
    external_id: str
    name: str
    email: str = ""
    archived: bool = False
    account: int = 0  # of a contact
    owner: int | None = None  # of an account
    was_owned: bool = False  # an account that ever had an owner
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownTeam:
    pk: int
    path: Path
    lead: int | None
    external_id: str


@dataclass(frozen=True, slots=True)
class World:
    """Everything stored that an import compares with, and the words it writes."""

    source: str
    company: str  # the name of the top team, where there is none yet
    team_of: str  # "%(name)s's team", in the organisation's language
    people: tuple[Known, ...] = ()
    teams: tuple[KnownTeam, ...] = ()
    accounts: tuple[Known, ...] = ()
    contacts: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    field: str  # the field's key
    title: str  # a msgid
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    id: int
    version: int  # as it was read; 0 for a new row
    line: int  # 0: the row has no line of its own, it follows from another file
    name: str
    state: str
    values: Mapping[str, object] = field(default_factory=dict)  # what to write
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamChange:
    path: Path
    external_id: str
    lead: int | None  # None: leave it as it is
    pk: int | None  # of a stored team


@dataclass(frozen=True, slots=True)
class OwnerDiffers:
    """The file names another owner than ours. Ours stays; a plan can change it."""

    account: int
    account_uuid: str
    name: str
    ours: str
    theirs: str
    derived: bool = False  # the deals say so, not a column


@dataclass(frozen=True, slots=True)
class NewOwner:
    account: int
    person: int
    since: date | None
    derived: bool  # from deals


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know that stops nothing. `lines` are the first of `count` places."""

    file: str  # a kind's key
    message: Message
    lines: tuple[int, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    people: tuple[Change, ...] = ()
    teams: tuple[TeamChange, ...] = ()
    accounts: tuple[Change, ...] = ()
    contacts: tuple[Change, ...] = ()
    owners: tuple[NewOwner, ...] = ()
    owners_differ: tuple[OwnerDiffers, ...] = ()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # kind -> names not in the file
    bad: Mapping[str, tuple[BadCell, ...]] = field(default_factory=dict)  # kind -> cells
    countries: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # unknown names -> lines
    notes: tuple[Note, ...] = ()
    records: Mapping[str, int] = field(default_factory=dict)  # kind -> good records read

    def of(self, kind: str) -> tuple[Change, ...]:
        return {"teams": self.people, "accounts": self.accounts, "contacts": self.contacts}.get(kind, ())

    @property
    def bad_count(self) -> int:
        return sum(len(cells) for cells in self.bad.values())

    @property
    def digest(self) -> str:
        """A mark of all that would be written: two previews with the same mark do the same."""
        parts = [
            *(
                (kind, row.id, row.version, row.state, sorted(row.values.items(), key=str))
                for kind, row in self.rows()
            ),
            *((team.path, team.lead, team.pk) for team in self.teams),
            *((owner.account, owner.person, str(owner.since)) for owner in self.owners),
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def rows(self) -> Iterator[tuple[str, Change]]:
        for kind in ("teams", "accounts", "contacts"):
            yield from ((kind, row) for row in self.of(kind))
