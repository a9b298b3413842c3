"""The hard cutover: the rep stops on a fixed day, perhaps a past one, and nobody overlaps.

What is missing in overlap is made up for: an interim rep from day 0, a senior call within one business
day, knowledge recovered while the leaver can be asked, a packet checked with the client, and doubled
attention for six weeks. All numbers are business days from the cutover, which is day 0.
"""

from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks.closing import CLOSE
from transitions.rules.playbooks.types import AnchorRule, Gate, Playbook, Stage, Step, by_tier

TOP = ("strategic",)
OTHERS = ("standard", "small")

SECURE = Stage(
    "secure",
    _("Secure"),
    _("Somebody answers from today; access is kept, and the leaver is asked while that is possible."),
    steps=(
        Step(
            "name-interim",
            _("Name the interim rep"),
            "lead",
            "cutover",
            kind="decision",
            decides=("interim", "incoming"),
        ),
        Step("access", _("Secure access, mail forwarding and calendars"), "lead", "cutover"),
        Step(
            "leaver-interview",
            _("Interview the leaver while they can still be asked"),
            "lead",
            "departure",
            by_tier(strategic=-2, standard=-1, small=-1),
            kind="meeting",
        ),
        Step("stop-list", _("List every open promise to the client"), "interim", "cutover"),
        Step("story", _("Agree on what the client is told, and by whom"), "lead", "cutover"),
    ),
)

INTERIM = Stage(
    "interim",
    _("Interim in charge"),
    _("The interim rep answers from day 0, and the client hears it from us first."),
    gates=(
        Gate(
            "interim",
            _("An interim or incoming rep is named"),
            "one-named",
            {"roles": ("interim", "incoming")},
        ),
        Gate("released", _("The plan is released"), "released"),
        Gate("approvals", _("What needs a leader is approved"), "guard-rails"),
        Gate("day", _("The day of the cutover has come"), "reached", {"anchor": "cutover"}, True),
        Gate("access", _("Access and forwarding are secured"), "done", {"steps": ("access",)}, True),
        Gate(
            "story",
            _("What the client is told is written down"),
            "words",
            {"words": ("why", "stays")},
            True,
        ),
        Gate("one-message", _("Everyone inside has read the message"), "one-message", {}, True),
    ),
    steps=(
        Step(
            "senior-call",
            _("A senior leader calls the client, within one business day"),
            "lead",
            "announcement",
            kind="check-in",
            tiers=TOP,
            channel="phone",
        ),
        Step(
            "first-note",
            _("Write to the client: what happens now and whom to ask"),
            "interim",
            "announcement",
            tiers=OTHERS,
        ),
    ),
    ends_owner=True,
)

RECOVER = Stage(
    "recover",
    _("Recover knowledge"),
    _("What the leaver knew is rebuilt from records and colleagues, and checked with the client."),
    gates=(
        Gate(
            "called",
            _("A senior leader has called the client"),
            "done",
            {"steps": ("senior-call",)},
            True,
            TOP,
        ),
        Gate("told", _("The client knows whom to ask"), "done", {"steps": ("first-note",)}, True, OTHERS),
    ),
    steps=(
        Step(
            "recover-records",
            _("Recover what we know from records, requests, calendar and recordings"),
            "interim",
            "cutover",
            2,
        ),
        Step(
            "recover-colleagues",
            _("Ask every colleague who has worked with the client"),
            "interim",
            "cutover",
            3,
        ),
        Step(
            "first-talk",
            _("Talk with the client: the interim rep together with the sponsor"),
            "interim",
            "cutover",
            5,
            kind="meeting",
            purpose="listen",
            channel="video",
        ),
        Step("shortlist", _("Shortlist two possible successors"), "lead", "cutover", 5),
        Step("packet-draft", _("Rebuild the packet"), "interim", "cutover", 8),
        Step(
            "check-record", _("Check the CRM record, field by field"), "interim", "cutover", 9, kind="record"
        ),
        Step(
            "packet-check",
            _("Check the packet with the client: what we believe we owe you"),
            "interim",
            "cutover",
            10,
            kind="meeting",
            purpose="review",
            channel="video",
        ),
        Step(
            "decide-successor",
            _("Decide who takes over for good"),
            "lead",
            "cutover",
            12,
            kind="decision",
            decides=("incoming",),
        ),
        Step(
            "red-review",
            _("Look at the account together, twice a week"),
            "lead",
            "cutover",
            7,
            every=3,
            times=8,
            tiers=TOP,
        ),
    ),
)

