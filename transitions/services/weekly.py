"""Writing the leaders' weekly digests that are due into the outbox."""

from datetime import datetime

from accounts.documents.deliveries import Outgoing
from accounts.models import Delivery, DeliveryChannel, Person
from accounts.rules.calendar import today as today_in
from accounts.rules.text import gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import deliveries
from transitions.documents.weekly import Weekly
from transitions.rendering.weekly import note_of, written
from transitions.rules.digests import zone_of
from transitions.rules.weekly import CHAT_KIND, KIND, WeeklyDue, weekly_key
from transitions.selectors import weekly as selectors
from transitions.selectors.chat import chats_of
from transitions.selectors.weekly import Leader
from transitions.services import chat
from transitions.services.digests import UNREACHABLE, one_click

UNWANTED = gettext_noop("The person wants no weekly digests any more.")
NO_LEADER = gettext_noop("The person leads nobody any more.")
NOTHING_TO_TELL = gettext_noop("There is nothing to tell any more.")
AT_ONCE = 50  # finished messages kept in memory


def write_due(*, now: datetime) -> int:
    """Queue the weekly digests that are due at `now`, by mail and by chat.

    Returns how many are new; running it again adds none.
    """
    due = selectors.due_now(now)
    return sum(_write(due[start : start + AT_ONCE], now) for start in range(0, len(due), AT_ONCE))


def _write(part: list[tuple[Leader, WeeklyDue]], now: datetime) -> int:
    part = [(leader, one) for leader, one in part if selectors.has_news(leader, one.on)]
    if not part:
        return 0
    ours = organisation()
    chats = chats_of([leader.recipient.pk for leader, _ in part])
    letters: list[Outgoing] = []
    for leader, one in part:
        endpoints = chats.get(leader.recipient.pk, [])
        ways = leader.channels(endpoints)
        if not (ways.mail or ways.chats):
            continue
        weekly = selectors.told(leader, one.on, ours)
        if not weekly:
            continue  # it was settled this very moment
        if ways.mail:
            letters.append(_mail(leader, one, weekly))
        if ways.chats:
            letters += chat.messages(
                note_of(weekly),
                key=weekly_key(one.person, one.week),
                kind=CHAT_KIND,
                person=one.person,
                expires_at=one.expires_at,
                endpoints=endpoints,
            )
    return deliveries.queue_many(letters, now=now)


def why_not(*, delivery: Delivery, now: datetime) -> str:
    """Why a queued digest need not go out any more; "" while it must. Asked directly before sending."""
    assert delivery.person_id is not None
    if not Person.objects.reachable().filter(pk=delivery.person_id).exclude(user__is_active=False).exists():
        return UNREACHABLE
    leader = selectors.leader_of(delivery.person_id)
    if leader is None:
        return NO_LEADER
    if delivery.channel == DeliveryChannel.MAIL and leader.recipient.email != delivery.address:
        return UNREACHABLE
    if not leader.wants:
        return UNWANTED
    on = today_in(delivery.created_at, zone_of(leader.recipient.zone))
    return "" if selectors.has_news(leader, on) else NOTHING_TO_TELL


def _mail(leader: Leader, due: WeeklyDue, weekly: Weekly) -> Outgoing:
    mail = written(weekly)
    return Outgoing(
        key=weekly_key(due.person, due.week),
        kind=KIND,
        person_id=due.person,
        address=leader.recipient.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=one_click(weekly.reading.unsubscribe_url),
        expires_at=due.expires_at,
    )
