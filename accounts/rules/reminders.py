"""What counts as urgent in a digest: each person chooses among these."""

from accounts.rules.text import gettext_noop as _

URGENT = {
    "serious": _("A serious concern of a client"),
    "escalated": _("An escalated request of a client"),
    "missed": _("A promise to a client that was not kept"),
    "risen": _("Overdue work of others that has come up to me"),
    "late": _("Everything that is overdue"),
}
URGENT_BY_DEFAULT = ("serious", "escalated", "missed", "risen")
