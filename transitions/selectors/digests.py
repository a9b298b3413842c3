"""Whose digest is due, and what stands in it: for many persons in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q

from accounts.models import ChatEndpoint, Delivery, DeliveryState, Organisation, Person, ReminderPreference
from accounts.rendering.links import Places, link
from accounts.rules.calendar import ONE_DAY
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.absence import Company
from accounts.selectors.calendar import our_tz, tz_in
from accounts.selectors.organisation import organisation
from accounts.selectors.reminders import choices_url, quiet_dates, unsubscribe_url
from transitions.documents.day import DueItem
from transitions.documents.digests import Digest, Item, Reading, build
from transitions.models import ChangeSet, HandoverPlan, PlanReader, PlanRole, PlanStep
from transitions.rules import digests as rules
from transitions.rules.digests import CHAT_KIND, KIND, Channels, DigestDue, Reader, channels
from transitions.rules.history import DECISIONS, DEEDS
from transitions.rules.plans import number_of
from transitions.selectors.finish import finish_url, link_of
from transitions.selectors.plans import due_items
from transitions.selectors.plans.day import KEEPERS, WEEK
from transitions.selectors.plans.due import Due

# A digest's date lies at most a day from the instant it was planned at, in any zone.
# Six days of a week may be quiet.
REMEMBERED = timedelta(days=8)
REMEMBERED_LONG = timedelta(days=35)  # company holidays over public holidays over a weekend
AT_ONCE = 500
PATIENCE = timedelta(minutes=30)  # with a chat that fails, before its digest comes by mail
# A decision bears the moment at which it was asked for, and is seen when it is committed: rather told twice
# than never.
IN_FLIGHT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who can be reached, with the zone and the language in which to speak to them."""

    pk: int
    uuid: UUID
    name: str
    email: str
    zone: str
    language: str
    hour: int
    wants: bool
    quiet: frozenset[int]
    link_series: int = 0
    by_mail: bool = True
    by_chat: bool = True
    country: str = ""  # of the person, whether it is known or not
    quiet_holidays: bool = False
    urgent: frozenset[str] = frozenset()  # of accounts.rules.reminders.URGENT
    urgent_anyway: bool = False

    def ways(self, chats: Sequence[ChatEndpoint]) -> Channels:
        """By which ways a digest of theirs goes out; `chats` are those of theirs that work."""
        failing = all(one.failing_at is not None for one in chats)
        return channels(self.by_mail, self.by_chat, bool(chats), failing=failing)


def recipients(
    ours: Organisation, *, only: int | None = None, among: Collection[int] | None = None
) -> list[Recipient]:
    """Everyone with an address who is with us and not barred from signing in. One query."""
    people = Person.objects.reachable().exclude(user__is_active=False).order_by("pk")
    if only is not None:
        people = people.filter(pk=only)
    if among is not None:
        people = people.filter(pk__in=among)
    defaults = ReminderPreference()
    rows = people.values_list(
        "pk",
        "uuid",
        "name",
        "email",
        "tz",
        "country",
        "language",
        "reminders__hour",
        "reminders__wants_digest",
        "reminders__quiet_weekdays",
        "reminders__link_series",
        "reminders__by_mail",
        "reminders__by_chat",
        "reminders__quiet_holidays",
        "reminders__urgent",
        "reminders__urgent_anyway",
    )
    unchosen = (
        defaults.hour,
        defaults.wants_digest,
        defaults.quiet_weekdays,
        defaults.link_series,
        defaults.by_mail,
        defaults.by_chat,
        defaults.quiet_holidays,
        defaults.urgent,
        defaults.urgent_anyway,
    )
    found = []
    for pk, uuid, name, email, tz, country, language, *chosen in rows:
        # Each of them is there, or none is.
        hour, wants, quiet, series, by_mail, by_chat, holidays, urgent, anyway = (
            unchosen if chosen[0] is None else chosen
        )
        found.append(
            Recipient(
                pk=pk,
                uuid=uuid,
                name=name,
                email=email,
                zone=str(tz_in(tz, country) or our_tz(ours)),
                language=language or ours.language,
                hour=hour,
                wants=wants,
                quiet=frozenset(quiet),
                link_series=series,
                by_mail=by_mail,
                by_chat=by_chat,
                country=country,
                quiet_holidays=holidays,
                urgent=frozenset(urgent),
                urgent_anyway=anyway,
            )
        )
    return found


