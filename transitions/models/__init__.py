from transitions.models.packets import Edition, Packet
from transitions.models.plans import (
    Anchor,
    ChangeSet,
    HandoverPlan,
    PlanReader,
    PlanRole,
    PlanState,
    PlanStep,
    Purpose,
    StageChange,
    Waiver,
)
from transitions.models.playbooks import Mode, PlaybookDraft, PlaybookVersion, Reason

__all__ = [
    "Anchor",
    "ChangeSet",
    "Edition",
    "HandoverPlan",
    "Mode",
    "Packet",
    "PlanReader",
    "PlanRole",
    "PlanState",
    "PlanStep",
    "PlaybookDraft",
    "PlaybookVersion",
    "Purpose",
    "Reason",
    "StageChange",
    "Waiver",
]
