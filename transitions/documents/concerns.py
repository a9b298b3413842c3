"""What is said of a plan's concerns as a whole."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Tally:
    """The ledger of a plan in one line."""

    open: int
    answered: int
    confirmed: int
    serious: int
    next_on: date | None  # the earliest promised answer

    @property
    def total(self) -> int:
        return self.open + self.answered + self.confirmed
