"""What the history of a plan tells: the kinds of happenings, and a sentence for every verb that leaves one.

A subject that wants its deeds told adds its verbs here and writes `services.opened.record`.
"""

from dataclasses import dataclass

from accounts.rules.text import gettext_noop as _

# What the history page filters by, in its order.
KINDS = {
    "stage": _("Stages"),
    "waiver": _("Waivers"),
    "dates": _("Dates"),
    "people": _("People"),
    "step": _("Steps"),
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


DEEDS = {
    "move_anchor": Deed("dates", _("A date moved."), undoable=True),
    "move_step": Deed("dates", _("A step was moved by hand."), undoable=True),
    "unpin_step": Deed("dates", _("A step went back to the day that the playbook gives it."), undoable=True),
    "undo": Deed("dates", _("A change was undone."), undoable=True),
    "set_people": Deed("people", _("The people of the plan changed.")),
    "reopen_step": Deed("step", _("Reopened: %(step)s.")),
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
    "waive_channel": Deed("waiver", _("Another channel was allowed: %(step)s.")),
    "hold_meeting": Deed("meeting", _("A meeting was held: %(step)s.")),
    "correct_debrief": Deed("meeting", _("What was told of a meeting was corrected: %(step)s.")),
}
