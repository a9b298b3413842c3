"""The soft cutover: the outgoing rep stays while the incoming rep burns in.

About six weeks before the cutover for a strategic client, and 90 to 180 days after it. All numbers are
business days; 21, 43, 64 and 128 of them are about 30, 60, 90 and 180 days. Where they come from is in
docs/playbooks.md.
"""

from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks.closing import CLOSE
from transitions.rules.playbooks.fade import FADE
from transitions.rules.playbooks.types import AnchorRule, Gate, Playbook, Stage, Step, by_tier

NOTICE = by_tier(strategic=20, standard=15, small=10)
LARGER = ("strategic", "standard")

PREPARE = Stage(
    "prepare",
    _("Prepare"),
    _("We check whether the time is right, write down what we know and agree on the story."),
    steps=(
        Step(
            "guard-rails",
            _("Check the guard-rails: renewal, escalations, earlier changes"),
            "lead",
            "announcement",
            by_tier(strategic=-10, standard=-7, small=-5),
        ),
        Step(
            "shortlist",
            _("Shortlist two possible successors, in confidence"),
            "lead",
            "announcement",
            by_tier(strategic=-9, standard=-6, small=-4),
        ),
        Step(
            "sponsor-pair",
            _("Agree with the sponsor on what they promise the client"),
            "lead",
            "announcement",
            by_tier(strategic=-9, standard=-6, small=-4),
            tiers=LARGER,
        ),
        Step(
            "packet-draft",
            _("Write the first draft of the packet"),
            "outgoing",
            "announcement",
            by_tier(strategic=-7, standard=-5, small=-3),
        ),
        Step(
            "baseline",
            _("Note the baseline: answer times, open requests, recent contact"),
            "outgoing",
            "announcement",
            by_tier(strategic=-6, standard=-4, small=-3),
        ),
        Step(
            "walk-through",
            _("Walk through the account internally, 30 to 60 minutes"),
            "outgoing",
            "announcement",
            by_tier(strategic=-5, standard=-3, small=-2),
            kind="meeting",
        ),
        Step(
            "story",
            _("Agree on the story: why, what gets better, what stays"),
            "outgoing",
            "announcement",
            by_tier(strategic=-3, standard=-2, small=-2),
        ),
    ),
)

ANNOUNCE = Stage(
    "announce",
    _("Announce"),
    _("The outgoing rep and a leader meet the client face to face, explain and listen."),
    gates=(
        Gate("released", _("The plan is released"), "released"),
        Gate("sponsor", _("A sponsor is named"), "named", {"roles": ("sponsor",)}, True, LARGER),
        Gate(
            "story",
            _("The story is written in the client's words"),
            "words",
            {"words": ("why", "gets_better", "stays")},
        ),
        Gate("one-message", _("Everyone inside has read the message"), "one-message", {}, True),
        Gate("notice", _("The client gets enough notice"), "notice", {"at_least": NOTICE}),
        Gate(
            "guard-rails",
            _("The guard-rails were checked"),
            "done",
            {"steps": ("guard-rails",)},
            True,
        ),
        Gate("approvals", _("What needs a leader is approved"), "guard-rails"),
    ),
    steps=(
        Step(
            "announce-meeting",
            _("Meet the client face to face, explain and listen (meeting 1)"),
            "outgoing",
            "announcement",
            kind="meeting",
            purpose="listen",
            channel="face_to_face",
        ),
        Step(
            "log-concerns",
            _("Write down every concern in the client's words"),
            "outgoing",
            "announce-meeting",
            1,
        ),
        Step(
            "answer-concerns",
            _("Answer each concern, in person"),
            "outgoing",
            "announce-meeting",
            by_tier(strategic=5, standard=4, small=2),
        ),
    ),
)

