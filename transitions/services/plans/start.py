"""A plan is born: account, playbook, dates and people become rows, all or none."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import Account, Assignment, Person, Team
from accounts.rules.text import BadText, Message, clean_text, gettext_noop
from accounts.selectors.calendar import calendar_of, reckoning_of, today_of
from accounts.selectors.organisation import organisation
from accounts.services.history import keep
from transitions.models import (
    Anchor,
    HandoverPlan,
    PlanReader,
    PlanRole,
    PlaybookVersion,
    Reason,
    StageChange,
)
from transitions.models.plans import SUMS
from transitions.rules import schedule
from transitions.rules.anchors import complete, problems_of_anchors
from transitions.rules.playbooks import Playbook
from transitions.selectors.playbooks import attention_of, playbook_of
from transitions.services.opened import lead_of, look_again, with_us
from transitions.services.plans.people import problems_of_people, problems_of_team
from transitions.services.plans.rows import write_steps
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def start(
    *,
    account: Account,
    playbook: PlaybookVersion,
    reason: str,
    anchors: Mapping[str, date],
    people: Mapping[str, Sequence[Person]],
    to_team: Team | None = None,
    why: str = "",
    gets_better: str = "",
    stays: str = "",
    reason_detail: str = "",
    confidential: bool = False,
    readers: Sequence[Person] = (),
    by: Person,
    now: datetime,
) -> HandoverPlan:
    """Open a plan for `account` and return it.

    `anchors` needs "cutover"; anchors that the playbook knows and that are not given get their
    usual distance from it, squeezed when notice is short. `people` maps "incoming",
    "second_choice", "interim", "sponsor" and "support" to persons, each possibly empty; the
    outgoing rep is the account's owner. Whether the change is for good or a cover is the playbook's
    word, and so is whether it moves the account `to_team`. A confidential plan is seen by `readers`
    and `by` only.

    Raises PlanRefused with every problem found: an account without an owner or archived, a second
    open plan for this purpose, a reason for which the playbook is not made, an incoming rep who is
    the outgoing one, or anyone who has left, anchors that the playbook does not allow. The number of
    queries does not depend on the number of steps.
    """
    account = Account.objects.select_for_update(of=("self",)).select_related("team").get(pk=account.pk)
    ours = organisation()
    today = today_of(account, now, ours=ours)
    calendar = calendar_of(account, today, ours=ours)
    own = playbook_of(playbook, account.tier)
    outgoing = account.assignments.owners().select_related("person").first()
    words = {"why": why, "gets_better": gets_better, "stays": stays, "reason_detail": reason_detail}

    problems = _problems_of_account(account, outgoing, own.purpose, by)
    problems += _problems_of_reason(own, reason)
    problems += problems_of_team(own, account, to_team)
    problems += problems_of_people(own.roles, people, outgoing=outgoing.person if outgoing else None)
    problems += problems_of_words(words)
    wrong_dates = problems_of_anchors(own, anchors, today)
    if not wrong_dates:
        anchors = complete(own, anchors, calendar, today)
        wrong_dates = problems_of_anchors(own, anchors, today)
    if problems or wrong_dates or outgoing is None:
        raise PlanRefused(problems + wrong_dates)

    plan = HandoverPlan(
        account=account,
        playbook=playbook,
        mode=own.mode,
        tier=account.tier,
        reason=reason,
        purpose=own.purpose,
        to_team=to_team,
        stage=own.stages[0].key,
        released_at=None if confidential else now,
        reckoned=reckoning_of(account, ours=ours),
        created_by=by,
        steward=by,
        created_at=now,
        **words,
    )
    keep(plan, by=by, now=now)
    Anchor.objects.bulk_create(Anchor(plan=plan, key=key, falls_on=day) for key, day in anchors.items())
    _write_people(plan, {**people, "outgoing": [outgoing.person]}, today)
    if confidential:
        named = {person.pk: person for person in (*readers, by)}
        PlanReader.objects.bulk_create(PlanReader(plan=plan, person=person) for person in named.values())
    lead = lead_of(account)
    holders = with_us("lead", [lead] if lead else []) | with_us("author", [by])
    for role, persons in {**people, "outgoing": [outgoing.person]}.items():
        holders |= with_us(role, persons)
    attention = attention_of(own, account, now)
    planned = schedule.plan(own, anchors, calendar, today, account.tier, attention=attention)
    write_steps(plan, planned.steps, holders)
    StageChange.objects.create(plan=plan, from_stage="", to_stage=plan.stage, by=by, changed_at=now)
    look_again([plan.pk], today=today, guards=True)
    plan.refresh_from_db(fields=SUMS)
    return plan


def problems_of_words(words: Mapping[str, str]) -> list[tuple[str, Message]]:
    """Texts that may not be stored, as (field, sentence)."""
    problems = []
    for field, text in words.items():
        try:
            clean_text(text)
        except BadText as error:
            problems.append((field, error.message))
    return problems


def _problems_of_reason(playbook: Playbook, reason: str) -> list[tuple[str, Message]]:
    if reason not in Reason.values:
        return [("reason", Message(_("Choose a reason.")))]
    if playbook.reason not in ("", reason):
        return [("playbook", Message(_("This playbook is made for another reason.")))]
    return []


def _problems_of_account(
    account: Account, outgoing: Assignment | None, purpose: str, by: Person
) -> list[tuple[str, Message]]:
    problems = []
    if account.archived_at is not None:
        problems.append(("account", Message(_("This account is archived."))))
    if outgoing is None:
        problems.append(("account", Message(_("Name the owner of this account first."))))
    standing = HandoverPlan.objects.open().filter(account=account, purpose=purpose).first()
    if standing is not None:
        secret = standing.released_at is None and not standing.readers.filter(person=by).exists()
        problems.append(
            (
                "account",
                # Who may not know of the other plan is not told of it.
                Message(_("No plan can be started for this account now. Ask its leader."))
                if secret
                else Message(_("This account has an open plan already. Close that one first.")),
            )
        )
    return problems


def _write_people(plan: HandoverPlan, people: Mapping[str, Sequence[Person]], today: date) -> None:
    assignments = [
        Assignment(
            account=plan.account,
            person=person,
            role=role,
            from_on=today,
            hidden=plan.released_at is None,
        )
        for role, persons in people.items()
        for person in {person.pk: person for person in persons}.values()
    ]
    Assignment.objects.bulk_create(assignments)
    PlanRole.objects.bulk_create(PlanRole(plan=plan, assignment=assignment) for assignment in assignments)
