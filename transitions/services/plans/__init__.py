"""Everything that changes a handover plan, one verb each.

    from transitions.services import plans
    plans.advance(plan=plan, version=version, by=person, now=now)

Every verb locks the plan's row first, so that the verbs on one plan come one after the other. Those
that take `version` raise `accounts.models.base.StaleVersion` when somebody else was faster.
"""

from transitions.services.plans.calendars import Recount, counted_otherwise, preview_recount, recount
from transitions.services.plans.dates import (
    AnchorMove,
    StepMove,
    move_anchor,
    move_step,
    preview_move_anchor,
    preview_move_step,
    unpin_step,
)
from transitions.services.plans.guardrails import decide
from transitions.services.plans.levelling import level_promise
from transitions.services.plans.life import (
    Shift,
    cancel,
    close,
    hold,
    preview_resume,
    reopen,
    resume,
    set_readers,
)
from transitions.services.plans.many import Birth, start_many
from transitions.services.plans.meetings import arrange_meeting, call_off_meeting
from transitions.services.plans.notes import add_note, withdraw_note
from transitions.services.plans.owners import reassign
from transitions.services.plans.people import set_people, set_team
from transitions.services.plans.promised import tell_client, tell_client_of, untell_client, untell_client_of
from transitions.services.plans.risk import refresh_risk
from transitions.services.plans.stages import advance, release, waive
from transitions.services.plans.start import start
from transitions.services.plans.steps import complete_step, reopen_step
from transitions.services.plans.stewards import hand_on
from transitions.services.plans.swap import Swapped, preview_swap, swap
from transitions.services.plans.switch import Switch, preview_switch, switch
from transitions.services.plans.undo import take_back, undo
from transitions.services.plans.words import edit_words
from transitions.services.refusals import (
    CannotUndo,
    DecisionRefused,
    GatesClosed,
    NoFurtherStage,
    NotChecked,
    NotKept,
    NotRead,
    NotTaken,
    NotTold,
    PlanNotOpen,
    PlanRefused,
    StepRefused,
    WaiverRefused,
)

__all__ = [
    "AnchorMove",
    "Birth",
    "CannotUndo",
    "DecisionRefused",
    "GatesClosed",
    "NoFurtherStage",
    "NotChecked",
    "NotKept",
    "NotRead",
    "NotTaken",
    "NotTold",
    "PlanNotOpen",
    "PlanRefused",
    "Recount",
    "Shift",
    "StepMove",
    "StepRefused",
    "Swapped",
    "Switch",
    "WaiverRefused",
    "add_note",
    "advance",
    "arrange_meeting",
    "call_off_meeting",
    "cancel",
    "close",
    "complete_step",
    "counted_otherwise",
    "decide",
    "edit_words",
    "hand_on",
    "level_promise",
    "hold",
    "move_anchor",
    "move_step",
    "preview_move_anchor",
    "preview_move_step",
    "preview_recount",
    "preview_resume",
    "preview_swap",
    "preview_switch",
    "refresh_risk",
    "release",
    "reassign",
    "recount",
    "reopen",
    "reopen_step",
    "resume",
    "set_people",
    "set_team",
    "set_readers",
    "start",
    "start_many",
    "swap",
    "switch",
    "take_back",
    "tell_client",
    "tell_client_of",
    "undo",
    "unpin_step",
    "untell_client",
    "untell_client_of",
    "waive",
    "withdraw_note",
]
