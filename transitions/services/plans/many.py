"""Many plans are born at once: one transaction, and as many queries for a hundred as for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from accounts.models import Account, Assignment, Organisation, Person, Team, Touchpoint
from accounts.rules.calendar import Calendar
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import reckoned_calendar, reckoning_of, today_of
from accounts.selectors.organisation import organisation
from accounts.services.history import keep_new
from transitions.models import (
    Anchor,
    ChangeSet,
    CustomerMeeting,
    HandoverPlan,
    PlanRole,
    PlanStep,
    PlaybookVersion,
    StageChange,
)
from transitions.rules import schedule
from transitions.rules.anchors import complete, problems_of_anchors
from transitions.rules.plans import BEFORE, doubled
from transitions.rules.playbooks import Playbook
from transitions.rules.schedule import Planned
from transitions.selectors.playbooks import playbook_of
from transitions.services import sponsors
from transitions.services.opened import ask_leaders, first_sums
from transitions.services.plans.people import problems_of_people
from transitions.services.plans.rows import row_of
from transitions.services.refusals import PlanRefused

_ = gettext_noop

ON_ACCOUNT = _("%(account)s: %(problem)s")
BATCH = 2000
MOST_SAID = 10  # accounts that are named when plans are refused


@dataclass(frozen=True, slots=True)
class Birth:
    """One plan to be: its account, whose it is until now, and who takes which role."""

    account: Account
    outgoing: Person
    people: Mapping[str, Sequence[Person]]


@dataclass(slots=True)
class _Dates:
    """Dates of plans. Accounts that share tier, calendar and attention share them: computed once."""

    playbook: PlaybookVersion
    given: Mapping[str, date]
    ours: Organisation
    now: datetime
    _known: dict[tuple[Any, ...], tuple[dict[str, date], tuple[Planned, ...]]]

    def of(self, account: Account, attention: int) -> tuple[dict[str, date], tuple[Planned, ...], Any]:
        """Anchors, steps and what the days were counted by. Raises PlanRefused."""
        today = today_of(account, self.now, ours=self.ours)
        reckoning = reckoning_of(account, ours=self.ours)
        days = tuple(reckoning["free_days"])
        key = (account.tier, today, reckoning["country"], days, attention)
        if key not in self._known:
            own = playbook_of(self.playbook, account.tier)
            self._known[key] = self._laid(own, reckoned_calendar(reckoning, today), today, account, attention)
        return *self._known[key], reckoning

    def _laid(
        self, own: Playbook, calendar: Calendar, today: date, account: Account, attention: int
    ) -> tuple[dict[str, date], tuple[Planned, ...]]:
        problems = problems_of_anchors(own, self.given, today)
        if not problems:
            anchors = complete(own, self.given, calendar, today)
            problems = problems_of_anchors(own, anchors, today)
        if problems:
            raise PlanRefused(problems)
        planned = schedule.plan(own, anchors, calendar, today, account.tier, attention=attention)
        return anchors, planned.steps


@transaction.atomic
def start_many(
    *,
    births: Sequence[Birth],
    playbook: PlaybookVersion,
    reason: str,
    given: Mapping[str, date],
    why: str,
    reason_detail: str,
    verb: str,
    by: Person,
    now: datetime,
) -> list[HandoverPlan]:
    """Open a plan for each of `births`, released, as `start` would one by one; all or none.

    `given` dates the anchors, the same for all; `verb` (see rules.history.DEEDS) stands in each plan's
    history. The caller has locked the accounts and knows that no plan of the playbook's purpose is open for
    any. Raises PlanRefused naming the accounts. About 25 queries, and 10 more for every 500 plans or so.
    """
    ours, today = organisation(), now.date()
    attention = _attention(births, playbook, now)
    dates = _Dates(playbook, given, ours, now, {})
    problems: list[tuple[str, Message]] = []
    laid = []
    for birth in births:
        own = playbook_of(playbook, birth.account.tier)
        found = problems_of_people(own.roles, birth.people, outgoing=birth.outgoing)
        if birth.account.archived_at is not None:
            found = [("account", Message(_("This account is archived.")))]
        try:
            laid.append(dates.of(birth.account, attention.get(birth.account.pk, 1)))
        except PlanRefused as error:
            found += error.problems
        problems += [
            (field, Message(ON_ACCOUNT, {"account": birth.account.name, "problem": message}))
            for field, message in found
        ]
    if problems:
        raise PlanRefused(problems[:MOST_SAID])

    held = _holders(births, by)
    plans = [
        HandoverPlan(
            account=birth.account,
            playbook=playbook,
            mode=playbook.mode,
            tier=birth.account.tier,
            reason=reason,
            purpose=playbook_of(playbook, birth.account.tier).purpose,
            stage=playbook_of(playbook, birth.account.tier).stages[0].key,
            released_at=now,
            reckoned=reckoning,
            why=why,
            reason_detail=reason_detail,
            created_by=by,
            steward=by,
            created_at=now,
            **first_sums(birth.account, anchors, steps, holders, birth.people, today),
        )
        for birth, holders, (anchors, steps, reckoning) in zip(births, held, laid, strict=True)
    ]
    plans = keep_new(plans, HandoverPlan, by=by, now=now)
    Anchor.objects.bulk_create(
        (
            Anchor(plan=plan, key=key, falls_on=day)
            for plan, (anchors, *_rest) in zip(plans, laid, strict=True)
            for key, day in anchors.items()
        ),
        batch_size=BATCH,
    )
    _write_roles(plans, births, today)
    _write_steps(plans, held, [steps for _anchors, steps, _reckoning in laid])
    StageChange.objects.bulk_create(
        (StageChange(plan=plan, from_stage="", to_stage=plan.stage, by=by, changed_at=now) for plan in plans),
        batch_size=BATCH,
    )
    ChangeSet.objects.bulk_create(
        (ChangeSet(plan=plan, verb=verb, by=by, at=now) for plan in plans), batch_size=BATCH
    )
    ask_leaders([plan.pk for plan in plans], today=today)
    return plans


def _attention(births: Sequence[Birth], playbook: PlaybookVersion, now: datetime) -> dict[int, int]:
    """How often a week doubled attention comes for each account. One query, or none."""
    tiers = {birth.account.tier for birth in births}
    if not any(step.doubled for tier in tiers for step in playbook_of(playbook, tier).steps()):
        return {}
    rows = Touchpoint.objects.filter(
        account__in=[birth.account.pk for birth in births],
        archived_at=None,
        happened_at__gte=now - timedelta(days=BEFORE),
        happened_at__lt=now,
    )
    counted = dict(rows.order_by().values_list("account").annotate(many=Count("pk")))
    return {birth.account.pk: doubled(counted.get(birth.account.pk, 0)) for birth in births}


def _write_roles(plans: Sequence[HandoverPlan], births: Sequence[Birth], today: date) -> None:
    rows = [
        (plan, Assignment(account=birth.account, person=person, role=role, from_on=today))
        for plan, birth in zip(plans, births, strict=True)
        for role, people in {**birth.people, "outgoing": [birth.outgoing]}.items()
        for person in {person.pk: person for person in people}.values()
    ]
    Assignment.objects.bulk_create((assignment for _plan, assignment in rows), batch_size=BATCH)
    PlanRole.objects.bulk_create(
        (PlanRole(plan=plan, assignment=assignment) for plan, assignment in rows), batch_size=BATCH
    )


def _holders(births: Sequence[Birth], by: Person) -> list[dict[str, list[int]]]:
    """Persons still with us by role, as `services.opened.holders_of` finds them. One query."""
    leads, author = _leads(), [by.pk] if by.archived_at is None else []
    return [
        {
            role: [person.pk for person in people if person.archived_at is None]
            for role, people in {**birth.people, "outgoing": [birth.outgoing]}.items()
        }
        | {"lead": leads.get(birth.account.team_id, []), "author": author}
        for birth in births
    ]


def _write_steps(
    plans: Sequence[HandoverPlan],
    held: Sequence[Mapping[str, Sequence[int]]],
    schedules: Sequence[Sequence[Planned]],
) -> None:
    rows: list[tuple[PlanStep, Planned]] = []
    for plan, holders, steps in zip(plans, held, schedules, strict=True):
        rows += [(row_of(plan, one, holders), one) for one in steps]
    PlanStep.objects.bulk_create((step for step, _planned in rows), batch_size=BATCH)
    sponsors.write_check_ins(rows)
    CustomerMeeting.objects.bulk_create(
        (
            CustomerMeeting(plan_id=step.plan_id, step=step, purpose=one.purpose, channel=one.channel)
            for step, one in rows
            if one.kind == "meeting" and one.purpose
        ),
        batch_size=BATCH,
    )


def _leads() -> dict[int | None, list[int]]:
    """By team, who leads it or the nearest team above that has a lead. One query."""
    rows = Team.objects.order_by("path").values_list("pk", "path", "lead", "lead__archived_at")
    by_path: dict[str, list[int]] = {}
    found: dict[int | None, list[int]] = {}
    for pk, path, lead, archived_at in rows:
        own = [lead] if lead and archived_at is None else by_path.get(path[: -Team.steplen], [])
        by_path[path] = found[pk] = own
    return found