CHOOSE = Stage(
    "choose",
    _("Choose"),
    _("In the light of what the client said, the successor and a second choice are confirmed and prepared."),
    gates=(
        Gate(
            "heard",
            _("The client was told in person and heard"),
            "held",
            {"steps": ("announce-meeting",)},
        ),
    ),
    steps=(
        Step(
            "confirm-rep",
            _("Confirm the incoming rep and the second choice"),
            "lead",
            "announce-meeting",
            by_tier(strategic=5, standard=4, small=2),
            kind="decision",
            decides=("incoming",),
        ),
        Step(
            "message-again",
            _("Approve the message again: whom the client turns to now"),
            "lead",
            "confirm-rep",
            by_tier(strategic=2, standard=1, small=1),
        ),
        Step(
            "packet-final",
            _("Bring the packet up to date"),
            "outgoing",
            "confirm-rep",
            by_tier(strategic=2, standard=1, small=1),
        ),
        Step(
            "check-record",
            _("Check the CRM record, field by field"),
            "outgoing",
            "confirm-rep",
            by_tier(strategic=2, standard=1, small=1),
            kind="record",
        ),
        Step(
            "over-prepare",
            _("Read the packet and answer the questions about this client"),
            "incoming",
            "confirm-rep",
            by_tier(strategic=4, standard=3, small=2),
        ),
    ),
)

INTRODUCE = Stage(
    "introduce",
    _("Introduce"),
    _("All three meet at the client: the outgoing rep introduces and endorses the incoming one."),
    gates=(
        Gate("incoming", _("The incoming rep is named"), "named", {"roles": ("incoming",)}),
        Gate("second-choice", _("A second choice is named"), "named", {"roles": ("second_choice",)}, True),
        Gate("successor-approved", _("With this successor, what needs a leader is approved"), "guard-rails"),
        Gate(
            "packet",
            _("The packet is made and says enough"),
            "packet",
            {"at_least": by_tier(strategic=70, standard=60, small=40)},
        ),
        Gate(
            "prepared",
            _("The incoming rep knows the account"),
            "ready",
            {},
            True,
        ),
        Gate("record", _("The CRM record has been checked"), "record", {}, True),
        Gate("one-message-again", _("Everyone inside names the same new contact"), "one-message", {}, True),
    ),
    steps=(
        Step(
            "intro-meeting",
            _("Introduce the incoming rep, all three at the client (meeting 2)"),
            "outgoing",
            "cutover",
            by_tier(strategic=-10, standard=-7, small=-5),
            kind="meeting",
            purpose="introduce",
            channel="face_to_face",
        ),
        Step(
            "success-plan",
            _("Agree with the client on a joint success plan"),
            "incoming",
            "intro-meeting",
            1,
            tiers=LARGER,
        ),
    ),
)

BURN_IN = Stage(
    "burn-in",
    _("Burn in"),
    _("First the outgoing rep leads and the incoming rep shadows; then they share; then they change places."),
    gates=(Gate("met", _("The client has met the incoming rep"), "held", {"steps": ("intro-meeting",)}),),
    steps=(
        Step(
            "shadow",
            _("The outgoing rep leads, the incoming rep shadows"),
            "incoming",
            "cutover",
            by_tier(strategic=-8, standard=-5, small=-4),
        ),
        Step(
            "share",
            _("Both share the work: the incoming rep answers half of the mail"),
            "incoming",
            "cutover",
            by_tier(strategic=-5, standard=-3, small=-3),
            tiers=LARGER,
        ),
        Step(
            "lead-week",
            _("The incoming rep leads, the outgoing rep backs up"),
            "incoming",
            "cutover",
            by_tier(strategic=-2, standard=-2, small=-2),
        ),
        Step(
            "hand-over-list",
            _("Hand over open requests, calendars, folders and access"),
            "outgoing",
            "cutover",
            -1,
        ),
    ),
)

