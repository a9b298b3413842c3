from transitions.models.care import Extra, Praise
from transitions.models.concerns import Concern
from transitions.models.meetings import CustomerMeeting, MeetingAttendee, Rehearsal, TalkingPoints
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

__all__ = [
    "Anchor",
    "ChangeSet",
    "Concern",
    "CustomerMeeting",
    "Edition",
    "Extra",
    "HandoverPlan",
    "MeetingAttendee",
    "Mode",
    "Packet",
    "PlanReader",
    "PlanRole",
    "PlanState",
    "PlanStep",
    "PlaybookVersion",
    "Praise",
    "Purpose",
    "Reason",
    "Rehearsal",
    "StageChange",
    "TalkingPoints",
    "Waiver",
]
