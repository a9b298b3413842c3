"""A scenario is computed: the book as a question, the answer kept as rows; a job with progress."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction

from accounts.models import Job, Person, User
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import jobs
from transitions.models import Departure, Scenario, ScenarioState
from transitions.rules.assignment import Assignment, Infeasible, TooLarge, assign
from transitions.rules.departures import MOST_ACCOUNTS, Figures, packed
from transitions.rules.fit import Question, Weights, question
from transitions.selectors.departures.facts import Book, read_book
from transitions.selectors.departures.plans import decided_of
from transitions.selectors.fit import weights_in_force, weights_of_version
from transitions.services.departures.opened import opened

_ = gettext_noop

KIND = "departure"
SECONDS = 20.0
GOOD_ENOUGH = 0.0005  # of the proven optimum; then the search ends
SEED = 1
WRITE_EVERY = 1.0  # seconds between first answers that are kept
NO_REP = _(
    "There is no rep to whom these accounts could go: nobody else is in the team, or all are on leave on the "
    "last day, leave themselves or were left out. Bring a rep back in, or ask an administrator to allow "
    "other teams."
)
TOO_MANY = _(
    "%(count)d accounts are more than the %(most)d that are planned at once. Narrow the book by tier or team."
)
PIN_GONE = _("%(account)s is pinned to a rep who cannot be offered any more. Release the pin.")

Beat = Callable[[int, int], None]


@transaction.atomic
def ask(*, scenario: Scenario, by: Person, now: datetime) -> Job:
    """Ask for the proposal of this scenario. The same question by the same person is one job.

    Raises DepartureNotDraft.
    """
    opened(scenario.departure_id)
    scenario = Scenario.objects.get(pk=scenario.pk)
    Scenario.objects.filter(pk=scenario.pk).update(state=ScenarioState.RUNNING)
    return jobs.request(
        kind=KIND,
        key=key_of(scenario, by),
        params={"scenario": str(scenario.uuid)},
        by=by,
        now=now,
    )


def key_of(scenario: Scenario, by: Person) -> str:
    return f"{KIND}:{scenario.uuid}:{scenario.asked}:{by.pk}"


def compute(
    *,
    scenario: Scenario,
    user: User,
    now: datetime,
    beat: Beat = lambda done, total: None,
    seconds: float = SECONDS,
    worker: Sequence[str] | None | bool = True,
) -> Scenario:
    """Find the proposal and keep it with the scenario; what is found early is kept at once.

    `beat` hears of progress in whole seconds. An answer to settings that were changed meanwhile is thrown
    away. Whatever goes wrong with the solver, an answer of our own search is kept, or why there is none.
    """
    departure = Departure.objects.select_related("person__team").get(pk=scenario.departure_id)
    scenario = Scenario.objects.get(pk=scenario.pk)
    scenario.weights_version = weights_in_force().version  # kept with the answer
    book = planned_book(departure, scenario, user, now)
    if refused := _refused(book, scenario):
        return _keep(scenario, ScenarioState.IMPOSSIBLE, problems=refused, now=now)
    if not book.accounts:
        return _keep(scenario, ScenarioState.FOUND, now=now)
    asked = asked_of(book, scenario)
    shown = _Shown(scenario, book, asked, now, beat, seconds)
    how = {} if worker is True else {"worker": worker or None}
    try:
        found = assign(
            **asked.arguments(),
            time_limit_s=seconds,
            seed=SEED,
            gap_goal=GOOD_ENOUGH,
            on_better=shown,
            **how,  # type: ignore[arg-type]
        )
    except Infeasible as error:
        return _keep(
            scenario,
            ScenarioState.IMPOSSIBLE,
            placements=placements_of(book, asked, error.agent_of) if error.agent_of else [],
            problems=[reason.message for reason in error.reasons],
            now=now,
        )
    except TooLarge as error:
        return _keep(scenario, ScenarioState.FAILED, problems=[error.message], now=now)
    rows = placements_of(book, asked, found.agent_of)
    figures = figures_of(book, asked, found, rows)
    return _keep(scenario, ScenarioState.FOUND, placements=rows, figures=figures, now=now)


class _Shown:
    """Keeps first answers while the search goes on, not more often than somebody could read them."""

    def __init__(
        self, scenario: Scenario, book: Book, asked: Question, now: datetime, beat: Beat, seconds: float
    ) -> None:
        self.scenario, self.book, self.asked, self.now = scenario, book, asked, now
        self.beat, self.total = beat, max(1, round(seconds))
        self.began, self.kept_at = time.monotonic(), 0.0

    def __call__(self, better: Assignment) -> None:
        passed = time.monotonic() - self.began
        self.beat(min(self.total - 1, int(passed)), self.total)
        if self.kept_at and time.monotonic() - self.kept_at < WRITE_EVERY:
            return
        self.kept_at = time.monotonic()
        rows = placements_of(self.book, self.asked, better.agent_of)
        figures = replace(figures_of(self.book, self.asked, better, rows), early=True)
        _keep(self.scenario, ScenarioState.RUNNING, placements=rows, figures=figures, now=self.now)


def planned_book(departure: Departure, scenario: Scenario, user: User, now: datetime) -> Book:
    """The part of the book for which somebody is to be found, and who may be: without what was left out and
    without accounts whose open plan names somebody already."""
    book = read_book(departure, user, now, ours=organisation())
    without = {*scenario.settings.get("without_accounts", ()), *decided_of(book.rows, user)}
    out = set(scenario.settings.get("without_reps", ()))
    return replace(
        book,
        accounts=tuple(one for one in book.accounts if one.key not in without),
        reps=tuple(rep for rep in book.reps if rep.key not in out),
    )


def weights_of(scenario: Scenario) -> Weights:
    """The company's weights when this scenario was last proposed, with what it sets itself. One query."""
    weights, parts = weights_of_version(scenario.weights_version), scenario.settings.get("weights")
    return replace(weights, parts={**weights.parts, **parts}) if parts else weights


