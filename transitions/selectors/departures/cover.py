"""Standing cover: what would be if a rep left today; counted for many reps at once, and only where needed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import numpy as np
from django.db.models import Count, F, QuerySet, Sum

from accounts.models import (
    Account,
    Acquaintance,
    Assignment,
    Clash,
    ClientNeeds,
    Commitment,
    Contact,
    Organisation,
    Person,
    Rep,
    Team,
    User,
)
from transitions.documents.departures import CoverLine, CoverPage
from transitions.models import StandingCover
from transitions.rules.departures import digest, readiness, single_threaded
from transitions.rules.fit import RepFacts, Weights, scores
from transitions.selectors.departures.facts import (
    BookAccount,
    account_facts,
    candidates,
    owned_by,
    period_of,
    rep_facts,
    subtree,
)
from transitions.selectors.fit import weights_in_force

OWNER = {"account__assignments__role": "owner", "account__assignments__until_on": None}
NOBODY = (None, 0.0)


def covered() -> QuerySet[Person]:
    """Whose standing cover is kept: everybody with us who owns a live account."""
    owners = Assignment.objects.owners().filter(account__archived_at=None).values("person")
    return Person.objects.live().filter(pk__in=owners)


def digests(ours: Organisation, today: date) -> dict[int, str]:
    """A digest of what the cover of each rep is made of: equal as long as nothing of it changed.

    Seven grouped queries over the whole company, so that nothing is missed whichever way it was written.
    The week is part of it: once a week everything is counted anew, because time itself changes fits.
    """
    week = today.isocalendar()[:2]
    parts: dict[int, list[object]] = defaultdict(list)
    for name, rows in _sums().items():
        for person, *cells in rows:
            parts[person].append((name, *cells))
    everybody = _profiles()
    teams = dict(covered().values_list("pk", "team"))
    version = weights_in_force().version
    pools = {team: digest(_pool(everybody, team, ours)) for team in {*teams.values()}}
    return {
        person: digest([week, version, pools[team], parts.get(person, [])]) for person, team in teams.items()
    }


def _sums() -> dict[str, Iterable[tuple[Any, ...]]]:
    """Per owner, sums that change with every change of what is counted."""
    owned = Assignment.objects.owners().filter(account__archived_at=None)
    accounts = owned.values_list("person").annotate(
        many=Count("pk"),
        which=Sum("account"),
        changed=Sum("account__version"),
        each=Sum(F("account") * F("account__version")),
    )
    owner = "account__assignments__person"
    contacts = (
        Contact.objects.live()
        .filter(**OWNER)
        .values_list(owner)
        .annotate(many=Count("pk"), which=Sum("pk"), changed=Sum("version"))
    )
    of_contact = {f"contact__{name}": value for name, value in OWNER.items()}
    known = (
        Acquaintance.objects.filter(contact__archived_at=None, **of_contact)
        .values_list(f"contact__{owner}")
        .annotate(
            many=Count("pk"), which=Sum("pk"), strengths=Sum(F("pk") * F("strength")), people=Sum("person")
        )
    )
    promised = (
        Commitment.objects.open()
        .filter(written=False)
        .values_list("owner")
        .annotate(many=Count("pk"), which=Sum("pk"), accounts=Sum("account"))
    )
    needed = (
        ClientNeeds.objects.filter(**OWNER)
        .values_list(owner)
        .annotate(many=Count("pk"), which=Sum("pk"), each=Sum(F("pk") * F("version")))
    )
    clashing = (
        Clash.objects.standing()
        .filter(**OWNER)
        .values_list(owner)
        .annotate(many=Count("pk"), which=Sum("pk"), people=Sum("person"))
    )
    return {
        "needed": needed.order_by(owner),
        "clashing": clashing.order_by(owner),
        "accounts": accounts.order_by("person"),
        "contacts": contacts.order_by(owner),
        "known": known.order_by(f"contact__{owner}"),
        "promised": promised.order_by("owner"),
    }


def _profiles() -> dict[str, list[tuple[Any, ...]]]:
    """What is known of every rep, and the tree, for the digests of whoever they could succeed."""
    reps = Rep.objects.filter(person__archived_at=None).order_by("person")
    lists = ("industries", "products", "languages", "working_styles", "selling_styles")
    cells = ("seniority", "capacity", "joined_on", *lists)
    whose = ("person__team__path", "person", "person__away_from_on", "person__away_until_on", "person__tz")
    rows = list(reps.values_list(*whose, *cells))
    return {"reps": rows, "teams": list(Team.objects.values_list("pk", "path"))}


def _pool(everybody: Mapping[str, Any], team: int | None, ours: Organisation) -> list[object]:
    path = dict(everybody["teams"]).get(team)
    if ours.cross_team_cover or path is None:
        return list(everybody["reps"])
    return [row for row in everybody["reps"] if (row[0] or "").startswith(path)]


def covers(
    people: Collection[int], today: date, *, ours: Organisation, weights: Weights | None = None
) -> list[StandingCover]:
    """The standing cover of these reps as it is now, not saved. A constant number of queries.

    For each account the rep who fits best among those who may take it and have room for it, without
    workload: the whole book at once is what a departure is for.
    """
    weights = weights or weights_in_force()
    rows = owned_by(people)
    by_owner = {
        person: list(found)
        for person, found in groupby(sorted(rows, key=lambda row: row.owner_id), key=lambda row: row.owner_id)
    }
    teams = dict(Person.objects.filter(pk__in=people).values_list("pk", "team"))
    tree = list(Team.objects.order_by("path"))
    everybody = rep_facts(candidates(None, without=(), on=today), today, ours)
    team_of = dict(Rep.objects.values_list("person", "person__team"))
    outgoing = {rep.key: rep for rep in everybody}
    knowers = _knowers(rows)
    undocumented = _undocumented(people)
    facts = {one.key: one for one in account_facts(rows, outgoing, list(outgoing), today, ours)}
    found = []
    for person in people:
        book = by_owner.get(person, [])
        scope = None if ours.cross_team_cover else subtree(tree, teams.get(person))
        inside = None if scope is None else set(scope)
        pool = [
            rep for rep in everybody if rep.key != person and (inside is None or team_of[rep.key] in inside)
        ]
        suggested = _suggested(pool, [facts[row.pk] for row in book], period_of(today, today), weights)
        found.append(_cover(person, book, suggested, knowers, undocumented, today))
    return found


def _suggested(
    pool: Sequence[RepFacts], accounts: Sequence[Any], period: Any, weights: Weights
) -> list[tuple[int | None, float]]:
    if not pool or not accounts:
        return [NOBODY] * len(accounts)
    parts = scores.scores(pool, accounts, weights, period)
    fit = scores.total(parts, weights, without=("workload",))
    barred = np.logical_or.reduce(list(scores.bars(pool, accounts, weights).values()))
    fit = np.where(barred, -1.0, fit)
    best = fit.argmax(0)
    return [
        (pool[rep].key, round(float(fit[rep, column]), 4)) if fit[rep, column] >= 0 else NOBODY
        for column, rep in enumerate(best)
    ]


def _cover(
    person: int,
    book: Sequence[BookAccount],
    suggested: Sequence[tuple[int | None, float]],
    knowers: Mapping[int, tuple[int, set[int]]],
    undocumented: Mapping[tuple[int, int], int],
    today: date,
) -> StandingCover:
    lines: list[list[Any]] = []
    for row, (rep, fit) in zip(book, suggested, strict=True):
        contacts, known = knowers.get(row.pk, (0, set()))
        single = single_threaded(contacts, known, person)
        lines.append([row.pk, single, undocumented.get((person, row.pk), 0), rep, fit])
    counts = {
        "accounts": len(lines),
        "single_threaded": sum(line[1] for line in lines),
        "undocumented": sum(number for (whose, _account), number in undocumented.items() if whose == person),
        "uncovered": sum(line[3] is None for line in lines),
    }
    found = readiness(
        accounts=counts["accounts"],
        single=counts["single_threaded"],
        undocumented=counts["undocumented"],
        uncovered=counts["uncovered"],
    )
    return StandingCover(
        person_id=person,
        counted_on=today,
        revenue=sum((row.yearly_value or Decimal(0) for row in book), Decimal(0)),
        strategic=sum(row.tier == "strategic" for row in book),
        score=found.score,
        grade=found.grade,
        lines=lines,
        **counts,
    )


def _knowers(rows: Sequence[BookAccount]) -> dict[int, tuple[int, set[int]]]:
    """Per account how many contacts there are, and who of ours with us knows any. Two queries."""
    keys = [row.pk for row in rows]
    contacts = Contact.objects.live().filter(account__in=keys).order_by()
    count = dict(contacts.values_list("account").annotate(many=Count("pk")))
    known: dict[int, set[int]] = defaultdict(set)
    whom = Acquaintance.objects.filter(
        contact__account__in=keys, contact__archived_at=None, person__archived_at=None
    )
    for account, person in whom.values_list("contact__account", "person"):
        known[account].add(person)
    return {key: (count.get(key, 0), known.get(key, set())) for key in keys}


def _undocumented(people: Collection[int]) -> dict[tuple[int, int], int]:
    """Open promises that stand nowhere in writing, by who keeps them and account. One query."""
    rows = Commitment.objects.open().filter(owner__in=people, written=False, account__archived_at=None)
    counted = rows.order_by().values_list("owner", "account").annotate(many=Count("pk"))
    return {(owner, account): number for owner, account, number in counted}


def cover_list(user: User) -> QuerySet[StandingCover]:
    """The standing cover of everybody with us whom `user` answers for; the worst first."""
    found = StandingCover.objects.visible_to(user).filter(person__archived_at=None, accounts__gt=0)
    return found.select_related("person__team").defer("lines").order_by("score", "-revenue", "pk")


def cover_page(cover: StandingCover, user: User) -> CoverPage:
    """One rep's cover, account by account, weakest first. Two queries."""
    rows = {
        row.pk: row
        for row in Account.objects.visible_to(user)
        .filter(pk__in=[line[0] for line in cover.lines])
        .only("pk", "uuid", "name", "tier", "yearly_value")
    }
    names = dict(
        Person.objects.filter(pk__in={line[3] for line in cover.lines if line[3]}).values_list("pk", "name")
    )
    lines = [
        CoverLine(
            rows[account].name,
            rows[account].uuid,
            rows[account].tier,
            rows[account].yearly_value,
            single,
            undocumented,
            names.get(rep, ""),
            round(100 * fit),
        )
        for account, single, undocumented, rep, fit in cover.lines
        if account in rows
    ]
    lines.sort(key=lambda line: (line.fit, not line.single, line.account))
    found = readiness(
        accounts=cover.accounts,
        single=cover.single_threaded,
        undocumented=cover.undocumented,
        uncovered=cover.uncovered,
    )
    return CoverPage(tuple(lines), found.reasons, names)
