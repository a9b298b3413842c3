"""What gates need to know of a plan."""

from collections.abc import Iterable, Mapping
from datetime import date

from accounts.models import ClientRequest
from accounts.rules.calendar import Calendar
from accounts.selectors.calendar import calendar_of
from transitions.models import Edition, HandoverPlan, Packet
from transitions.rules.gates import WORDS, Facts


def facts_of(plan: HandoverPlan, today: date) -> Facts:
    """Everything that gates may know of `plan`, read once; `today` in the client's zone.

    Seven queries at most, however many steps there are.
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
        packet_made=Packet.objects.filter(plan=plan, edition=Edition.INTERNAL).exists(),
        escalations=ClientRequest.objects.filter(account=plan.account_id).escalated().count(),
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
    packet_made: bool,
    escalations: int,
) -> Facts:
    """Facts from rows that were read already. No query."""
    return Facts(
        today=today,
        roles=frozenset(roles),
        steps=steps,
        done=frozenset(done),
        anchors=anchors,
        notice=notice(anchors, calendar),
        words=frozenset(word for word in WORDS if getattr(plan, word).strip()),
        released=plan.released_at is not None,
        packet_made=packet_made,
        escalations=escalations,
        waived=frozenset(waived),
    )


def notice(anchors: Mapping[str, date], calendar: Calendar) -> int:
    """Business days that the client is told ahead; 0 where that cannot be said."""
    if not {"announcement", "cutover"} <= set(anchors):
        return 0
    return calendar.between(anchors["announcement"], anchors["cutover"])
