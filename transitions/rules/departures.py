"""A rep leaves: what a proposal adds up to, how ready one would be today, and sentences kept as data."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from accounts.rules.text import Message
from accounts.rules.text import gettext_noop as _

MOST_SCENARIOS = 4
MOST_ACCOUNTS = 5_000  # in one proposal
MOST_COMMITTED = 1_000  # at once, in one transaction and one answer of the server
NAME_OF_FIRST = _("Proposal")

# What somebody can hold, in the order of the pages.
KINDS = {
    "owner": _("Accounts owned"),
    "outgoing": _("Open plans in which they hand over"),
    "incoming": _("Open plans in which they take over"),
    "interim": _("Open plans that they stand in for"),
    "second_choice": _("Second choice"),
    "sponsor": _("Sponsor"),
    "support": _("Support"),
    "steps": _("Open steps"),
    "meetings": _("Meetings with clients ahead"),
    "check_ins": _("Promised check-ins"),
    "requests": _("Open requests"),
    "commitments": _("Commitments"),
    "lead": _("Teams led"),
}
ROLES = ("incoming", "interim", "second_choice", "sponsor", "support")  # handed on to a named person
GRADES = ((85, "A"), (70, "B"), (50, "C"), (30, "D"), (0, "E"))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a proposal adds up to. Money as text, so that no cent is lost in JSON."""

    accounts: int = 0
    placed: int = 0
    fit: float = 0.0  # mean over the accounts, 0 to 1
    worst: float = 0.0
    moves: int = 0  # accounts that go to somebody who has no role there yet
    revenue: Mapping[str, str] = field(default_factory=dict)  # by person id
    strategic: Mapping[str, int] = field(default_factory=dict)
    load: Mapping[str, float] = field(default_factory=dict)  # workload points that are added
    value: float = 0.0
    bound: float = 0.0
    gap: float = 0.0
    seconds: float = 0.0
    method: str = ""
    alone: bool = False  # whether the exact solver did not answer
    early: bool = False  # a first answer, while the search goes on

    def packed(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def unpacked(cls, data: Mapping[str, Any]) -> "Figures":
        known = {name: value for name, value in data.items() if name in cls.__slots__}
        return cls(**known)


def in_filter(
    narrowed: Mapping[str, Sequence[Any]], *, tier: str, team: int | None, industry: str, country: str
) -> bool:
    """Whether an account is meant by a filter: in each dimension that is named, one of the values."""
    values: dict[str, Any] = {"tier": tier, "team": team, "industry": industry, "country": country}
    return all(values[name] in wanted for name, wanted in narrowed.items() if wanted and name in values)


def usual_mode(cutover_ready_on: date, last_on: date) -> str:
    """Soft where the last day leaves the time that the soft playbook asks for, else hard."""
    return "soft" if cutover_ready_on <= last_on else "hard"


def stays_with_leaver(due_on: date | None, last_on: date, today: date) -> bool:
    """Whether the leaver still does what is due then: what falls due while they are here."""
    return due_on is not None and today <= due_on <= last_on


def single_threaded(contacts: int, knowers: Collection[int], person: int) -> bool:
    """Whether a client is known to nobody of ours besides `person`, or knows us through one contact only."""
    return contacts < 2 or not set(knowers) - {person}


@dataclass(frozen=True, slots=True)
class Readiness:
    """How ready we would be if a rep left today: 0 to 100, its grade, and what it is lowered by."""

    score: int
    grade: str
    reasons: tuple[Message, ...] = ()


def readiness(*, accounts: int, single: int, undocumented: int, uncovered: int) -> Readiness:
    """Our own proposal, to sort by: half hangs on somebody being able to take over, a third on a second
    person who knows the client, the rest on promises that stand in writing.
    """
    if not accounts:
        return Readiness(100, "A")
    score = 100 - 50 * uncovered / accounts - 35 * single / accounts - min(15, 5 * undocumented)
    whole = max(0, round(score))
    said = []
    if uncovered:
        params = {"count": uncovered, "all": accounts}
        said.append(Message(_("Nobody is suggested for %(count)d of %(all)d accounts."), params))
    if single:
        params = {"count": single, "all": accounts}
        said.append(Message(_("%(count)d of %(all)d accounts know nobody else of ours."), params))
    if undocumented:
        said.append(Message(_("Promises that stand nowhere in writing: %(count)d."), {"count": undocumented}))
    return Readiness(whole, next(grade for least, grade in GRADES if whole >= least), tuple(said))


def digest(parts: Iterable[object]) -> str:
    """A short name for these values in this order: the same again only for the same values."""
    return hashlib.sha256(json.dumps(list(parts), default=str).encode()).hexdigest()


def packed(message: Message) -> dict[str, Any]:
    """A sentence for a JSON column: it is translated for whoever reads it later."""
    params = {
        name: packed(value)
        if isinstance(value, Message)
        else {"on": value.isoformat()}
        if isinstance(value, date)
        else value
        for name, value in message.params.items()
    }
    return {"msgid": message.msgid, "params": params, "plural": message.plural, "count": message.count}


def unpacked(data: Mapping[str, Any]) -> Message:
    params: dict[str, object] = {}
    for name, value in data["params"].items():
        if isinstance(value, Mapping):
            params[name] = date.fromisoformat(value["on"]) if "on" in value else unpacked(value)
        else:
            params[name] = value
    return Message(data["msgid"], params, plural=data["plural"], count=data["count"])
