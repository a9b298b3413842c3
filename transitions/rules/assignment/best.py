"""The best assignment and bound so far."""

import time
from collections.abc import Callable

import numpy as np

from transitions.rules.assignment.bound import rounded
from transitions.rules.assignment.model import Assignment, Ints, Problem

PROVEN = 1e-8  # a gap that is only rounding
Better = Callable[[Assignment], None]


class Best:
    """What was found and proven so far; `on_better` hears of each better assignment."""

    def __init__(self, problem: Problem, items: int, began: float, on_better: Better | None):
        self.problem, self.items, self.began, self.on_better = problem, items, began, on_better
        self.agent_of: Ints | None = None
        self.value, self.bound, self.method = np.inf, -np.inf, "search"

    def take(self, agent_of: Ints, method: str) -> bool:
        """Keep an assignment if it is within the limits and better. Says whether it was."""
        problem = self.problem
        if agent_of.shape != (problem.units,) or ((agent_of < 0) | (agent_of >= problem.agents)).any():
            return False
        value = problem.value(agent_of)
        if value >= self.value - PROVEN * max(1.0, abs(value)) or not problem.feasible(agent_of):
            return False
        self.agent_of, self.value, self.method = agent_of.copy(), value, method
        if self.on_better is not None:
            self.on_better(self.answer())
        return True

    def raise_to(self, bound: float) -> None:
        self.bound = max(self.bound, rounded(self.problem, bound))

    def close(self) -> None:
        """HiGHS has searched everything: what is left between bound and value is its rounding."""
        if self.value - self.bound <= 1e-6 * max(1.0, abs(self.value)):
            self.bound = self.value

    @property
    def gap(self) -> float:
        """How far the value is above the bound, as a share of the value."""
        if self.agent_of is None:
            return np.inf
        gap = max(0.0, self.value - self.bound) / max(abs(self.value), 1e-9)
        return 0.0 if gap <= PROVEN else gap

    def answer(self) -> Assignment:
        assert self.agent_of is not None
        return Assignment(
            agent_of=self.problem.spread(self.agent_of, self.items),
            value=self.value,
            bound=min(self.bound, self.value),
            gap=self.gap,
            seconds=time.monotonic() - self.began,
            method=self.method,
        )