def on_time(now: datetime) -> list[tuple[Recipient, DigestDue]]:
    """Whose hour has come, whether or not anything is due from them. Three queries."""
    ours = organisation()
    found = {one.pk: one for one in recipients(ours)}
    readers = _readers(found.values(), now, ours=ours)
    due = rules.due(readers, first_due=dict.fromkeys(found, date.min), now=now)
    return [(found[one.person], one) for one in due]


def digests_of(
    asked: Sequence[tuple[Recipient, DigestDue]], now: datetime
) -> list[tuple[Recipient, DigestDue, Digest]]:
    """What each of these persons is told; those to whom nothing is due by their own today get nothing.

    On a quiet day so do those to whom nothing is urgent. As many queries for 500 persons, the most at once,
    as for one.
    """
    owed: dict[int, list[DueItem]] = defaultdict(list)
    until = max(one.on for _, one in asked) + WEEK
    ours = organisation()
    found = Due([reader.pk for reader, _ in asked], until, Company(ours, now))
    for item in found.items:
        owed[item.person_id].append(item)
    due = [
        (reader, one)
        for reader, one in asked
        if _is_due(owed[reader.pk], one.on, reader.urgent if one.quiet else None)
    ]
    if not due:
        return []
    places, since = Places(settings.SITE_URL), _since(due, now)
    keepers = _keepers([reader.pk for reader, _ in due], min(since.values()))
    waiting = _waiting(keepers, max(one.on for _, one in due), places)
    decided = _decided(keepers, since, {reader.pk: rules.zone_of(reader.zone) for reader, _ in due}, places)
    made = []
    for reader, one in due:
        told = [item for item in owed[reader.pk] if item.due_on <= one.on + WEEK and item.told_by(one.on)]
        mine = [_item(found.told(item), one.on, reader, places) for item in told]
        # What one does for another, or has come up, is told once, whichever page it leads to.
        known = {item.step or item.uuid for item in told}
        others = [item for step, item in waiting[reader.pk] if item.due_on <= one.on and step not in known]
        reading = reading_of(reader, ours)
        digest = build(on=one.on, reading=reading, owed=mine, others=others, decided=decided[reader.pk])
        made.append((reader, one, digest))
    return made


def anything_due(person: int, on: date, now: datetime, *, urgent: Collection[str] | None = None) -> bool:
    """Whether anything is due from the person by `on`; where `urgent` is given, anything of these kinds."""
    return _is_due(due_items([person], on, now=now), on, urgent)


def _is_due(items: Iterable[DueItem], on: date, urgent: Collection[str] | None) -> bool:
    return any(
        item.due_on <= on
        and item.told_by(on)
        and (urgent is None or not _urgency(item, on).isdisjoint(urgent))
        for item in items
    )


def _urgency(item: DueItem, on: date) -> frozenset[str]:
    return rules.urgency(item.kind, escalated=item.escalated, missed=item.missed(on), late=item.due_on < on)


def reader_of(
    recipient: Recipient,
    ours: Organisation,
    now: datetime,
    *,
    last_on: date | None = None,
    last_at: datetime | None = None,
) -> Reader:
    """One person as the planner sees them. No query."""
    free = quiet_dates(recipient.country, ours, now.year) if recipient.quiet_holidays else frozenset()
    return Reader(
        person=recipient.pk,
        zone=recipient.zone,
        hour=recipient.hour,
        wants=recipient.wants and (recipient.by_mail or recipient.by_chat),
        last_on=last_on,
        last_at=last_at,
        quiet=recipient.quiet,
        quiet_dates=free,
        urgent_anyway=recipient.urgent_anyway,
    )


