"""Assign: our own search first, then HiGHS in processes of its own, never beyond the time allowed."""

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from transitions.rules.assignment.best import Best, Better
from transitions.rules.assignment.bound import Bound, lower_bound
from transitions.rules.assignment.knapsack import knapsack_bounds, suits
from transitions.rules.assignment.model import (
    Assignment,
    Imbalance,
    Infeasible,
    Ints,
    Problem,
    SideLimit,
    prepare,
)
from transitions.rules.assignment.moves import Exchange
from transitions.rules.assignment.process import Ended, Solvers
from transitions.rules.assignment.reasons import Names, contradictions, leftovers
from transitions.rules.assignment.search import (
    MOST_NODES,
    better,
    descend,
    disturbed,
    first,
    parts,
    regret,
    second,
)

WORKER = (sys.executable, "-m", "transitions.rules.assignment.worker")
IDLE = 200  # rounds of search without anything better after which we stop


def assign(
    cost: Any,
    load: Any,
    capacity: Any,
    *,
    forbidden: Any = None,
    pinned: Mapping[int, int] | None = None,
    groups: Iterable[Sequence[int]] | None = None,
    side: Iterable[SideLimit | tuple[Sequence[int], Any]] = (),
    imbalance: Imbalance | None = None,
    time_limit_s: float,
    seed: int,
    gap_goal: float = 0.0,
    on_better: Better | None = None,
    item_names: Sequence[str] = (),
    agent_names: Sequence[str] = (),
    worker: Sequence[str] | None = WORKER,
) -> Assignment:
    """Give every item to one agent at the least total cost, within capacities.

    `cost` and `load` are agents x items, `capacity` one number for each agent; an infinite cost forbids a
    pair as `forbidden` does (pairs (agent, item) or a mask). `pinned` maps items to agents; items of a
    group go to the same agent; `side` limits how many of some items an agent gets; `imbalance` adds a
    convex penalty on how full agents are. Ends within `time_limit_s` seconds (and a fraction), earlier when
    the gap to the proven bound is at most `gap_goal`. `on_better` hears of each better assignment. Names
    are for the reasons only.

    The same question with the same seed has the same answer when it was proven best within the first two
    seconds of solving; what is found later depends on the machine.

    `worker` is the command that runs HiGHS; None works without.

    Raises Infeasible with reasons, TooLarge for more cells than are solved, ValueError for malformed input.
    """
    began = time.monotonic()
    until = began + max(0.05, time_limit_s)
    problem = prepare(
        cost,
        load,
        capacity,
        forbidden=forbidden,
        pinned=pinned,
        groups=groups,
        side=side,
        imbalance=imbalance,
    )
    items = sum(len(members) for members in problem.members)
    names = Names(item_names, agent_names)
    if found := contradictions(problem, cost, load, capacity, forbidden, pinned or {}, names):
        raise Infeasible(found, proven=True, seconds=time.monotonic() - began)
    best = Best(problem, items, began, on_better)
    solvers = Solvers(worker, best, until=until, seed=seed) if worker else None
    try:
        bound = lower_bound(problem, until=began + 0.3 * (until - began))
        best.raise_to(bound.value)
        last = searched(best, bound, until=until, seed=seed, gap_goal=gap_goal)
        ended = Ended(failed=True)
        if solvers is not None and best.gap > gap_goal:
            beside = packed(best, bound, until=began + 0.35 * (until - began))
            ended = solvers.run(bound, done=lambda: best.gap <= gap_goal, beside=beside)
    finally:
        if solvers is not None:
            solvers.stop()
    if ended.failed:
        last = alone(best, bound, last, until=until, seed=seed, gap_goal=gap_goal)
    if best.agent_of is None:
        proven = ended.left is not None
        known = ended.left is not None and (ended.left >= 0).any()
        attempt = ended.left if ended.left is not None and known else leave_out(problem, last)
        raise Infeasible(
            leftovers(problem, attempt, names),
            proven=proven,
            agent_of=problem.spread(attempt, items),
            seconds=time.monotonic() - began,
        )
    return best.answer()


def searched(best: Best, bound: Bound, *, until: float, seed: int, gap_goal: float) -> Ints:
    """Our own search for a start: by counted rounds, so that it is the same each time; by time if it must."""
    problem, now = best.problem, time.monotonic()
    last = first(problem, bound, seed=seed, until=now + 0.25 * (until - now))
    best.take(last, "search")
    if best.gap > gap_goal:
        last = second(problem, bound, last, seed=seed, until=now + 0.4 * (until - now))
        best.take(last, "search")
    return last


def packed(best: Best, bound: Bound, *, until: float) -> Iterator[Ints | None]:
    """Raise the bound by knapsacks, round after round, and make assignments of what they leave."""
    problem = best.problem
    if not suits(problem):
        return
    state: Exchange | None = None
    low = np.inf
    value = best.value if best.agent_of is not None else np.inf
    for number, (raised, part) in enumerate(knapsack_bounds(problem, bound, value=value)):
        best.raise_to(raised)
        found = None
        if number >= 20 and number % 5 == 0 and problem.units + problem.agents <= MOST_NODES:
            begun = regret(problem, bound, placed=part)
            if state is None:
                state = Exchange(problem, begun)
            state.back_to(begun)
            descend(state, until=until)
            now = problem.value(state.agent_of)
            if now < low and problem.feasible(state.agent_of):
                low, found = now, state.agent_of
        yield found
        if time.monotonic() > until:
            return


def alone(best: Best, bound: Bound, last: Ints, *, until: float, seed: int, gap_goal: float) -> Ints:
    """Go on without HiGHS while there is time: what a crash or a missing library leaves us."""
    problem = best.problem
    rng = np.random.default_rng(seed + 1)
    if best.gap > gap_goal:
        now = time.monotonic()
        for found in packed(best, bound, until=now + 0.3 * (until - now)):
            if found is not None:
                best.take(found, "search")
            if best.gap <= gap_goal:
                break
    here = best.agent_of if best.agent_of is not None else last
    idle = turn = 0
    while best.gap > gap_goal and time.monotonic() < until - 0.02 and problem.agents > 1 and idle < IDLE:
        turn += 1
        if problem.units + problem.agents > MOST_NODES:
            new = parts(problem, here, rng, until=until, rounds=20)
        elif turn % 2:
            new = second(problem, bound, here, seed=seed + turn, until=until)
        else:
            new = disturbed(problem, here, rng, until=until, rounds=60)
        best.take(new, "search")
        idle += 1
        if better(problem, new, here):
            here, idle = new, 0
    return here


def leave_out(problem: Problem, agent_of: Ints) -> Ints:
    """Take units off agents that are over a limit, the largest first, until none is; -1 for those."""
    found = agent_of.copy()
    room = problem.capacity + problem.allowance()
    loads, used = problem.loads(found), problem.sides(found)
    for unit in np.argsort(-problem.load[found, np.arange(problem.units)], kind="stable"):
        agent = found[unit]
        weight = problem.side_weight[:, unit]
        beyond = loads[agent] > room[agent]
        full = (used[:, agent] > problem.side_most[:, agent] + 1e-9) & (weight > 0)
        if beyond or full.any() or not np.isfinite(problem.cost[agent, unit]):
            loads[agent] -= problem.load[agent, unit]
            used[:, agent] -= weight
            found[unit] = -1
    return found
