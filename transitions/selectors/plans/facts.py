"""What gates need to know of a plan."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from accounts.rules.calendar import Calendar
from accounts.selectors.calendar import calendar_of
from transitions.models import Edition, HandoverPlan, Packet
from transitions.rules.gates import CHECKS, WORDS, Facts
from transitions.rules.playbooks import Gate
from transitions.selectors import record, story, successors, support
from transitions.selectors.concerns import serious
from transitions.selectors.meetings import held
from transitions.selectors.plans.guardrails import read, standing

Reader = Callable[[HandoverPlan, date], Mapping[str, Any]]


def _concerns(plan: HandoverPlan, today: date) -> Mapping[str, Any]:
    return {"serious": serious(plan)}


def _meetings(plan: HandoverPlan, today: date) -> Mapping[str, Any]:
    return {"held": held(plan)}


# What checks read beyond the plan's own rows: from the name that a check gives as `reads` to the fields of
# Facts that it fills. One query each.
READERS: Mapping[str, Reader] = {
    "concerns": _concerns,
    "meetings": _meetings,
    "message": story.facts,
    "record": record.facts,
    "successors": successors.facts,
    "support": support.facts,
}
GUARDS = "guards"  # read likewise, with the calendar that the facts are counted by


def facts_of(plan: HandoverPlan, today: date, asked: Iterable[Gate] | None = None) -> Facts:
    """What the gates `asked` may know of `plan`, read once; all that gates may know where none are named.

    `today` is the client's. Six queries at most and one for each reader, however many steps there are.
    """
    roles = plan.roles.filter(assignment__person__archived_at=None)
    steps = list(plan.steps.standing().values_list("key", "title", "done_at"))
    return assembled(
        plan,
        today=today,
        calendar=calendar_of(plan.account, today),
        roles=roles.values_list("assignment__role", flat=True),
        steps={key: title for key, title, done_at in steps},
        done=(key for key, title, done_at in steps if done_at is not None),
        anchors=dict(plan.anchors.values_list("key", "falls_on")),
        waived=plan.waivers.values_list("gate", flat=True),
        packet_complete=Packet.objects.filter(plan=plan, edition=Edition.INTERNAL)
        .order_by("-version")
        .values_list("completeness", flat=True)
        .first(),
        asked=asked,
    )


def assembled(
    plan: HandoverPlan,
    *,
    today: date,
    calendar: Calendar,
    roles: Iterable[str],
    steps: Mapping[str, str],
    done: Iterable[str],
    anchors: Mapping[str, date],
    waived: Iterable[str],
    packet_complete: int | None,
    asked: Iterable[Gate] | None = None,
) -> Facts:
    """Facts from rows that were read already; reads only what the gates `asked` need besides.

    `packet_complete` is that of the newest internal packet; None where there is none.
    """
    names = {*READERS, GUARDS} if asked is None else {CHECKS[gate.check].reads for gate in asked} - {""}
    more: dict[str, Any] = {}
    for name in sorted(names - {GUARDS}):
        more |= READERS[name](plan, today)
    if GUARDS in names:
        found = read([plan])[plan.pk]
        more |= {"escalations": found.escalations, "guards": standing(plan, found, calendar)}
    return Facts(
        today=today,
        roles=frozenset(roles),
        steps=steps,
        done=frozenset(done),
        anchors=anchors,
        notice=notice(anchors, calendar),
        words=frozenset(word for word in WORDS if getattr(plan, word).strip()),
        released=plan.released_at is not None,
        packet_made=packet_complete is not None,
        packet_complete=packet_complete or 0,
        team_named=plan.to_team_id is not None,
        waived=frozenset(waived),
        **more,
    )


def notice(anchors: Mapping[str, date], calendar: Calendar) -> int:
    """Business days that the client is told ahead; 0 where that cannot be said."""
    if not {"announcement", "cutover"} <= set(anchors):
        return 0
    return calendar.between(anchors["announcement"], anchors["cutover"])
