"""What is asked of an assignment and what comes back; the question brought into one form for the solvers.

Items of one group become one *unit*, so that the solvers never see groups or pins: a unit has a cost and a
load on every agent, and a set of agents that may take it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from accounts.rules.text import Message

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST_CELLS = 4_000_000  # agents times items: about 400 MB at the worst moment
TOLERANCE = 1e-9  # of a capacity, for loads that are no integers


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which agent takes each item, what that costs, and how far from the best it can be.

    `bound` is proven: no assignment within the limits costs less. `gap` is (value - bound) / |value|.
    `method` says where the answer came from: "search" (ours), "exact" or "polish" (HiGHS).
    """

    agent_of: tuple[int, ...]
    value: float
    bound: float
    gap: float
    seconds: float
    method: str

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.gap <= 1e-9


@dataclass(frozen=True, slots=True)
class Reason:
    """Why items cannot be placed. `short` is by how much, in units of load (or of the side limit)."""

    kind: str
    items: tuple[int, ...]
    agents: tuple[int, ...]
    short: float
    message: Message


class Infeasible(Exception):
    """No assignment within the limits. `proven` is False when none was found in the time given.

    `reasons` name the items that cannot be placed and what would free them; `agent_of` is the best attempt,
    -1 where an item was left over (empty when the limits contradict each other before any attempt).
    """

    def __init__(
        self, reasons: Sequence[Reason], *, proven: bool, agent_of: Sequence[int] = (), seconds: float = 0.0
    ) -> None:
        super().__init__("; ".join(str(reason.message) for reason in reasons))
        self.reasons = tuple(reasons)
        self.proven = proven
        self.agent_of = tuple(agent_of)
        self.seconds = seconds


class TooLarge(Exception):
    """More cells (agents times items) than are solved here. Carries the `Message`."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class SideLimit:
    """At most `most` of `items` for one agent; `most` may differ by agent."""

    items: Sequence[int]
    most: float | Sequence[float]


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A convex penalty on how full each agent is, given as points (fraction of `full`, penalty).

    Between the points it is linear, beyond them it goes on with the slope of the outermost piece. An agent
    already carries `base` (0 where not given); `full` is base plus capacity where not given.
    """

    points: Sequence[tuple[float, float]]
    base: Sequence[float] = ()
    full: Sequence[float] = ()


@dataclass(slots=True)
class Problem:
    """Units (groups of items merged) by agents. Forbidden cells have infinite cost.

    `slopes` and `heights` (agents x pieces): the penalty of an agent with load L is the highest of
    slope * L + height. `side_weight` is sides x units, `side_most` sides x agents.
    """

    cost: Floats
    load: Floats
    capacity: Floats
    side_weight: Floats
    side_most: Floats
    slopes: Floats
    heights: Floats
    members: tuple[tuple[int, ...], ...] = ()
    whole: bool = False  # every cost is an integer, so a bound may be rounded up
    exact_loads: bool = False

    @property
    def agents(self) -> int:
        return int(self.cost.shape[0])

    @property
    def units(self) -> int:
        return int(self.cost.shape[1])

    def loads(self, agent_of: Ints) -> Floats:
        at = np.arange(self.units)
        return counted(agent_of, self.load[agent_of, at], self.agents)

    def penalty(self, loads: Floats) -> Floats:
        """The imbalance penalty of each agent at these loads."""
        if not self.slopes.shape[1]:
            return np.zeros(self.agents)
        found: Floats = (self.slopes * loads[:, None] + self.heights).max(1)
        return found

    def value(self, agent_of: Ints) -> float:
        """What an assignment costs, penalty included; infinite if a pair is forbidden."""
        paid = float(self.cost[agent_of, np.arange(self.units)].sum())
        return paid + float(self.penalty(self.loads(agent_of)).sum())

    def sides(self, agent_of: Ints) -> Floats:
        """How much of each side limit each agent uses (sides x agents)."""
        used = [counted(agent_of, weight, self.agents) for weight in self.side_weight]
        return np.array(used, dtype=np.float64).reshape(len(used), self.agents)

    def excess(self, agent_of: Ints) -> float:
        """How far an assignment is from the limits; 0 when it keeps them all."""
        room = self.capacity + self.allowance()
        over = np.maximum(self.loads(agent_of) - room, 0).sum()
        if len(self.side_weight):
            over += np.maximum(self.sides(agent_of) - self.side_most - TOLERANCE, 0).sum()
        return float(over)

    def allowance(self) -> Floats:
        """What rounding may add to a load before it counts as too much: nothing for integers."""
        if self.exact_loads:
            return np.zeros(self.agents)
        return TOLERANCE * np.maximum(1.0, np.abs(self.capacity))

    def feasible(self, agent_of: Ints) -> bool:
        return self.excess(agent_of) <= 0 and bool(np.isfinite(self.value(agent_of)))

    def restrict(self, agents: Ints, units: Ints, agent_of: Ints) -> "Problem":
        """The part of the problem with these agents and units; the other units stay where they are."""
        outside = np.ones(self.units, bool)
        outside[units] = False
        kept = np.nonzero(outside)[0]
        at = agent_of[kept]
        used = np.bincount(at, self.load[at, kept], self.agents)[agents]
        sides = [np.bincount(at, weight[kept], self.agents)[agents] for weight in self.side_weight]
        spent = np.array(sides).reshape(len(sides), len(agents))
        return Problem(
            cost=self.cost[np.ix_(agents, units)],
            load=self.load[np.ix_(agents, units)],
            capacity=self.capacity[agents] - used,
            side_weight=self.side_weight[:, units],
            side_most=self.side_most[:, agents] - spent,
            slopes=self.slopes[agents],
            heights=self.heights[agents] + self.slopes[agents] * used[:, None],
            whole=self.whole,
            exact_loads=self.exact_loads,
        )

    def spread(self, agent_of: Ints, items: int) -> tuple[int, ...]:
        """From units back to the items as the caller counts them."""
        found = [-1] * items
        for unit, members in enumerate(self.members):
            for item in members:
                found[item] = int(agent_of[unit])
        return tuple(found)


