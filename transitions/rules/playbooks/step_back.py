"""A founder or executive hands over an account of decades: months of overlap, and a sponsor for life.

The field takes 24 to 60 months for such a change. We begin 12 months before the cutover for the first tier,
nine for the second and six for small clients; whoever has more time moves the dates.
"""

from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks.composition import Overlay
from transitions.rules.playbooks.soft import LARGER
from transitions.rules.playbooks.types import Gate, Step, by_tier

NOTICE = by_tier(strategic=200, standard=150, small=100)

STEP_BACK = Overlay(
    reason="step_back",
    offsets={
        "announcement": by_tier(strategic=-200, standard=-150, small=-100),
        "guard-rails": by_tier(strategic=-40, standard=-30, small=-20),
        "shortlist": by_tier(strategic=-35, standard=-25, small=-15),
        "sponsor-pair": by_tier(strategic=-30, standard=-20, small=-15),
        "packet-draft": by_tier(strategic=-25, standard=-15, small=-10),
        "baseline": by_tier(strategic=-20, standard=-12, small=-8),
        "walk-through": by_tier(strategic=-12, standard=-8, small=-6),
        "story": by_tier(strategic=-8, standard=-5, small=-4),
        "answer-concerns": by_tier(strategic=15, standard=10, small=5),
        "confirm-rep": by_tier(strategic=20, standard=15, small=10),
        "packet-final": by_tier(strategic=10, standard=7, small=5),
        "over-prepare": by_tier(strategic=20, standard=15, small=10),
        "intro-meeting": by_tier(strategic=-150, standard=-110, small=-70),
        "success-plan": 10,
        # The fade lasts for months, and so do the steps that begin its parts.
        "listen": by_tier(strategic=-150, standard=-110, small=-70),
        "shadow": by_tier(strategic=-120, standard=-90, small=-55),
        "share": by_tier(strategic=-80, standard=-60, small=-35),
        "lead-week": by_tier(strategic=-40, standard=-30, small=-20),
        "lead": by_tier(strategic=-40, standard=-30, small=-20),
        "hand-over-list": -5,
        "reachable": 64,
        "done": 128,
        "review": by_tier(strategic=128, standard=128, small=64),
        "last-look": 250,
        "decide-close": by_tier(strategic=255, standard=131, small=67),
    },
    steps={
        "announce": (
            Step(
                "announce-meeting",
                _("The founder or executive tells the client face to face, explains and listens (meeting 1)"),
                "outgoing",
                "announcement",
                kind="meeting",
                purpose="listen",
                channel="face_to_face",
            ),
        ),
        "burn-in": (
            Step(
                "share",
                _("Both share the work: the incoming rep answers half of the mail"),
                "incoming",
                "cutover",
                by_tier(strategic=-80, standard=-60, small=-35),
            ),
            Step(
                "shadow",
                _("The outgoing rep leads, the incoming rep shadows"),
                "incoming",
                "cutover",
                by_tier(strategic=-120, standard=-90, small=-55),
            ),
        ),
        "settle": (
            Step(
                "check-in",
                _("Weekly attention from the new owner, until the client has warmed up"),
                "incoming",
                "cutover",
                5,
                kind="check-in",
                every=5,
                times=8,
                channel="phone",
                window=2,
                open_ended=True,
            ),
            Step(
                "former-visit",
                _("The founder or executive sees the client face to face"),
                "outgoing",
                "cutover",
                15,
                kind="check-in",
                every=45,
                times=2,
                channel="face_to_face",
                window=10,
                tiers=LARGER,
            ),
            Step(
                "ceo-call",
                _("The CEO calls the client"),
                "sponsor",
                "cutover",
                10,
                kind="check-in",
                every=50,
                times=by_tier(strategic=2, standard=1, small=1),
                channel="phone",
                window=5,
                tiers=LARGER,
            ),
            Step(
                "vp-call",
                _("The vice president calls the client"),
                "lead",
                "cutover",
                30,
                kind="check-in",
                every=50,
                times=by_tier(strategic=2, standard=1, small=1),
                channel="phone",
                window=5,
                tiers=LARGER,
            ),
            Step(
                "cto-visit",
                _("The CTO visits the client"),
                "sponsor",
                "cutover",
                45,
                kind="check-in",
                channel="face_to_face",
                window=15,
                tiers=("strategic",),
            ),
            Step(
                "touch",
                _("The sponsor stays in touch, for as long as the client is ours"),
                "sponsor",
                "cutover",
                90,
                kind="check-in",
                every=64,
                times=2,
                channel="phone",
                window=15,
                open_ended=True,
            ),
        ),
    },
    without=frozenset({"sponsor-call", "sponsor-visit"}),
    gates={
        "announce": (
            Gate("notice", _("The client gets enough notice"), "notice", {"at_least": NOTICE}, True),
        ),
    },
)
