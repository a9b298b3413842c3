"""What the history of a plan tells: the kinds of happenings, and a sentence for every verb that leaves one.

A subject that wants its deeds told adds its verbs here and writes `services.opened.record`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.rules.text import Message
from accounts.rules.text import gettext_noop as _

# What the history page filters by, in its order.
KINDS = {
    "stage": _("Stages"),
    "waiver": _("Waivers"),
    "approval": _("Approvals"),
    "dates": _("Dates"),
    "people": _("People"),
    "life": _("Hold, end and reopening"),
    "note": _("Notes"),
    "message": _("Message to the client"),
    "packet": _("Packet"),
    "readiness": _("Readiness"),
    "record": _("CRM record"),
    "support": _("Support team"),
    "step": _("Steps"),
    "promise": _("Promises"),
    "concern": _("Concerns"),
    "meeting": _("Meetings"),
    "care": _("Praise and extras"),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """How a verb is told: under which of KINDS, in which sentence, and whether it can be taken back."""

    kind: str
    sentence: str  # a msgid
    undoable: bool = False
    until_next: bool = False  # it can be taken back only until the next deed on the plan


DEEDS = {
    "move_anchor": Deed("dates", _("A date moved."), undoable=True),
    "move_step": Deed("dates", _("A step was moved by hand."), undoable=True),
    "unpin_step": Deed("dates", _("A step went back to the day that the playbook gives it."), undoable=True),
    "undo": Deed("dates", _("A change was undone."), undoable=True),
    "set_people": Deed("people", _("The people of the plan changed.")),
    "choose_candidate": Deed("people", _("Chosen among the candidates: %(step)s.")),
    "swap": Deed(
        "people",
        _("The second choice took the place of the incoming rep."),
        undoable=True,
        until_next=True,
    ),
    "set_team": Deed("people", _("Another team takes over.")),
    "edit_words": Deed("message", _("What the client is told was written anew.")),
    "answer_unseen": Deed("step", _("Why satisfaction did not show it sooner was answered.")),
    "approve_message": Deed("message", _("The message to the client was approved.")),
    "acknowledge_message": Deed("message", _("%(step)s has read the message.")),
    "excuse_department": Deed("message", _("%(step)s is not asked: it does not talk to this client.")),
    "include_department": Deed("message", _("%(step)s is asked after all.")),
    "send_packet": Deed("packet", _("The packet was sent: version %(step)s.")),
    "hand_packet": Deed("packet", _("The client edition was handed over: version %(step)s.")),
    "read_packet": Deed("readiness", _("The incoming rep has read the packet, version %(step)s.")),
    "ask_successor": Deed("readiness", _("The incoming rep is asked: “%(step)s”.")),
    "withdraw_question": Deed("readiness", _("A question to the incoming rep was withdrawn: “%(step)s”.")),
    "answer_question": Deed("readiness", _("The incoming rep answered: “%(step)s”.")),
    "judge_answer": Deed("readiness", _("An answer of the incoming rep was looked at: “%(step)s”.")),
    "note_rehearsal": Deed("readiness", _("The introduction was rehearsed with %(step)s.")),
    "edit_rehearsal": Deed("readiness", _("What was noted of the rehearsal with %(step)s was corrected.")),
    "withdraw_rehearsal": Deed("readiness", _("A rehearsal with %(step)s was withdrawn.")),
    "accept_handover": Deed("readiness", _("The incoming rep accepted the handover.")),
    "return_handover": Deed("readiness", _("The incoming rep returned the handover: “%(step)s”.")),
    "add_training": Deed("readiness", _("Training was added: %(step)s.")),
    "hand_support": Deed("support", _("Support is handed over: %(step)s.")),
    "edit_support": Deed("support", _("Support is handed over otherwise: %(step)s.")),
    "withdraw_support": Deed("support", _("Support is no longer handed over: %(step)s.")),
    "take_over_support": Deed("support", _("Whoever takes over support has said so: %(step)s.")),
    "move_support": Deed("support", _("Support changed hands.")),
    "confirm_record": Deed("record", _("Confirmed in the CRM record: %(step)s.")),
    "confirm_rest_of_record": Deed("record", _("What was left of the CRM record was confirmed.")),
    "correct_record": Deed("record", _("Corrected in the CRM record: %(step)s.")),
    "ask_record": Deed("record", _("To be corrected in the CRM record: %(step)s.")),
    "reopen_step": Deed("step", _("Reopened: %(step)s.")),
    "edit_promise": Deed("promise", _("What was promised is more exact now: %(step)s.")),
    "let_go": Deed("promise", _("A promise was let go: %(step)s.")),
    "warm_up": Deed("promise", _("The client has warmed up; this goes on no longer: %(step)s.")),
    "rehome": Deed("promise", _("Promises have somebody else who keeps them.")),
    "inherit": Deed("promise", _("Whoever promised has left; somebody else keeps it for the time being.")),
    "raise_concern": Deed("concern", _("A concern was noted: “%(step)s”.")),
    "edit_concern": Deed("concern", _("A concern was corrected: “%(step)s”.")),
    "rate_concern": Deed("concern", _("A concern was rated anew: “%(step)s”.")),
    "answer_concern": Deed("concern", _("A concern was answered: “%(step)s”.")),
    "confirm_concern": Deed("concern", _("The client confirmed the answer: “%(step)s”.")),
    "reopen_concern": Deed("concern", _("A concern is open again: “%(step)s”.")),
    "withdraw_concern": Deed("concern", _("A concern was withdrawn: “%(step)s”.")),
    "bring_back_concern": Deed("concern", _("A concern was brought back: “%(step)s”.")),
    "note_praise": Deed("care", _("Praise was noted: “%(step)s”.")),
    "edit_praise": Deed("care", _("Praise was corrected: “%(step)s”.")),
    "plan_extra": Deed("care", _("An extra was planned: %(step)s.")),
    "edit_extra": Deed("care", _("An extra was planned otherwise: %(step)s.")),
    "do_extra": Deed("care", _("An extra was done: %(step)s.")),
    "arrange_meeting": Deed("meeting", _("A meeting was arranged: %(step)s.")),
    "call_off_meeting": Deed("meeting", _("A meeting was called off: %(step)s.")),
    "note_recurring": Deed("meeting", _("A recurring meeting was noted: %(step)s.")),
    "edit_recurring": Deed("meeting", _("A recurring meeting was corrected: %(step)s.")),
    "archive_recurring": Deed("meeting", _("A recurring meeting was archived: %(step)s.")),
    "end_recurring": Deed("meeting", _("The old organiser has ended a recurring meeting: %(step)s.")),
    "reissue_recurring": Deed("meeting", _("The new organiser has invited anew: %(step)s.")),
    "take_back_recurring": Deed("meeting", _("The change of organiser went back a step: %(step)s.")),
    "waive_channel": Deed("waiver", _("Another channel was allowed: %(step)s.")),
    "hold_meeting": Deed("meeting", _("A meeting was held: %(step)s.")),
    "correct_debrief": Deed("meeting", _("What was told of a meeting was corrected: %(step)s.")),
    "reassign": Deed("people", _("Steps were given to somebody else."), undoable=True),
    "set_readers": Deed("people", _("Somebody else may read the confidential plan.")),
    "release": Deed("life", _("The plan is no longer confidential.")),
    "hold": Deed("life", _("The plan was put on hold.")),
    "resume": Deed("life", _("The plan was resumed.")),
    "shift": Deed("dates", _("Open dates were shifted by the days on hold."), undoable=True),
    "close": Deed("life", _("The plan was closed: %(outcome)s.")),
    "cancel": Deed("life", _("The plan was cancelled.")),
    "reopen": Deed("life", _("The plan was opened again.")),
    "switch": Deed("dates", _("The plan was switched to a hard cutover."), undoable=True, until_next=True),
    "tell_client": Deed("dates", _("A date was promised to the client in writing.")),
    "untell_client": Deed("dates", _("It was a mistake that a date was promised in writing.")),
    "recount": Deed("dates", _("Days off changed where the client is: dates were counted again.")),
    "depart": Deed("life", _("The plan was opened because a rep leaves, together with their whole book.")),
    "undo_departure": Deed("life", _("The departure was undone; the plan is not carried out.")),
    "note": Deed("note", _("A note was written.")),
    "withdraw_note": Deed("note", _("A note was taken back.")),
    "approve": Deed("approval", _("A leader approved: %(step)s.")),
    "decline": Deed("approval", _("A leader declined: %(step)s.")),
}

# What others wait for or rely on: digests tell of it to those who keep an eye on the plan.
DECISIONS = frozenset(
    {
        "move_anchor",
        "undo",
        "approve",
        "decline",
        "approve_message",
        "accept_handover",
        "return_handover",
        "choose_candidate",
        "swap",
        "let_go",
        "waive_channel",
        "release",
        "hold",
        "resume",
        "close",
        "cancel",
        "reopen",
        "switch",
        "tell_client",
    }
)

# Reasons that we give ourselves: kept as msgids, and spoken in the reader's language.
STAYS, HAD_ROOM = _("Stays, although its week is full."), _("Another week had room for it.")
OUR_REASONS = frozenset({STAYS, HAD_ROOM})


def told(message: Message | str) -> dict[str, Any]:
    """One side of a change in our own words, to be kept and translated for each reader. "": nothing."""
    return {"message": _stored(message)} if isinstance(message, Message) else {"said": message}


def message_of(side: Mapping[str, Any]) -> Message | None:
    """What `told` kept; None where a side holds somebody's own words."""
    return _read(side["message"]) if "message" in side else None


def _stored(message: Message) -> dict[str, Any]:
    params = {name: _value(value) for name, value in message.params.items()}
    return {"msgid": message.msgid, "params": params, "plural": message.plural, "count": message.count}


def _value(value: object) -> object:
    if isinstance(value, Message):
        return {"message": _stored(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, str | int) else str(value)


def _read(kept: Mapping[str, Any]) -> Message:
    params = {name: _param(value) for name, value in kept["params"].items()}
    return Message(kept["msgid"], params, plural=kept["plural"], count=kept["count"])


def _param(value: Any) -> object:
    if isinstance(value, Mapping):
        return _read(value["message"]) if "message" in value else date.fromisoformat(value["day"])
    return value
