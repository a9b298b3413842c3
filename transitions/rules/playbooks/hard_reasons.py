"""What the reason of a change adds to a hard cutover, and what it takes away."""

from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks.composition import Overlay
from transitions.rules.playbooks.hard import TOP
from transitions.rules.playbooks.soft_reasons import TEAM, UNSEEN, WHY_UNSEEN
from transitions.rules.playbooks.types import Gate, Step

RESIGNATION = Overlay(
    reason="resignation",
    steps={
        "secure": (
            Step(
                "leaver-says",
                _("Agree with the leaver what they tell the client, and until when they can be called"),
                "lead",
                "departure",
                -1,
            ),
        ),
        "recover": (
            Step(
                "follows",
                _("Find out whether anybody asks the client to follow the leaver"),
                "sponsor",
                "cutover",
                4,
                kind="check-in",
                channel="phone",
                window=1,
                tiers=TOP,
            ),
        ),
    },
)

PERFORMANCE = Overlay(
    reason="performance",
    steps={
        "secure": (
            Step(
                "leaver-interview",
                _("Go through every open promise with the leaver, together with a leader"),
                "lead",
                "departure",
                -1,
                kind="meeting",
            ),
        ),
        "recover": (
            Step(
                "mend",
                _("List what we still owe the client, and put right what can be put right now"),
                "interim",
                "cutover",
                4,
            ),
        ),
        "settle": (WHY_UNSEEN,),
    },
    gates={"close": (UNSEEN,)},
)

CLIENT_REQUEST = Overlay(
    reason="client_request",
    steps={
        "secure": (
            Step(
                "their-words",
                _("Write down in the client's words what they miss"),
                "lead",
                "cutover",
            ),
        ),
        "interim": (
            Step(
                "senior-call",
                _("A senior leader calls the client, says sorry and what happens now"),
                "lead",
                "announcement",
                kind="check-in",
                channel="phone",
            ),
        ),
        "attention": (
            Step(
                "got-it",
                _("A leader asks whether the client now gets what they missed"),
                "lead",
                "cutover",
                15,
                kind="check-in",
                channel="phone",
                window=2,
            ),
        ),
    },
    gates={
        "recover": (
            Gate(
                "called",
                _("A senior leader has called the client"),
                "done",
                {"steps": ("senior-call",)},
                True,
            ),
        ),
    },
)

REALIGNMENT = Overlay(
    reason="realignment",
    steps={
        "recover": (
            Step(
                "ask-former",
                _("Ask the outgoing rep, who is still with us, what the records do not say"),
                "interim",
                "cutover",
                4,
                kind="meeting",
            ),
        ),
        "settle": (
            Step(
                "stays-put",
                _("Settle that this client keeps the new owner for at least two years"),
                "lead",
                "cutover",
                36,
                kind="decision",
            ),
        ),
    },
)

CLOSEOUT = Overlay(
    reason="closeout",
    steps={
        "recover": (
            Step(
                "delivered",
                _("Write down what the project delivered, what is open and what is under warranty"),
                "interim",
                "cutover",
                6,
            ),
        ),
        "hand-over": (
            Step(
                "way-in",
                _("Move requests, hotline and folders to the client-care team"),
                "support",
                "decide-successor",
                3,
            ),
        ),
    },
    gates={"hand-over": (TEAM,)},
)
