"""Why items cannot be placed, and what would free them, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from accounts.rules.text import Message
from accounts.rules.text import gettext_noop as _
from transitions.rules.assignment.model import Bools, Floats, Ints, Problem, Reason, forbidden_cells, matrix

FREES = {
    "forbidden": _("%(item)s: every rep is ruled out. Allow at least one."),
    "size": _(
        "%(item)s is too large for every rep who may take it: %(short)s more capacity is needed at %(agent)s."
    ),
    "pins_differ": _(
        "%(item)s must stay together, but the accounts are pinned to different reps: %(agents)s."
    ),
    "pin_forbidden": _(
        "%(item)s is pinned to %(agent)s, who is ruled out for it. Release the pin or allow the pair."
    ),
    "pin_capacity": _(
        "%(item)s is pinned to %(agent)s, who lacks capacity for it by %(short)s. "
        "Release the pin or add capacity."
    ),
    "pin_limit": _(
        "%(item)s is pinned to %(agent)s, whose limit it exceeds by %(short)s. "
        "Release the pin or raise the limit."
    ),
    "group": _("%(item)s must stay together, but no rep may take all of them. Separate them or allow a rep."),
    "limit": _("%(item)s exceeds a limit on every rep who may take it, by %(short)s. Raise the limit."),
    "pins_capacity": _(
        "Only %(agent)s may take these, and lacks capacity for them by %(short)s: %(item)s. "
        "Add capacity, release a pin or allow another rep."
    ),
    "pins_limit": _(
        "Only %(agent)s may take these, and they exceed a limit by %(short)s: %(item)s. "
        "Raise the limit, release a pin or allow another rep."
    ),
    "capacity": _(
        "All capacity together falls short by %(short)s. Add capacity, or keep accounts out of the book."
    ),
    "limits": _("A limit on %(item)s allows %(short)s fewer than there are. Raise the limit for a rep."),
    "left_over": _("%(item)s found no place. %(short)s more capacity at %(agent)s would free it."),
    "left_limit": _("%(item)s found no place. Raising the limit of %(agent)s by %(short)s would free it."),
}
MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Names:
    """What items and agents are called in the reasons; their numbers where no name is given."""

    items: Sequence[str] = ()
    agents: Sequence[str] = ()

    def item(self, number: int) -> str:
        return self.items[number] if number < len(self.items) else f"#{number}"

    def agent(self, number: int) -> str:
        return self.agents[number] if number < len(self.agents) else f"#{number}"

    def listed(self, numbers: Sequence[int]) -> str:
        shown = ", ".join(self.item(number) for number in numbers[:MOST_NAMES])
        return shown + ", \N{HORIZONTAL ELLIPSIS}" if len(numbers) > MOST_NAMES else shown

    def reason(self, kind: str, items: Sequence[int], agents: Sequence[int], short: float = 0.0) -> Reason:
        params = {
            "item": self.listed(items),
            "agent": self.agent(agents[0]) if len(agents) else "",
            "agents": ", ".join(self.agent(agent) for agent in agents),
            "short": f"{short:.6g}",
        }
        return Reason(
            kind, tuple(items), tuple(int(one) for one in agents), short, Message(FREES[kind], params)
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as it was put: by items, before groups were merged."""

    barred: Bools
    pinned: Mapping[int, int]
    load: Floats
    capacity: Floats


def contradictions(
    problem: Problem,
    cost: Any,
    load: Any,
    capacity: Any,
    forbidden: Any,
    pinned: Mapping[int, int],
    names: Names,
) -> tuple[Reason, ...]:
    """What can be said without searching: units nobody may take, pins over a limit, too little in all."""
    costs = matrix(cost, "cost")
    barred = forbidden_cells(forbidden, *costs.shape) | np.isposinf(costs)
    room = np.maximum(np.asarray(capacity, dtype=np.float64), 0.0)
    asked = Asked(barred, pinned, matrix(load, "load"), room)
    homeless = np.nonzero(~np.isfinite(problem.cost).any(0))[0]
    found = [homeless_reason(problem, int(unit), asked, names) for unit in homeless]
    if not found:
        found = pins_over(problem, asked, names)
    if not found:
        found = too_little(problem, names)
    return tuple(found)


