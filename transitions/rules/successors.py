"""When the incoming rep counts as ready: what they are asked, and when their acceptance still stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from accounts.rules.text import gettext_noop as _

GAP = "gap"  # the kind of a step that clears up why a handover was returned
TRAINING = "training"
GAP_DAYS = 3  # business days in which a reason is cleared up
READING = "over-prepare"  # the step that acceptance completes, where a playbook has it
MOST = 5  # promises or concerns that one question expects by name

ASKED = {
    "renewal": _("When does the contract come up for renewal?"),
    "decides": _("Who decides at the client?"),
    "promises": _("Which promises to the client are open?"),
    "concerns": _("Which serious concerns has the client raised?"),
    "avoid": _("What must one know to get on with the people there?"),
}

# What keeps the incoming rep from accepting.
HINDRANCES = {
    "packet": _("Make the packet first: what is accepted is what stands in it."),
    "unread": _("Read the newest version of the packet, and say so."),
    "unasked": _("No question has been asked yet."),
    "unanswered": _("Answer every question."),
    "unjudged": _("Whoever hands over has not looked at every answer yet."),
    "unrehearsed": _("Rehearse the introduction with one of us, and note how it went."),
    "gaps": _("A reason for which the handover was returned is not cleared up yet."),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say of a client, as far as a successor is asked about it."""

    renewal: str = ""
    decides: Sequence[str] = ()
    promises: Sequence[str] = ()
    concerns: Sequence[str] = ()
    avoid: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """How far a question is: answered by whoever is the incoming rep now, and looked at."""

    answered: bool
    judged: bool


def questions(known: Known) -> tuple[tuple[str, str], ...]:
    """The questions to which the records have an answer: (key of ASKED, the answer)."""
    found = {
        "renewal": known.renewal,
        "decides": ", ".join(known.decides),
        "promises": "\n".join(known.promises[:MOST]),
        "concerns": "\n".join(known.concerns[:MOST]),
        "avoid": "\n".join(known.avoid[:MOST]),
    }
    return tuple((key, found[key]) for key in ASKED if found[key])


def hindrances(
    *, packet: bool, read: bool, asked: Sequence[Question], rehearsed: bool, gaps: int
) -> tuple[str, ...]:
    """What of HINDRANCES keeps the incoming rep from accepting, in that order."""
    found = {
        "packet": not packet,
        "unread": packet and not read,
        "unasked": not asked,
        "unanswered": any(not one.answered for one in asked),
        "unjudged": any(one.answered and not one.judged for one in asked),
        "unrehearsed": not rehearsed,
        "gaps": gaps > 0,
    }
    return tuple(key for key in HINDRANCES if found[key])


def standing(
    *, person: int, packet: int, returned: bool, newest_packet: int | None, incoming: Collection[int]
) -> str:
    """How an acceptance stands: "accepted", or why it lapsed: "person", "returned" or "packet"."""
    if person not in incoming:
        return "person"
    if returned:
        return "returned"
    return "accepted" if packet == newest_packet else "packet"
