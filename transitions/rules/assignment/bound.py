"""A lower bound that is always there: the Lagrangian relaxation of capacities and side limits.

The price of an agent's capacity is paid for every unit of load; then each unit goes to its cheapest agent by
itself. Whatever the prices, the sum is no more than the best assignment costs. A subgradient method looks for
good prices; in the limit they give the bound of the linear relaxation (Fisher, 1981: "The Lagrangian
relaxation method for solving integer programming problems"). The prices also lead the search: `reduced`
costs say what a pair really costs.
"""

import time
from dataclasses import dataclass

import numpy as np

from transitions.rules.assignment.model import Floats, Ints, Problem

PLATEAU = 12  # rounds without a better bound after which the steps are halved


@dataclass(slots=True)
class Bound:
    """The best bound found, and the prices that gave it (agents; sides x agents)."""

    value: float
    price: Floats
    side_price: Floats

    def reduced(self, problem: Problem) -> Floats:
        """Costs with the price of what a unit takes away from others."""
        found = problem.cost + self.price[:, None] * problem.load
        if len(self.side_price):
            found = found + np.einsum("sa,su->au", self.side_price, problem.side_weight)
        return found


def lower_bound(problem: Problem, *, rounds: int = 300, until: float = np.inf) -> Bound:
    """Look for a high bound for `rounds` rounds, or until the monotonic time `until`.

    Every unit must have an agent that may take it. The steps aim at a level above the best bound so far,
    which is lowered when it is not reached.
    """
    agents, units = problem.agents, problem.units
    sides = len(problem.side_weight)
    price, side_price = np.zeros(agents), np.zeros((sides, agents))
    best = Bound(-np.inf, price, side_price)
    if not units:
        return Bound(float(problem.penalty(np.zeros(agents)).sum()), price, side_price)
    corners = load_corners(problem)
    heights = corner_penalties(problem, corners)
    at = np.arange(units)
    hope = first_hope(problem)  # by how much the bound is expected to rise yet: sizes the steps
    stale, since = 0, -np.inf
    for _ in range(rounds):
        paid = problem.cost + price[:, None] * problem.load
        if sides:
            paid += np.einsum("sa,su->au", side_price, problem.side_weight)
        chosen: Ints = paid.argmin(0)
        inner = heights - price[:, None] * corners
        corner = inner.argmin(1)
        value = float(paid[chosen, at].sum() + inner[np.arange(agents), corner].sum())
        if sides:
            value -= float((side_price * problem.side_most).sum())
        if value > best.value:
            best = Bound(value, price.copy(), side_price.copy())
        if best.value >= since + hope / 2:
            hope, since, stale = hope * (1.2 if np.isfinite(since) else 1.0), best.value, 0
        else:
            stale += 1
            if stale >= PLATEAU:
                hope, since, stale = hope / 2, best.value, 0
                price, side_price = best.price.copy(), best.side_price.copy()
                if hope < 1e-6 * max(1.0, abs(best.value)):
                    break
                continue
        slope = problem.loads(chosen) - corners[np.arange(agents), corner]
        side_slope = problem.sides(chosen) - problem.side_most if sides else np.zeros((0, agents))
        # A price that is zero and would fall stays: its direction does not count.
        side_slope = np.where((side_price <= 0) & (side_slope < 0), 0.0, side_slope)
        if not problem.slopes.shape[1]:
            slope = np.where((price <= 0) & (slope < 0), 0.0, slope)
        length = float((slope**2).sum() + (side_slope**2).sum())
        if length <= 1e-12 or time.monotonic() > until:
            break
        step = (best.value + hope - value) / length
        price = price + step * slope
        side_price = np.maximum(side_price + step * side_slope, 0.0)
        if not problem.slopes.shape[1]:
            price = np.maximum(price, 0.0)
    return best


def load_corners(problem: Problem) -> Floats:
    """The loads (agents x corners) at which the penalty bends, with nothing and full: the lowest point of
    penalty minus price times load is always one of them."""
    capacity = problem.capacity + problem.allowance()
    found = [np.zeros(problem.agents), capacity]
    for piece in range(problem.slopes.shape[1] - 1):
        rise = problem.slopes[:, piece + 1] - problem.slopes[:, piece]
        fall = problem.heights[:, piece] - problem.heights[:, piece + 1]
        bend = np.divide(fall, rise, out=np.zeros_like(rise), where=np.abs(rise) > 1e-15)
        found.append(np.clip(bend, 0.0, capacity))
    return np.stack(found, axis=1)


def corner_penalties(problem: Problem, corners: Floats) -> Floats:
    return np.stack([problem.penalty(corners[:, corner]) for corner in range(corners.shape[1])], axis=1)


def first_hope(problem: Problem) -> float:
    """A guess at how much prices add to the sum of the cheapest costs."""
    cheapest = problem.cost.min(0)
    spread = np.where(np.isfinite(problem.cost), problem.cost, cheapest[None, :]).mean(0) - cheapest
    return 0.3 * float(spread.sum()) + 1e-3 * abs(float(cheapest.sum())) + 1e-6


def rounded(problem: Problem, bound: float) -> float:
    """What the bound is worth: up to the next integer where every cost is one, down a hair otherwise."""
    if not np.isfinite(bound):
        return bound
    if problem.whole:
        return float(np.ceil(bound - 1e-6 * max(1.0, abs(bound) * 1e-3)))
    return bound - 1e-9 * max(1.0, abs(bound))
