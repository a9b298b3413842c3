"""A departure is prepared: begun, corrected, shown to others, withdrawn; and its scenarios."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, clean_line, gettext_noop
from accounts.services.history import keep
from transitions.models import Departure, DepartureReader, DepartureState, Mode, Reason, Scenario
from transitions.rules.departures import MOST_SCENARIOS, NAME_OF_FIRST
from transitions.rules.fit import PARTS
from transitions.selectors.fit import weights_in_force
from transitions.services.departures.opened import claimed, gone, opened, problems_of_texts
from transitions.services.refusals import PlanRefused

_ = gettext_noop

FURTHEST = timedelta(days=2 * 366)
NOT_OF_BOOKS = (Reason.LEAVE, Reason.CLOSEOUT)  # nobody leaves: a cover, and a change of team
DIMENSIONS = frozenset({"tier", "team", "industry", "country"})
MOST_WEIGHT = 1000


@transaction.atomic
def begin(
    *,
    person: Person,
    last_on: date,
    mode: str,
    reason: str,
    reason_detail: str = "",
    why: str = "",
    narrowed: Mapping[str, Sequence[Any]] | None = None,
    confidential: bool = True,
    readers: Sequence[Person] = (),
    by: Person,
    now: datetime,
) -> Departure:
    """Begin to prepare the departure of `person`, with a first scenario. Nothing of their book changes.

    Raises PlanRefused (fields "person", "last_on", "mode", "reason", "readers" and the texts).
    """
    departure = Departure(person=person, created_by=by, created_at=now)
    problems = [] if person.pk != by.pk else [("person", Message(_("Somebody else plans your departure.")))]
    _fill(departure, last_on, mode, reason, reason_detail, why, narrowed or {}, now, problems)
    problems += gone("readers", readers)
    if problems:
        raise PlanRefused(problems)
    departure.released_at = None if confidential else now
    keep(departure, by=by, now=now, why="departure")
    _write_readers(departure, [*readers, by])
    Scenario.objects.create(departure=departure, name=NAME_OF_FIRST)
    return departure


@transaction.atomic
def edit(
    *,
    departure: Departure,
    last_on: date,
    mode: str,
    reason: str,
    reason_detail: str,
    why: str,
    narrowed: Mapping[str, Sequence[Any]],
    version: int,
    by: Person,
    now: datetime,
) -> Departure:
    """Correct what was typed; every proposal is asked for anew. Raises as `begin`, and StaleVersion,
    DepartureNotDraft."""
    departure = opened(departure.pk, version=version)
    problems: list[tuple[str, Message]] = []
    _fill(departure, last_on, mode, reason, reason_detail, why, narrowed, now, problems)
    if problems:
        raise PlanRefused(problems)
    for scenario in departure.scenarios.all():
        _asked_anew(scenario)
    return keep(departure, by=by, now=now, why="departure")


@transaction.atomic
def release(*, departure: Departure, version: int, by: Person, now: datetime) -> Departure:
    """From now on every leader sees it who leads the leaver. Raises StaleVersion, DepartureNotDraft."""
    departure = opened(departure.pk, version=version)
    departure.released_at = departure.released_at or now
    return keep(departure, by=by, now=now, why="release")


@transaction.atomic
def set_readers(
    *, departure: Departure, people: Sequence[Person], version: int, by: Person, now: datetime
) -> Departure:
    """Let exactly these people read it while it is confidential, and whoever says so.

    Raises StaleVersion, DepartureNotDraft, PlanRefused (field "readers").
    """
    departure = opened(departure.pk, version=version)
    problems = gone("readers", people)
    if departure.person_id in {person.pk for person in people}:
        problems.append(("readers", Message(_("Whoever leaves is told by you, not by this page."))))
    if problems:
        raise PlanRefused(problems)
    named = [*people, by]
    departure.readers.exclude(person__in=named).delete()
    _write_readers(departure, named)
    return keep(departure, by=by, now=now, why="readers")


@transaction.atomic
def withdraw(*, departure: Departure, version: int, by: Person, now: datetime) -> Departure:
    """The rep stays, or it is planned otherwise. Raises StaleVersion, DepartureNotDraft."""
    departure = opened(departure.pk, version=version)
    departure.state = DepartureState.WITHDRAWN
    return keep(departure, by=by, now=now, why="withdrawn")


# --- Scenarios --------------------------------------------------------------------------------------


@transaction.atomic
def save_as(*, scenario: Scenario, name: str, by: Person, now: datetime) -> Scenario:
    """Keep a scenario as it is and go on with a copy of it under another name.

    Raises DepartureNotDraft, PlanRefused (field "name") beyond four scenarios.
    """
    departure = opened(scenario.departure_id)
    problems = _problems_of_name(name)
    if departure.scenarios.count() >= MOST_SCENARIOS:
        problems.append(("name", Message(_("Four scenarios can be compared. Remove one first."))))
    if problems:
        raise PlanRefused(problems)
    copy = Scenario.objects.get(pk=scenario.pk)
    kept = {
        field: getattr(copy, field)
        for field in ("settings", "asked", "state", "answered", "placements", "figures", "problems")
    }
    return Scenario.objects.create(departure=departure, name=name, found_at=copy.found_at, **kept)


@transaction.atomic
def rename(*, scenario: Scenario, name: str, version: int, by: Person, now: datetime) -> Scenario:
    """Raises StaleVersion, DepartureNotDraft, PlanRefused (field "name")."""
    if problems := _problems_of_name(name):
        raise PlanRefused(problems)
    scenario = claimed(scenario, version)
    scenario.name = name
    scenario.save(update_fields=["name"])
    return scenario


@transaction.atomic
def remove(*, scenario: Scenario, version: int, by: Person, now: datetime) -> None:
    """Raises StaleVersion, DepartureNotDraft, PlanRefused for the last one."""
    scenario = claimed(scenario, version)
    if not Scenario.objects.filter(departure=scenario.departure_id).exclude(pk=scenario.pk).exists():
        raise PlanRefused([("", Message(_("This is the only scenario.")))])
    scenario.delete()


@transaction.atomic
def pin(
    *, scenario: Scenario, account: int, person: int | None, version: int, by: Person, now: datetime
) -> Scenario:
    """Give an account to this rep whatever comes of it; None: let the proposal choose again."""
    scenario = claimed(scenario, version)
    pinned = dict(scenario.settings.get("pinned", {}))
    if person is None:
        pinned.pop(str(account), None)
    else:
        pinned[str(account)] = person
    return _with(scenario, pinned=pinned)


@transaction.atomic
def leave_out_rep(
    *, scenario: Scenario, person: int, out: bool, version: int, by: Person, now: datetime
) -> Scenario:
    """Propose this rep for nothing, or again. Pins to them go."""
    scenario = claimed(scenario, version)
    without = set(scenario.settings.get("without_reps", ()))
    pinned = scenario.settings.get("pinned", {})
    if out:
        pinned = {account: rep for account, rep in pinned.items() if rep != person}
    without = without | {person} if out else without - {person}
    return _with(scenario, without_reps=sorted(without), pinned=pinned)


@transaction.atomic
def leave_out_account(
    *, scenario: Scenario, account: int, out: bool, version: int, by: Person, now: datetime
) -> Scenario:
    """Leave an account where it is, or plan it after all."""
    scenario = claimed(scenario, version)
    without = set(scenario.settings.get("without_accounts", ()))
    pinned = scenario.settings.get("pinned", {})
    if out:
        pinned = {key: rep for key, rep in pinned.items() if key != str(account)}
    without = without | {account} if out else without - {account}
    return _with(scenario, without_accounts=sorted(without), pinned=pinned)


@transaction.atomic
def set_weights(
    *, scenario: Scenario, weights: Mapping[str, float], version: int, by: Person, now: datetime
) -> Scenario:
    """Let parts of the fit count otherwise in this scenario. Raises PlanRefused (the field is the part).

    What is as the company has it is not kept: it follows the company's weights.
    """
    problems = [
        (part, Message(_("A weight lies between 0 and 1,000.")))
        for part, weight in weights.items()
        if part not in PARTS or not 0 <= weight <= MOST_WEIGHT
    ]
    if not problems and not sum(weights.values()) > 0:
        problems.append(("", Message(_("At least one part must count."))))
    if problems:
        raise PlanRefused(problems)
    usual = weights_in_force().parts
    own = {part: float(weight) for part, weight in weights.items() if weight != usual.get(part)}
    return _with(claimed(scenario, version), weights=own)


def _with(scenario: Scenario, **settings: Any) -> Scenario:
    scenario.settings = {**scenario.settings, **settings}
    return _asked_anew(scenario)


def _asked_anew(scenario: Scenario) -> Scenario:
    scenario.asked += 1
    scenario.save(update_fields=["settings", "asked"])
    return scenario


def _problems_of_name(name: str) -> list[tuple[str, Message]]:
    return [] if clean_line(name) else [("name", Message(_("Give it a name.")))]


def _write_readers(departure: Departure, people: Sequence[Person]) -> None:
    named = {person.pk: person for person in people}
    standing = set(departure.readers.values_list("person", flat=True))
    DepartureReader.objects.bulk_create(
        DepartureReader(departure=departure, person=person)
        for pk, person in named.items()
        if pk not in standing
    )


def _fill(
    departure: Departure,
    last_on: date,
    mode: str,
    reason: str,
    reason_detail: str,
    why: str,
    narrowed: Mapping[str, Sequence[Any]],
    now: datetime,
    problems: list[tuple[str, Message]],
) -> None:
    """Write what was typed into the row, and its refusals into `problems`."""
    if mode not in Mode.values:
        problems.append(("mode", Message(_("Choose soft or hard."))))
    if reason not in Reason.values or reason in NOT_OF_BOOKS:
        problems.append(("reason", Message(_("Choose a reason."))))
    if abs(last_on - now.date()) > FURTHEST:
        problems.append(("last_on", Message(_("The last day lies within two years of today."))))
    if mode == Mode.SOFT and last_on <= now.date():
        words = _("Without any day left together the change is a hard one.")
        problems.append(("mode", Message(words)))
    problems += problems_of_texts({"reason_detail": reason_detail, "why": why})
    departure.last_on, departure.mode, departure.reason = last_on, mode, reason
    departure.reason_detail, departure.why = reason_detail, why
    departure.narrowed = {
        name: list(values) for name, values in narrowed.items() if name in DIMENSIONS and values
    }
