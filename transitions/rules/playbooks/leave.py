"""A temporary leave: somebody covers, and the account comes back. The owner never changes."""

from dataclasses import replace

from accounts.rules.text import gettext_noop as _
from transitions.rules.playbooks import hard, soft
from transitions.rules.playbooks.composition import Overlay
from transitions.rules.playbooks.types import AnchorRule, Fade, Gate, Stage, Step, by_tier

RETURN = AnchorRule("return", _("Return"), "cutover", 60)


def _hand_back(rep: str) -> tuple[Stage, Stage]:
    """The last weeks of the cover and the first after it; `rep` is the role that covers."""
    return (
        Stage(
            "hand-back",
            _("Hand back"),
            _("What the cover rep learned, promised and noted comes back to the owner."),
            gates=(
                Gate(
                    "covered",
                    _("Records are arranged and the client knows whom to ask"),
                    "done",
                    {"steps": ("cover-records", "cover-note")},
                    True,
                ),
            ),
            steps=(
                Step(
                    "return-plan",
                    _("Ask the owner whether the day of the return stands, and how much they come back"),
                    "lead",
                    "return",
                    -15,
                ),
                Step(
                    "tell-return",
                    _("Tell the client when the owner is back"),
                    rep,
                    "return",
                    -10,
                    kind="check-in",
                    channel="phone",
                    window=3,
                ),
                Step(
                    "notes-back",
                    _("Write down what happened meanwhile: requests, promises, people, moods"),
                    rep,
                    "return",
                    -5,
                ),
                Step(
                    "back-talk",
                    _("Walk the owner through the time of the cover, 30 to 60 minutes"),
                    rep,
                    "return",
                    kind="meeting",
                ),
            ),
        ),
        Stage(
            "back",
            _("Back"),
            _("The owner answers again; the cover ends, and the client is asked how it was."),
            gates=(
                Gate("day-back", _("The day of the return has come"), "reached", {"anchor": "return"}),
                Gate(
                    "notes",
                    _("The cover rep's notes are back"),
                    "done",
                    {"steps": ("notes-back",)},
                ),
                Gate(
                    "back-talked",
                    _("The owner was walked through the time of the cover"),
                    "done",
                    {"steps": ("back-talk",)},
                    True,
                ),
            ),
            steps=(
                Step(
                    "back-call",
                    _("The owner calls the client: I am back"),
                    "outgoing",
                    "return",
                    1,
                    kind="check-in",
                    channel="phone",
                    window=1,
                ),
                Step(
                    "records-back",
                    _("Take back requests, calendars, folders and access"),
                    "outgoing",
                    "return",
                    2,
                ),
                Step(
                    "review",
                    _("Ask how satisfied the client was with the time of the cover"),
                    "outgoing",
                    "return",
                    10,
                    kind="meeting",
                    purpose="review",
                ),
                Step(
                    "decide-close",
                    _("Decide: close the plan or extend it"),
                    "lead",
                    "return",
                    15,
                    kind="decision",
                ),
            ),
            ends_cover=True,
        ),
    )


# The same in both modes, while the owner is away.
LEADER_CALL = Step(
    "leader-call",
    _("A leader calls the client without the rep (day 30)"),
    "lead",
    "cutover",
    21,
    kind="check-in",
    channel="phone",
    window=3,
)


def _arrange(rep: str) -> tuple[Step, Step]:
    return (
        Step(
            "cover-records",
            _("Forward mail, share calendars and give the cover rep access"),
            "outgoing" if rep == "incoming" else "lead",
            "cutover",
        ),
        Step("cover-note", _("Write to the client: who answers until when"), rep, "cutover"),
    )


SOFT_LEAVE = Overlay(
    reason="leave",
    purpose="cover",
    anchors=(RETURN,),
    order=("announcement", "cutover", "return"),
    without=frozenset({"success-plan", "reachable", "done"}),
    stages={
        "cutover": (
            replace(
                soft.CUTOVER,
                key="cover",
                title=_("Cover"),
                summary=_("The cover rep answers; the account stays with its owner."),
                gates=tuple(
                    replace(gate, label=_("The cover rep is with us")) if gate.key == "owner-named" else gate
                    for gate in soft.CUTOVER.gates
                ),
                steps=(
                    *_arrange("incoming"),
                    Step(
                        "check-in",
                        _("Regular attention from the cover rep"),
                        "incoming",
                        "cutover",
                        5,
                        kind="check-in",
                        every=by_tier(strategic=5, standard=10, small=20),
                        times=by_tier(strategic=8, standard=4, small=2),
                        channel="phone",
                        window=2,
                    ),
                    LEADER_CALL,
                ),
                owner="",
                covers="incoming",
            ),
        ),
        "settle": _hand_back("incoming"),
    },
    fade=(
        Fade(
            "away",
            _("The cover rep leads, the owner is away"),
            "cutover",
            leads="incoming",
            mail={"incoming": 100},
        ),
        Fade(
            "come-back",
            _("The owner listens, the cover rep still leads"),
            "return",
            leads="incoming",
            shadows="outgoing",
            mail={"outgoing": 25, "incoming": 75},
        ),
        Fade(
            "back",
            _("The owner leads again"),
            "return",
            3,
            leads="outgoing",
            mail={"outgoing": 100},
        ),
    ),
)

_INTERIM_NAMED = Gate("interim", _("The cover rep is named"), "named", {"roles": ("interim",)})

HARD_LEAVE = Overlay(
    reason="leave",
    purpose="cover",
    anchors=(RETURN,),
    order=("cutover", "return"),
    roles=("outgoing", "interim", "sponsor", "support"),
    without=frozenset({"shortlist", "decide-successor"}),
    steps={
        "secure": (
            Step("name-interim", _("Name the cover rep"), "lead", "cutover", kind="decision"),
            Step(
                "leaver-interview",
                _("Ask the owner what cannot wait, if they can be asked"),
                "lead",
                "departure",
                kind="meeting",
            ),
        ),
    },
    stages={
        "interim": (
            replace(
                hard.INTERIM,
                key="cover",
                title=_("Cover"),
                summary=_("The cover rep answers from day 0; the account stays with its owner."),
                gates=(_INTERIM_NAMED, *(gate for gate in hard.INTERIM.gates if gate.key != "interim")),
                steps=(*hard.INTERIM.steps, *_arrange("interim")),
                ends_owner=False,
                covers="interim",
            ),
        ),
        "hand-over": (),
        "attention": (
            replace(
                hard.ATTENTION,
                gates=(
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
                    Gate(
                        "checked",
                        _("The client has checked the packet"),
                        "done",
                        {"steps": ("packet-check",)},
                        True,
                    ),
                    Gate("record", _("The CRM record has been checked"), "record", {}, True),
                ),
                steps=(
                    *(
                        replace(step, owner="interim", title=_("Attention from the cover rep, doubled"))
                        if step.key == "check-in"
                        else step
                        for step in hard.ATTENTION.steps
                    ),
                    LEADER_CALL,
                ),
            ),
        ),
        "settle": _hand_back("interim"),
    },
)
