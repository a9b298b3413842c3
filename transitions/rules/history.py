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
}