def counted(at: Ints, weights: Floats, length: int) -> Floats:
    """The sum of the weights at each place, as floats even where there is nothing to count."""
    return np.bincount(at, weights, length).astype(np.float64)


def matrix(values: Any, name: str) -> Floats:
    """Return a matrix of finite or infinite numbers. Raises ValueError for anything else."""
    found = np.array(values, dtype=np.float64, ndmin=2)
    if found.ndim != 2 or np.isnan(found).any():
        raise ValueError(f"{name} must be a matrix (agents x items) of numbers")
    return found


def side_limits(given: Iterable[SideLimit | tuple[Sequence[int], Any]], items: int, agents: int) -> Any:
    """Return (weights by items, most by agents) of side limits. Raises ValueError for bad indices."""
    weights, most = [], []
    for one in given:
        limit = one if isinstance(one, SideLimit) else SideLimit(*one)
        weight = np.zeros(items)
        chosen = np.unique(indices(limit.items, items, "items of a side limit"))
        weight[chosen] = 1.0
        weights.append(weight)
        most.append(np.broadcast_to(np.asarray(limit.most, dtype=np.float64), (agents,)))
    return np.array(weights).reshape(len(weights), items), np.array(most).reshape(len(most), agents)


def indices(values: Iterable[int], below: int, name: str) -> Ints:
    found = np.fromiter((int(value) for value in values), dtype=np.int64)
    if len(found) and (found.min() < 0 or found.max() >= below):
        raise ValueError(f"{name} must lie between 0 and {below - 1}")
    return found


def forbidden_cells(given: Any, agents: int, items: int) -> Bools:
    """A mask (agents x items) from a mask or from pairs (agent, item)."""
    if given is None:
        return np.zeros((agents, items), bool)
    if isinstance(given, np.ndarray) and given.dtype == bool:
        if given.shape != (agents, items):
            raise ValueError("forbidden must have the shape of cost")
        return given.copy()
    mask = np.zeros((agents, items), bool)
    pairs = [(int(agent), int(item)) for agent, item in given]
    if pairs:
        at = indices((agent for agent, _ in pairs), agents, "agents of forbidden pairs")
        mask[at, indices((item for _, item in pairs), items, "items of forbidden pairs")] = True
    return mask


def merged(groups: Iterable[Sequence[int]] | None, items: int) -> tuple[tuple[int, ...], ...]:
    """The units: groups that share an item become one, items in no group stay alone."""
    leader = list(range(items))

    def find(item: int) -> int:
        while leader[item] != item:
            leader[item] = leader[leader[item]]
            item = leader[item]
        return item

    for group in groups or ():
        members = indices(group, items, "items of a group")
        for item in members[1:]:
            a, b = find(int(members[0])), find(int(item))
            leader[max(a, b)] = min(a, b)
    units: dict[int, list[int]] = {}
    for item in range(items):
        units.setdefault(find(item), []).append(item)
    return tuple(tuple(members) for members in units.values())


