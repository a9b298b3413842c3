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
    StageChange,
    Waiver,
)
from transitions.models.playbooks import Mode, PlaybookDraft, PlaybookVersion, Reason
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
    "PlaybookDraft",
    "PlaybookVersion",
    "PromiseLimit",
    "Purpose",
    "Reason",
    "SponsorCheckIn",
    "StageChange",
    "Waiver",
    "WarmUp",
]
