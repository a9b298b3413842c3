"""The last stage, which a soft and a hard cutover share."""

from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks.types import Gate, Stage

CLOSE = Stage(
    "close",
    _("Close"),
    _("The relationship stands on its own feet."),
    gates=(
        Gate("reviewed", _("The client was asked how it went"), "done", {"steps": ("review",)}, True),
        Gate("decided", _("A leader decided to close the plan"), "done", {"steps": ("decide-close",)}),
    ),
)
