"""A whole book as a question for `assign`: misfit, disruption and imbalance in one sum, limits beside it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from transitions.rules.assignment import Imbalance, SideLimit
from transitions.rules.fit import scores
from transitions.rules.fit.facts import AccountFacts, Period, RepFacts
from transitions.rules.fit.scores import Bools, Floats
from transitions.rules.fit.weights import STANDARD, Weights

POINTS = 1000  # what a misfit of 1 costs on a small account


@dataclass(frozen=True, slots=True)
class Question:
    """The arguments of `assign` (reps are agents, accounts are items), and what its value is made of."""

    cost: Floats
    load: Floats
    capacity: Floats
    forbidden: Bools
    groups: tuple[tuple[int, ...], ...]
    side: tuple[SideLimit, ...]
    imbalance: Imbalance
    pinned: Mapping[int, int]
    item_names: tuple[str, ...]
    agent_names: tuple[str, ...]
    fit: Floats  # 0 to 1, without workload
    misfit: Floats  # what the part of misfit costs
    disruption: Floats

    def arguments(self) -> dict[str, Any]:
        """What `assign` is called with: `assign(**question.arguments(), time_limit_s=20, seed=1)`."""
        return {
            "cost": self.cost,
            "load": self.load,
            "capacity": self.capacity,
            "forbidden": self.forbidden,
            "groups": self.groups,
            "side": self.side,
            "imbalance": self.imbalance,
            "pinned": self.pinned,
            "item_names": self.item_names,
            "agent_names": self.agent_names,
        }


def question(
    reps: Sequence[RepFacts],
    accounts: Sequence[AccountFacts],
    *,
    period: Period,
    weights: Weights = STANDARD,
    pinned: Mapping[int, int] | None = None,
    excluded: Collection[tuple[int, int]] = (),
) -> Question:
    """Put a book as a question for `assign`.

    `pinned` maps account keys to rep keys, `excluded` holds pairs (rep key, account key). A pin overrides
    what only makes a rep unfit, not the limits. The workload part is left out of the misfit, because
    imbalance and capacity say the same for all accounts together. Raises KeyError for keys that are not
    among those given.
    """
    row = {rep.key: place for place, rep in enumerate(reps)}
    column = {account.key: place for place, account in enumerate(accounts)}
    found = scores.scores(reps, accounts, weights, period)
    fit = scores.total(found, weights, without=("workload",))
    bars = scores.bars(reps, accounts, weights)
    # Capacity is left to the solver: it knows what else the rep gets.
    forbidden: Bools = bars["seniority"] | bars["clash"] | bars["language"]
    for rep, account in excluded:
        forbidden[row[rep], column[account]] = True
    importance = np.array([weights.tier_weight.get(account.tier, 1.0) for account in accounts])
    misfit = np.rint(POINTS * (1 - fit) * importance[None, :])
    disruption = np.rint(POINTS * weights.disruption * importance[None, :] * new_to(reps, accounts))
    base = np.array([max(rep.workload + rep.planned, 0.0) for rep in reps])
    full = np.array([max(rep.capacity, 1e-9) for rep in reps])
    strategic = [place for place, account in enumerate(accounts) if account.tier == "strategic"]
    most = [float(max(0, weights.most_strategic - rep.strategic_new)) for rep in reps]
    return Question(
        cost=misfit + disruption,
        load=np.tile(np.array([account.load for account in accounts]), (len(reps), 1)),
        capacity=np.array([max(rep.room, 0.0) for rep in reps]),
        forbidden=forbidden,
        groups=families(accounts, column),
        side=(SideLimit(strategic, most),) if strategic else (),
        imbalance=Imbalance(
            [(share, penalty * POINTS) for share, penalty in weights.imbalance],
            base=list(base),
            full=list(full),
        ),
        pinned={column[account]: row[rep] for account, rep in (pinned or {}).items()},
        item_names=tuple(account.name for account in accounts),
        agent_names=tuple(rep.name for rep in reps),
        fit=fit,
        misfit=misfit,
        disruption=disruption,
    )


def new_to(reps: Sequence[RepFacts], accounts: Sequence[AccountFacts]) -> Floats:
    """1 where the rep is new to the account, 0 for its owner, 0.5 for who has a role there already."""
    found = np.ones((len(reps), len(accounts)))
    row = {rep.key: place for place, rep in enumerate(reps)}
    for column, account in enumerate(accounts):
        for key in account.involved:
            if key in row:
                found[row[key], column] = 0.5
        if account.owner in row:
            found[row[account.owner], column] = 0.0
    return found


def families(accounts: Sequence[AccountFacts], column: Mapping[int, int]) -> tuple[tuple[int, ...], ...]:
    """Child accounts go with their parent, where both are in the book."""
    found: dict[int, list[int]] = {}
    for place, account in enumerate(accounts):
        if account.parent is not None and account.parent in column:
            found.setdefault(account.parent, [column[account.parent]]).append(place)
    return tuple(tuple(members) for members in found.values())
