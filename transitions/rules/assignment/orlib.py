"""Files of the OR-Library for generalised assignment (Beasley, 1990).

Numbers in free form. A file holds one instance, or begins with how many it holds; each is: agents, items; the
cost of each item, agent by agent; the load of each item, agent by agent; the capacities.
"""

from dataclasses import dataclass

import numpy as np

from transitions.rules.assignment.model import Floats


class BadFile(ValueError):
    """What is wrong with the file, in words."""


@dataclass(frozen=True, slots=True)
class Instance:
    cost: Floats
    load: Floats
    capacity: Floats


def parse(text: str) -> tuple[Instance, ...]:
    """Return the instances of a file. Raises BadFile."""
    try:
        numbers = np.array([float(word) for word in text.split()])
    except ValueError as error:
        raise BadFile(f"not a number: {error}") from None
    if len(numbers) < 2 or not np.isfinite(numbers).all():
        raise BadFile("at least the numbers of agents and items are needed")
    single = numbers[:2]
    if (single >= 1).all() and len(numbers) == 2 + 2 * single[0] * single[1] + single[0]:
        return (taken(numbers, 0)[0],)
    found, at = [], 1
    for _ in range(int(numbers[0])):
        instance, at = taken(numbers, at)
        found.append(instance)
    if at != len(numbers) or not found:
        raise BadFile(f"{len(numbers) - at} numbers are left over")
    return tuple(found)


def taken(numbers: Floats, at: int) -> tuple[Instance, int]:
    if at + 2 > len(numbers):
        raise BadFile("the file ends early")
    agents, items = int(numbers[at]), int(numbers[at + 1])
    cells = agents * items
    at += 2
    if agents < 1 or items < 1 or at + 2 * cells + agents > len(numbers):
        raise BadFile("the file ends early")
    cost = numbers[at : at + cells].reshape(agents, items)
    load = numbers[at + cells : at + 2 * cells].reshape(agents, items)
    at += 2 * cells
    return Instance(cost, load, numbers[at : at + agents]), at + agents
