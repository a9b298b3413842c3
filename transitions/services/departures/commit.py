"""A departure is carried out: every plan, role and promise, and one mail for each person; or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Account, Person, Rep, User
from accounts.rules.calendar import Calendar
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import country_calendar
from accounts.selectors.organisation import organisation
from accounts.services.history import keep
from transitions.models import (
    Departure,
    DeparturePlan,
    DepartureState,
    HandoverPlan,
    Mode,
    PlanState,
    PlaybookVersion,
    Scenario,
    ScenarioState,
)
from transitions.rules.departures import MOST_COMMITTED, usual_mode
from transitions.rules.playbooks import Playbook
from transitions.rules.playbooks.types import resolved
from transitions.selectors.departures.facts import Book, book_of
from transitions.selectors.departures.plans import Standing, standing_plans
from transitions.selectors.playbooks import fitting, newest_playbooks, playbook_of
from transitions.services import plans
from transitions.services.departures.letters import Told, queue_letters
from transitions.services.departures.opened import in_our_words, opened
from transitions.services.departures.proposal import asked_of, planned_book
from transitions.services.departures.rehoming import Homes, Rehomed, rehome
from transitions.services.plans import Birth, start_many
from transitions.services.refusals import PlanRefused

_ = gettext_noop

WHY = _("The rep leaves.")
NAMES = 8  # that are listed in one refusal
Problems = list[tuple[str, Message]]


@dataclass(slots=True)
class Committed:
    """What a commit did."""

    opened: int = 0
    amended: int = 0
    left: list[str] = field(default_factory=list)  # accounts that are left as they are, by name
    rehomed: Rehomed = field(default_factory=Rehomed)


@transaction.atomic
def commit(
    *,
    departure: Departure,
    scenario: Scenario,
    homes: Homes,
    version: int,
    by: User,
    now: datetime,
) -> Committed:
    """Open a plan for every account of the scenario, change those that are open already, hand on every role
    and promise to `homes`, and queue one mail for each person concerned. The departure is released by it.

    Everything is looked at again under lock: who was proposed may have left or filled up since. Raises
    StaleVersion, DepartureNotDraft, and PlanRefused with all that is wrong; then nothing was changed.
    """
    departure = opened(departure.pk, version=version)
    scenario = Scenario.objects.get(pk=scenario.pk, departure=departure)
    _refuse_unfinished(scenario)
    placed = {row[0]: (row[1], row[3]) for row in scenario.placements}
    people = _hold(placed)
    book = planned_book(departure, scenario, by, now)
    asked_for = _refuse_stale(book, placed, scenario)
    _refuse_limits(book, scenario, placed)
    accounts = _hold_accounts(departure, scenario, by)
    standing = standing_plans(list(accounts), by)
    births, version_of = _births(departure, accounts, standing, placed, people)
    done = Committed()
    given = dates_of(departure, version_of, now)
    born = start_many(
        births=births,
        playbook=version_of,
        reason=departure.reason,
        given=given,
        why=departure.why,
        reason_detail=departure.reason_detail,
        verb="depart",
        by=by.person,
        now=now,
    )
    done.opened = len(born)
    changes: list[dict[str, Any]] = []
    amended = []
    for account, one in standing.items():
        if not one.seen or one.passed or one.plan.state != PlanState.OPEN:
            done.left.append(accounts[account].name)
            continue
        successor, _second = placed.get(account, (None, None))
        changes += _amend(departure, one, people.get(successor or 0), given, by.person, now)
        amended.append(one.plan)
    done.amended = len(amended)
    DeparturePlan.objects.bulk_create(
        DeparturePlan(departure=departure, plan=plan, opened=plan in born) for plan in [*born, *amended]
    )
    successors = {account: rep for account, (rep, _second) in placed.items() if account in asked_for}
    successors |= {
        account: one.incoming_id for account, one in standing.items() if one.incoming_id and not one.passed
    }
    done.rehomed = rehome(
        leaver=departure.person,
        last_on=departure.last_on,
        successors=successors,
        homes=homes,
        by=by,
        now=now,
    )
    departure.changes = changes + done.rehomed.changes
    departure.state, departure.committed_at, departure.committed_by = DepartureState.COMMITTED, now, by.person
    departure.released_at = departure.released_at or now
    keep(departure, by=by.person, now=now, why="commit")
    told = Told.of_plans(births) + done.rehomed.told
    queue_letters(departure, told, now=now)
    return done


def dates_of(departure: Departure, playbook: PlaybookVersion, now: datetime) -> dict[str, date]:
    """The days that are given: a soft change ends before the last day, a hard one happens on it.

    Raises PlanRefused where a soft change would not leave a single day.
    """
    own = playbook_of(playbook, "standard")
    calendar, today = our_calendar(now), now.date()
    leaves = own.anchor("departure") is not None
    given = {"departure": departure.last_on} if leaves else {}
    if departure.mode == Mode.HARD:
        return given | {"cutover": departure.last_on}
    cutover = cutover_before(own, departure.last_on, calendar)
    first = calendar.add(today, 2)  # the client hears of it on the day before at the latest
    if cutover < first:
        cutover = first
    if cutover > departure.last_on or (leaves and cutover >= departure.last_on):
        words = _("The last day is too near for a soft change. Choose a hard one.")
        raise PlanRefused([("mode", Message(words))])
    return given | {"cutover": cutover}


def cutover_before(playbook: Playbook, last_on: date, calendar: Calendar) -> date:
    """The cutover that leaves the leaver the days that the playbook wants between it and the last day."""
    rule = playbook.anchor("departure")
    between = resolved(rule.offset) if rule is not None else 0
    return calendar.add(calendar.roll(last_on, back=True), -between)


def our_calendar(now: datetime) -> Calendar:
    return country_calendar(organisation().country, now.year) or Calendar()


def playbook_for(mode: str, reason: str) -> PlaybookVersion:
    """Raises PlanRefused where none of this kind is published."""
    found = fitting(newest_playbooks(), mode, reason)
    if found is None:
        raise PlanRefused([("mode", Message(_("No playbook of this kind is published.")))])
    return found


def mode_by_notice(reason: str, last_on: date, now: datetime) -> str:
    """Soft where the last day leaves every tier the time that the soft playbook asks for, else hard."""
    found = fitting(newest_playbooks(), Mode.SOFT, reason)
    if found is None:
        return Mode.HARD
    calendar = our_calendar(now)
    lead = max(_lead(playbook_of(found, tier)) for tier in ("strategic", "standard", "small"))
    cutover = cutover_before(playbook_of(found, "strategic"), last_on, calendar)
    return usual_mode(calendar.add(now.date(), lead), cutover)


def _lead(playbook: Playbook) -> int:
    """Business days that a playbook wants before its cutover."""
    offsets = {anchor.key: resolved(anchor.offset) for anchor in playbook.anchors}
    before = [offsets.get(step.base, 0) + resolved(step.offset) for step in playbook.steps()]
    return max(1, -min(before, default=0))


# --- What is refused --------------------------------------------------------------------------------


def _refuse_unfinished(scenario: Scenario) -> None:
    if scenario.state == ScenarioState.IMPOSSIBLE and scenario.fresh:
        words = _("Some accounts find no place. Solve that, or leave them out, and propose again.")
        raise PlanRefused([("", Message(words))])
    if not scenario.fresh:
        words = _("The settings have changed since the proposal. Propose again before you carry it out.")
        raise PlanRefused([("", Message(words))])
    if len(scenario.placements) > MOST_COMMITTED:
        words = _(
            "%(count)d accounts are more than the %(most)d that change hands at once. "
            "Narrow the book, carry that out, and go on with the rest."
        )
        params = {"count": len(scenario.placements), "most": MOST_COMMITTED}
        raise PlanRefused([("", Message(words, params))])


def _hold(placed: Mapping[int, tuple[int | None, int | None]]) -> dict[int, Person]:
    """Everybody who is named, with whose profiles no other commit can go on until this one ends."""
    named = {rep for pair in placed.values() for rep in pair if rep is not None}
    list(Rep.objects.select_for_update().filter(person__in=named).order_by("person"))
    return {person.pk: person for person in Person.objects.filter(pk__in=named).select_related("team")}


def _hold_accounts(departure: Departure, scenario: Scenario, by: User) -> dict[int, Account]:
    """The accounts of the book without those left out, locked: nobody starts a plan for them meanwhile."""
    without = set(scenario.settings.get("without_accounts", ()))
    keys = [row.pk for row in book_of(departure.person_id, departure.narrowed, by) if row.pk not in without]
    rows = Account.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def _refuse_stale(
    book: Book, placed: Mapping[int, tuple[int | None, int | None]], scenario: Scenario
) -> set[int]:
    """The accounts that the proposal must hold; refused where it holds others, or names who cannot be."""
    wanted = {account.key: account.name for account in book.accounts}
    problems: Problems = []
    if new := [name for key, name in wanted.items() if key not in placed]:
        words = _("The book has changed since the proposal: %(names)s. Propose again.")
        problems.append(("", Message(words, {"names": _listed(new)})))
    there = {rep.key for rep in book.reps}
    named = {placed[key][0] for key in wanted if key in placed}
    missing = {rep for rep in named if rep is not None} - there
    if missing:
        names = Person.objects.filter(pk__in=missing).order_by("name").values_list("name", flat=True)
        words = _("Cannot take over any more, because they left, leave or are on leave: %(names)s.")
        problems.append(("", Message(words, {"names": _listed(list(names))})))
    if problems:
        raise PlanRefused(problems)
    return set(wanted)


def _refuse_limits(
    book: Book, scenario: Scenario, placed: Mapping[int, tuple[int | None, int | None]]
) -> None:
    """Capacity and the other hard limits, as they are now that nobody else can take of them."""
    if not book.accounts:
        return
    asked = asked_of(book, scenario)
    row = {rep.key: place for place, rep in enumerate(book.reps)}
    at = [row[placed[account.key][0] or 0] for account in book.accounts]
    problems: Problems = []
    load = [0.0] * len(book.reps)
    for column, (account, agent) in enumerate(zip(book.accounts, at, strict=True)):
        load[agent] += account.load
        if asked.forbidden[agent, column]:
            words = _("%(rep)s may not take over %(account)s any more. Propose again.")
            names = {"rep": book.reps[agent].name, "account": account.name}
            problems.append(("", Message(words, names)))
    for rep, added in zip(book.reps, load, strict=True):
        if added > max(rep.room, 0.0) + 1e-9 and added:
            words = _(
                "%(rep)s has no room for this any more: %(load)s points come, %(room)s of %(capacity)s are "
                "free. Propose again."
            )
            params = {
                "rep": rep.name,
                "load": f"{added:g}",
                "room": f"{max(rep.room, 0.0):g}",
                "capacity": f"{rep.capacity:g}",
            }
            problems.append(("", Message(words, params)))
    if problems:
        raise PlanRefused(problems[:NAMES])


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(sorted(names)[:NAMES])
    return shown if len(names) <= NAMES else f"{shown}, …"


# --- What is done -----------------------------------------------------------------------------------


def _births(
    departure: Departure,
    accounts: Mapping[int, Account],
    standing: Mapping[int, Standing],
    placed: Mapping[int, tuple[int | None, int | None]],
    people: Mapping[int, Person],
) -> tuple[list[Birth], PlaybookVersion]:
    version = playbook_for(departure.mode, departure.reason)
    roles = playbook_of(version, "standard").roles
    births = []
    for key, account in accounts.items():
        if key in standing or key not in placed:
            continue
        successor, second = placed[key]
        named: dict[str, list[Person]] = {"incoming": [people[successor or 0]]}
        if second is not None and second != successor:
            named["second_choice"] = [people[second]]
        if "interim" in roles:  # the successor stands in from day 0: the client sees one new face
            named["interim"] = named["incoming"]
        births.append(Birth(account, departure.person, {r: p for r, p in named.items() if r in roles}))
    return births, version


def _amend(
    departure: Departure,
    one: Standing,
    successor: Person | None,
    given: Mapping[str, date],
    by: Person,
    now: datetime,
) -> list[dict[str, Any]]:
    """Bring a plan that is open already in line: hard where the leaver goes hard, with somebody who takes
    over. What was done, for undoing."""
    plan, done = one.plan, []
    turns = departure.mode == Mode.HARD and plan.mode == Mode.SOFT
    if turns:
        told = plans.switch(
            plan=plan,
            given=given,
            interim=successor or Person.objects.filter(pk__in=[one.incoming_id or 0]).first(),
            why=departure.why or in_our_words(WHY),
            version=plan.version,
            by=by,
            now=now,
            confirmed=True,
        )
        assert told.change_set is not None
        done.append({"model": "change_set", "id": told.change_set.pk, "plan": plan.pk})
    if successor is not None and one.incoming_id is None:
        fresh = HandoverPlan.objects.get(pk=plan.pk)
        plans.set_people(
            plan=fresh, role="incoming", people=[successor], version=fresh.version, by=by, now=now
        )
        done.append({"model": "role", "plan": plan.pk, "label": "incoming", "before": {"people": []}})
    return done
