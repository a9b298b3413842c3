"""Who could take over an account, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.rules.text import Message
from transitions.rules.fit import Comparison, Fit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rep as a candidate. `place` is 1 for the best of those who can; 0 for who cannot.

    `role`: which role of the plan the rep holds now, or "".
    """

    uuid: UUID
    team: str
    fit: Fit
    place: int
    role: str = ""
    load: float = 0.0  # what the account adds, in workload points

    @property
    def name(self) -> str:
        return self.fit.rep.name

    @property
    def score(self) -> int:
        return round(100 * self.fit.total)

    @property
    def before(self) -> float:
        return self.fit.rep.workload + self.fit.rep.planned

    @property
    def after(self) -> float:
        return self.before + self.load

    @property
    def share(self) -> int:
        """How full the rep would be, in percent; at most 100, for a meter."""
        capacity = self.fit.rep.capacity
        return min(100, round(100 * self.after / capacity)) if capacity else 100


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One part of the fit, and what each candidate has of it in their order."""

    title: Message
    weight: float
    cells: Sequence[tuple[int | None, Message]]  # score 0 to 100 or None, and its evidence


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everybody who could be chosen, the best first; `barred` could not. `version` is of the weights."""

    found: tuple[Candidate, ...]
    barred: tuple[Candidate, ...]
    version: int
    verdict: Comparison | None = None  # the best beside the next

    def of(self, uuid: UUID) -> Candidate | None:
        return next((one for one in (*self.found, *self.barred) if one.uuid == uuid), None)


def side_by_side(candidates: Sequence[Candidate]) -> tuple[SideBySide, ...]:
    """The parts of the fit of these candidates, the weightiest first, without those that do not count."""
    if not candidates:
        return ()
    rows = zip(*(candidate.fit.parts for candidate in candidates), strict=True)
    found = [
        SideBySide(
            parts[0].title,
            parts[0].weight,
            [(None if part.score is None else round(100 * part.score), part.evidence) for part in parts],
        )
        for parts in rows
        if parts[0].weight
    ]
    return tuple(sorted(found, key=lambda row: -row.weight))
