"""What a person still owes our clients, and the letter that invites somebody in."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that somebody waits for. `account_id` is the public id of the account's page."""

    title: str
    account: str
    account_id: str
    due_on: date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Obligations:
    """What a person is responsible for, as far as the reader may see the accounts."""

    accounts: tuple[Owed, ...] = ()
    requests: tuple[Owed, ...] = ()
    commitments: tuple[Owed, ...] = ()
    gaps: tuple[Owed, ...] = ()
    teams: tuple[str, ...] = ()  # teams they lead
    stands_in_for: tuple[str, ...] = ()  # people whose substitute they are

    @property
    def count(self) -> int:
        """Return how many things somebody else must take over when the person leaves."""
        return sum(
            map(
                len,
                (
                    self.accounts,
                    self.requests,
                    self.commitments,
                    self.gaps,
                    self.teams,
                    self.stands_in_for,
                ),
            )
        )


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """The mail that brings somebody in. `link` may be a placeholder that the sender fills."""

    name: str
    organisation: str
    invited_by: str
    link: str
    days: int  # for how long the link works
