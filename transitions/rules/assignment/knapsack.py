"""A stronger bound where loads are integers and capacities small: every agent packs a knapsack of their own.

Here it is relaxed that each unit is given once. A unit has a price, every agent takes what pays at these
prices, exactly, within capacity and with the imbalance penalty; units taken twice become dearer, units left
over cheaper. The bound lies at least as high as that of `bound`, from whose prices it starts (Fisher,
Jaikumar and Van Wassenhove, 1986: "A multiplier adjustment method for the generalized assignment problem").
"""

from collections.abc import Iterator

import numpy as np

from transitions.rules.assignment.bound import Bound
from transitions.rules.assignment.model import Bools, Floats, Ints, Problem

MOST = 12_000_000  # agents times units times capacity: some hundredths of a second for a round
PLATEAU = 8


def suits(problem: Problem) -> bool:
    if not problem.exact_loads or not problem.units:
        return False
    return problem.agents * problem.units * (float(problem.capacity.max()) + 1) <= MOST


def knapsack_bounds(
    problem: Problem, bound: Bound, *, value: float, rounds: int = 400
) -> Iterator[tuple[float, Ints]]:
    """Yield, after each round, the best bound so far and what the knapsacks leave of an assignment.

    `value` is that of a good assignment. A unit that nobody takes is -1; of those who take one, the agent
    has it for whom it costs least.
    """
    reduced = bound.reduced(problem)
    price = reduced.min(0)
    paid = problem.cost
    fixed = 0.0
    if len(problem.side_weight):
        paid = paid + np.einsum("sa,su->au", bound.side_price, problem.side_weight)
        fixed = -float((bound.side_price * problem.side_most).sum())
    best, best_price = -np.inf, price
    hope = max(0.3 * (value - bound.value), 1e-6 * abs(bound.value)) if np.isfinite(value) else 1.0
    stale, since = 0, -np.inf
    for _ in range(rounds):
        packed, taken = pack(problem, paid - price[None, :])
        found = packed + float(price.sum()) + fixed
        if found > best:
            best, best_price = found, price
        dear = np.where(taken, problem.cost, np.inf)
        yield best, np.where(taken.any(0), dear.argmin(0), -1)
        if best >= since + hope / 2:
            since, stale = best, 0
        else:
            stale += 1
            if stale >= PLATEAU:
                hope, since, stale, price = hope / 2, best, 0, best_price
                if hope < 1e-5 * max(1.0, abs(best) * 1e-3):
                    return
                continue
        slope = 1.0 - taken.sum(0)
        length = float((slope**2).sum())
        if length == 0:
            return  # every unit is taken once: this is an assignment, and the best
        price = price + (best + hope - found) / length * slope


def pack(problem: Problem, gain: Floats) -> tuple[float, Bools]:
    """The least sum of every agent's knapsack, and what they take (agents x units).

    A table of agents x loads is carried through the units; what was taken where is kept for the way back.
    """
    agents, units = problem.agents, problem.units
    width = int(problem.capacity.max()) + 1
    load = problem.load.astype(np.int64)
    rows = np.arange(agents)[:, None]
    places = np.arange(width)[None, :]
    bent = problem.slopes.shape[1] > 0
    table = np.full((agents, width), np.inf if bent else 0.0)
    table[:, 0] = 0.0
    # Without a penalty, or with one that never falls, only what gains is worth taking.
    falls = bent and bool((problem.slopes < 0).any())
    asked = np.arange(units) if falls else np.nonzero((gain < 0).any(0))[0]
    took = np.zeros((len(asked), agents, width), bool)
    for number, unit in enumerate(asked):
        before = places - load[:, unit][:, None]
        without = table[rows, np.maximum(before, 0)] + gain[:, unit][:, None]
        without[before < 0] = np.inf
        np.less(without, table, out=took[number])
        np.minimum(table, without, out=table)
    capacity = problem.capacity.astype(np.int64)
    if bent:
        penalty = np.stack([problem.penalty(np.full(agents, float(place))) for place in range(width)], axis=1)
        table = np.where(places <= capacity[:, None], table + penalty, np.inf)
        at = table.argmin(1)
    else:
        at = capacity.copy()
    total = float(table[np.arange(agents), at].sum())
    taken = np.zeros((agents, units), bool)
    for number in range(len(asked) - 1, -1, -1):
        here = took[number, np.arange(agents), at]
        taken[here, asked[number]] = True
        at = at - np.where(here, load[:, asked[number]], 0)
    return total, taken
