"""What the reason of a change adds to a soft cutover, and what it takes away."""

from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks.composition import Overlay
from transitions.rules.playbooks.soft import LARGER
from transitions.rules.playbooks.types import AnchorRule, Fade, Gate, Step, by_tier

PROMOTION = Overlay(
    reason="promotion",
    steps={
        "prepare": (
            Step(
                "new-task",
                _("Agree how much time the outgoing rep keeps for this client beside the new task"),
                "lead",
                "announcement",
                by_tier(strategic=-8, standard=-6, small=-4),
            ),
        ),
        "settle": (
            Step(
                "former-call",
                _("The outgoing rep calls the client from the new task: the line stays open"),
                "outgoing",
                "cutover",
                30,
                kind="check-in",
                tiers=LARGER,
                channel="phone",
                window=5,
            ),
        ),
    },
)

RESIGNATION = Overlay(
    reason="resignation",
    anchors=(AnchorRule("departure", _("Departure"), "cutover", 10, after="cutover"),),
    without=frozenset({"reachable"}),
    fade=(
        Fade(
            "reachable",
            _("The incoming rep leads, the outgoing rep can be reached until the last day"),
            "cutover",
            leads="incoming",
            mail={"outgoing": 0, "incoming": 100},
        ),
        Fade(
            "done",
            _("The incoming rep leads alone"),
            "departure",
            1,
            leads="incoming",
            mail={"incoming": 100},
        ),
    ),
    steps={
        "prepare": (
            Step(
                "last-weeks",
                _("Agree with the leaver what they do until the last day, and what they tell the client"),
                "lead",
                "announcement",
                by_tier(strategic=-9, standard=-6, small=-4),
            ),
            Step(
                "stop-list",
                _("List every open promise to the client"),
                "outgoing",
                "announcement",
                by_tier(strategic=-6, standard=-4, small=-3),
            ),
        ),
        "settle": (
            Step(
                "leaver-interview",
                _("Interview the leaver once more: what did the packet miss?"),
                "incoming",
                "departure",
                -3,
                kind="meeting",
            ),
            Step("end-access", _("End the leaver's access and forward their mail"), "lead", "departure"),
        ),
    },
)

# What both modes ask when satisfaction should have told sooner.
WHY_UNSEEN = Step(
    "why-unseen",
    _("Find out why satisfaction did not show it sooner, and write the answer down"),
    "lead",
    "cutover",
    15,
    kind="decision",
)
UNSEEN = Gate(
    "unseen",
    _("Why satisfaction did not show it sooner is written down"),
    "words",
    {"words": ("unseen",)},
    True,
)

PERFORMANCE = Overlay(
    reason="performance",
    without=frozenset({"reachable"}),
    owners={"log-concerns": "lead", "answer-concerns": "lead", "intro-meeting": "lead"},
    fade=(
        Fade(
            "reachable",
            _("The incoming rep leads, a leader can be reached"),
            "cutover",
            leads="incoming",
            mail={"incoming": 100},
        ),
    ),
    steps={
        "prepare": (
            Step(
                "mend",
                _("List what we still owe the client, and put right what can be put right now"),
                "lead",
                "announcement",
                by_tier(strategic=-6, standard=-4, small=-3),
            ),
        ),
        "announce": (
            Step(
                "announce-meeting",
                _("A leader meets the client face to face, listens and says what changes (meeting 1)"),
                "lead",
                "announcement",
                kind="meeting",
                purpose="listen",
                channel="face_to_face",
            ),
        ),
        "settle": (
            WHY_UNSEEN,
            Step(
                "better-call",
                _("A leader asks the client whether it is better now"),
                "lead",
                "cutover",
                10,
                kind="check-in",
                channel="phone",
                window=2,
            ),
        ),
    },
    gates={"close": (UNSEEN,)},
)

REALIGNMENT = Overlay(
    reason="realignment",
    steps={
        "prepare": (
            Step(
                "their-side",
                _("Look at the new arrangement from the client's side: what do they gain?"),
                "lead",
                "announcement",
                by_tier(strategic=-10, standard=-7, small=-5),
            ),
        ),
        "settle": (
            Step(
                "stays-put",
                _("Settle that this client keeps the new owner for at least two years"),
                "lead",
                "cutover",
                10,
                kind="decision",
            ),
        ),
    },
)

CLIENT_REQUEST = Overlay(
    reason="client_request",
    without=frozenset({"reachable"}),
    owners={"log-concerns": "lead", "answer-concerns": "lead", "intro-meeting": "lead"},
    offsets={"announcement": by_tier(strategic=-15, standard=-10, small=-7)},
    fade=(
        Fade(
            "reachable",
            _("The incoming rep leads, a leader can be reached"),
            "cutover",
            leads="incoming",
            mail={"incoming": 100},
        ),
    ),
    steps={
        "prepare": (
            Step(
                "their-words",
                _("Write down in the client's words what they miss"),
                "lead",
                "announcement",
                by_tier(strategic=-7, standard=-5, small=-3),
            ),
        ),
        "announce": (
            Step(
                "announce-meeting",
                _("A leader meets the client face to face, hears what they ask for and answers (meeting 1)"),
                "lead",
                "announcement",
                kind="meeting",
                purpose="listen",
                channel="face_to_face",
            ),
        ),
        "settle": (
            Step(
                "got-it",
                _("A leader asks whether the client now gets what they missed"),
                "lead",
                "cutover",
                10,
                kind="check-in",
                channel="phone",
                window=2,
            ),
        ),
    },
    gates={
        "announce": (
            Gate(
                "notice",
                _("The client gets enough notice"),
                "notice",
                {"at_least": by_tier(strategic=15, standard=10, small=7)},
                True,
            ),
        ),
    },
)

# The same in both modes: the account goes to another team, which must be known before.
TEAM = Gate("team", _("The team that takes over is named"), "team")

CLOSEOUT = Overlay(
    reason="closeout",
    steps={
        "prepare": (
            Step(
                "delivered",
                _("Write down what the project delivered, what is open and what is under warranty"),
                "outgoing",
                "announcement",
                by_tier(strategic=-8, standard=-6, small=-4),
            ),
        ),
        "choose": (
            Step(
                "team-meeting",
                _("Project team and client care walk through the account together"),
                "incoming",
                "confirm-rep",
                by_tier(strategic=4, standard=3, small=2),
                kind="meeting",
            ),
        ),
        "burn-in": (
            Step(
                "acceptance",
                _("The client confirms that the project is complete"),
                "outgoing",
                "cutover",
                -3,
            ),
            Step(
                "way-in",
                _("Move requests, hotline and folders to the client-care team"),
                "support",
                "cutover",
                -2,
            ),
        ),
        "settle": (
            Step(
                "first-request",
                _("Follow the first requests after the project: does the client find the right people?"),
                "support",
                "cutover",
                10,
            ),
        ),
    },
    gates={
        "cutover": (
            TEAM,
            Gate(
                "complete",
                _("The client has confirmed that the project is complete"),
                "done",
                {"steps": ("acceptance",)},
                True,
            ),
        ),
    },
)
