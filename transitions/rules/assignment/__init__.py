"""Assigning items (accounts) to agents (reps) at the least cost within limits. See docs/fit.md."""

from transitions.rules.assignment.model import (
    Assignment,
    Imbalance,
    Infeasible,
    Reason,
    SideLimit,
    TooLarge,
)
from transitions.rules.assignment.solve import assign

__all__ = ["Assignment", "Imbalance", "Infeasible", "Reason", "SideLimit", "TooLarge", "assign"]