def pieces(given: Imbalance | None, capacity: Floats) -> tuple[Floats, Floats]:
    """Slopes and heights (agents x pieces) of the penalty by load. Raises ValueError unless convex."""
    agents = len(capacity)
    if given is None:
        return np.zeros((agents, 0)), np.zeros((agents, 0))
    points = np.array(given.points, dtype=np.float64)
    if points.ndim != 2 or points.shape[0] < 2 or points.shape[1] != 2:
        raise ValueError("imbalance needs at least two points (fraction, penalty)")
    steps = np.diff(points, axis=0)
    if (steps[:, 0] <= 0).any():
        raise ValueError("the fractions of imbalance must rise")
    slope = steps[:, 1] / steps[:, 0]
    if (np.diff(slope) < -1e-12).any():
        raise ValueError("imbalance must be convex: its slope may not fall")
    base = np.array(given.base, dtype=np.float64) if len(given.base) else np.zeros(agents)
    full = np.array(given.full, dtype=np.float64) if len(given.full) else base + capacity
    if base.shape != (agents,) or full.shape != (agents,):
        raise ValueError("base and full of imbalance need one number for each agent")
    room = np.where(full > 0, full, np.inf)[:, None]
    height = points[:-1, 1] - slope * points[:-1, 0]
    return slope[None, :] / room, height[None, :] + slope[None, :] * base[:, None] / room


def prepare(
    cost: Any,
    load: Any,
    capacity: Any,
    *,
    forbidden: Any = None,
    pinned: Mapping[int, int] | None = None,
    groups: Iterable[Sequence[int]] | None = None,
    side: Iterable[SideLimit | tuple[Sequence[int], Any]] = (),
    imbalance: Imbalance | None = None,
) -> Problem:
    """Bring a question into one form. Raises ValueError for bad shapes, TooLarge for too many cells."""
    costs, loads = matrix(cost, "cost"), matrix(load, "load")
    agents, items = costs.shape
    room = np.asarray(capacity, dtype=np.float64)
    if loads.shape != costs.shape or room.shape != (agents,):
        raise ValueError("cost and load must be agents x items, capacity one number for each agent")
    if np.isnan(room).any() or (loads < 0).any() or not np.isfinite(loads).all():
        raise ValueError("loads must be finite and not negative, capacities numbers")
    if agents * items > MOST_CELLS:
        raise TooLarge(too_large(agents, items))
    room = np.minimum(np.maximum(room, 0.0), loads.sum(1))  # more than everything is as much as everything
    barred = forbidden_cells(forbidden, agents, items) | np.isposinf(costs)
    if np.isneginf(costs).any():
        raise ValueError("a cost may not be minus infinity")
    for item, agent in (pinned or {}).items():
        indices([agent], agents, "agents of pins")
        others = np.arange(agents) != agent
        barred[others, indices([item], items, "items of pins")[0]] = True
    members = merged(groups, items)
    weight, most = side_limits(side, items, agents)
    slopes, heights = pieces(imbalance, np.maximum(np.asarray(capacity, dtype=np.float64), 0.0))
    costs = np.where(barred, 0.0, costs)
    if len(members) < items:
        unit_of = np.zeros(items, np.int64)
        for unit, group in enumerate(members):
            unit_of[list(group)] = unit
        order = np.argsort(unit_of, kind="stable")
        starts = np.searchsorted(unit_of[order], np.arange(len(members)))
        costs = np.add.reduceat(costs[:, order], starts, axis=1)
        loads = np.add.reduceat(loads[:, order], starts, axis=1)
        barred = np.add.reduceat(barred[:, order].astype(np.int64), starts, axis=1) > 0
        weight = (
            np.add.reduceat(weight[:, order], starts, axis=1) if len(weight) else weight[:, : len(starts)]
        )
    exact = bool((loads == np.rint(loads)).all())
    if exact:
        room = np.floor(room + TOLERANCE)
    problem = Problem(
        cost=np.where(barred, np.inf, costs),
        load=loads,
        capacity=room,
        side_weight=weight,
        side_most=most,
        slopes=slopes,
        heights=heights,
        members=members,
        whole=bool((costs == np.rint(costs)).all()) and not slopes.shape[1],
        exact_loads=exact,
    )
    # A unit that is larger than an agent, alone, cannot go there: say so once, and every solver is faster.
    too_big = problem.load > (problem.capacity + problem.allowance())[:, None]
    problem.cost[too_big] = np.inf
    for side_index in range(len(weight)):
        problem.cost[weight[side_index][None, :] > most[side_index][:, None] + TOLERANCE] = np.inf
    return problem


def too_large(agents: int, items: int) -> Message:
    from accounts.rules.text import gettext_noop as _

    return Message(
        _("%(items)d accounts for %(agents)d reps are more than can be solved at once. Divide the book."),
        {"items": items, "agents": agents},
    )
