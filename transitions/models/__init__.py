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
    Reason,
    StageChange,
    Waiver,
)
from transitions.models.playbooks import Mode, PlaybookVersion
from transitions.models.story import Acknowledgement, Narrative

__all__ = [
    "Acknowledgement",
    "Anchor",
    "ChangeSet",
    "Edition",
    "HandoverPlan",
    "Mode",
    "Narrative",
    "Packet",
    "PlanReader",
    "PlanRole",
    "PlanState",
    "PlanStep",
    "PlaybookVersion",
    "Purpose",
    "Reason",
    "StageChange",
    "Waiver",
]
