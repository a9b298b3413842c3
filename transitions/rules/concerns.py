"""The client's concerns: how serious one is, how it stands, and what may be said of it."""

from collections.abc import Mapping
from datetime import date, datetime

from accounts.rules.text import Message, gettext_noop

_ = gettext_noop

SERIOUS = "red"
# From the least to the most serious, in the words by which one chooses.
SERIOUSNESS = {
    "green": _("Green: a question, easily answered"),
    "amber": _("Amber: a worry that will grow if nobody answers"),
    "red": _("Red: serious, the change must wait for it"),
}
LEVELS = tuple(SERIOUSNESS)

# There is no state for having talked a client out of it: only their own confirmation closes a concern.
STATES = {
    "open": _("Open"),
    "answered": _("Answered, not confirmed"),
    "confirmed": _("Confirmed by the client"),
    "withdrawn": _("Withdrawn: noted by mistake"),
}

SHORT = 90  # characters of a concern where it is named in a list or in the history
USUAL_DAYS = 5  # business days within which a concern should be answered

Problems = list[tuple[str, Message]]


def state_of(answered_at: datetime | None, confirmed_on: date | None, archived_at: datetime | None) -> str:
    """One of STATES."""
    if archived_at is not None:
        return "withdrawn"
    if confirmed_on is not None:
        return "confirmed"
    return "open" if answered_at is None else "answered"


def short(words: str, most: int = SHORT) -> str:
    """The client's words on one line, cut between words where they are long."""
    line = " ".join(words.split())
    if len(line) <= most:
        return line
    whole, _space, _rest = line[:most].rpartition(" ")
    return (whole or line[: most - 1]) + "…"


def is_eased(before: str, after: str) -> bool:
    """Whether a serious concern would count as less than serious: only a leader decides that."""
    return before == SERIOUS and after != SERIOUS


def problems_of(
    *, words: str, named: bool, seriousness: str, raised_on: date, promised_on: date | None, today: date
) -> Problems:
    """What is wrong with a concern that is noted on `today`; `named` says whether anybody raised it."""
    found: Problems = []
    if not words.strip():
        found.append(("words", Message(_("Write down what the client said, in their words."))))
    if not named:
        found.append(("raised_by", Message(_("Say who at the client raised it."))))
    if seriousness not in SERIOUSNESS:
        found.append(("seriousness", Message(_("Choose how serious it is."))))
    if raised_on > today:
        found.append(("raised_on", Message(_("This day has not come yet."))))
    if promised_on is not None and promised_on < raised_on:
        found.append(("promised_on", Message(_("The promised day is before the day it was raised."))))
    return found


def problems_of_confirmation(
    *, answer: str, raised_on: date, confirmed_on: date, how: str, channels: Mapping[str, object], today: date
) -> Problems:
    """Why a client's confirmation cannot be noted."""
    found: Problems = []
    if not answer.strip():
        found.append(("", Message(_("Nobody has answered this concern yet. Write down the answer first."))))
    if confirmed_on > today:
        found.append(("confirmed_on", Message(_("This day has not come yet."))))
    if confirmed_on < raised_on:
        found.append(("confirmed_on", Message(_("This is before the day it was raised."))))
    if how not in channels:
        found.append(("confirmed_how", Message(_("Say how the client confirmed it."))))
    return found
