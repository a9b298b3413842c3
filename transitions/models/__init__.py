from transitions.models.candidates import CandidateChoice, Swap
from transitions.models.care import Extra, Praise
from transitions.models.concerns import Concern
from transitions.models.departures import (
    Departure,
    DeparturePlan,
    DepartureReader,
    DepartureState,
    Scenario,
    ScenarioState,
    StandingCover,
)
from transitions.models.feeds import CalendarChoice, CalendarInvite, CalendarLink, RecurringMeeting
from transitions.models.fit import FitWeights
from transitions.models.guardrails import Approval, Verdict
from transitions.models.meetings import CustomerMeeting, MeetingAttendee, Rehearsal, TalkingPoints
from transitions.models.notes import PlanNote
from transitions.models.packets import Edition, Packet, PacketOpening, PacketSending
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
from transitions.models.record import Checked, RecordCheck
from transitions.models.sponsors import PromiseLimit, SponsorCheckIn, WarmUp
from transitions.models.story import Acknowledgement, Narrative
from transitions.models.successors import (
    Acceptance,
    Answered,
    IntroductionRehearsal,
    PacketReading,
    ReadinessQuestion,
)
from transitions.models.support import TakeOver

__all__ = [
    "Acceptance",
    "Acknowledgement",
    "Anchor",
    "Answered",
    "Approval",
    "CalendarChoice",
    "CalendarInvite",
    "CalendarLink",
    "CandidateChoice",
    "ChangeSet",
    "Checked",
    "Concern",
    "CustomerMeeting",
    "Departure",
    "DeparturePlan",
    "DepartureReader",
    "DepartureState",
    "Edition",
    "Extra",
    "FitWeights",
    "HandoverPlan",
    "IntroductionRehearsal",
    "MeetingAttendee",
    "Mode",
    "Outcome",
    "Narrative",
    "Packet",
    "PacketOpening",
    "PacketReading",
    "PacketSending",
    "PlanNote",
    "PlanReader",
    "PlanRole",
    "PlanState",
    "PlanStep",
    "PlaybookDraft",
    "PlaybookVersion",
    "PromiseLimit",
    "Purpose",
    "ReadinessQuestion",
    "RecordCheck",
    "Reason",
    "Scenario",
    "ScenarioState",
    "SponsorCheckIn",
    "StandingCover",
    "Praise",
    "Purpose",
    "Reason",
    "RecurringMeeting",
    "Rehearsal",
    "StageChange",
    "Swap",
    "TakeOver",
    "TalkingPoints",
    "Verdict",
    "Waiver",
    "WarmUp",
]
