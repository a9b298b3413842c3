"""A good assignment without any solver: the start for HiGHS, and the answer where HiGHS has none.

Two ways begin: by regret, one unit after the other within the limits, and by a walk that may go over the
limits at a price that rises and falls. Both end in descents through exchanges; then rounds of disturbing
and descending. A large problem is worked on in parts, a few agents at a time.
"""

import time

import numpy as np

from transitions.rules.assignment.bound import Bound
from transitions.rules.assignment.model import Bools, Floats, Ints, Problem
from transitions.rules.assignment.moves import Exchange

MOST_NODES = 700  # in one matrix of exchanges
GAIN = -1e-9
ROUNDS = 40  # of disturbing and descending before HiGHS is asked


def first(problem: Problem, bound: Bound, *, seed: int, until: float) -> Ints:
    """A quick assignment, within the limits if one is found; `problem.feasible` says so."""
    rng = np.random.default_rng(seed)
    found = min(
        (regret(problem, bound), regret(problem, bound, placed=rounding(problem, bound))),
        key=lambda one: (problem.excess(one), problem.value(one)),
    )
    if problem.units + problem.agents > MOST_NODES:
        return parts(problem, found, rng, until=until, rounds=problem.agents)
    state = Exchange(problem, found)
    descend(state, until=until)
    found = state.agent_of
    if problem.excess(found) > 0:
        return disturbed(problem, found, rng, until=until, rounds=1000, enough=True)
    return found


def second(problem: Problem, bound: Bound, agent_of: Ints, *, seed: int, until: float) -> Ints:
    """What else the search finds in counted rounds: by a walk, then by disturbing the better of both."""
    rng = np.random.default_rng(seed)
    best = agent_of
    if problem.units + problem.agents > MOST_NODES:
        return parts(problem, best, rng, until=until, rounds=2 * problem.agents)
    began = time.monotonic()
    walked = walk(problem, bound, rng, until=began + 0.6 * (until - began))
    state = Exchange(problem, walked)
    descend(state, until=until)
    if better(problem, state.agent_of, best):
        best = state.agent_of
    return disturbed(problem, best, rng, until=until, rounds=ROUNDS)


def better(problem: Problem, one: Ints, other: Ints) -> bool:
    """Whether an assignment is nearer to the limits, or as near and cheaper."""
    excess = problem.excess(one), problem.excess(other)
    if excess[0] != excess[1]:
        return excess[0] < excess[1]
    return problem.value(one) < problem.value(other) - 1e-9


def rounding(problem: Problem, bound: Bound) -> Ints:
    """Each unit with its cheapest agent at the prices of the bound, where that fits; -1 elsewhere.

    An agent that is asked for too much keeps the units for which going elsewhere costs most.
    """
    reduced = bound.reduced(problem)
    found: Ints = reduced.argmin(0)
    if problem.agents < 2:
        return found
    two = np.partition(reduced, 1, axis=0)[:2]
    dear = np.where(np.isfinite(two[1]), two[1], 1e12) - two[0]
    left = problem.capacity + problem.allowance()
    side_left = problem.side_most + 1e-9
    for unit in np.argsort(-dear, kind="stable"):
        agent = found[unit]
        weight = problem.side_weight[:, unit]
        if problem.load[agent, unit] <= left[agent] and (weight <= side_left[:, agent]).all():
            left[agent] -= problem.load[agent, unit]
            side_left[:, agent] -= weight
        else:
            found[unit] = -1
    return found


