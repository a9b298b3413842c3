"""Playbooks: the workflow as data. See docs/playbooks.md for how to add a stage, a gate or a step."""

from accounts.rules.text import gettext_noop
from transitions.rules.playbooks import hard_reasons, leave, soft_reasons, step_back
from transitions.rules.playbooks.composition import Overlay, compose, moving_team
from transitions.rules.playbooks.content import digest, dumps, loads
from transitions.rules.playbooks.hard import HARD
from transitions.rules.playbooks.soft import SOFT
from transitions.rules.playbooks.types import AnchorRule, Fade, Gate, Playbook, Stage, Step, by_tier
from transitions.rules.playbooks.vocabulary import (
    CHANNELS,
    KINDS,
    MODES,
    PLAN_ROLES,
    PURPOSES,
    REASONS,
    STEP_ROLES,
    TIERS,
)

_ = gettext_noop

# What comes with the product: for each mode one for any reason, and one for each reason that makes sense.
SHIPPED = (
    compose(SOFT, key="soft-standard", name=_("Soft cutover, standard")),
    compose(SOFT, soft_reasons.PROMOTION, key="soft-promotion", name=_("Soft cutover: promotion")),
    compose(SOFT, leave.SOFT_LEAVE, key="soft-leave", name=_("Soft cutover: temporary leave")),
    compose(SOFT, soft_reasons.RESIGNATION, key="soft-resignation", name=_("Soft cutover: resignation")),
    compose(SOFT, soft_reasons.PERFORMANCE, key="soft-performance", name=_("Soft cutover: performance")),
    compose(SOFT, soft_reasons.REALIGNMENT, key="soft-realignment", name=_("Soft cutover: realignment")),
    compose(
        SOFT, soft_reasons.CLIENT_REQUEST, key="soft-client-request", name=_("Soft cutover: client's request")
    ),
    compose(SOFT, step_back.STEP_BACK, key="soft-step-back", name=_("Soft cutover: step-back")),
    compose(
        moving_team(SOFT),
        soft_reasons.CLOSEOUT,
        key="soft-closeout",
        name=_("Soft cutover: project closeout"),
    ),
    compose(HARD, key="hard-standard", name=_("Hard cutover, standard")),
    compose(HARD, leave.HARD_LEAVE, key="hard-leave", name=_("Hard cutover: temporary leave")),
    compose(HARD, hard_reasons.RESIGNATION, key="hard-resignation", name=_("Hard cutover: resignation")),
    compose(HARD, hard_reasons.PERFORMANCE, key="hard-performance", name=_("Hard cutover: performance")),
    compose(
        HARD, hard_reasons.CLIENT_REQUEST, key="hard-client-request", name=_("Hard cutover: client's request")
    ),
    compose(HARD, hard_reasons.REALIGNMENT, key="hard-realignment", name=_("Hard cutover: realignment")),
    compose(
        moving_team(HARD),
        hard_reasons.CLOSEOUT,
        key="hard-closeout",
        name=_("Hard cutover: project closeout"),
    ),
)

__all__ = [
    "CHANNELS",
    "KINDS",
    "MODES",
    "PLAN_ROLES",
    "PURPOSES",
    "REASONS",
    "SHIPPED",
    "STEP_ROLES",
    "TIERS",
    "AnchorRule",
    "Fade",
    "Gate",
    "Overlay",
    "Playbook",
    "Stage",
    "Step",
    "by_tier",
    "compose",
    "digest",
    "dumps",
    "loads",
]
