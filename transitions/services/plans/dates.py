"""Dates move, and everything that hangs on them moves along; done and pinned steps stay."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import Person
from transitions.models import ChangeSet, HandoverPlan, PlanStep
from transitions.rules.schedule import Move


@dataclass(frozen=True, slots=True)
class AnchorMove:
    """What moving an anchor did, or would do. `change_set` is None in a preview.

    `moves` says of each step that moves (key, title, before, after, why); `stay` names done and
    pinned steps that would have moved; `lost` maps step keys to business days lost to short notice.
    """

    key: str
    before: date
    after: date
    moves: tuple[Move, ...]
    stay: tuple[Move, ...]
    lost: dict[str, int]
    change_set: ChangeSet | None = None


@dataclass(frozen=True, slots=True)
class StepMove:
    """What moving a step did: the step itself first, then its dependants."""

    moves: tuple[Move, ...]
    stay: tuple[Move, ...]
    change_set: ChangeSet


def preview_move_anchor(*, plan: HandoverPlan, key: str, to: date, now: datetime) -> AnchorMove:
    """What `move_anchor` would do, without doing it. Raises PlanRefused as it would."""
    raise NotImplementedError


@transaction.atomic
def move_anchor(
    *, plan: HandoverPlan, key: str, to: date, version: int, by: Person, now: datetime, why: str
) -> AnchorMove:
    """Move an anchor to another day, and the open steps that hang on it.

    Raises StaleVersion, PlanNotOpen, PlanRefused (fields "to" and "why") for a day that the
    playbook does not allow or a missing reason.
    """
    raise NotImplementedError


@transaction.atomic
def move_step(
    *, step: PlanStep, to: date, version: int, by: Person, now: datetime, why: str = ""
) -> StepMove:
    """Move a step to another day by hand: it is pinned there, and what hangs on it moves along.

    `version` is the step's. Raises StaleVersion, PlanNotOpen, PlanRefused, StepRefused when done.
    """
    raise NotImplementedError


@transaction.atomic
def unpin_step(*, step: PlanStep, version: int, by: Person, now: datetime) -> StepMove:
    """Give a pinned step back to the playbook: it returns to the day that its base gives it.

    Raises StaleVersion, PlanNotOpen, StepRefused when it is not pinned or done.
    """
    raise NotImplementedError


@transaction.atomic
def undo(*, change_set: ChangeSet, by: Person, now: datetime) -> ChangeSet:
    """Put back what a change set changed; returns the change set that records it.

    Raises CannotUndo when anything that it touched was changed since, PlanNotOpen.
    """
    raise NotImplementedError
