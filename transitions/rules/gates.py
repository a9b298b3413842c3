"""What must hold before a stage begins: gates as data, resolved in one registry of checks over facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from accounts.rules.text import Message, gettext_noop

if TYPE_CHECKING:
    from transitions.rules.playbooks.types import Gate, Playbook


@dataclass(frozen=True, slots=True)
class Facts:
    """All that gates may know of a plan, read once. Days are the client's."""

    today: date
    stage: str
    roles: frozenset[str] = frozenset()  # roles held by somebody who is still with us
    steps: frozenset[str] = frozenset()  # keys of all steps of the plan
    done: frozenset[str] = frozenset()  # keys of the steps that are done
    titles: Mapping[str, str] = field(default_factory=dict)  # step key to title, a msgid
    anchors: Mapping[str, date] = field(default_factory=dict)
    notice: int = 0  # business days from the announcement to the cutover
    words: frozenset[str] = frozenset()  # which of why, gets_better and stays are written
    released: bool = True
    packet_made: bool = False
    escalations: int = 0  # open escalated requests of the account
    incoming_is_interim: bool = False
    waived: frozenset[str] = frozenset()  # gates that somebody waived


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a closed gate lacks, and where to mend it.

    `hint` is one of HINTS; `subject` says which role, step, word or anchor is meant.
    """

    message: Message
    hint: str
    subject: str = ""


HINTS = ("people", "step", "words", "packet", "dates", "requests", "release")


@dataclass(frozen=True, slots=True)
class GateState:
    """A gate as it stands: "open", "closed" or "waived", and what it lacks if it does not hold."""

    gate: "Gate"
    state: str
    missing: tuple[Missing, ...] = ()

    @property
    def key(self) -> str:
        return self.gate.key

    @property
    def label(self) -> Message:
        return Message(self.gate.label)


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of condition: what it is called, which arguments it takes, and what it finds missing."""

    label: str  # a msgid
    find: Callable[[Facts, Mapping[str, Any]], tuple[Missing, ...]]
    args: frozenset[str] = frozenset()


CHECKS: dict[str, Check] = {}


def states(playbook: "Playbook", stage: str, facts: Facts) -> tuple[GateState, ...]:
    """How every gate of `stage` stands, in the playbook's order."""
    raise NotImplementedError


def closed(playbook: "Playbook", stage: str, facts: Facts) -> tuple[GateState, ...]:
    """The gates of `stage` that neither hold nor are waived: what keeps a plan from entering it."""
    return tuple(state for state in states(playbook, stage, facts) if state.state == "closed")


_ = gettext_noop
