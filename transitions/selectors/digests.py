"""Whose digest is due, and what stands in it: for many persons in a constant number of queries."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q

from accounts.models import Delivery, DeliveryState, Organisation, Person, ReminderPreference
from accounts.rendering.links import link, links
from accounts.rules.calendar import ONE_DAY
from accounts.rules.text import Message
from accounts.selectors.calendar import country_tz, our_tz, zone
from accounts.selectors.organisation import organisation
from accounts.selectors.reminders import unsubscribe_url
from transitions.documents.day import DueItem
from transitions.documents.digests import Digest, Item, Reading, build
from transitions.models import ChangeSet, HandoverPlan, PlanReader, PlanRole, PlanStep
from transitions.rules import digests as rules
from transitions.rules.digests import KIND, DigestDue, Reader
from transitions.rules.history import DECISIONS, DEEDS
from transitions.rules.plans import number_of
from transitions.selectors.finish import finish_url, link_of
from transitions.selectors.plans import due_items
from transitions.selectors.plans.day import KEEPERS, WEEK

# A digest's date lies at most a day from the instant it was planned at, in any zone.
# Six days of a week may be quiet.
REMEMBERED = timedelta(days=8)
AT_ONCE = 500
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
    )
    return [
        Recipient(
            pk,
            uuid,
            name,
            email,
            str(zone(tz) or zone(country_tz(country)) or our_tz(ours)),
            language or ours.language,
            defaults.hour if hour is None else hour,
            defaults.wants_digest if wants is None else wants,
            frozenset(quiet or ()),
            series or 0,
        )
        for pk, uuid, name, email, tz, country, language, hour, wants, quiet, series in rows
    ]


def on_time(now: datetime) -> list[tuple[Recipient, DigestDue]]:
    """Whose hour has come, whether or not anything is due from them. Three queries."""
    found = {one.pk: one for one in recipients(organisation())}
    due = rules.due(_readers(found.values(), now), first_due=dict.fromkeys(found, date.min), now=now)
    return [(found[one.person], one) for one in due]


def digests_of(
    asked: Sequence[tuple[Recipient, DigestDue]], now: datetime
) -> list[tuple[Recipient, DigestDue, Digest]]:
    """What each of these persons is told; those to whom nothing is due by their own today get nothing.

    As many queries for 500 persons, the most at once, as for one.
    """
    owed: dict[int, list[DueItem]] = defaultdict(list)
    until = max(one.on for _, one in asked) + WEEK
    for item in due_items([reader.pk for reader, _ in asked], until, now=now):
        owed[item.person_id].append(item)
    due = [(reader, one) for reader, one in asked if _is_due(owed[reader.pk], one.on)]
    if not due:
        return []
    ours, places, since = organisation(), _Places(), _since(due)
    keepers = _keepers([reader.pk for reader, _ in due], min(since.values()))
    waiting = _waiting(keepers, max(one.on for _, one in due), places)
    decided = _decided(keepers, since, {reader.pk: rules.zone_of(reader.zone) for reader, _ in due}, places)
    return [
        (
            reader,
            one,
            build(
                on=one.on,
                reading=reading_of(reader, ours),
                owed=[
                    _item(item, one.on, reader, places)
                    for item in owed[reader.pk]
                    if item.due_on <= one.on + WEEK and item.told_by(one.on)
                ],
                others=[item for item in waiting[reader.pk] if item.due_on <= one.on],
                decided=decided[reader.pk],
            ),
        )
        for reader, one in due
    ]


def anything_due(person: int, on: date, now: datetime) -> bool:
    """Whether anything is due from the person by `on`."""
    return _is_due(due_items([person], on, now=now), on)


def _is_due(items: Iterable[DueItem], on: date) -> bool:
    return any(item.due_on <= on and item.told_by(on) for item in items)


def _readers(people: Iterable[Recipient], now: datetime) -> list[Reader]:
    # A digest that was cancelled reached nobody, so the next need keep no distance from it.
    reached = Max("created_at", filter=~Q(state=DeliveryState.CANCELLED))
    rows = (
        Delivery.objects.filter(kind=KIND, created_at__gt=now - REMEMBERED)
        .values_list("person")
        .annotate(key=Max("key"), at=reached)
        .order_by()
    )
    last = {person: (date.fromisoformat(key.rpartition(":")[2]), at) for person, key, at in rows}
    found = []
    for one in people:
        on, at = last.get(one.pk, (None, None))
        found.append(Reader(one.pk, one.zone, one.hour, one.wants, on, at, one.quiet))
    return found


def reading_of(recipient: Recipient, ours: Organisation) -> Reading:
    return Reading(
        name=recipient.name,
        language=recipient.language,
        hour=recipient.hour,
        organisation=ours.name,
        colour=ours.colour,
        day_url=_absolute("my-day"),
        settings_url=_absolute("reminders"),
        unsubscribe_url=unsubscribe_url(recipient.uuid, recipient.email),
    )


class _Places(dict[str, Callable[[object], str]]):
    """Absolute addresses by the name of the page: `places["plan"](uuid)`."""

    def __missing__(self, name: str) -> Callable[[object], str]:
        found, site = links(name), settings.SITE_URL
        self[name] = lambda uuid: site + found(uuid)
        return self[name]


def _item(item: DueItem, on: date, reader: Recipient, places: _Places) -> Item:
    own = item.plain and item.person_id == reader.pk and not item.owner
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
        finish_url=finish_url(item.step, on, finish) if finish and item.step else "",
        finish_link=finish,
    )


def _waiting(keepers: Mapping[int, set[int]], until: date, places: _Places) -> dict[int, list[Item]]:
    """What others owe, by `until`, the plans that people keep an eye on. One query."""
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
    found: dict[int, list[Item]] = defaultdict(list)
    for owner, name, key, title, due_on, step, plan, plan_uuid, account in rows:
        url = f"{places['plan'](plan_uuid)}#step-{step}"
        for keeper in keepers[plan] - {owner}:
            found[keeper].append(Item("step", Message(title), account, due_on, url, number_of(key), name))
    return found


def _since(due: Iterable[tuple[Recipient, DigestDue]]) -> dict[int, datetime]:
    """From when on decisions are news for each person: since the digest before, or of the last week."""
    return {
        reader.pk: one.since - IN_FLIGHT if one.since else datetime.combine(one.on - WEEK, time(), tzinfo=UTC)
        for reader, one in due
    }


def _decided(
    keepers: Mapping[int, set[int]],
    since: Mapping[int, datetime],
    zones: Mapping[int, ZoneInfo],
    places: _Places,
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
