"""The fade of a soft cutover: who leads, who shadows and who answers how much of the mail, and from when."""

from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks.types import Fade, by_tier

FADE = (
    Fade(
        "listen",
        _("The outgoing rep leads, the incoming rep listens"),
        "cutover",
        by_tier(strategic=-10, standard=-7, small=-5),
        leads="outgoing",
        shadows="incoming",
        mail={"outgoing": 100, "incoming": 0},
    ),
    Fade(
        "shadow",
        _("The outgoing rep leads, the incoming rep shadows"),
        "cutover",
        by_tier(strategic=-8, standard=-5, small=-4),
        leads="outgoing",
        shadows="incoming",
        mail={"outgoing": 75, "incoming": 25},
    ),
    Fade(
        "share",
        _("Both share the work"),
        "cutover",
        by_tier(strategic=-5, standard=-3, small=-3),
        mail={"outgoing": 50, "incoming": 50},
    ),
    Fade(
        "lead",
        _("The incoming rep leads, the outgoing rep backs up"),
        "cutover",
        -2,
        leads="incoming",
        shadows="outgoing",
        mail={"outgoing": 25, "incoming": 75},
    ),
    Fade(
        "reachable",
        _("The incoming rep leads, the outgoing rep can be reached"),
        "cutover",
        leads="incoming",
        mail={"outgoing": 0, "incoming": 100},
    ),
    Fade(
        "done",
        _("The incoming rep leads alone"),
        "cutover",
        20,
        leads="incoming",
        mail={"incoming": 100},
    ),
)
