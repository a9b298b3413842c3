"""Guard-rails: what makes a change of hands so risky that a leader must say yes to it.

A guard is raised by how things stand, never by hand. A leader's verdict counts for the basis that it was
given on: who takes over, when, how, for what kind of client and with how much notice. When one of these
changes, the verdict lapses and the guard asks again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.rules.text import Message, gettext_noop, ngettext_noop

_ = gettext_noop

GUARDS = {
    "renewal": _("Renewal"),
    "escalation": _("Escalations"),
    "fatigue": _("Earlier changes"),
    "notice": _("Notice"),
    "seniority": _("Seniority"),
}
# What each of them watches for, said of a plan on which it is not raised.
CALM = {
    "renewal": _("The contract does not renew within 60 days of the cutover."),
    "escalation": _("No escalated request is open."),
    "fatigue": _("The client has not changed hands too often lately."),
    "notice": _("The client gets the notice that the playbook asks for."),
    "seniority": _("No junior rep takes over a strategic client."),
}
BASIS = {
    "cutover": _("the day of the cutover"),
    "incoming": _("the incoming rep"),
    "mode": _("soft or hard"),
    "tier": _("the tier of the client"),
    "notice": _("the days of notice"),
}
APPROVED, DECLINED = "approved", "declined"

NEAR_RENEWAL = timedelta(days=60)
YEAR, TWO_YEARS = timedelta(days=365), timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a verdict was given on."""

    cutover: str  # ISO; "" where none is set
    incoming: int | None  # the person
    mode: str
    tier: str
    notice: int | None  # business days; None where the playbook asks for none

    def stored(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What guards look at, read once."""

    mode: str
    tier: str  # the account's at present
    cutover_on: date | None = None
    renewal_on: date | None = None
    escalations: int = 0  # open ones
    changes: tuple[date, ...] = ()  # days on which the account got another owner, before this plan
    notice: int = 0
    notice_asked: int | None = None
    incoming: int | None = None
    junior: bool = False  # whether the incoming rep is one

    @property
    def basis(self) -> Basis:
        return Basis(
            cutover=self.cutover_on.isoformat() if self.cutover_on else "",
            incoming=self.incoming,
            mode=self.mode,
            tier=self.tier,
            notice=None if self.notice_asked is None else self.notice,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a leader said about one guard."""

    pk: int
    guard: str
    verdict: str
    reason: str
    by: str
    at: datetime
    basis: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GuardState:
    """A raised guard: "undecided", "approved", "declined" or "lapsed", which is undecided again.

    `changed` says which of BASIS are no longer what they were when `last` was said.
    """

    guard: str
    message: Message
    state: str
    last: Verdict | None = None
    changed: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a leader must say something."""
        return self.state in ("undecided", "lapsed")


def states(circumstances: Circumstances, verdicts: Iterable[Verdict]) -> tuple[GuardState, ...]:
    """How every raised guard stands, in the order of GUARDS; `verdicts` oldest first."""
    last = {verdict.guard: verdict for verdict in verdicts}
    now = circumstances.basis.stored()
    return tuple(_state(guard, message, last.get(guard), now) for guard, message in raised(circumstances))


def _state(guard: str, message: Message, last: Verdict | None, now: Mapping[str, Any]) -> GuardState:
    if last is None:
        return GuardState(guard, message, "undecided")
    changed = tuple(name for name in BASIS if last.basis.get(name) != now[name])
    return GuardState(guard, message, "lapsed" if changed else last.verdict, last, changed)


def seen(basis: Basis, guard: GuardState) -> str:
    """What a leader looked at when deciding, as one short word: the basis and what was said last."""
    said = [basis.stored(), guard.last.pk if guard.last else None]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def raised(circumstances: Circumstances) -> tuple[tuple[str, Message], ...]:
    """The guards that the circumstances raise, each with what it says in plain words."""
    found = ((guard, find(circumstances)) for guard, find in _FINDERS.items())
    return tuple((guard, message) for guard, message in found if message is not None)


def _renewal(seen: Circumstances) -> Message | None:
    if seen.cutover_on is None or seen.renewal_on is None:
        return None
    days = (seen.renewal_on - seen.cutover_on).days
    if abs(days) > NEAR_RENEWAL.days:
        return None
    if days == 0:
        return Message(_("The contract renews on the day of the cutover."))
    after = ngettext_noop(
        "The contract renews on %(day)s, %(days)d day after the cutover.",
        "The contract renews on %(day)s, %(days)d days after the cutover.",
    )
    before = ngettext_noop(
        "The contract renews on %(day)s, %(days)d day before the cutover.",
        "The contract renews on %(day)s, %(days)d days before the cutover.",
    )
    sentence = after if days > 0 else before
    return Message.counted(sentence, {"day": seen.renewal_on, "days": abs(days)}, count="days")


def _escalation(seen: Circumstances) -> Message | None:
    if not seen.escalations:
        return None
    return Message.counted(
        ngettext_noop(
            "%(count)d escalated request of this client is open.",
            "%(count)d escalated requests of this client are open.",
        ),
        {"count": seen.escalations},
        count="count",
    )


def _fatigue(seen: Circumstances) -> Message | None:
    """This change counts too: it is the second within a year, or the third within two."""
    if seen.cutover_on is None:
        return None
    in_year = within(seen.changes, seen.cutover_on, YEAR)
    in_two = within(seen.changes, seen.cutover_on, TWO_YEARS)
    if in_year:
        return Message.counted(
            ngettext_noop(
                "The client got another owner %(count)d time in the 12 months before the cutover.",
                "The client got another owner %(count)d times in the 12 months before the cutover.",
            ),
            {"count": in_year},
            count="count",
        )
    if in_two > 1:
        return Message(
            _("The client got another owner %(count)d times in the 24 months before the cutover."),
            {"count": in_two},
        )
    return None


def within(changes: Sequence[date], cutover: date, span: timedelta) -> int:
    """How many changes lie within `span` before the cutover."""
    return sum(cutover - span < day <= cutover for day in changes)


def _notice(seen: Circumstances) -> Message | None:
    if seen.notice_asked is None or seen.notice >= seen.notice_asked:
        return None
    return Message.counted(
        ngettext_noop(
            "The client gets %(given)d business day of notice; %(asked)d are due.",
            "The client gets %(given)d business days of notice; %(asked)d are due.",
        ),
        {"given": max(seen.notice, 0), "asked": seen.notice_asked},
        count="given",
    )


def _seniority(seen: Circumstances) -> Message | None:
    if not seen.junior or seen.tier != "strategic":
        return None
    return Message(_("The incoming rep is a junior, and this is a strategic client."))


_FINDERS = {
    "renewal": _renewal,
    "escalation": _escalation,
    "fatigue": _fatigue,
    "notice": _notice,
    "seniority": _seniority,
}
