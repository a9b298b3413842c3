from transitions.models.guardrails import Approval, Verdict
from transitions.models.notes import PlanNote
from transitions.models.packets import Edition, Packet
from transitions.models.plans import (
    Anchor,
    ChangeSet,
    HandoverPlan,
    Outcome,
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

__all__ = [
    "Anchor",
    "Approval",
    "ChangeSet",
    "Edition",
    "HandoverPlan",
    "Mode",
    "Outcome",
    "Packet",
    "PlanNote",
    "PlanReader",
    "PlanRole",
    "PlanState",
    "PlanStep",
    "PlaybookVersion",
    "Purpose",
    "Reason",
    "StageChange",
    "Verdict",
    "Waiver",
]
