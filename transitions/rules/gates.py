"""What must hold before a stage begins: gates as data, resolved in one registry of checks over facts.

To add a kind of condition: write a function from facts and arguments to what is missing, and enter
it in CHECKS. Playbooks then use it by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from accounts.rules.text import Message, gettext_noop, ngettext_noop
from transitions.rules.guardrails import APPROVED, GUARDS, GuardState

if TYPE_CHECKING:
    from transitions.rules.playbooks.types import Gate, Playbook

_ = gettext_noop

# Where a closed gate is mended; the page has an address for each.
HINTS = (
    "people",
    "step",
    "promise",  # a step that is done by saying how a promise was kept
    "words",
    "packet",
    "dates",
    "requests",
    "release",
    "team",
    "concerns",
    "meeting",
    "guards",
    "message",
    "readiness",
    "record",
    "support",
)
WORDS = ("why", "gets_better", "stays", "unseen")


@dataclass(frozen=True, slots=True)
class Facts:
    """All that gates may know of a plan, read once. Days are the client's.

    What only some checks read (`Check.reads`) stands at its default where no gate asked for it.
    """

    today: date
    roles: frozenset[str] = frozenset()  # roles held by somebody who is still with us
    steps: Mapping[str, str] = field(default_factory=dict)  # key of every step to its title, a msgid
    done: frozenset[str] = frozenset()  # keys of the steps that are done
    anchors: Mapping[str, date] = field(default_factory=dict)
    notice: int = 0  # business days from the announcement to the cutover
    words: frozenset[str] = frozenset()  # which of WORDS are written
    released: bool = True
    packet_made: bool = False
    packet_complete: int = 0  # percent of what the newest one ought to say
    team_named: bool = False  # whether the team that takes over is named
    escalations: int = 0  # open escalated requests of the account
    serious: int = 0  # red concerns that the client has not confirmed as answered
    held: frozenset[str] = frozenset()  # keys of the meetings held as they must be, or by a waiver
    waived: frozenset[str] = frozenset()  # gates that somebody waived
    guards: tuple[GuardState, ...] = ()  # the guards that are raised, and what leaders said
    message: str = ""  # to the client: "approved", or "changed" since; "" while it is not approved
    unheard: tuple[str, ...] = ()  # departments that have not read it
    unchecked: int = 0  # fields of the client's record that nobody has confirmed or corrected
    outdated: int = 0  # of these, such as changed after they had been checked
    undecided: tuple[str, ...] = ()  # support of whom nobody has said whether they stay
    unsaid: tuple[str, ...] = ()  # whoever takes over support and has not said so yet
    departed: tuple[str, ...] = ()  # whoever was to take over support and has left
    ready: str = ""  # the incoming rep "accepted", or why that lapsed; "" while nobody has


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a closed gate lacks, and where to mend it.

    `hint` is one of HINTS; `subject` says which role, step, word or anchor is meant.
    """

    message: Message
    hint: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class GateState:
    """A gate as it stands: "open", "closed" or "waived", and what it lacks if it does not hold."""

    gate: "Gate"
    state: str
    missing: tuple[Missing, ...] = ()

    @property
    def key(self) -> str:
        return self.gate.key

    @property
    def label(self) -> Message:
        return Message(self.gate.label)


Found = tuple[Missing, ...]
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of condition: what it demands, which arguments it takes, and what it finds missing.

    `reads` names what must be read for it beyond the plan's own rows (`selectors.plans.facts.READERS`), so
    that facts nobody asks for cost no query.
    """

    label: str  # a msgid
    find: Callable[[Facts, Arguments], Found]
    args: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()  # arguments that a gate may leave out
    reads: str = ""
    firm: bool = False  # no playbook may let it be waived


def states(playbook: "Playbook", stage: str, facts: Facts) -> tuple[GateState, ...]:
    """How every gate of `stage` stands, in the playbook's order. The playbook is that of one tier."""
    return tuple(_state(gate, facts) for gate in playbook.stage(stage).gates)


def closed(playbook: "Playbook", stage: str, facts: Facts) -> tuple[GateState, ...]:
    """The gates of `stage` that neither hold nor are waived: what keeps a plan from entering it."""
    return tuple(state for state in states(playbook, stage, facts) if state.state == "closed")


def _state(gate: "Gate", facts: Facts) -> GateState:
    missing = CHECKS[gate.check].find(facts, gate.args)
    if not missing:
        return GateState(gate, "open")
    # A waiver counts only where the playbook allows one, whatever stands in the records.
    waivable = gate.waivable and not CHECKS[gate.check].firm
    waived = waivable and gate.key in facts.waived
    return GateState(gate, "waived" if waived else "closed", missing)


