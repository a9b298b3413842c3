"""The neighbourhood of the local search: cyclic exchanges between agents, all looked at together.

A *node* is a unit, or the free place at an agent (one more node each, without load or cost). `change[k, j]`
is what it costs when node j comes to the agent of node k and node k leaves it. Each agent occurs once in a
cycle, so the cost of a cycle is the sum of its entries, penalty and limits included: a shift is a cycle
through a free place, a swap has two units, an ejection chain more (Thompson and Psaraftis, 1993: "Cyclic
transfer algorithms"). One matrix holds every pair, and only the rows of agents that changed are computed
anew.
"""

from typing import cast

import numpy as np

from transitions.rules.assignment.model import TOLERANCE, Bools, Floats, Ints, Problem, counted

Cycle = tuple[int, ...]


class Exchange:
    """An assignment, and what every exchange in it costs.

    With `hard` limits no exchange may go (further) over a capacity or side limit, and each unit of load by
    which an agent comes back into its limit is worth more than any cost. Otherwise going over costs `weight`
    for a unit of load.
    """

    def __init__(self, problem: Problem, agent_of: Ints, *, hard: bool = True, weight: Floats | None = None):
        self.problem, self.hard = problem, hard
        agents, units = problem.agents, problem.units
        self.agents, self.units, self.nodes = agents, units, units + agents
        self.cost = np.hstack([problem.cost, np.zeros((agents, agents))])
        self.load = np.hstack([problem.load, np.zeros((agents, agents))])
        self.side = np.hstack([problem.side_weight, np.zeros((len(problem.side_weight), agents))])
        self.room = problem.capacity + problem.allowance()
        self.side_room = problem.side_most + TOLERANCE
        finite = problem.cost[np.isfinite(problem.cost)]
        spread = float(finite.max() - finite.min()) + 1.0 if finite.size else 1.0
        mean = float(problem.load.mean()) if problem.load.size else 1.0
        self.weight = np.full(agents, 1e3 * spread / max(mean, 1e-9)) if weight is None else weight
        self.side_cost = 1e3 * spread if weight is None else 2.0 * spread
        self.change = np.full((self.nodes, self.nodes), np.inf)
        self.place(agent_of)

    def place(self, agent_of: Ints) -> None:
        """Take up an assignment."""
        self.at = np.concatenate([agent_of, np.arange(self.agents)])
        self.count()
        self.refresh(np.arange(self.agents))

    def count(self) -> None:
        nodes = np.arange(self.nodes)
        self.loads = counted(self.at, self.load[self.at, nodes], self.agents)
        self.used = np.array([np.bincount(self.at, weight, self.agents) for weight in self.side]).reshape(
            len(self.side), self.agents
        )

    @property
    def agent_of(self) -> Ints:
        return self.at[: self.units].copy()

    def over(self) -> float:
        """By how much the assignment goes over the limits."""
        found = float(np.maximum(self.loads - self.room, 0).sum())
        return found + float(np.maximum(self.used - self.side_room, 0).sum())

    def refresh(self, agents: Ints) -> None:
        """Compute the rows of the nodes at these agents anew."""
        rows = np.nonzero(np.isin(self.at, agents))[0]
        agent = self.at[rows]
        change = self.cost[agent] - self.cost[agent, rows][:, None]
        load = (self.loads[agent] - self.load[agent, rows])[:, None] + self.load[agent]
        over = np.maximum(self.loads[agent] - self.room[agent], 0.0)[:, None]
        excess = np.maximum(load - self.room[agent][:, None], 0.0) - over
        change += self.weight[agent][:, None] * excess
        if self.hard:
            change[excess > 0] = np.inf
        if self.problem.slopes.shape[1]:
            was = self.problem.penalty(self.loads)[agent]
            slopes, heights = self.problem.slopes[agent], self.problem.heights[agent]
            now = slopes[:, :1] * load + heights[:, :1]
            for piece in range(1, slopes.shape[1]):
                np.maximum(now, slopes[:, piece, None] * load + heights[:, piece, None], out=now)
            change += now - was[:, None]
        for number, weight in enumerate(self.side):
            used, room = self.used[number][agent], self.side_room[number][agent]
            then = (used - weight[rows])[:, None] + weight[None, :]
            excess = np.maximum(then - room[:, None], 0.0) - np.maximum(used - room, 0.0)[:, None]
            change += self.side_cost * excess
            if self.hard:
                change[excess > 0] = np.inf
        change[self.at[None, :] == agent[:, None]] = np.inf
        change[np.ix_(rows >= self.units, np.arange(self.nodes) >= self.units)] = np.inf
        self.change[rows] = change

    def apply(self, cycle: Cycle) -> None:
        """Carry out a cycle: each node goes to where the node before it stood."""
        agents = self.at[list(cycle)].copy()
        for place, node in enumerate(cycle):
            to = agents[place - 1]
            if node < self.units:
                self.loads[agents[place]] -= self.load[agents[place], node]
                self.loads[to] += self.load[to, node]
                self.used[:, agents[place]] -= self.side[:, node]
                self.used[:, to] += self.side[:, node]
                self.at[node] = to
        self.refresh(agents)

    def back_to(self, agent_of: Ints) -> None:
        """Return to an assignment, computing anew only what differs."""
        units = np.nonzero(self.at[: self.units] != agent_of)[0]
        if len(units):
            agents = np.unique(np.concatenate([self.at[units], agent_of[units]]))
            self.at[units] = agent_of[units]
            self.count()
            self.refresh(agents)

    def swap(self, free: Bools | None = None) -> tuple[float, Cycle]:
        """The best shift or swap among the free nodes: (what it costs, the cycle)."""
        both = self.change + self.change.T
        if free is not None:
            both[~free] = np.inf
            both[:, ~free] = np.inf
        first, second = divmod(int(both.argmin()), self.nodes)
        return float(both[first, second]), (first, second)

    def chain(self, *, depth: int = 4, width: int = 10, beam: int = 600) -> tuple[float, Cycle]:
        """The best cycle of three to `depth` nodes that a beam search finds.

        Any cycle that gains has a node from which every part of it gains so far (Lin and Kernighan), so the
        paths that cost least are the ones to follow.
        """
        best, found = np.inf, cast(Cycle, ())
        width = min(width, self.nodes - 1)
        near = np.argpartition(self.change, width, axis=1)[:, :width]
        price = np.take_along_axis(self.change, near, axis=1)
        start, index = np.nonzero(np.isfinite(price))
        paths = np.stack([start, near[start, index]], axis=1)
        paid = price[start, index]
        paths, paid = cheapest(paths, paid, beam)
        for _ in range(3, depth + 1):
            if not len(paths):
                break
            end = paths[:, -1]
            following = near[end]
            total = paid[:, None] + price[end]
            taken = (self.at[paths][:, :, None] == self.at[following][:, None, :]).any(1)
            total[taken] = np.inf
            row, column = np.nonzero(np.isfinite(total))
            if not len(row):
                break
            paid = total[row, column]
            paths = np.concatenate([paths[row], following[row, column][:, None]], axis=1)
            closed = paid + self.change[paths[:, -1], paths[:, 0]]
            lowest = int(closed.argmin())
            if closed[lowest] < best:
                best, found = float(closed[lowest]), tuple(int(node) for node in paths[lowest])
            paths, paid = cheapest(paths, paid, beam)
        return best, found


def cheapest(paths: Ints, paid: Floats, most: int) -> tuple[Ints, Floats]:
    if len(paid) <= most:
        return paths, paid
    kept = np.argpartition(paid, most)[:most]
    return paths[kept], paid[kept]