CUTOVER = Stage(
    "cutover",
    _("Cutover"),
    _("The account moves to its new owner."),
    gates=(
        Gate("day", _("The day of the cutover has come"), "reached", {"anchor": "cutover"}, True),
        Gate("owner-named", _("The incoming rep is with us"), "named", {"roles": ("incoming",)}),
        Gate("led", _("The incoming rep has led already"), "done", {"steps": ("lead-week",)}, True),
        Gate(
            "handed-over",
            _("Requests, calendars and access are handed over"),
            "done",
            {"steps": ("hand-over-list",)},
            True,
        ),
        Gate("support", _("Everyone who takes over support has said so"), "support", {}, True),
        Gate("answered", _("No serious concern of the client is open"), "concerns"),
        Gate("calm", _("No escalated request is open"), "calm"),
        Gate("still-approved", _("What needs a leader is approved as things stand now"), "guard-rails"),
    ),
    steps=(
        Step(
            "move-records",
            _("Move the account's records and meetings to the new owner"),
            "outgoing",
            "cutover",
        ),
        Step("contact-card", _("Write to the client with the new contact card"), "incoming", "cutover"),
    ),
    owner="incoming",
)

SETTLE = Stage(
    "settle",
    _("Settle in"),
    _("The client gets more attention than before, and leaders hear how it goes."),
    gates=(
        Gate(
            "moved",
            _("Records are moved and the client has the contact card"),
            "done",
            {"steps": ("move-records", "contact-card")},
        ),
    ),
    steps=(
        Step(
            "check-in",
            _("Weekly attention from the new owner"),
            "incoming",
            "cutover",
            5,
            kind="check-in",
            every=5,
            times=by_tier(strategic=8, standard=4, small=2),
            channel="phone",
            window=2,
        ),
        Step(
            "sponsor-call",
            _("The sponsor calls the client"),
            "sponsor",
            "cutover",
            5,
            kind="check-in",
            tiers=LARGER,
            channel="phone",
            window=5,
        ),
        Step(
            "reachable",
            _("Ask the client whether the outgoing rep is still needed"),
            "outgoing",
            "cutover",
            20,
        ),
        Step(
            "leader-call",
            _("A leader calls the client without the rep (day 30)"),
            "lead",
            "cutover",
            21,
            kind="check-in",
            channel="phone",
            window=3,
        ),
        Step(
            "visit",
            _("Visit the client and look at the success plan together (day 60)"),
            "incoming",
            "cutover",
            43,
            kind="meeting",
            tiers=LARGER,
            purpose="review",
            channel="face_to_face",
        ),
        Step(
            "sponsor-visit",
            _("The sponsor visits the client (day 60)"),
            "sponsor",
            "cutover",
            43,
            kind="check-in",
            tiers=("strategic",),
            channel="face_to_face",
            window=8,
        ),
        Step(
            "review",
            _("Ask how satisfied the client is and compare with the baseline (day 90)"),
            "incoming",
            "cutover",
            by_tier(strategic=64, standard=64, small=43),
            kind="meeting",
            purpose="review",
        ),
        Step(
            "last-look",
            _("Compare before and after a last time and write down the lessons (day 180)"),
            "lead",
            "cutover",
            128,
            tiers=("strategic",),
        ),
        Step(
            "decide-close",
            _("Decide: close the plan or extend it"),
            "lead",
            "cutover",
            by_tier(strategic=131, standard=67, small=46),
            kind="decision",
        ),
    ),
)

SOFT = Playbook(
    key="soft",
    name=_("Soft cutover"),
    mode="soft",
    anchors=(
        AnchorRule("cutover", _("Cutover")),
        AnchorRule(
            "announcement",
            _("Announcement"),
            "cutover",
            by_tier(strategic=-20, standard=-15, small=-10),
        ),
    ),
    order=("announcement", "cutover"),
    roles=("outgoing", "incoming", "second_choice", "sponsor", "support"),
    stages=(PREPARE, ANNOUNCE, CHOOSE, INTRODUCE, BURN_IN, CUTOVER, SETTLE, CLOSE),
    fade=FADE,
)
