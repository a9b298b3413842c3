"""Rows of what is owed, as items: steps, commitments and client requests, each with whom it belongs to."""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import ClientRequest, Commitment, Organisation
from accounts.rules.calendar import Calendar
from accounts.rules.text import Message
from accounts.selectors.calendar import country_calendar, reckoned_calendar
from transitions.documents.day import DueItem
from transitions.models import Concern, Extra, PlanReader, PlanStep
from transitions.rules.concerns import SERIOUS, short
from transitions.rules.escalation import Rise, rises, rises_on
from transitions.rules.finish import is_plain
from transitions.rules.plans import number_of
from transitions.rules.sponsors import missed_on
from transitions.rules.story import ACKNOWLEDGEMENT
from transitions.rules.support import TAKEOVER

MOST_ITEMS = 200  # of each kind read for one's day
PAGES_OF_THEIR_OWN = (ACKNOWLEDGEMENT, TAKEOVER)  # kinds of steps, and the names of their addresses
CLIENT = ("name", "pk", "team", "country")
OWNER = ("owner", "owner__name", "owner__archived_at")
STEP = ("key", "title", "due_on", "uuid", "version", "kind", "plan", "plan__uuid", "plan__released_at")

PART = (  # of what belongs to a plan and is no step
    *OWNER,
    "plan",
    "plan__uuid",
    "plan__released_at",
    "plan__steward",
    "plan__account__name",
    "plan__account",
    "plan__account__team",
)


def steps(rows: QuerySet[PlanStep]) -> QuerySet:
    """What `Rows.steps` reads, the longest due first."""
    client = [f"plan__account__{name}" for name in CLIENT]
    free_days = Cast("plan__account__free_days", TextField())  # as text, which few accounts have to be read
    rows = rows.order_by("due_on", "position", "pk").annotate(free_days=free_days)
    return rows.values_list(*STEP, *OWNER, "plan__steward", *client, "free_days")


def commitments(rows: QuerySet[Commitment]) -> QuerySet:
    """What `Rows.commitments` reads."""
    return _of_accounts(rows, "text", "due_on")


def requests(rows: QuerySet[ClientRequest]) -> QuerySet:
    """What `Rows.requests` reads."""
    return _of_accounts(rows, "title", "promised_on", "escalated")


def _of_accounts(rows: QuerySet, words: str, day: str, *more: str) -> QuerySet:
    client = [f"account__{name}" for name in CLIENT]
    free_days = Cast("account__free_days", TextField())
    rows = rows.filter(account__archived_at=None).order_by(day, "pk")
    rows = rows.annotate(free_days=free_days)
    return rows.values_list(words, day, "uuid", *OWNER[:2], *client, "free_days", *more)


def concerns(rows: QuerySet[Concern]) -> QuerySet:
    """What `Rows.concerns` reads."""
    return rows.order_by("promised_on", "pk").values_list(
        "words", "promised_on", "uuid", "seriousness", *PART
    )


def extras(rows: QuerySet[Extra]) -> QuerySet:
    """What `Rows.extras` reads."""
    return rows.order_by("planned_on", "pk").values_list("what", "planned_on", *PART)


def readers_of(plans: Collection[int]) -> set[tuple[int, int]]:
    """Plans with their named readers; asked only for plans that are still confidential."""
    if not plans:
        return set()
    return set(PlanReader.objects.filter(plan__in=plans).values_list("plan", "person"))


class Calendars(dict[tuple[str, str], Calendar]):
    """Business days by a client's country and its own free days; ours where its country is unknown."""

    def __init__(self, ours: Organisation, year: int) -> None:
        super().__init__()
        self.ours, self.year = ours, year

    def __missing__(self, client: tuple[str, str]) -> Calendar:
        country, free_days = client
        known = country if country_calendar(country, self.year) else self.ours.country
        own = json.loads(free_days) if free_days else []
        days = sorted({day for day, _name in (*self.ours.free_days, *own)})
        reckoning = {"country": known.upper(), "free_days": days}
        found = self[client] = reckoned_calendar(reckoning, date(self.year, 1, 1))
        return found


class Rising:
    """When what is overdue comes up to leaders: by the company's rule, and each client's business days."""

    def __init__(self, ours: Organisation, until: date) -> None:
        self.after, self.until = ours.escalate_after, until
        self.calendars = Calendars(ours, until.year)
        self._found: dict[tuple[date, tuple[str, str], bool], date | None] = {}  # few days, many items

    def on(self, item: DueItem) -> date | None:
        """From which day the first leader above is told of it, if that is so by `until`."""
        if item.free is None or item.due_on >= self.until:
            return None
        key = item.due_on, item.free, item.promise
        if key not in self._found:
            calendar = self.calendars[item.free]
            on = rises_on(item.due_on, after=self.after, calendar=calendar, promise=item.promise)
            self._found[key] = on if on is not None and on <= self.until else None
        return self._found[key]

    def all(self, item: DueItem, leaders: Iterable[int]) -> Iterator[Rise]:
        """Which of `leaders`, the nearest first, are told of it by `until`."""
        if item.free is None or self.on(item) is None:
            return iter(())
        return rises(
            item.due_on,
            leaders,
            after=self.after,
            calendar=self.calendars[item.free],
            until=self.until,
            promise=item.promise,
        )


