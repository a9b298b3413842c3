"""Make an assignment better by solving parts of it with HiGHS, the rest staying where it is.

Which part is drawn: a few agents that compete for the same units, a few agents with only their cheapest
pairs, or units from everywhere. Whatever gained most for its time lately is drawn more often, and a part
grows while HiGHS is done with it quickly.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from transitions.rules.assignment.bound import Bound
from transitions.rules.assignment.highs import Model, clock, run
from transitions.rules.assignment.model import Bools, Ints, Problem
from transitions.rules.assignment.search import MOST_NODES, disturbed

SLICE = 0.6  # seconds for one part at most


@dataclass(slots=True)
class Arm:
    """A way of drawing a part: how large, and what it brought lately (gain by second, fading)."""

    kind: str
    size: float
    smallest: float
    largest: float
    worth: float = 1.0


def arms_for(problem: Problem) -> list[Arm]:
    agents = float(problem.agents)
    found = [
        Arm("agents", min(3.0, agents), 2.0, agents),
        Arm("cheap", min(5.0, agents), 2.0, agents),
        Arm("units", 0.15, 0.02, 0.6),
    ]
    if problem.units + problem.agents <= MOST_NODES:
        found.append(Arm("disturb", 12.0, 4.0, 60.0))
    return found


def polish(
    problem: Problem,
    bound: Bound,
    start: Ints,
    *,
    seed: int,
    until: float,
    found: Callable[[Ints], None],
    handed: Callable[[], Ints | None],
) -> None:
    """Improve `start` until the monotonic time `until`, telling each better assignment."""
    rng = np.random.default_rng(seed)
    reduced = bound.reduced(problem)
    reduced = reduced - reduced.min(0)
    here, value = start, problem.value(start)
    arms = arms_for(problem)
    while clock() < until:
        other = handed()
        if other is not None and problem.value(other) < value - 1e-9:
            here, value = other, problem.value(other)
        share = np.array([0.08 + arm.worth for arm in arms])
        arm = arms[int(rng.choice(len(arms), p=share / share.sum()))]
        began = clock()
        new = tried(problem, reduced, here, arm, rng, seconds=min(SLICE, until - began), seed=seed)
        spent = max(clock() - began, 1e-3)
        gain = 0.0
        if new is not None and problem.feasible(new):
            now = problem.value(new)
            if now < value - 1e-9:
                gain = (value - now) / max(abs(value), 1e-9) * 1e4
                here, value = new, now
                found(new)
        arm.worth = 0.85 * arm.worth + 0.15 * min(gain / spent, 5.0)
        if arm.kind != "disturb":
            grown = 1.06 if spent < 0.25 * SLICE else 0.94 if spent > 0.9 * SLICE else 1.0
            arm.size = float(np.clip(arm.size * grown, arm.smallest, arm.largest))


def tried(
    problem: Problem,
    reduced: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    here: Ints,
    arm: Arm,
    rng: np.random.Generator,
    *,
    seconds: float,
    seed: int,
) -> Ints | None:
    """One attempt: a whole assignment, or None when the part had no solution in time."""
    if arm.kind == "disturb":
        return disturbed(problem, here, rng, until=clock() + seconds, rounds=int(arm.size))
    if arm.kind == "units":
        number = max(2, int(arm.size * problem.units))
        dear = reduced[here, np.arange(problem.units)]
        dear = dear + float(np.median(dear)) + 1e-3 * (1.0 + float(dear.mean()))
        units = np.sort(
            rng.choice(problem.units, min(number, problem.units), replace=False, p=dear / dear.sum())
        )
        agents = np.arange(problem.agents)
        kept = ranks(reduced[:, units]) < 3
    else:
        agents = rivals(problem, reduced, here, int(round(arm.size + rng.random() - 0.5)), rng)
        units = np.nonzero(np.isin(here, agents))[0]
        price = reduced[np.ix_(agents, units)]
        if arm.kind == "agents":
            kept = ranks(price) < 4
        else:
            kept = np.zeros(price.shape, bool)
            kept.ravel()[np.argsort(price, axis=None)[: int(1.5 * len(units))]] = True
    if len(units) < 2:
        return None
    return solved(problem, here, agents, units, kept, seconds=seconds, seed=seed)


def solved(
    problem: Problem, here: Ints, agents: Ints, units: Ints, kept: Bools, *, seconds: float, seed: int
) -> Ints | None:
    """The assignment with these units placed anew among these agents, where `kept` lets them."""
    part = problem.restrict(agents, units, here)
    place = np.full(problem.agents, -1, np.int64)
    place[agents] = np.arange(len(agents))
    start = place[here[units]]
    kept[start, np.arange(len(units))] = True
    outcome = run(Model(part, kept=kept), seconds=seconds, seed=seed, start=start)
    if outcome.agent_of is None or (outcome.agent_of < 0).any():
        return None
    new = here.copy()
    new[units] = agents[outcome.agent_of]
    return new


def rivals(problem: Problem, reduced, here: Ints, number: int, rng: np.random.Generator) -> Ints:  # type: ignore[no-untyped-def]
    """One agent at random and others for which its units would be cheap."""
    number = max(2, min(number, problem.agents))
    one = int(rng.integers(0, problem.agents))
    units = np.nonzero(here == one)[0]
    if len(units) and rng.random() < 0.6:
        far = np.where(np.isfinite(reduced[:, units]), reduced[:, units], np.nan)
        near = np.nanmean(np.partition(np.nan_to_num(far, nan=1e12), 1, axis=1)[:, :3], axis=1)
    else:
        near = np.zeros(problem.agents)
    scale = float(np.median(near)) * 0.5 + 1e-9
    drawn = near / scale + rng.gumbel(size=problem.agents)
    drawn[one] = -np.inf
    found: Ints = np.sort(np.argsort(drawn)[:number])
    return found


def ranks(price) -> Ints:  # type: ignore[no-untyped-def]
    """The place of each agent in the order of its price, by unit."""
    found: Ints = np.argsort(np.argsort(price, axis=0), axis=0)
    return found
