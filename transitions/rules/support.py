"""The support team around a client changes hands too: who takes over from whom, and how far that is."""

from dataclasses import dataclass

from accounts.rules.text import gettext_noop as _

TAKEOVER = "takeover"  # the kind of a step that asks somebody whether they take over, and its role
TITLE = _("Take over support of this client, and say so")

# The words of accounts.models.CAPACITIES; a rule knows no models.
CAPACITIES = {
    "inside_sales": _("Inside sales"),
    "engineer": _("Engineer"),
    "service": _("Service"),
}

STANDINGS = {
    "stays": _("stays"),
    "asked": _("has not said so yet"),
    "said": _("has said so"),
    "departed": _("has left: needs another person"),
    "moved": _("handed over"),
}


@dataclass(frozen=True, slots=True)
class Handed:
    """One part of the support as it stands."""

    taken: bool  # somebody takes it over; otherwise whoever does it stays
    said: bool = False
    left: bool = False  # whoever takes it over, or stays, is no longer with us
    moved: bool = False  # the account has changed hands, and this with it


def standing(one: Handed) -> str:
    """One of STANDINGS. Who stays is not asked; who has left cannot."""
    if one.moved:
        return "moved"
    if one.left:
        return "departed"
    if not one.taken:
        return "stays"
    return "said" if one.said else "asked"
