"""What the pages of a departure show: lists, one departure with its scenarios, one proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import Account, Person, User
from accounts.rules.text import Message
from transitions.documents.departures import Compared, Load, Placement
from transitions.models import Departure, HandoverPlan, Scenario
from transitions.rules.departures import Figures, unpacked
from transitions.rules.fit import Fit, Weights, compare, fit, ranked
from transitions.selectors.departures.facts import Book
from transitions.selectors.departures.plans import standing_plans

NAMED = 5  # reps in the line of a scenario that is compared


def departures_list(user: User) -> QuerySet[Departure]:
    """Departures that `user` sees, the ones being prepared first."""
    return (
        Departure.objects.visible_to(user)
        .select_related("person__team", "created_by")
        .annotate(opened=Count("plans", filter=Q(plans__opened=True)))
        .order_by("-committed_at", "-pk")
    )


def people_of(scenarios: Sequence[Scenario]) -> dict[int, str]:
    """Names of everybody whom these scenarios name. One query."""
    named = {rep for one in scenarios for row in one.placements for rep in (row[1], row[3]) if rep}
    named |= {rep for one in scenarios for rep in one.settings.get("without_reps", ())}
    return dict(Person.objects.filter(pk__in=named).values_list("pk", "name"))


def compared(scenarios: Sequence[Scenario], reps: Mapping[int, Any]) -> tuple[Compared, ...]:
    """Scenarios side by side. `reps` are the candidates as facts, by key. One query."""
    names = people_of(scenarios)
    found = []
    for one in scenarios:
        figures = Figures.unpacked(one.figures)
        shares = [
            (rep.workload + rep.planned + figures.load.get(str(key), 0.0)) / rep.capacity
            for key, rep in reps.items()
            if str(key) in figures.load and rep.capacity
        ]
        money = sorted(
            ((names.get(int(rep), ""), Decimal(amount)) for rep, amount in figures.revenue.items()),
            key=lambda pair: (-pair[1], pair[0]),
        )
        strategic = sorted(
            ((names.get(int(rep), ""), number) for rep, number in figures.strategic.items() if number),
            key=lambda pair: (-pair[1], pair[0]),
        )
        found.append(
            Compared(
                one.uuid,
                one.name,
                one.state,
                one.fresh,
                fit=round(100 * figures.fit),
                worst=round(100 * figures.worst),
                moves=figures.moves,
                placed=figures.placed,
                accounts=figures.accounts,
                gap=figures.gap,
                fullest=round(100 * max(shares, default=0.0)),
                revenue=tuple(money[:NAMED]),
                strategic=tuple(strategic[:NAMED]),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a proposal, what is left out of it, and what is in a plan already."""

    rows: tuple[Placement, ...]
    out: tuple[tuple[UUID, str], ...]
    out_reps: tuple[tuple[UUID, str], ...]
    standing: tuple[tuple[str, Message], ...]


def table_of(scenario: Scenario, user: User) -> Table:
    """Every account of the proposal, the worst fit first. Seven queries, however many there are."""
    seen = Account.objects.visible_to(user)
    keys = [row[0] for row in scenario.placements]
    out = scenario.settings.get("without_accounts", [])
    accounts = {row.pk: row for row in seen.filter(pk__in=[*keys, *out]).order_by("name")}
    names = people_of([scenario])
    pinned = scenario.settings.get("pinned", {})
    rows = [
        Placement(
            account_id=key,
            uuid=accounts[key].uuid,
            account=accounts[key].name,
            tier=accounts[key].tier,
            value=accounts[key].yearly_value,
            person_id=rep,
            person=names.get(rep, "") if rep else "",
            fit=round(100 * score),
            second=names.get(second, "") if second else "",
            second_fit=round(100 * second_score),
            pinned=str(key) in pinned,
        )
        for key, rep, score, second, second_score in scenario.placements
        if key in accounts
    ]
    rows.sort(key=lambda row: (row.person_id is not None, row.fit, row.account))
    reps = Person.objects.filter(pk__in=scenario.settings.get("without_reps", ())).order_by("name")
    owned = scenario.departure.person.assignments.owners().filter(account__in=seen.values("pk"))
    standing = standing_plans(list(owned.values_list("account", flat=True)), user)
    said = [(one.plan.account.name, one.says) for one in standing.values() if one.says is not None]
    return Table(
        tuple(rows),
        tuple((accounts[key].uuid, accounts[key].name) for key in out if key in accounts),
        tuple((rep.uuid, rep.name) for rep in reps),
        tuple(sorted(said, key=lambda pair: pair[0])),
    )