NOBODY = {
    "outgoing": _("Nobody is named as outgoing rep."),
    "incoming": _("No incoming rep is named yet."),
    "second_choice": _("No second choice is named yet."),
    "interim": _("No interim rep is named yet."),
    "sponsor": _("No sponsor is named yet."),
    "support": _("Nobody is named for support yet."),
}

UNWRITTEN = {
    "why": _("Why the change comes is not written in the client's words."),
    "gets_better": _("What gets better for the client is not written."),
    "stays": _("What stays as it is for the client is not written."),
    "unseen": _("Why satisfaction did not show it sooner is not written."),
}


def _named(facts: Facts, args: Arguments) -> Found:
    return tuple(
        Missing(Message(NOBODY[role]), "people", role) for role in args["roles"] if role not in facts.roles
    )


def _one_named(facts: Facts, args: Arguments) -> Found:
    if facts.roles & set(args["roles"]):
        return ()
    return tuple(Missing(Message(NOBODY[role]), "people", role) for role in args["roles"])


def _done(facts: Facts, args: Arguments) -> Found:
    return tuple(
        Missing(
            Message(_("Not done yet: %(step)s."), {"step": Message(facts.steps.get(key, key))}), "step", key
        )
        for key in args["steps"]
        if key not in facts.done
    )


def _notice(facts: Facts, args: Arguments) -> Found:
    accepted = any(one.guard == "notice" and one.state == APPROVED for one in facts.guards)
    if facts.notice >= args["at_least"] or accepted:
        return ()
    return (
        Missing(
            Message.counted(
                ngettext_noop(
                    "The client gets %(given)d business day of notice; %(asked)d are due.",
                    "The client gets %(given)d business days of notice; %(asked)d are due.",
                ),
                {"given": max(facts.notice, 0), "asked": args["at_least"]},
                count="given",
            ),
            "guards",
            "notice",
        ),
    )


def _words(facts: Facts, args: Arguments) -> Found:
    return tuple(
        Missing(Message(UNWRITTEN[word]), "words", word) for word in args["words"] if word not in facts.words
    )


def _packet(facts: Facts, args: Arguments) -> Found:
    asked = args.get("at_least", 0)
    if not facts.packet_made:
        return (Missing(Message(_("No packet has been made yet.")), "packet"),)
    if facts.packet_complete >= asked:
        return ()
    return (
        Missing(
            Message(
                _("The newest packet is %(percent)d%% complete; %(asked)d%% are due."),
                {"percent": facts.packet_complete, "asked": asked},
            ),
            "packet",
        ),
    )


def _released(facts: Facts, args: Arguments) -> Found:
    return () if facts.released else (Missing(Message(_("The plan is still confidential.")), "release"),)


def _reached(facts: Facts, args: Arguments) -> Found:
    day = facts.anchors.get(args["anchor"])
    if day is not None and day <= facts.today:
        return ()
    message = (
        Message(_("The day is not set."))
        if day is None
        else Message(_("The day is %(day)s; it has not come yet."), {"day": day})
    )
    return (Missing(message, "dates", args["anchor"]),)


UNAPPROVED = {
    "undecided": _("%(guard)s: a leader has not decided yet."),
    "lapsed": _("%(guard)s: the plan changed, so a leader must decide again."),
    "declined": _("%(guard)s: a leader declined."),
}


def _guard_rails(facts: Facts, args: Arguments) -> Found:
    return tuple(
        Missing(Message(UNAPPROVED[one.state], {"guard": Message(GUARDS[one.guard])}), "guards", one.guard)
        for one in facts.guards
        if one.state != APPROVED
    )


def _calm(facts: Facts, args: Arguments) -> Found:
    accepted = any(one.guard == "escalation" and one.state == APPROVED for one in facts.guards)
    if not facts.escalations or accepted:
        return ()
    return (
        Missing(
            Message.counted(
                ngettext_noop(
                    "%(count)d escalated request of this client is open.",
                    "%(count)d escalated requests of this client are open.",
                ),
                {"count": facts.escalations},
                count="count",
            ),
            "requests",
        ),
    )


def _team(facts: Facts, args: Arguments) -> Found:
    if facts.team_named:
        return ()
    return (Missing(Message(_("The team that takes the account over is not named.")), "team"),)


