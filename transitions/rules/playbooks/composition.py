"""A playbook is put together from the base of its mode and the overlay of its reason.

Numbers per tier stand in the parts themselves. Composing gives one flat playbook, which is then
published and frozen: a running plan never asks how its playbook came about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from transitions.rules.playbooks.types import AnchorRule, ByTier, Fade, Gate, Playbook, Stage, Step

Part = TypeVar("Part", AnchorRule, Fade, Gate, Step)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a reason changes of a mode's base: parts left out, moved, replaced and added."""

    reason: str = ""
    purpose: str = ""  # "": the base's
    without: frozenset[str] = frozenset()  # keys of steps, gates, anchors and fades
    offsets: Mapping[str, ByTier] = field(default_factory=dict)  # of steps, anchors and fades, by key
    owners: Mapping[str, str] = field(default_factory=dict)  # of steps, by key
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)  # stage key to steps
    gates: Mapping[str, tuple[Gate, ...]] = field(default_factory=dict)  # stage key to gates
    stages: Mapping[str, tuple[Stage, ...]] = field(default_factory=dict)  # stage key to what replaces it
    anchors: tuple[AnchorRule, ...] = ()
    order: tuple[str, ...] = ()  # empty: the base's
    roles: tuple[str, ...] = ()  # empty: the base's
    fade: tuple[Fade, ...] = ()


ANY_REASON = Overlay()


def compose(base: Playbook, overlay: Overlay = ANY_REASON, *, key: str = "", name: str = "") -> Playbook:
    """`base` with `overlay` laid over it, under a key and name of its own.

    A part with a key that the base has takes the place of the base's part. Raises KeyError for an
    overlay that names a part which is not there: a slip that would otherwise do nothing.
    """
    unknown = overlay.without | set(overlay.offsets) | set(overlay.owners)
    unknown -= {part.key for part in base.steps()} | {part.key for part in base.gates()}
    unknown -= {part.key for part in base.anchors} | {part.key for part in base.fade}
    unknown |= {*overlay.steps, *overlay.gates, *overlay.stages} - {stage.key for stage in base.stages}
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return replace(
        base,
        key=key or base.key,
        name=name or base.name,
        reason=overlay.reason,
        purpose=overlay.purpose or base.purpose,
        anchors=_laid_over(base.anchors, overlay.anchors, overlay),
        order=overlay.order or base.order,
        roles=overlay.roles or base.roles,
        fade=_laid_over(base.fade, overlay.fade, overlay),
        stages=tuple(composed for stage in base.stages for composed in _composed(stage, overlay)),
    )


def moving_team(base: Playbook) -> Playbook:
    """`base`, where the account moves to another team on the day on which it gets its new owner."""
    return replace(base, stages=tuple(replace(stage, moves_team=bool(stage.owner)) for stage in base.stages))


def _composed(stage: Stage, overlay: Overlay) -> tuple[Stage, ...]:
    if stage.key in overlay.stages:
        return overlay.stages[stage.key]
    return (
        replace(
            stage,
            gates=_laid_over(stage.gates, overlay.gates.get(stage.key, ()), overlay),
            steps=_laid_over(stage.steps, overlay.steps.get(stage.key, ()), overlay),
        ),
    )


def _laid_over(base: tuple[Part, ...], more: tuple[Part, ...], overlay: Overlay) -> tuple[Part, ...]:
    added: dict[str, Part] = {part.key: part for part in more}
    found: list[Part] = []
    for part in base:
        if part.key in added:
            found.append(added.pop(part.key))
        elif part.key not in overlay.without:
            found.append(part)
    found.extend(added.values())
    return tuple(_moved(part, overlay) for part in found)


def _moved(part: Part, overlay: Overlay) -> Part:
    changes: dict[str, Any] = {}
    if isinstance(part, Step) and part.key in overlay.owners:
        changes["owner"] = overlay.owners[part.key]
    if not isinstance(part, Gate) and part.key in overlay.offsets:
        changes["offset"] = overlay.offsets[part.key]
    return replace(part, **changes)
