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
from transitions.models.sponsors import PromiseLimit, SponsorCheckIn, WarmUp

__all__ = [
    "Anchor",
    "ChangeSet",
    "Edition",
    "HandoverPlan",
    "Mode",
    "Outcome",
    "Packet",
    "PlanReader",
    "PlanRole",
    "PlanState",
    "PlanStep",
    "PlaybookVersion",
    "PromiseLimit",
    "Purpose",
    "Reason",
    "SponsorCheckIn",
    "StageChange",
    "Waiver",
    "WarmUp",
]
