"""Every assignment of a small question, one after the other: what `assign` is held against."""

from itertools import product

import numpy as np


def penalty_of(points, fraction):
    """A convex penalty between its points, and beyond them as the outermost pieces go on."""
    lines = [
        (b[1] - a[1]) / (b[0] - a[0]) * (fraction - a[0]) + a[1]
        for a, b in zip(points, points[1:], strict=False)
    ]
    return max(lines)


def value_of(question, agent_of):
    cost = np.asarray(question["cost"], dtype=float)
    found = sum(cost[agent, item] for item, agent in enumerate(agent_of))
    if imbalance := question.get("imbalance"):
        load = np.asarray(question["load"], dtype=float)
        for agent in range(len(cost)):
            base = imbalance.base[agent] if len(imbalance.base) else 0.0
            full = imbalance.full[agent] if len(imbalance.full) else base + question["capacity"][agent]
            held = base + sum(load[agent, item] for item, at in enumerate(agent_of) if at == agent)
            found += penalty_of(imbalance.points, held / full if full > 0 else 0.0)
    return found


def broken(question, agent_of):
    """Which limits an assignment breaks, in words; none when it keeps them all."""
    load = np.asarray(question["load"], dtype=float)
    found = []
    for agent, most in enumerate(question["capacity"]):
        held = sum(load[agent, item] for item, at in enumerate(agent_of) if at == agent)
        if held > max(most, 0) + 1e-9 * max(1, abs(most)):
            found.append(f"agent {agent} holds {held} of {most}")
    for agent, item in question.get("forbidden") or ():
        if agent_of[item] == agent:
            found.append(f"item {item} with agent {agent} is forbidden")
    for item, agent in (question.get("pinned") or {}).items():
        if agent_of[item] != agent:
            found.append(f"item {item} is not where it was pinned")
    for group in question.get("groups") or ():
        if len({agent_of[item] for item in group}) > 1:
            found.append(f"group {group} was torn apart")
    for items, most in question.get("side") or ():
        for agent in range(len(load)):
            allowed = most[agent] if hasattr(most, "__len__") else most
            if sum(agent_of[item] == agent for item in set(items)) > allowed + 1e-9:
                found.append(f"agent {agent} has more than {allowed} of {items}")
    return found


def best_of(question):
    """The least value, or None when nothing keeps the limits."""
    agents, items = np.asarray(question["cost"]).shape
    values = [
        value_of(question, agent_of)
        for agent_of in product(range(agents), repeat=items)
        if not broken(question, agent_of)
    ]
    return min(values, default=None)
