"""What starting a plan would bring about, said before anyone starts it."""

from dataclasses import dataclass
from datetime import date

from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class AnchorPreview:
    title: Message
    on: date
    given: bool  # typed, not taken from the playbook
    works_on: date  # the business day on which its own steps fall: `on`, or the first one after it


@dataclass(frozen=True, slots=True)
class StagePreview:
    title: Message
    first_on: date
    last_on: date
    steps: int


@dataclass(frozen=True, slots=True)
class LostTime:
    title: Message
    days: int  # business days


@dataclass(frozen=True, slots=True)
class StartPreview:
    """Dates, stages and what loses time; or `problems`, and then nothing else."""

    playbook: Message | None = None
    anchors: tuple[AnchorPreview, ...] = ()
    stages: tuple[StagePreview, ...] = ()
    steps: int = 0
    notice: int | None = None  # business days from the announcement to the cutover
    lost: tuple[LostTime, ...] = ()
    problems: tuple[tuple[str, Message], ...] = ()  # (anchor key, sentence)