def _readers(people: Iterable[Recipient], now: datetime, *, ours: Organisation) -> list[Reader]:
    told = last_told((KIND, CHAT_KIND), now - REMEMBERED, now)
    last = {person: (rules.date_in(key), at) for person, key, at in told}
    found = []
    for one in people:
        on, at = last.get(one.pk, (None, None))
        found.append(reader_of(one, ours, now, last_on=on, last_at=at))
    return found


def last_told(
    kinds: tuple[str, str], since: datetime, now: datetime, people: Collection[int] | None = None
) -> Iterable[tuple[int, str, datetime | None]]:
    """The key of the newest digest of each person, of these `kinds` by mail and by chat, and when one was
    written that reached them. One query.

    A digest that was cancelled reached nobody, so the next need keep no distance from it. What a chat
    refused, or what waits for one that was removed or has failed for a while, does not count at all: it
    comes by mail still.
    """
    open_chat = Q(endpoint__isnull=False, endpoint__paused_at=None, endpoint__disabled_at=None)
    open_chat &= Q(endpoint__failing_at=None) | Q(endpoint__failing_at__gt=now - PATIENCE)
    open_chat &= ~Q(state=DeliveryState.DEAD)
    reached = Max("created_at", filter=~Q(state=DeliveryState.CANCELLED))
    rows = Delivery.objects.filter(kind__in=kinds, created_at__gt=since)
    if people is not None:
        rows = rows.filter(person__in=people)
    rows = rows.filter(Q(kind=kinds[0]) | Q(state=DeliveryState.SENT) | open_chat)
    return rows.values_list("person").annotate(key=Max("key"), at=reached).order_by()


def reading_of(recipient: Recipient, ours: Organisation) -> Reading:
    return Reading(
        name=recipient.name,
        language=recipient.language,
        hour=recipient.hour,
        organisation=ours.name,
        colour=ours.colour,
        day_url=_absolute("my-day"),
        settings_url=choices_url(recipient.uuid, recipient.email, series=recipient.link_series),
        unsubscribe_url=unsubscribe_url(recipient.uuid, recipient.email, series=recipient.link_series),
    )


def _item(item: DueItem, on: date, reader: Recipient, places: Places) -> Item:
    own = item.plain and item.person_id == reader.pk and not (item.owner or item.for_name)
    finish = link_of(item.step, reader.pk, item.due_on, reader.link_series) if own and item.step else ""
    return Item(
        kind=item.kind,
        title=item.title,
        account=item.account,
        due_on=item.due_on,
        url=places[item.url_name](item.uuid) + (f"#step-{item.step}" if item.step else ""),
        number=item.number,
        owner=item.owner,
        escalated=item.escalated,
        missed=item.missed(on),
        asks=item.asks,
        urgent=not _urgency(item, on).isdisjoint(reader.urgent),
        note=_note(item, on),
        risen_on=item.risen_on,
        finish_url=finish_url(item.step, on, finish) if finish and item.step else "",
        finish_link=finish,
    )


def _note(item: DueItem, on: date) -> Message | None:
    if item.for_name and item.back_on:
        until = {"name": item.for_name, "until": item.back_on - ONE_DAY}
        return Message(gettext_noop("for %(name)s, away until %(until)s"), until)
    if item.for_name:
        return Message(gettext_noop("for %(name)s, who is away"), {"name": item.for_name})
    if item.risen_on:
        return Message(gettext_noop("came up to you on %(on)s"), {"on": item.risen_on})
    if item.has_come_up(on):
        told = {"who": item.told, "on": item.told_on}
        return Message(gettext_noop("came up to %(who)s on %(on)s"), told)
    return None


