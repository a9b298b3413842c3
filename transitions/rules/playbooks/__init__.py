"""Playbooks: the workflow as data. See docs/playbooks.md for how to add a stage, a gate or a step."""

from accounts.rules.text import gettext_noop
from transitions.rules.playbooks.composition import Overlay, compose
from transitions.rules.playbooks.content import digest, dumps, loads
from transitions.rules.playbooks.hard import HARD
from transitions.rules.playbooks.soft import SOFT
from transitions.rules.playbooks.types import AnchorRule, Fade, Gate, Playbook, Stage, Step, by_tier
from transitions.rules.playbooks.vocabulary import (
    CHANNELS,
    KINDS,
    MODES,
    PLAN_ROLES,
    PURPOSES,
    STEP_ROLES,
    TIERS,
)

# What comes with the product.
SHIPPED = (
    compose(SOFT, key="soft-standard", name=gettext_noop("Soft cutover, standard")),
    compose(HARD, key="hard-standard", name=gettext_noop("Hard cutover, standard")),
)

__all__ = [
    "CHANNELS",
    "KINDS",
    "MODES",
    "PLAN_ROLES",
    "PURPOSES",
    "SHIPPED",
    "STEP_ROLES",
    "TIERS",
    "AnchorRule",
    "Fade",
    "Gate",
    "Overlay",
    "Playbook",
    "Stage",
    "Step",
    "by_tier",
    "compose",
    "digest",
    "dumps",
    "loads",
]
