"""What a playbook is made of. All of it is data; `problems()` says everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from accounts.rules.text import Message
from transitions.rules.playbooks.problems import problems_of
from transitions.rules.playbooks.vocabulary import TIERS

# A number that is the same for every tier, or one per tier.
ByTier = int | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AnchorRule:
    """A date that the plan hangs on. Without a `base` it must be given when a plan starts."""

    key: str
    title: str  # a msgid
    base: str = ""  # another anchor
    offset: ByTier = 0  # business days from it, where nobody says otherwise
    past: bool = False  # whether it may lie in the past
    after: str = ""  # an anchor that it must follow, without holding back what hangs on that one
    told: bool = False  # the client hears something then: never set into the past by default


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that must hold before a stage begins: a check of `rules.gates` with its arguments."""

    key: str
    label: str  # a msgid, in plain words, true when the gate is open
    check: str
    args: Mapping[str, Any] = field(default_factory=dict)  # a number may be given per tier
    waivable: bool = False
    tiers: tuple[str, ...] = ()  # empty: all


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, `offset` business days from an anchor or from another step."""

    key: str
    title: str  # a msgid
    owner: str  # one of STEP_ROLES
    base: str
    offset: ByTier = 0
    kind: str = "task"
    every: ByTier = 0  # business days from one repetition to the next
    times: ByTier = 1  # how often; keys are then "key/1", "key/2", ...
    tiers: tuple[str, ...] = ()  # empty: all
    purpose: str = ""  # of a meeting with the client: one of PURPOSES; "" among ourselves
    channel: str = ""  # how a meeting or check-in must be held: one of CHANNELS; "": however it suits
    window: ByTier = 0  # business days by which a check-in may be shifted to spread a sponsor's load
    open_ended: bool = False  # repeated until a leader decides that the client has warmed up
    doubled: bool = False  # `times` weeks long, twice as often a week as before the plan; every 5 at least
    decides: tuple[str, ...] = ()  # of a decision: roles of which one must be held once it is taken
    # Whether the link in a mail finishes it without signing in; None: see rules.finish.by_link.
    by_link: bool | None = None


@dataclass(frozen=True, slots=True)
class Fade:
    """From this day on: who leads, who shadows and who answers how much of the client's mail."""

    key: str
    title: str  # a msgid
    base: str  # an anchor
    offset: ByTier = 0  # business days from it
    leads: str = ""  # a plan role
    shadows: str = ""  # a plan role; "": nobody
    mail: Mapping[str, int] = field(default_factory=dict)  # plan role to percent; 100 in all
    tiers: tuple[str, ...] = ()  # empty: all


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the way. Its gates guard its beginning; its steps are what to do in it."""

    key: str
    title: str  # a msgid
    summary: str  # a msgid: what happens here, in one sentence
    gates: tuple[Gate, ...] = ()
    steps: tuple[Step, ...] = ()
    ends_owner: bool = False  # entering it ends the outgoing rep's ownership
    owner: str = ""  # entering it makes the holder of this role the owner
    moves_team: bool = False  # entering it moves the account to the plan's other team
    covers: str = ""  # entering it, the holder of this role answers until the return; the owner stays
    ends_cover: bool = False  # entering it ends the cover: the owner answers again


@dataclass(frozen=True, slots=True)
class Playbook:
    """Stages, gates and steps, hung on anchors. Entering the last stage closes a plan."""

    key: str
    name: str  # a msgid
    mode: str
    anchors: tuple[AnchorRule, ...]
    order: tuple[str, ...]  # anchors that must follow one another, each on a later day
    roles: tuple[str, ...]  # the plan roles that it works with
    stages: tuple[Stage, ...]
    reason: str = ""  # the reason overlay it was composed with; empty: any
    fade: tuple[Fade, ...] = ()  # a soft cutover's weeks, in their order
    purpose: str = "permanent"  # one of PURPOSES_OF_PLANS
    format: int = 1

    def stage(self, key: str) -> Stage:
        """Raises KeyError for a stage that the playbook does not have."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def following(self, key: str) -> Stage | None:
        """The stage after `key`; None after the last."""
        return next(iter(self.stages_after(key)), None)

    def stages_after(self, key: str) -> tuple[Stage, ...]:
        """The stages that a plan in the stage `key` has ahead."""
        keys = [stage.key for stage in self.stages]
        return self.stages[keys.index(key) + 1 :]

    def has_passed_owner(self, key: str) -> bool:
        """Whether a plan in the stage `key` has given its account the new owner. A cover never does."""
        owners = [stage for stage in self.stages if stage.owner]
        return bool(owners) and not any(stage in owners for stage in self.stages_after(key))

    def has_cut_over(self, key: str) -> bool:
        """Whether somebody else answers for the account in the stage `key`: a new owner, or a cover."""
        return not any(stage.owner or stage.covers for stage in self.stages_after(key))

    def has_returned(self, key: str) -> bool:
        """Whether the cover of a leave has ended in the stage `key`."""
        back = [stage for stage in self.stages if stage.ends_cover]
        return bool(back) and not any(stage in back for stage in self.stages_after(key))

    @property
    def moves_team(self) -> bool:
        return any(stage.moves_team for stage in self.stages)

    def is_last(self, key: str) -> bool:
        return self.stages[-1].key == key

    def anchor(self, key: str) -> AnchorRule | None:
        return next((anchor for anchor in self.anchors if anchor.key == key), None)

    def gates(self) -> list[Gate]:
        return [gate for stage in self.stages for gate in stage.gates]

    def gate(self, key: str) -> Gate | None:
        return next((gate for gate in self.gates() if gate.key == key), None)

    def steps(self) -> list[Step]:
        return [step for stage in self.stages for step in stage.steps]

    def step(self, key: str) -> Step | None:
        """The step whose row has this key: "check-in" for "check-in/3"."""
        return next((step for step in self.steps() if step.key == key.partition("/")[0]), None)

    def for_tier(self, tier: str) -> "Playbook":
        """This playbook with the numbers, gates and steps of one tier. Raises KeyError for another tier."""
        if tier not in TIERS:
            raise KeyError(tier)
        return replace(
            self,
            anchors=tuple(replace(anchor, offset=number(anchor.offset, tier)) for anchor in self.anchors),
            fade=tuple(
                replace(week, tiers=(), offset=number(week.offset, tier))
                for week in self.fade
                if not week.tiers or tier in week.tiers
            ),
            stages=tuple(
                replace(
                    stage,
                    gates=tuple(
                        replace(gate, tiers=(), args={k: _value(v, tier) for k, v in gate.args.items()})
                        for gate in stage.gates
                        if not gate.tiers or tier in gate.tiers
                    ),
                    steps=tuple(
                        replace(
                            step,
                            tiers=(),
                            offset=number(step.offset, tier),
                            every=number(step.every, tier),
                            times=number(step.times, tier),
                            window=number(step.window, tier),
                        )
                        for step in stage.steps
                        if not step.tiers or tier in step.tiers
                    ),
                )
                for stage in self.stages
            ),
        )

    def problems(self) -> list[Message]:
        """Everything that is wrong with this playbook, in plain sentences; empty: it can be published."""
        return problems_of(self)


def number(value: ByTier, tier: str) -> int:
    """The number that counts for `tier`."""
    return value if isinstance(value, int) else value[tier]


def resolved(value: ByTier) -> int:
    """A number of a playbook that was made `for_tier`."""
    assert isinstance(value, int), "this playbook was not made for one tier"
    return value


def _value(value: Any, tier: str) -> Any:
    return value[tier] if isinstance(value, Mapping) else value


def by_tier(*, strategic: int, standard: int, small: int) -> dict[str, int]:
    return {"strategic": strategic, "standard": standard, "small": small}
