"""What the history of a plan tells: the kinds of happenings, and a sentence for every verb that leaves one.

A subject that wants its deeds told adds its verbs here and writes `services.opened.record`.
"""

from dataclasses import dataclass

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
    "step": _("Steps"),
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
    "reopen_step": Deed("step", _("Reopened: %(step)s.")),
    "reassign": Deed("people", _("Steps were given to somebody else."), undoable=True),
    "set_readers": Deed("people", _("Somebody else may read the confidential plan.")),
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
    "note": Deed("note", _("A note was written.")),
    "withdraw_note": Deed("note", _("A note was taken back.")),
    "approve": Deed("approval", _("A leader approved: %(step)s.")),
    "decline": Deed("approval", _("A leader declined: %(step)s.")),
}
