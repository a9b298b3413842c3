"""A playbook is put together from the base of its mode and the overlay of its reason.

Numbers per tier stand in the parts themselves. Composing gives one flat playbook, which is then
published and frozen: a running plan never asks how its playbook came about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from transitions.rules.playbooks.types import Gate, Playbook, Stage, Step


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a reason changes of a mode's base: parts left out by key, and parts added per stage."""

    reason: str = ""
    without: frozenset[str] = frozenset()  # keys of steps and gates
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)  # stage key to steps
    gates: Mapping[str, tuple[Gate, ...]] = field(default_factory=dict)  # stage key to gates


ANY_REASON = Overlay()


def compose(base: Playbook, overlay: Overlay = ANY_REASON, *, key: str = "", name: str = "") -> Playbook:
    """`base` with `overlay` laid over it, under a key and name of its own.

    A part with a key that the base has takes the place of the base's part. Raises KeyError for an
    overlay that names a stage, step or gate which is not there: a slip that would otherwise do nothing.
    """
    unknown = (set(overlay.steps) | set(overlay.gates)) - {stage.key for stage in base.stages}
    unknown |= overlay.without - {step.key for step in base.steps()} - {gate.key for gate in base.gates()}
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return replace(
        base,
        key=key or base.key,
        name=name or base.name,
        reason=overlay.reason,
        stages=tuple(_composed(stage, overlay) for stage in base.stages),
    )


def _composed(stage: Stage, overlay: Overlay) -> Stage:
    more_gates = {gate.key: gate for gate in overlay.gates.get(stage.key, ())}
    more_steps = {step.key: step for step in overlay.steps.get(stage.key, ())}
    gates = [more_gates.pop(gate.key, gate) for gate in stage.gates if gate.key not in overlay.without]
    steps = [more_steps.pop(step.key, step) for step in stage.steps if step.key not in overlay.without]
    return replace(stage, gates=(*gates, *more_gates.values()), steps=(*steps, *more_steps.values()))