class Rows:
    """Makes items of rows. With `named` each says who owes it, for others to read."""

    def __init__(self, calendars: Calendars, *, named: bool = False) -> None:
        self.calendars, self.named = calendars, named
        self.readers: set[tuple[int, int]] = set()  # of the confidential plans among them

    def steps(self, rows: Iterable[tuple[Any, ...]]) -> list[DueItem]:
        """The items of rows of `steps`; one query more where a plan is confidential."""
        rows = list(rows)
        self.readers |= readers_of({row[6] for row in rows if row[8] is None})
        return [self._step(*row) for row in rows]

    def _step(
        self,
        key: str,
        title: str,
        due_on: date,
        uuid: Any,
        version: int,
        kind: str,
        plan: int,
        plan_uuid: Any,
        released_at: Any,
        owner: int | None,
        name: str | None,
        left: Any,
        steward: int,
        *client: Any,
    ) -> DueItem:
        reaches = (
            owner is not None and left is None and (released_at is not None or (plan, owner) in self.readers)
        )
        account, client_id, team, country, free_days = client
        promise = kind == "check-in"
        page = reaches and kind in PAGES_OF_THEIR_OWN
        apart = page and not self.named  # its reader need not see the plan, only that page
        return DueItem(
            person_id=owner if reaches and owner else steward,
            kind=kind if page else "step" if reaches else "unowned",
            title=Message(title),
            account=account,
            due_on=due_on,
            url_name=kind if apart else "promises" if promise else "plan",
            uuid=uuid if apart else plan_uuid,
            number=0 if apart else number_of(key),
            plan=None if apart else plan_uuid,
            step=None if apart else uuid,
            version=0 if apart else version,
            owner="" if reaches and not self.named else name or "",
            promise=promise,
            decision=reaches and kind == "decision",
            plain=reaches and is_plain(kind),
            missed_on=missed_on(due_on, self.calendars[country, free_days]) if promise else None,
            account_id=client_id,
            team_id=team or 0,
            plan_id=plan,
            secret=released_at is None,
            free=(country, free_days),
        )

    def concerns(self, rows: Iterable[tuple[Any, ...]]) -> list[DueItem]:
        """Answers that were promised; one query more where a plan is confidential."""
        return [
            item._replace(
                title=Message(short(item.title.msgid)),
                url_name="concern",
                uuid=uuid,
                escalated=level == SERIOUS,
            )
            for item, (uuid, level) in self._parts("concern", rows)
        ]

    def extras(self, rows: Iterable[tuple[Any, ...]]) -> list[DueItem]:
        """One query more where a plan is confidential."""
        return [item for item, _ in self._parts("extra", rows)]

    def _parts(self, kind: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[DueItem, tuple[Any, ...]]]:
        """As with steps: what its owner must not know, or can no longer do, goes to the plan's steward."""
        rows = list(rows)
        self.readers |= readers_of({row[-7] for row in rows if row[-5] is None})
        for (
            words,
            on,
            *own,
            owner,
            name,
            left,
            plan,
            plan_uuid,
            released_at,
            steward,
            account,
            pk,
            team,
        ) in rows:
            reaches = left is None and (released_at is not None or (plan, owner) in self.readers)
            item = DueItem(
                person_id=owner if reaches else steward,
                kind=kind,
                title=Message(words),
                account=account,
                due_on=on,
                url_name="plan-care",
                uuid=plan_uuid,
                plan=plan_uuid,
                owner="" if reaches else name,
                account_id=pk,
                team_id=team or 0,
                plan_id=plan,
                secret=released_at is None,
            )
            yield item, tuple(own)

    def commitments(self, rows: Iterable[tuple[Any, ...]]) -> list[DueItem]:
        return [self._of_account("commitment", *row) for row in rows]

    def requests(self, rows: Iterable[tuple[Any, ...]]) -> list[DueItem]:
        return [self._of_account("request", *row) for row in rows]

    def _of_account(
        self,
        kind: str,
        words: str,
        due_on: date,
        uuid: Any,
        owner: int,
        name: str,
        account: str,
        pk: int,
        team: int | None,
        country: str,
        free_days: str,
        escalated: bool = False,
    ) -> DueItem:
        return DueItem(
            person_id=owner,
            kind=kind,
            title=Message(words),
            account=account,
            due_on=due_on,
            url_name=kind,
            uuid=uuid,
            owner=name if self.named else "",
            escalated=bool(escalated),
            account_id=pk,
            team_id=team or 0,
            free=(country, free_days),
        )