def regret(problem: Problem, bound: Bound, *, placed: Ints | None = None) -> Ints:
    """Place units in the order of what waiting would cost, each where it is cheapest and fits.

    What fits nowhere goes where it is least too much: the descent that follows repairs it. What is `placed`
    already (not -1) stays there.
    """
    reduced = bound.reduced(problem)
    found = np.full(problem.units, -1, np.int64) if placed is None else placed.copy()
    waiting = found < 0
    at = np.nonzero(~waiting)[0]
    left = problem.capacity + problem.allowance()
    left = left - np.bincount(found[at], problem.load[found[at], at], problem.agents)
    side_left = problem.side_most + 1e-9
    for number, weight in enumerate(problem.side_weight):
        side_left[number] -= np.bincount(found[at], weight[at], problem.agents)
    most = 60_000_000 // max(1, problem.agents * problem.units)  # how often the order can be looked at anew
    batch = max(1, problem.units // max(1, most))
    while waiting.any():
        units = np.nonzero(waiting)[0]
        price = open_prices(problem, reduced, units, left, side_left)
        if problem.agents > 1:
            two = np.partition(price, 1, axis=0)[:2]
            urgency = np.where(np.isfinite(two[1]), two[1], 1e12) - np.where(
                np.isfinite(two[0]), two[0], 2e12
            )
            urgency = urgency + 1e-3 * problem.load[:, units].max(0)
        else:
            urgency = problem.load[0, units]
        for place in np.argsort(-urgency, kind="stable")[:batch]:
            unit = units[place]
            column = open_prices(problem, reduced, units[place : place + 1], left, side_left)[:, 0]
            if np.isfinite(column).any():
                agent = int(column.argmin())
            else:
                short = np.where(np.isfinite(problem.cost[:, unit]), problem.load[:, unit] - left, np.inf)
                agent = int(short.argmin())
            found[unit] = agent
            left[agent] -= problem.load[agent, unit]
            side_left[:, agent] -= problem.side_weight[:, unit]
            waiting[unit] = False
    return found


def open_prices(
    problem: Problem, reduced: "np.ndarray", units: Ints, left: Floats, side_left: Floats
) -> Floats:
    """What placing these units costs at the prices of the bound; infinite where they do not fit any more."""
    fits = problem.load[:, units] <= left[:, None]
    for weight, room in zip(problem.side_weight[:, units], side_left, strict=True):
        fits &= weight[None, :] <= room[:, None]
    return np.where(fits, reduced[:, units], np.inf)


def walk(problem: Problem, bound: Bound, rng: np.random.Generator, *, until: float, steps: int = 800) -> Ints:
    """Exchange the best pair at each step, whatever it costs, with units resting after a move.

    Going over a capacity is allowed at a price, which rises while the walk stays outside the limits and falls
    while it stays inside (after Yagiura, Ibaraki and Glover, 2004). Returns the best assignment within the
    limits, or the last one.
    """
    floor = 1e-3 + 0.05 * float(bound.price.mean())
    weight = 2.0 * np.maximum(bound.price, floor)
    start: Ints = bound.reduced(problem).argmin(0)
    state = Exchange(problem, start, hard=False, weight=weight)
    rest = np.zeros(state.nodes, np.int64)
    best, best_value, inside = start, np.inf, 0
    tenure = 3 + min(10, problem.units // 10)
    for step in range(1, steps + 1):
        if step % 32 == 0 and time.monotonic() > until:
            break
        cost, cycle = state.swap(rest <= step)
        if not np.isfinite(cost):
            rest[:] = 0
            continue
        state.apply(cycle)
        rest[[node for node in cycle if node < state.units]] = step + tenure + rng.integers(0, tenure)
        if state.over() <= 0:
            inside += 1
            value = problem.value(state.at[: state.units])
            if value < best_value:
                best, best_value = state.agent_of, value
        if step % 20 == 0:
            factor = 1.25 if inside == 0 else 0.93 if inside > 8 else 1.0
            if factor != 1.0:
                state.weight = state.weight * factor
                state.refresh(np.arange(state.agents))
            inside = 0
    return best if np.isfinite(best_value) else state.agent_of


def descend(state: Exchange, *, until: float, depth: int = 4, free: Bools | None = None) -> None:
    """Exchange while it gains: pairs first, longer chains when no pair does. Only pairs of `free` nodes."""
    while time.monotonic() < until:
        cost, cycle = state.swap(free)
        if cost >= GAIN and depth > 2 and free is None:
            cost, cycle = state.chain(depth=depth)
        if cost >= GAIN:
            return
        state.apply(cycle)


def push(state: Exchange, rng: np.random.Generator, *, until: float) -> None:
    """Move a unit away from an agent who is over a limit to one that must make room for it.

    The unit stays there until others have made that room: this is how several small units give way to one
    large one, which no exchange of one for one finds.
    """
    problem = state.problem
    beyond = state.loads > state.room
    if len(state.side):
        beyond = beyond | (state.used > state.side_room).any(0)
    units = np.nonzero(beyond[state.at[: problem.units]])[0]
    if not len(units):
        return
    unit = int(rng.choice(units))
    short = np.maximum(state.loads + problem.load[:, unit] - state.room, 0.0)
    short[~np.isfinite(problem.cost[:, unit])] = np.inf
    short[state.at[unit]] = np.inf
    for used, room, weight in zip(state.used, state.side_room, state.side, strict=True):
        short[used + weight[unit] > room] = np.inf
    scale = float(problem.load[:, unit].mean()) * 0.3 + 1e-9
    agent = int((short / scale + rng.gumbel(size=problem.agents)).argmin())
    if np.isfinite(short[agent]):
        state.apply((unit, problem.units + agent))
        free = np.ones(state.nodes, bool)
        free[unit] = False
        descend(state, until=until, free=free)


def disturbed(
    problem: Problem,
    agent_of: Ints,
    rng: np.random.Generator,
    *,
    until: float,
    rounds: int,
    enough: bool = False,
) -> Ints:
    """Disturb and descend for some rounds, going on from what is no worse; returns the best.

    With `enough` it ends as soon as the limits are kept.
    """
    state = Exchange(problem, agent_of)
    descend(state, until=until)
    dear = float(state.weight.max())

    def worth() -> float:
        at = state.at[: state.units]
        return problem.value(at) + dear * problem.excess(at)

    here, value = state.agent_of, worth()
    best, best_value = here, value
    scale = level_of(problem)
    for turn in range(rounds):
        over = state.over() > 0
        if time.monotonic() > until or (enough and problem.excess(best) <= 0):
            break
        if over and rng.random() < 0.9:
            push(state, rng, until=until)
        elif not over and rng.random() < 0.3:
            prefer(state, rng, scale, until=until)
        else:
            kick(state, rng, scale)
        descend(state, until=until)
        now = worth()
        if now < best_value - 1e-9:
            best, best_value = state.agent_of, now
        same = over and problem.excess(state.at[: state.units]) <= problem.excess(here)
        if same or now <= value + scale * (1 - turn / rounds) * float(rng.exponential(0.5)):
            here, value = state.agent_of, now
        else:
            state.back_to(here)
    return best


def kick(state: Exchange, rng: np.random.Generator, scale: float) -> None:
    """One to three exchanges drawn at random, cheap ones more often."""
    for _ in range(int(rng.integers(1, 4))):
        node = int(rng.integers(0, state.nodes))
        cost = state.change[node] + state.change[:, node]
        other = int((cost + scale * rng.gumbel(size=state.nodes)).argmin())
        if np.isfinite(cost[other]):
            state.apply((node, other))


def prefer(state: Exchange, rng: np.random.Generator, scale: float, *, until: float) -> None:
    """Move a unit to an agent for whom it costs less, full or not, and let others make room for it there."""
    problem = state.problem
    units = np.arange(problem.units)
    at = state.at[: problem.units]
    saved = problem.cost[at, units][None, :] - problem.cost
    saved = np.where(np.isfinite(saved), saved, -np.inf)
    drawn = saved + scale * rng.gumbel(size=saved.shape)
    drawn[at, units] = -np.inf
    for used, room, weight in zip(state.used, state.side_room, state.side, strict=True):
        drawn[used[:, None] + weight[None, : problem.units] > room[:, None]] = -np.inf
    agent, unit = divmod(int(drawn.argmax()), problem.units)
    if np.isfinite(drawn[agent, unit]):
        state.apply((unit, problem.units + agent))
        free = np.ones(state.nodes, bool)
        free[unit] = False
        descend(state, until=until, free=free)


def level_of(problem: Problem) -> float:
    """What a small loss is: the median distance between the best and the second-best agent of a unit."""
    if problem.agents < 2:
        return 1.0
    two = np.partition(problem.cost, 1, axis=0)[:2]
    far = two[1] - two[0]
    far = far[np.isfinite(far) & (far > 0)]
    return float(np.median(far)) if len(far) else 1.0


def parts(
    problem: Problem,
    agent_of: Ints,
    rng: np.random.Generator,
    *,
    until: float,
    rounds: int,
) -> Ints:
    """Work on a large problem a few agents at a time; those over their limit come first."""
    found = agent_of.copy()
    room = problem.capacity + problem.allowance()
    for _ in range(rounds):
        if time.monotonic() > until:
            break
        over = problem.loads(found) - room
        if len(problem.side_weight):
            over = over + 1e3 * np.maximum(problem.sides(found) - problem.side_most - 1e-9, 0).sum(0)
        agents = chosen(problem, found, over, rng)
        units = np.nonzero(np.isin(found, agents))[0]
        if not len(units) or len(units) > 4 * MOST_NODES:
            continue
        part = problem.restrict(agents, units, found)
        place = np.full(problem.agents, -1, np.int64)
        place[agents] = np.arange(len(agents))
        state = Exchange(part, place[found[units]])
        descend(state, until=until, depth=3)
        found[units] = agents[state.agent_of]
    return found


def chosen(problem: Problem, agent_of: Ints, over: Floats, rng: np.random.Generator) -> Ints:
    """A few agents whose units fit one matrix: one over its limit with those that have room, or any."""
    count = np.bincount(agent_of, minlength=problem.agents)
    order = rng.permutation(problem.agents)
    if (over > 0).any():
        worst = int(np.where(over > 0, over * (0.5 + rng.random(problem.agents)), -np.inf).argmax())
        roomy = np.argsort(over + 0.3 * np.abs(over) * rng.random(problem.agents))
        order = np.concatenate([[worst], roomy[roomy != worst]])
    taken = np.cumsum(count[order] + 1) <= MOST_NODES
    taken[:2] = True
    kept: Ints = order[taken]
    return kept
