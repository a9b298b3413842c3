"""Dates of steps: hung on anchors, squeezed visibly when notice is short, moved when their base moves.

A playbook that orders its anchors (the announcement before the cutover) has a usual distance between
them. Where the real distance is shorter, all that lies between is squeezed in proportion, so that the
order of steps never changes. What full notice would have given is kept beside it: the difference is
what the plan lost.
"""

from transitions.rules.schedule.moving import moves, recount, unpin
from transitions.rules.schedule.planning import fade, plan
from transitions.rules.schedule.types import Compressed, Hung, Move, Planned, Replan, Schedule

__all__ = [
    "Compressed",
    "Hung",
    "Move",
    "Planned",
    "Replan",
    "Schedule",
    "fade",
    "moves",
    "plan",
    "recount",
    "unpin",
]
