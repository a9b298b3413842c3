"""Everything that is done when a rep leaves, and what stands ready before anybody does.

from transitions.services import departures
departures.commit(departure=departure, scenario=scenario, ..., by=user, now=now)
"""

from transitions.services.departures.commit import Committed, commit, mode_by_notice
from transitions.services.departures.cover import keep_covers
from transitions.services.departures.drafts import (
    begin,
    edit,
    leave_out_account,
    leave_out_rep,
    pin,
    release,
    remove,
    rename,
    save_as,
    set_readers,
    set_weights,
    withdraw,
)
from transitions.services.departures.opened import DepartureNotDraft
from transitions.services.departures.proposal import ask, compute, key_of, weights_of
from transitions.services.departures.rehoming import Homes, Rehomed
from transitions.services.departures.undoing import undo
from transitions.services.refusals import CannotUndo, PlanRefused

__all__ = [
    "CannotUndo",
    "Committed",
    "DepartureNotDraft",
    "Homes",
    "PlanRefused",
    "Rehomed",
    "ask",
    "begin",
    "commit",
    "compute",
    "edit",
    "keep_covers",
    "key_of",
    "leave_out_account",
    "leave_out_rep",
    "mode_by_notice",
    "pin",
    "release",
    "remove",
    "rename",
    "save_as",
    "set_readers",
    "set_weights",
    "undo",
    "weights_of",
    "withdraw",
]