def _concerns(facts: Facts, args: Arguments) -> Found:
    if not facts.serious:
        return ()
    return (
        Missing(
            Message.counted(
                ngettext_noop(
                    "%(count)d serious concern is not confirmed as answered by the client.",
                    "%(count)d serious concerns are not confirmed as answered by the client.",
                ),
                {"count": facts.serious},
                count="count",
            ),
            "concerns",
        ),
    )


def _held(facts: Facts, args: Arguments) -> Found:
    return tuple(
        Missing(
            Message(_("Not held yet: %(step)s."), {"step": Message(facts.steps.get(key, key))}),
            "meeting",
            key,
        )
        for key in args["steps"]
        if key not in facts.held
    )


UNAGREED = {
    "": _("The message to the client is not approved yet."),
    "changed": _("The words for the client were changed after they had been approved."),
}


def _one_message(facts: Facts, args: Arguments) -> Found:
    if facts.message in UNAGREED:
        return (Missing(Message(UNAGREED[facts.message]), "message"),)
    return tuple(
        Missing(Message(_("%(name)s has not read the message yet."), {"name": name}), "message")
        for name in facts.unheard
    )


UNREADY = {
    "": _("The incoming rep has not accepted the handover yet."),
    "person": _("Somebody else is the incoming rep now, and has not accepted the handover yet."),
    "returned": _("The incoming rep returned the handover with reasons."),
    "packet": _("A newer packet was made after the incoming rep had accepted the handover."),
}


def _ready(facts: Facts, args: Arguments) -> Found:
    if facts.ready == "accepted":
        return ()
    return (Missing(Message(UNREADY[facts.ready]), "readiness"),)


def _record(facts: Facts, args: Arguments) -> Found:
    counted = (
        (
            facts.unchecked,
            ngettext_noop(
                "%(count)d field of the CRM record is not checked yet.",
                "%(count)d fields of the CRM record are not checked yet.",
            ),
        ),
        (
            facts.outdated,
            ngettext_noop(
                "%(count)d field of the CRM record changed after it had been checked.",
                "%(count)d fields of the CRM record changed after they had been checked.",
            ),
        ),
    )
    return tuple(
        Missing(Message.counted(words, {"count": count}, count="count"), "record")
        for count, words in counted
        if count
    )


def _support(facts: Facts, args: Arguments) -> Found:
    told = (
        (_("It is not said whether %(name)s stays or who takes over."), facts.undecided),
        (_("%(name)s has not said yet that they take over."), facts.unsaid),
        (_("%(name)s was to take over and has left: name somebody else."), facts.departed),
    )
    return tuple(
        Missing(Message(words, {"name": name}), "support") for words, names in told for name in names
    )


CHECKS: Mapping[str, Check] = {
    "named": Check(_("Somebody holds each of these roles"), _named, frozenset({"roles"})),
    "one-named": Check(_("Somebody holds one of these roles"), _one_named, frozenset({"roles"})),
    "done": Check(_("These steps are done"), _done, frozenset({"steps"})),
    "notice": Check(
        _("The client has so many business days of notice, or a leader approved fewer"),
        _notice,
        frozenset({"at_least"}),
        reads="guards",
    ),
    "guard-rails": Check(_("Leaders approved every guard that is raised"), _guard_rails, reads="guards"),
    "words": Check(_("These words for the client are written"), _words, frozenset({"words"})),
    "packet": Check(
        _("A handover packet has been made, and says at least so many percent of what it ought to"),
        _packet,
        optional=frozenset({"at_least"}),
    ),
    "released": Check(_("The plan is no longer confidential"), _released),
    "reached": Check(_("The day of this anchor has come"), _reached, frozenset({"anchor"})),
    "team": Check(_("The team that takes the account over is named"), _team),
    "calm": Check(_("No escalated request is open, or a leader approved"), _calm, reads="guards"),
    "concerns": Check(
        _("The client has confirmed that every serious concern is answered"),
        _concerns,
        reads="concerns",
        firm=True,
    ),
    "held": Check(
        _("These meetings with the client were held, as near as the playbook asks"),
        _held,
        frozenset({"steps"}),
        reads="meetings",
    ),
    "one-message": Check(
        _("The message is approved, and every department that talks to the client has read it"),
        _one_message,
        reads="message",
    ),
    "ready": Check(
        _("The incoming rep has accepted the handover, knowing the newest packet"),
        _ready,
        reads="successors",
    ),
    "record": Check(_("The CRM record has been checked, field by field"), _record, reads="record"),
    "support": Check(_("Everyone who takes over support has said so"), _support, reads="support"),
}
