"""Whoever promised leaves, and the promise stays: somebody keeps it at once; the page asks who for good."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, gettext_noop
from accounts.services.history import keep_many
from transitions.models import PlanStep, SponsorCheckIn
from transitions.rules.sponsors import keeper_for
from transitions.services.opened import holders_of, locked, record, with_promises
from transitions.services.refusals import PlanRefused
from transitions.services.sponsors.promises import change_of

_ = gettext_noop

BATCH = 500


def rehome_left(*, now: datetime) -> int:
    """Give the promises of people who have left to whoever keeps them for the time being (a tick).

    Returns how many. One query where nobody has left.
    """
    plans = _left_behind().values_list("plan", flat=True).distinct().order_by("plan")
    return sum(inherit(plan, now=now) for plan in plans[:BATCH])


@transaction.atomic
def inherit(plan_id: int, *, now: datetime) -> int:
    """The same for one plan: for a tick, and for a plan that is opened again after people have left.

    Returns how many promises have another keeper now.
    """
    plan = locked(plan_id)
    holders = holders_of(plan)
    moved: list[tuple[PlanStep, Person]] = []
    for step in _left_behind().filter(plan=plan).select_related("owner").order_by("pk"):
        keeper = keeper_for(step.owner_role, holders)
        assert step.owner is not None
        if keeper is not None:
            moved.append((step, step.owner))
            step.owner_id = keeper
            step.version += 1
    if moved:
        _write([step for step, before in moved], by=None, now=now)
        heirs = [(step.pk, before.pk) for step, before in moved]
        _mark(heirs, now=now)
        names = _names(moved)
        changes = [change_of(step, before.name, names[step.owner_id]) for step, before in moved]
        record(plan=plan, verb="inherit", changes=changes, by=plan.steward, now=now)
    return len(moved)


@transaction.atomic
def rehome(*, plan_id: int, versions: Mapping[str, int], to: Person, by: Person, now: datetime) -> int:
    """Let `to` keep these promises from now on; `versions` maps each step's uuid to the version read.

    Returns how many have another keeper now. Raises StaleVersion, PlanNotOpen, and PlanRefused (fields
    "to" and "promises") for somebody who has left or where nothing was chosen.
    """
    plan = with_promises(plan_id)
    if to.archived_at is not None:
        raise PlanRefused([("to", Message(_("%(name)s has left."), {"name": to.name}))])
    if not versions:
        raise PlanRefused([("promises", Message(_("Choose at least one promise.")))])
    rows = PlanStep.objects.undone().filter(plan=plan, kind="check-in", uuid__in=versions)
    moved: list[tuple[PlanStep, Person | None]] = []
    found = list(rows.select_related("owner").order_by("pk"))
    if len(found) < len(versions):
        gone = PlanStep.objects.filter(plan=plan, uuid__in=versions).exclude(pk__in=found)
        raise StaleVersion(gone.first() or plan)
    for step in found:
        if step.version != versions[str(step.uuid)]:
            raise StaleVersion(step)
        if step.owner_id != to.pk:
            moved.append((step, step.owner))
            step.owner_id = to.pk
            step.version += 1
    decided = SponsorCheckIn.objects.filter(step__in=found).exclude(inherited_from=None)
    _settle(decided, by=by, now=now)
    if moved:
        _write([step for step, before in moved], by=by, now=now)
        changes = [change_of(step, before.name if before else "", to.name) for step, before in moved]
        record(plan=plan, verb="rehome", changes=changes, by=by, now=now)
    return len(moved)


def note_heirs(
    steps: Sequence[tuple[PlanStep, int | None]], *, decided: Collection[int], by: Person, now: datetime
) -> None:
    """After a role changed hands: which of these promises, with their owners before, wait for a decision.

    Whoever was named just now (`decided`) keeps what they were given; anybody else keeps it for the time
    being.
    """
    promises = [(step, before) for step, before in steps if step.kind == "check-in"]
    if not promises:
        return
    waiting = [
        (step.pk, before) for step, before in promises if before is not None and step.owner_id not in decided
    ]
    settled = [step.pk for step, before in promises if step.owner_id in decided]
    _settle(SponsorCheckIn.objects.filter(step__in=settled).exclude(inherited_from=None), by=by, now=now)
    _mark(waiting, by=by, now=now)


def _left_behind() -> QuerySet[PlanStep]:
    """Promises whose owner has left, of plans whose promises count."""
    carried = SponsorCheckIn.objects.carried().values("step")
    return PlanStep.objects.undone().filter(kind="check-in", owner__archived_at__isnull=False, pk__in=carried)


def _write(steps: list[PlanStep], *, by: Person | None, now: datetime) -> None:
    keep_many(steps, PlanStep, ["owner", "version"], by=by, now=now)


def _mark(heirs: Iterable[tuple[int, int]], *, now: datetime, by: Person | None = None) -> None:
    """Note of these steps from whom they came; who inherited twice still says who promised first."""
    left = dict(heirs)
    rows = list(SponsorCheckIn.objects.filter(step__in=left, inherited_from=None).order_by("pk"))
    for row in rows:
        row.inherited_from_id = left[row.step_id]
    if rows:
        keep_many(rows, SponsorCheckIn, ["inherited_from"], by=by, now=now)


def _settle(rows: QuerySet[SponsorCheckIn], *, by: Person, now: datetime) -> None:
    settled = list(rows.order_by("pk"))
    for row in settled:
        row.inherited_from = None
    if settled:
        keep_many(settled, SponsorCheckIn, ["inherited_from"], by=by, now=now)


def _names(moved: Sequence[tuple[PlanStep, Person]]) -> dict[int | None, str]:
    keepers = [step.owner_id for step, _before in moved if step.owner_id is not None]
    return dict(Person.objects.filter(pk__in=keepers).values_list("pk", "name"))