def without_workload(weights: Weights) -> Weights:
    """As a whole book is judged: how full reps are is counted for all its accounts together."""
    return replace(weights, parts={**weights.parts, "workload": 0.0})


def explained(rows: Sequence[Placement], scenario: Scenario, book: Book, weights: Weights) -> list[Placement]:
    """These rows with why this rep and why not the next. No query."""
    weights = without_workload(weights)
    reps = {rep.key: rep for rep in book.reps}
    accounts = {account.key: account for account in book.accounts}
    second = {row[0]: row[3] for row in scenario.placements}
    found = []
    for row in rows:
        account = accounts.get(row.account_id)
        mine, other = reps.get(row.person_id or 0), reps.get(second.get(row.account_id) or 0)
        if account is None or mine is None:
            found.append(row)
            continue
        ours = fit(mine, account, period=book.period, weights=weights)
        why: tuple[Message, ...] = best_parts(ours)
        verdict = None
        if other is not None:
            theirs = fit(other, account, period=book.period, weights=weights)
            comparison = compare(ours, theirs)
            verdict = comparison.verdict
            why = comparison.pro or why
        found.append(replace(row, why=why, why_not=verdict))
    return found


def best_parts(one: Fit) -> tuple[Message, ...]:
    """The evidence of the three parts that speak most for a rep."""
    parts = sorted(one.parts, key=lambda part: -part.points)
    return tuple(part.evidence for part in parts[:3] if part.score)


def candidates_for(account: int, book: Book, weights: Weights) -> tuple[Fit, ...]:
    """Everybody who could take one account, the best first, parts side by side. No query."""
    weights = without_workload(weights)
    found = next((one for one in book.accounts if one.key == account), None)
    if found is None:
        return ()
    return ranked([fit(rep, found, period=book.period, weights=weights) for rep in book.reps])


def loads_of(book: Book, scenario: Scenario) -> tuple[Load, ...]:
    """Every candidate before and after, the fullest first. One query."""
    uuids = dict(Person.objects.filter(pk__in=[rep.key for rep in book.reps]).values_list("pk", "uuid"))
    figures = Figures.unpacked(scenario.figures)
    count: dict[int, int] = {}
    for row in scenario.placements:
        if row[1] is not None:
            count[row[1]] = count.get(row[1], 0) + 1
    loads = [
        Load(
            person_id=rep.key,
            name=rep.name,
            before=rep.workload,
            planned=rep.planned,
            added=figures.load.get(str(rep.key), 0.0),
            capacity=rep.capacity,
            uuid=uuids.get(rep.key),
            accounts=count.get(rep.key, 0),
            revenue=Decimal(figures.revenue.get(str(rep.key), "0")),
            strategic=figures.strategic.get(str(rep.key), 0),
        )
        for rep in book.reps
    ]
    return tuple(sorted(loads, key=lambda load: (-load.after / max(load.capacity, 1.0), load.name)))


def problems_of(scenario: Scenario) -> tuple[Message, ...]:
    return tuple(unpacked(problem) for problem in scenario.problems)


def plans_of(departure: Departure, user: User) -> QuerySet[HandoverPlan]:
    """The plans of a departure that the user sees, by account."""
    return (
        HandoverPlan.objects.visible_to(user)
        .filter(departures__departure=departure)
        .select_related("account")
        .order_by("account__name")
    )
