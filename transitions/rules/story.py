"""When the words that the client is told count as agreed inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.rules.text import gettext_noop as _

ACKNOWLEDGEMENT = "acknowledgement"  # the kind of a step that asks a department to read the message
WORDS = ("why", "gets_better", "stays")  # of the plan's words, those that the client is told

# What the client is told, in its order, by the names that people read.
TITLES = {
    "why": _("Why the change"),
    "gets_better": _("What gets better for them"),
    "stays": _("What stays as it is"),
    "who_now": _("Whom they turn to now"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A department as it stands: which version of the narrative it has read, 0 for none."""

    name: str
    read_version: int = 0
    excused: bool = False


def changed(approved: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Which of the plan's words no longer say what was approved, in their order."""
    return tuple(word for word in WORDS if approved[word].strip() != now[word].strip())


def unheard(version: int, asked: Sequence[Asked]) -> tuple[str, ...]:
    """The departments that have not read `version` of the narrative, the newest, and are not excused."""
    return tuple(one.name for one in asked if not one.excused and one.read_version != version)
