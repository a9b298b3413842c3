"""Playbooks: the workflow as data. See docs/playbooks.md for how to add a stage, a gate or a step."""

from transitions.rules.playbooks.types import AnchorRule, Gate, Playbook, Stage, Step, by_tier
from transitions.rules.playbooks.vocabulary import KINDS, MODES, PLAN_ROLES, STEP_ROLES, TIERS

__all__ = [
    "KINDS",
    "MODES",
    "PLAN_ROLES",
    "STEP_ROLES",
    "TIERS",
    "AnchorRule",
    "Gate",
    "Playbook",
    "Stage",
    "Step",
    "by_tier",
]
