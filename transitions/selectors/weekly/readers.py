"""Who reads the weekly digest: whoever leads a team or is an executive, can be reached and may sign in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from accounts.models import (
    ChatEndpoint,
    Delivery,
    DeliveryState,
    Organisation,
    ReminderPreference,
    Role,
    Team,
    User,
)
from accounts.selectors.organisation import organisation
from accounts.selectors.reminders import quiet_dates
from transitions.rules import weekly as rules
from transitions.rules.digests import Channels, channels
from transitions.rules.weekly import CHAT_KIND, KIND, Reader, WeeklyDue, week_in
from transitions.selectors.digests import Recipient, recipients

REMEMBERED = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Leader:
    """A reader, with what they chose and the user as whom they see."""

    recipient: Recipient
    user: User
    wants: bool
    weekday: int

    def channels(self, chats: Sequence[ChatEndpoint]) -> Channels:
        """By which ways it goes out; `chats`: those of theirs that work."""
        failing = all(one.failing_at is not None for one in chats)
        return channels(self.recipient.by_mail, self.recipient.by_chat, bool(chats), failing=failing)


def due_now(now: datetime) -> list[tuple[Leader, WeeklyDue]]:
    """Whose weekly digest it is time for, if there is anything to tell. Six queries for any number."""
    ours = organisation()
    leaders = {one.recipient.pk: one for one in _leaders(ours)}
    readers = _readers(leaders.values(), now, ours=ours)
    return [(leaders[one.person], one) for one in rules.due(readers, now=now)]


def leader_of(person: int) -> Leader | None:
    """The same person as a reader; None for somebody who leads nothing or cannot be reached."""
    return next(iter(_leaders(organisation(), only=person)), None)


def _leaders(ours: Organisation, *, only: int | None = None) -> list[Leader]:
    users = _users(only)
    reachable = recipients(ours, among=list(users)) if users else []
    chosen = {row.person_id: row for row in ReminderPreference.objects.filter(person__in=users)}
    found = []
    for recipient in reachable:
        wish = chosen.get(recipient.pk) or ReminderPreference()
        found.append(
            Leader(
                recipient=recipient,
                user=users[recipient.pk],
                wants=wish.wants_weekly,
                weekday=wish.weekly_weekday,
            )
        )
    return found


def _users(only: int | None) -> dict[int, User]:
    """Who may read one, by person. Somebody without a sign-in sees nothing, so there is nothing to tell."""
    leads = Team.objects.filter(lead__isnull=False).values("lead")
    users = User.objects.filter(Q(person__in=leads) | Q(role=Role.EXECUTIVE), is_active=True)
    if only is not None:
        users = users.filter(person=only)
    return {user.person_id: user for user in users}


def _readers(leaders: Iterable[Leader], now: datetime, *, ours: Organisation) -> list[Reader]:
    # A digest that was cancelled reached nobody, so the next need keep no distance from it.
    reached = Max("created_at", filter=~Q(state=DeliveryState.CANCELLED))
    rows = (
        Delivery.objects.filter(kind__in=(KIND, CHAT_KIND), created_at__gt=now - REMEMBERED)
        .values_list("person")
        .annotate(key=Max("key"), at=reached)
        .order_by()
    )
    last = {person: (week_in(key), at) for person, key, at in rows}
    found = []
    for one in leaders:
        on, at = last.get(one.recipient.pk, (None, None))
        holidays = one.recipient.quiet_holidays
        found.append(
            Reader(
                person=one.recipient.pk,
                zone=one.recipient.zone,
                hour=one.recipient.hour,
                weekday=one.weekday,
                wants=one.wants,
                last_on=on,
                last_at=at,
                quiet=one.recipient.quiet,
                free=quiet_dates(one.recipient.country, ours, now.year) if holidays else frozenset(),
            )
        )
    return found
