"""What counts how much: data with a version, so that a company can have its own and a proposal can say which.

The defaults follow the few findings there are (Shi, Sridhar, Grewal and Lilien on replacing salespersons; see
docs/fit.md): a successor who resembles the leaver loses less than a star, and new hires lose most. The sizes
are ours.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.rules.text import Message
from accounts.rules.text import gettext_noop as _
from transitions.rules.fit.facts import SENIORITIES, TIERS

PARTS = {
    "similarity": _("Like the outgoing rep"),
    "industry": _("Industry"),
    "products": _("Products"),
    "relationships": _("Knows people there"),
    "joined": _("Time with us"),
    "seniority": _("Seniority"),
    "workload": _("Workload"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
    "working_style": _("Working style"),
    "selling_style": _("Selling style"),
    "leave": _("Leave in the care period"),
}
DEFAULTS = {
    "similarity": 20.0,
    "industry": 14.0,
    "products": 12.0,
    "relationships": 14.0,
    "joined": 12.0,
    "seniority": 8.0,
    "workload": 8.0,
    "language": 5.0,
    "time_zone": 4.0,
    "working_style": 4.0,
    "selling_style": 3.0,
    "leave": 6.0,
}


@dataclass(frozen=True, slots=True)
class Weights:
    """A version of what counts. `problems` says whether it can be used."""

    version: int = 1
    parts: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULTS))
    unknown: float = 0.5  # the score of a part of which nothing is known
    floor: Mapping[str, str] = field(
        default_factory=lambda: {"strategic": "mid", "standard": "junior", "small": "junior"}
    )
    wished: Mapping[str, str] = field(
        default_factory=lambda: {"strategic": "senior", "standard": "mid", "small": "junior"}
    )
    new_until: int = 180  # days after joining in which a rep counts as a new hire: score 0
    settled_after: int = 730  # days after joining from which nothing is deducted
    busy_from: float = 0.7  # share of capacity from which more work costs
    hours_wanted: float = 6.0  # common working hours of a day that are enough
    tier_weight: Mapping[str, float] = field(
        default_factory=lambda: {"strategic": 4.0, "standard": 2.0, "small": 1.0}
    )
    disruption: float = 0.25  # what a rep who is new to the client costs, against a misfit of 1
    imbalance: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.7, 0.0), (0.85, 0.3), (1.0, 1.5))
    most_strategic: int = 3  # new strategic clients for one rep


STANDARD = Weights()


def problems(weights: Weights) -> tuple[Message, ...]:
    """Say what is wrong with a version of the weights; nothing when it can be used."""
    found = []
    unknown = sorted(set(weights.parts) - set(PARTS))
    if unknown:
        found.append(Message(_("There is no part called %(names)s."), {"names": ", ".join(unknown)}))
    if any(not 0 <= weight <= 1000 for weight in weights.parts.values()):
        found.append(Message(_("A weight lies between 0 and 1,000.")))
    if not sum(weight for key, weight in weights.parts.items() if key in PARTS) > 0:
        found.append(Message(_("At least one part must count.")))
    if not 0 <= weights.unknown <= 1:
        found.append(Message(_("What is not known scores between 0 and 1.")))
    for table, allowed in ((weights.floor, SENIORITIES), (weights.wished, SENIORITIES)):
        if set(table) != set(TIERS) or not set(table.values()) <= set(allowed):
            found.append(Message(_("Every tier needs a seniority: junior, mid, senior or principal.")))
            break
    else:
        rank = SENIORITIES.index
        if any(rank(weights.floor[tier]) > rank(weights.wished[tier]) for tier in TIERS):
            found.append(Message(_("The lowest seniority of a tier may not lie above the one wished for.")))
    if not 0 <= weights.new_until < weights.settled_after:
        found.append(Message(_("A rep is settled later than they stop being new.")))
    if not 0 <= weights.busy_from < 1:
        found.append(Message(_("More work costs from a share of capacity between 0 and 1.")))
    if not 0 < weights.hours_wanted <= 8:
        found.append(Message(_("The common working hours wanted lie between 0 and 8.")))
    if set(weights.tier_weight) != set(TIERS) or any(weight <= 0 for weight in weights.tier_weight.values()):
        found.append(Message(_("Every tier needs a weight above 0.")))
    if weights.disruption < 0 or weights.most_strategic < 0:
        found.append(Message(_("Disruption and the number of strategic clients may not be negative.")))
    if not all(math.isfinite(at) and 0 <= cost < math.inf for at, cost in weights.imbalance):
        found.append(Message(_("What fullness costs is a number of 0 or more.")))
    elif not convex(weights.imbalance):
        found.append(Message(_("The penalty for full reps must rise ever faster, from points in order.")))
    return tuple(found)


def convex(points: tuple[tuple[float, float], ...]) -> bool:
    """Whether the points rise from left to right and no piece is flatter than the one before."""
    if len(points) < 2 or any(b[0] <= a[0] for a, b in zip(points, points[1:], strict=False)):
        return False
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(points, points[1:], strict=False)]
    return slopes[0] >= 0 and all(b >= a - 1e-12 for a, b in zip(slopes, slopes[1:], strict=False))


NUMBERS = (
    "unknown",
    "new_until",
    "settled_after",
    "busy_from",
    "hours_wanted",
    "disruption",
    "most_strategic",
)
TABLES = ("floor", "wished", "tier_weight")


def dumps(weights: Weights) -> dict[str, Any]:
    """The weights as data that JSON can hold, without their version."""
    content: dict[str, Any] = {"parts": dict(weights.parts)}
    content |= {name: getattr(weights, name) for name in NUMBERS}
    content |= {name: dict(getattr(weights, name)) for name in TABLES}
    return content | {"imbalance": [list(point) for point in weights.imbalance]}


def loads(content: Mapping[str, Any], version: int) -> Weights:
    """Weights from what `dumps` gave, also by an older release: what it did not know is as in STANDARD."""
    known = {name: content[name] for name in (*NUMBERS, *TABLES) if name in content}
    parts = {part: content.get("parts", {}).get(part, weight) for part, weight in DEFAULTS.items()}
    if "imbalance" in content:
        known["imbalance"] = tuple((float(at), float(cost)) for at, cost in content["imbalance"])
    return Weights(version=version, parts=parts, **known)


def changes(before: Weights, after: Weights) -> tuple[tuple[str, str, Any, Any], ...]:
    """What differs, as (setting, of what, before, after); `of what` is a part, a tier or ""."""
    found: list[tuple[str, str, Any, Any]] = []
    for name in ("parts", *TABLES):
        was, now = getattr(before, name), getattr(after, name)
        found += [(name, key, was.get(key), now[key]) for key in now if was.get(key) != now[key]]
    for name in (*NUMBERS, "imbalance"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            found.append((name, "", was, now))
    return tuple(found)