def asked_of(book: Book, scenario: Scenario) -> Question:
    settings = scenario.settings
    keys = {account.key for account in book.accounts}
    pinned = {int(account): rep for account, rep in settings.get("pinned", {}).items()}
    return question(
        book.reps,
        book.accounts,
        period=book.period,
        weights=weights_of(scenario),
        pinned={account: rep for account, rep in pinned.items() if account in keys},
    )


def _refused(book: Book, scenario: Scenario) -> list[Message]:
    """Why this book cannot be put as a question at all."""
    if len(book.accounts) > MOST_ACCOUNTS:
        return [Message(TOO_MANY, {"count": len(book.accounts), "most": MOST_ACCOUNTS})]
    if book.accounts and not book.reps:
        return [Message(NO_REP)]
    reps = {rep.key for rep in book.reps}
    names = {account.key: account.name for account in book.accounts}
    return [
        Message(PIN_GONE, {"account": names[int(account)]})
        for account, rep in scenario.settings.get("pinned", {}).items()
        if int(account) in names and rep not in reps
    ]


def placements_of(book: Book, asked: Question, agent_of: Sequence[int]) -> list[list[Any]]:
    """Rows for Scenario.placements; accounts that found no place have no person."""
    fit = np.where(asked.forbidden, -1.0, asked.fit)
    rows: list[list[Any]] = []
    for column, (account, agent) in enumerate(zip(book.accounts, agent_of, strict=True)):
        others = fit[:, column].copy()
        if agent >= 0:
            others[agent] = -1.0
        second = int(others.argmax())
        there = others[second] >= 0
        rows.append(
            [
                account.key,
                book.reps[agent].key if agent >= 0 else None,
                round(float(asked.fit[agent, column]), 4) if agent >= 0 else 0.0,
                book.reps[second].key if there else None,
                round(float(others[second]), 4) if there else 0.0,
            ]
        )
    return rows


def figures_of(book: Book, asked: Question, found: Assignment, rows: Sequence[Sequence[Any]]) -> Figures:
    revenue: dict[str, Decimal] = {}
    strategic: dict[str, int] = {}
    load: dict[str, float] = {}
    moves = 0
    for account, (key, rep, _fit, _second, _second_fit) in zip(book.accounts, rows, strict=True):
        if rep is None:
            continue
        moves += rep not in account.involved
        name = str(rep)
        revenue[name] = revenue.get(name, Decimal(0)) + (book.rows[key].yearly_value or Decimal(0))
        strategic[name] = strategic.get(name, 0) + (account.tier == "strategic")
        load[name] = load.get(name, 0.0) + account.load
    fits = [row[2] for row in rows if row[1] is not None]
    return Figures(
        accounts=len(rows),
        placed=len(fits),
        fit=round(sum(fits) / len(fits), 4) if fits else 0.0,
        worst=min(fits, default=0.0),
        moves=moves,
        revenue={name: str(amount) for name, amount in revenue.items()},
        strategic=strategic,
        load=load,
        value=found.value,
        bound=found.bound if np.isfinite(found.bound) else 0.0,
        gap=round(found.gap, 6) if np.isfinite(found.gap) else 1.0,
        seconds=round(found.seconds, 2),
        method=found.method,
        alone=found.method == "search" and found.gap > GOOD_ENOUGH,
    )


def _keep(
    scenario: Scenario,
    state: str,
    *,
    placements: Sequence[Any] = (),
    figures: Figures | None = None,
    problems: Sequence[Message] = (),
    now: datetime,
) -> Scenario:
    """Write the answer, unless the settings have changed since `scenario` was read. Returns the row anew."""
    Scenario.objects.filter(pk=scenario.pk, asked=scenario.asked).update(
        state=state,
        answered=0 if state == ScenarioState.RUNNING else scenario.asked,
        placements=list(placements),
        figures=(figures or Figures()).packed(),
        problems=[packed(message) for message in problems],
        weights_version=scenario.weights_version,
        found_at=now,
    )
    return Scenario.objects.get(pk=scenario.pk)
