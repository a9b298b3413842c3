"""Which chats are told what: those of persons with their digest, those of teams each morning."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from accounts.models import ChatEndpoint, Delivery, Organisation, ReminderPreference, Team
from accounts.rules.calendar import today as today_in
from accounts.selectors.calendar import our_tz, reckoned_calendar
from accounts.selectors.organisation import organisation
from transitions.documents.chat import MOST_PLANS, PlanDue, TeamDigest
from transitions.models import PlanStep
from transitions.rules.digests import KIND, end_of, instant
from transitions.selectors.playbooks import stage_titles


@dataclass(frozen=True, slots=True)
class TeamDue:
    """A team's chat to be told of the local date `on`, which is over at `ends_at`."""

    endpoint: ChatEndpoint
    on: date
    ends_at: datetime


def chats_of(people: Collection[int]) -> dict[int, list[ChatEndpoint]]:
    """The working chats of these persons. One query."""
    found: dict[int, list[ChatEndpoint]] = defaultdict(list)
    for row in ChatEndpoint.objects.working().filter(person__in=people).order_by("pk"):
        assert row.person_id is not None
        found[row.person_id].append(row)
    return found


def team_key(endpoint: UUID, on: date) -> str:
    return f"{KIND}:team:{endpoint}:{on.isoformat()}"


def teams_due(now: datetime) -> list[TeamDue]:
    """On business days of ours, at the usual hour: the teams' chats that were told nothing of today.

    Two queries where there are any, and one for our zone and calendar.
    """
    rows = list(ChatEndpoint.objects.working().filter(team__isnull=False).select_related("team"))
    if not rows:
        return []
    ours = organisation()
    tz = our_tz(ours)
    today = today_in(now, tz)
    opens_at = instant(today, ReminderPreference().hour, str(tz))
    reckoning = {"country": ours.country.upper(), "free_days": sorted(day for day, _name in ours.free_days)}
    is_workday = reckoned_calendar(reckoning, today).is_business_day(today)
    if not is_workday or opens_at is None or now < opens_at:
        return []
    keys = {row.pk: team_key(row.uuid, today) for row in rows}
    told = set(Delivery.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    ends_at = end_of(today, str(tz))
    return [TeamDue(row, today, ends_at) for row in rows if keys[row.pk] not in told]


def team_digest(team: Team, on: date, *, ours: Organisation) -> TeamDigest | None:
    """What is due in the plans of a team and of the teams under it; None where nothing is.

    Only what everybody may know: confidential plans are left out. Two queries.
    """
    rows = (
        _due_in(team, on)
        .values(
            "plan",
            "plan__uuid",
            "plan__account__name",
            "plan__stage",
            "plan__playbook",
            "plan__playbook__digest",
        )
        .annotate(
            late=Count("pk", filter=Q(due_on__lt=on)),
            today=Count("pk", filter=Q(due_on=on)),
            oldest_on=Min("due_on"),
        )
        .order_by("-late", "oldest_on", "plan__account__name", "plan")
    )
    found = list(rows)
    if not found:
        return None
    shown = found[:MOST_PLANS]
    titles = stage_titles((row["plan__playbook"], row["plan__playbook__digest"]) for row in shown)
    plans = tuple(
        PlanDue(
            account=row["plan__account__name"],
            stage=titles[row["plan__playbook"], row["plan__stage"]],
            late=row["late"],
            today=row["today"],
            oldest_on=row["oldest_on"],
            url=settings.SITE_URL + reverse("plan", args=[row["plan__uuid"]]),
        )
        for row in shown
    )
    return TeamDigest(
        on=on,
        team=team.name,
        language=ours.language,
        plans=plans,
        late=sum(row["late"] for row in found),
        today=sum(row["today"] for row in found),
        url=settings.SITE_URL + reverse("plans"),
        more=len(found) - len(plans),
    )


def is_due_in(team: Team, on: date) -> bool:
    """Whether anything of what the team's chat is told is still open. One query."""
    return _due_in(team, on).exists()


def _due_in(team: Team, on: date) -> QuerySet[PlanStep]:
    return PlanStep.objects.due_by(on).filter(
        plan__released_at__isnull=False, plan__account__team__path__startswith=team.path
    )