def homeless_reason(problem: Problem, unit: int, asked: Asked, names: Names) -> Reason:
    members = problem.members[unit]
    pins = sorted({asked.pinned[item] for item in members if item in asked.pinned})
    if len(pins) > 1:
        return names.reason("pins_differ", members, pins)
    over = over_limits(problem, unit)
    if pins:
        agent = pins[0]
        if asked.barred[agent, list(members)].any():
            return names.reason("pin_forbidden", members, [agent])
        short = float(problem.load[agent, unit] - problem.capacity[agent])
        if short > 0:
            return names.reason("pin_capacity", members, [agent], short)
        return names.reason("pin_limit", members, [agent], float(over[agent]))
    barred = asked.barred[:, list(members)]
    if barred.all(0).any():
        none = [item for place, item in enumerate(members) if barred[:, place].all()]
        return names.reason("forbidden", none, [])
    open_to = np.nonzero(~barred.any(1))[0]
    if not len(open_to):
        return names.reason("group", members, [])
    short_by = np.maximum(problem.load[open_to, unit] - problem.capacity[open_to], 0.0)
    if (short_by > 0).all():
        nearest = int(short_by.argmin())
        return names.reason("size", members, [int(open_to[nearest])], float(short_by[nearest]))
    least = int(over[open_to].argmin())
    return names.reason("limit", members, [int(open_to[least])], float(over[open_to][least]))


def over_limits(problem: Problem, unit: int) -> Floats:
    """By how much a unit alone exceeds the side limits of each agent, the worst of them."""
    if not len(problem.side_weight):
        return np.zeros(problem.agents)
    found: Floats = (problem.side_weight[:, unit][:, None] - problem.side_most).max(0)
    return found


def pins_over(problem: Problem, asked: Asked, names: Names) -> list[Reason]:
    """Agents who get more by pins alone (and by being the only one allowed) than they may have."""
    allowed = np.isfinite(problem.cost)
    bound = allowed.sum(0) == 1
    agent_of = np.where(bound, allowed.argmax(0), -1)
    found = []
    room = problem.capacity + problem.allowance()
    for agent in range(problem.agents):
        units = np.nonzero(agent_of == agent)[0]
        items = [item for unit in units for item in problem.members[unit]]
        short = float(problem.load[agent, units].sum() - problem.capacity[agent])
        if problem.load[agent, units].sum() > room[agent]:
            found.append(names.reason("pins_capacity", items, [agent], short))
        for weight, most in zip(problem.side_weight, problem.side_most[:, agent], strict=True):
            over = float(weight[units].sum() - most)
            if over > 1e-9:
                held = [item for unit in units if weight[unit] for item in problem.members[unit]]
                found.append(names.reason("pins_limit", held, [agent], over))
    return found


def too_little(problem: Problem, names: Names) -> list[Reason]:
    """Whether all agents together are too few, however the units are placed."""
    found = []
    least = np.where(np.isfinite(problem.cost), problem.load, np.inf).min(0).sum()
    room = (problem.capacity + problem.allowance()).sum()
    if least > room * (1 + 1e-12):
        every = [item for members in problem.members for item in members]
        found.append(names.reason("capacity", every, [], float(least - problem.capacity.sum())))
    for weight, most in zip(problem.side_weight, problem.side_most, strict=True):
        over = float(weight.sum() - np.maximum(np.minimum(most, weight.sum()), 0.0).sum())
        if over > 1e-9:
            held = [item for unit in np.nonzero(weight)[0] for item in problem.members[unit]]
            found.append(names.reason("limits", held, [], over))
    return found


def leftovers(problem: Problem, agent_of: Ints, names: Names) -> tuple[Reason, ...]:
    """What found no place in the best attempt (-1), and where the least would have to give way."""
    placed = np.nonzero(agent_of >= 0)[0]
    at = agent_of[placed]
    loads = np.bincount(at, problem.load[at, placed], problem.agents)
    found = []
    for unit in np.nonzero(agent_of < 0)[0]:
        allowed = np.isfinite(problem.cost[:, unit])
        short = np.maximum(loads + problem.load[:, unit] - problem.capacity, 0.0)
        over = np.zeros(problem.agents)
        for weight, most in zip(problem.side_weight, problem.side_most, strict=True):
            used = np.bincount(at, weight[placed], problem.agents)
            over = np.maximum(over, np.where(weight[unit] > 0, used + weight[unit] - most, 0.0))
        total = np.where(allowed, short + 1e-6 * problem.load[:, unit] + over, np.inf)
        agent = int(total.argmin())
        kind = "left_over" if short[agent] > 0 or over[agent] <= 0 else "left_limit"
        by = float(short[agent] if kind == "left_over" else over[agent])
        found.append(names.reason(kind, problem.members[unit], [agent], by))
    return tuple(found)