def _waiting(
    keepers: Mapping[int, set[int]], until: date, places: Places
) -> dict[int, list[tuple[UUID, Item]]]:
    """What others owe, by `until`, the plans that people keep an eye on, with its step. One query."""
    rows = (
        PlanStep.objects.due_by(until)
        .filter(plan__in=keepers, owner__archived_at=None, owner__isnull=False)
        .order_by("due_on", "position", "pk")
        .values_list(
            "owner",
            "owner__name",
            "key",
            "title",
            "due_on",
            "uuid",
            "plan",
            "plan__uuid",
            "plan__account__name",
        )
    )
    found: dict[int, list[tuple[UUID, Item]]] = defaultdict(list)
    for owner, name, key, title, due_on, step, plan, plan_uuid, account in rows:
        url = f"{places['plan'](plan_uuid)}#step-{step}"
        item = Item("step", Message(title), account, due_on, url, number_of(key), name)
        for keeper in keepers[plan] - {owner}:
            found[keeper].append((step, item))
    return found


def _since(due: Sequence[tuple[Recipient, DigestDue]], now: datetime) -> dict[int, datetime]:
    """From when on decisions are news for each person: since the digest before, or of the last week.

    One query where some have waited for a row of quiet days, or never had any.
    """
    last: dict[int, datetime | None] = {reader.pk: one.since for reader, one in due}
    if waited := [person for person, at in last.items() if at is None]:
        began = datetime.combine(min(one.on for _, one in due), time(), tzinfo=UTC) - REMEMBERED_LONG
        last |= {person: at for person, _key, at in last_told((KIND, CHAT_KIND), began, now, waited)}
    return {
        reader.pk: at - IN_FLIGHT
        if (at := last[reader.pk])
        else datetime.combine(one.on - WEEK, time(), tzinfo=UTC)
        for reader, one in due
    }


def _decided(
    keepers: Mapping[int, set[int]],
    since: Mapping[int, datetime],
    zones: Mapping[int, ZoneInfo],
    places: Places,
) -> dict[int, list[Item]]:
    """What others decided of the plans that people keep an eye on, newest first. One query."""
    rows = (
        ChangeSet.objects.filter(plan__in=keepers, verb__in=DECISIONS, at__gte=min(since.values()))
        .order_by("-at", "-pk")
        .values_list("verb", "changes", "at", "by", "by__name", "plan", "plan__uuid", "plan__account__name")
    )
    found: dict[int, list[Item]] = defaultdict(list)
    for verb, changes, at, by, name, plan, uuid, account in rows:
        label = Message(changes[0]["label"] if changes else "")
        title, url = Message(DEEDS[verb].sentence, {"step": label, "outcome": label}), places["plan"](uuid)
        for keeper in keepers[plan] - {by}:
            if at >= since[keeper]:
                on = at.astimezone(zones[keeper]).date()
                found[keeper].append(Item("decision", title, account, on, url, owner=name))
    return found


def _keepers(people: Collection[int], since: datetime) -> dict[int, set[int]]:
    """Open plans, and those that ended since, with those of `people` who keep an eye on it and may read it.

    Four queries.
    """
    keepers: dict[int, set[int]] = defaultdict(set)
    # Roles end with the plan, and whoever held one until then is told that it did.
    until_then = Q(plan__closed_at__gte=since, assignment__until_on__gte=since.date() - ONE_DAY)
    held = PlanRole.objects.filter(
        Q(assignment__until_on=None) | until_then,
        assignment__person__in=people,
        assignment__role__in=KEEPERS,
    )
    for plan, person in held.values_list("plan", "assignment__person"):
        keepers[plan].add(person)
    kept = HandoverPlan.objects.filter(steward__in=people).exclude(closed_at__lt=since)
    for plan, person in kept.values_list("pk", "steward"):
        keepers[plan].add(person)
    confidential = HandoverPlan.objects.filter(pk__in=keepers, released_at=None)
    named = set(PlanReader.objects.filter(plan__in=confidential).values_list("plan", "person"))
    for plan in confidential.values_list("pk", flat=True):
        keepers[plan] = {person for person in keepers[plan] if (plan, person) in named}
    return keepers


def _absolute(name: str) -> str:
    return settings.SITE_URL + link(name)
