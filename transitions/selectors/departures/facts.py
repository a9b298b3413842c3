"""What the fit of successors is judged on, read for a whole book in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from accounts.models import (
    Account,
    Acquaintance,
    Assignment,
    Clash,
    ClientNeeds,
    Organisation,
    Person,
    Rep,
    User,
)
from accounts.rules.clients import WORKLOAD
from accounts.selectors.calendar import our_tz, tz_in
from transitions.models import Departure, DepartureState, HandoverPlan, Outcome, PlanRole, PlanState, Purpose
from transitions.rules.departures import in_filter
from transitions.rules.fit import AccountFacts, Period, RepFacts

CARE = timedelta(days=90)  # after the change the client needs special care
QUARTER = timedelta(days=91)
NOON = time(12)
BESIDES_OWNER = ("interim", "incoming", "second_choice", "sponsor", "support")
RUNNING = (PlanState.OPEN, PlanState.ON_HOLD)


@dataclass(frozen=True, slots=True)
class BookAccount:
    """An account of a book, as tables and plans need it."""

    pk: int
    uuid: UUID
    name: str
    tier: str
    industry: str
    country: str
    tz: str
    team_id: int | None
    parent_id: int | None
    yearly_value: Decimal | None
    owner_id: int

    @property
    def load(self) -> float:
        return float(WORKLOAD[self.tier])


COLUMNS = tuple(BookAccount.__slots__)


@dataclass(frozen=True, slots=True)
class Book:
    """A book and everybody who may take over some of it, as `rules.fit` wants them."""

    rows: Mapping[int, BookAccount] = field(default_factory=dict)
    accounts: tuple[AccountFacts, ...] = ()
    reps: tuple[RepFacts, ...] = ()
    period: Period = field(default_factory=lambda: Period(date.min, date.min, date.min))


def period_of(last_on: date, today: date) -> Period:
    begins = max(last_on, today)
    return Period(today=today, from_on=begins, until_on=begins + CARE)


def owned_by(people: Collection[int]) -> list[BookAccount]:
    """The live accounts that these people own, by name. One query."""
    rows = (
        Assignment.objects.owners()
        .filter(person__in=people, account__archived_at=None)
        .order_by("account__name", "account")
        .values_list(*(f"account__{name}" for name in COLUMNS[:-1]), "person")
    )
    return [BookAccount(*row) for row in rows]


def book_of(person: int, narrowed: Mapping[str, Sequence[Any]], user: User) -> list[BookAccount]:
    """The accounts of one rep that the filter means and that `user` sees. Two queries."""
    rows = [
        row
        for row in owned_by([person])
        if in_filter(narrowed, tier=row.tier, team=row.team_id, industry=row.industry, country=row.country)
    ]
    seen = Account.objects.visible_to(user).filter(pk__in=[row.pk for row in rows])
    keys = set(seen.values_list("pk", flat=True))
    return [row for row in rows if row.pk in keys]


def scope_of(user: User, person: Person, ours: Organisation) -> list[int] | None:
    """Teams whose reps may succeed `person`; None: everybody's. A leader's own subtree, unless an
    administrator has allowed other teams; an administrator looks within the leaver's team. No query
    beyond the tree of teams.
    """
    if ours.cross_team_cover:
        return None
    tree = user.team_tree()
    led = user.led_team_ids()
    if person.team_id in led:
        return led
    return subtree(tree, person.team_id)


def subtree(tree: Iterable[Any], team: int | None) -> list[int] | None:
    """The team and all below it; None for somebody without a team."""
    rows = list(tree)
    path = next((row.path for row in rows if row.pk == team), None)
    return None if path is None else [row.pk for row in rows if row.path.startswith(path)]


def candidates(scope: Sequence[int] | None, *, without: Collection[int], on: date) -> QuerySet[Rep]:
    """Reps with us who may be offered: not those who leave themselves or are on leave on the day."""
    away = Q(person__away_from_on__lte=on) & (
        Q(person__away_until_on=None) | Q(person__away_until_on__gte=on)
    )
    leaving = Departure.objects.filter(state=DepartureState.COMMITTED).values("person")
    found = Rep.objects.filter(person__archived_at=None).exclude(person__in=without).exclude(away)
    found = found.exclude(person__in=leaving)
    return found if scope is None else found.filter(person__team__in=scope)


def rep_facts(reps: QuerySet[Rep], today: date, ours: Organisation) -> tuple[RepFacts, ...]:
    """These reps with their work now and planned, by name. Three queries."""
    rows = list(reps.select_related("person").order_by("person__name", "person"))
    people = [row.person_id for row in rows]
    held = workloads(people)
    planned, strategic = planned_of(people, today)
    noon = datetime.combine(today, NOON)
    return tuple(
        RepFacts(
            key=row.person_id,
            name=row.person.name,
            seniority=row.seniority,
            industries=tuple(row.industries),
            products=tuple(row.products),
            languages=tuple(row.languages),
            working_styles=tuple(row.working_styles),
            selling_styles=tuple(row.selling_styles),
            utc_offset=offset_of(row.person.tz, row.person.country, noon, ours),
            capacity=float(row.capacity),
            workload=held.get(row.person_id, 0.0),
            planned=planned.get(row.person_id, 0.0),
            joined_on=row.joined_on,
            leave=leave_of(row.person),
            strategic_new=strategic.get(row.person_id, 0),
        )
        for row in rows
    )


def workloads(people: Collection[int]) -> dict[int, float]:
    """Workload points of the accounts that each owns. One query."""
    found: dict[int, float] = defaultdict(float)
    owned = Assignment.objects.owners().filter(person__in=people, account__archived_at=None)
    for person, tier in owned.values_list("person", "account__tier"):
        found[person] += WORKLOAD[tier]
    return dict(found)


def planned_of(people: Collection[int], today: date) -> tuple[dict[int, float], dict[int, int]]:
    """What plans under way bring to each, in points; and strategic clients of this quarter. One query.

    Only what comes is counted: what a rep hands over is theirs until it is handed over.
    """
    coming = Q(plan__state__in=RUNNING)
    lately = Q(plan__outcome=Outcome.HANDED_OVER, plan__cutover_on__gte=today - QUARTER)
    roles = (
        PlanRole.objects.filter(
            coming | lately,
            plan__purpose=Purpose.PERMANENT,
            assignment__role="incoming",
            assignment__person__in=people,
        )
        .exclude(plan__account__archived_at__isnull=False)
        .values_list("assignment__person", "plan__account", "plan__account__tier", "plan__state")
    )
    rows = list(roles)
    owned = set(
        Assignment.objects.owners()
        .filter(person__in=people, account__in=[account for _person, account, _tier, _state in rows])
        .values_list("person", "account")
    )
    points: dict[int, float] = defaultdict(float)
    strategic: dict[int, int] = defaultdict(int)
    for person, account, tier, state in rows:
        if state in RUNNING and (person, account) not in owned:
            points[person] += WORKLOAD[tier]
        strategic[person] += tier == "strategic"
    return dict(points), dict(strategic)


def account_facts(
    rows: Sequence[BookAccount],
    outgoing: Mapping[int, RepFacts],
    people: Collection[int],
    today: date,
    ours: Organisation,
) -> tuple[AccountFacts, ...]:
    """These accounts with what they need, and who of `people` knows them, works on them or clashes with
    them. Four queries.
    """
    keys = [row.pk for row in rows]
    known: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    acquaintances = Acquaintance.objects.filter(
        contact__account__in=keys, contact__archived_at=None, person__in=people
    )
    for account, person, strength in acquaintances.values_list("contact__account", "person", "strength"):
        known[account][person].append(strength)
    involved: dict[int, set[int]] = defaultdict(set)
    roles = Assignment.objects.live().shown().filter(account__in=keys, person__in=people)
    for account, person in roles.filter(role__in=BESIDES_OWNER).values_list("account", "person"):
        involved[account].add(person)
    clashes: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    standing = Clash.objects.standing().filter(account__in=keys, person__in=people).order_by("side")
    for account, person, side in standing.values_list("account", "person", "side"):
        clashes[account][person].append(side)
    needs = ClientNeeds.objects.in_bulk(keys)
    none = ClientNeeds()
    noon = datetime.combine(today, NOON)
    return tuple(
        AccountFacts(
            key=row.pk,
            name=row.name,
            tier=row.tier,
            industry=row.industry,
            utc_offset=offset_of(row.tz, row.country, noon, ours),
            load=row.load,
            parent=row.parent_id,
            owner=row.owner_id,
            outgoing=outgoing.get(row.owner_id),
            involved=frozenset(involved[row.pk]),
            known_by={person: tuple(found) for person, found in known[row.pk].items()},
            clashes={person: tuple(sides) for person, sides in clashes[row.pk].items()},
            products=tuple(needed.products),
            languages=tuple(needed.languages),
            language_required=needed.language_required,
            working_styles=tuple(needed.working_styles),
            selling_styles=tuple(needed.selling_styles),
        )
        for row in rows
        for needed in [needs.get(row.pk, none)]
    )


def read_book(
    departure: Departure, user: User, now: datetime, *, ours: Organisation, of: Collection[int] | None = None
) -> Book:
    """The book of a departure with its candidates; `of` reads only these accounts. Eight queries or so."""
    today = now.astimezone(our_tz(ours)).date()
    rows = book_of(departure.person_id, departure.narrowed, user)
    if of is not None:
        rows = [row for row in rows if row.pk in of]
    period = period_of(departure.last_on, today)
    pool = candidates(
        scope_of(user, departure.person, ours), without=[departure.person_id], on=period.from_on
    )
    reps = rep_facts(pool, today, ours)
    leaver = rep_facts(Rep.objects.filter(person=departure.person_id), today, ours)
    outgoing = {one.key: one for one in leaver}
    accounts = account_facts(rows, outgoing, [rep.key for rep in reps], today, ours)
    return Book({row.pk: row for row in rows}, accounts, reps, period)


def planned_already(accounts: Collection[int]) -> dict[int, HandoverPlan]:
    """The permanent plan that is open for each of these accounts, whoever may see it. One query."""
    plans = HandoverPlan.objects.open().filter(account__in=accounts, purpose=Purpose.PERMANENT)
    return {plan.account_id: plan for plan in plans.annotate(account_name=F("account__name"))}


def leave_of(person: Person) -> tuple[tuple[date, date | None], ...]:
    if person.away_from_on is None:
        return ()
    return ((person.away_from_on, person.away_until_on),)


def offset_of(tz: str, country: str, noon: datetime, ours: Organisation) -> float:
    return _offset(tz, country, noon, our_tz(ours))


@lru_cache(maxsize=2000)
def _offset(tz: str, country: str, noon: datetime, usual: ZoneInfo) -> float:
    found = tz_in(tz, country) or usual
    away = noon.replace(tzinfo=found).utcoffset()
    return away.total_seconds() / 3600 if away else 0.0