HAND_OVER = Stage(
    "hand-over",
    _("Hand over for good"),
    _("The account gets its lasting owner: by decision, never because the interim rep simply stayed."),
    gates=(
        Gate(
            "decided-successor",
            _("A leader decided who takes over for good"),
            "done",
            {"steps": ("decide-successor",)},
        ),
        Gate("incoming", _("The incoming rep is named"), "named", {"roles": ("incoming",)}),
        Gate("successor-approved", _("With this successor, what needs a leader is approved"), "guard-rails"),
        Gate("second-choice", _("A second choice is named"), "named", {"roles": ("second_choice",)}, True),
        Gate(
            "knowledge",
            _("Records and colleagues were asked"),
            "done",
            {"steps": ("recover-records", "recover-colleagues")},
            True,
        ),
        Gate(
            "packet",
            _("The packet is made and says enough"),
            "packet",
            {"at_least": by_tier(strategic=50, standard=40, small=25)},
        ),
        Gate("prepared", _("The incoming rep knows the account"), "ready", {}, True),
        Gate("checked", _("The client has checked the packet"), "done", {"steps": ("packet-check",)}, True),
        Gate("record", _("The CRM record has been checked"), "record", {}, True),
        Gate("support", _("Everyone who takes over support has said so"), "support", {}, True),
        Gate("answered", _("No serious concern of the client is open"), "concerns"),
    ),
    steps=(
        Step(
            "intro-meeting",
            _("Introduce the new owner to the client, with the interim rep and the sponsor"),
            "incoming",
            "decide-successor",
            3,
            kind="meeting",
            purpose="introduce",
            channel="face_to_face",
        ),
        Step(
            "move-records",
            _("Move the account's records and meetings to the new owner"),
            "incoming",
            "decide-successor",
            3,
        ),
        Step(
            "contact-card",
            _("Write to the client with the new contact card"),
            "incoming",
            "decide-successor",
            3,
        ),
    ),
    owner="incoming",
)

ATTENTION = Stage(
    "attention",
    _("Double attention"),
    _("Until the sixth week the client hears from us twice as often as before."),
    gates=(
        Gate("met", _("The client has met the new owner"), "held", {"steps": ("intro-meeting",)}),
        Gate(
            "moved",
            _("Records are moved and the client has the contact card"),
            "done",
            {"steps": ("move-records", "contact-card")},
            True,
        ),
    ),
    steps=(
        Step(
            "check-in",
            _("Attention from the owner, doubled"),
            "incoming",
            "cutover",
            2,
            kind="check-in",
            every=5,
            times=6,
            channel="phone",
            window=1,
            doubled=True,
        ),
        Step(
            "attention-review",
            _("Look back on six weeks: may attention return to normal?"),
            "lead",
            "cutover",
            32,
            kind="decision",
        ),
    ),
)

SETTLE = Stage(
    "settle",
    _("Settle in"),
    _("Leaders hear from the client how it goes, and the comparison with before is drawn."),
    gates=(
        Gate(
            "warmed-up",
            _("A leader looked back on the first six weeks"),
            "done",
            {"steps": ("attention-review",)},
            True,
        ),
    ),
    steps=(
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
            _("Visit the client and look at what is owed (day 60)"),
            "incoming",
            "cutover",
            43,
            kind="meeting",
            purpose="review",
            channel="face_to_face",
        ),
        Step(
            "review",
            _("Ask how satisfied the client is and compare with the time before (day 90)"),
            "incoming",
            "cutover",
            64,
            kind="meeting",
            purpose="review",
        ),
        Step(
            "decide-close",
            _("Decide: close the plan or extend it"),
            "lead",
            "cutover",
            67,
            kind="decision",
        ),
    ),
)

HARD = Playbook(
    key="hard",
    name=_("Hard cutover"),
    mode="hard",
    anchors=(
        AnchorRule("cutover", _("Cutover"), past=True),
        AnchorRule("announcement", _("Announcement"), "cutover", 1, past=True, told=True),
        AnchorRule("departure", _("Departure"), "cutover", 0, past=True),
    ),
    order=(),
    roles=("outgoing", "incoming", "second_choice", "interim", "sponsor", "support"),
    stages=(SECURE, INTERIM, RECOVER, HAND_OVER, ATTENTION, SETTLE, CLOSE),
)
