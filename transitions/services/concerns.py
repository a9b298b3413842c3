"""The concern ledger: noted, answered, confirmed by the client; reopened, rated anew, withdrawn.

Only the client's confirmation closes a concern. Every deed stands in the plan's history.
"""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Channel, Contact, Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep
from transitions.models import Concern, CustomerMeeting, HandoverPlan
from transitions.rules import concerns as rules
from transitions.rules.history import told
from transitions.services.opened import opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def add(
    *,
    plan: HandoverPlan,
    words: str,
    seriousness: str,
    owner: Person,
    raised_on: date,
    raised_by: Contact | None = None,
    raised_by_name: str = "",
    promised_on: date | None = None,
    meeting: CustomerMeeting | None = None,
    by: Person,
    now: datetime,
) -> Concern:
    """Put a concern of the client on the ledger. Raises PlanNotOpen, PlanRefused by field."""
    plan = opened(plan.pk)
    concern = Concern(
        plan=plan,
        words=words,
        seriousness=seriousness,
        owner=owner,
        raised_on=raised_on,
        raised_by=raised_by,
        raised_by_name=raised_by_name,
        promised_on=promised_on,
        meeting=meeting,
        created_by=by,
        created_at=now,
    )
    _refuse(plan, concern, now)
    keep(concern, by=by, now=now)
    _told(plan, concern, "raise_concern", after=words, by=by, now=now)
    return concern


@transaction.atomic
def edit(
    *,
    concern: Concern,
    version: int,
    words: str,
    seriousness: str,
    owner: Person,
    raised_on: date,
    raised_by: Contact | None,
    raised_by_name: str,
    promised_on: date | None,
    why: str = "",
    by: Person,
    now: datetime,
) -> Concern:
    """Correct what was noted. Another seriousness needs a reason `why`, for the record.

    Whether `by` may call a serious concern less than serious is for the caller to ask. Raises
    StaleVersion, PlanNotOpen, PlanRefused by field.
    """
    plan, concern = _claimed(concern, version)
    before = (concern.words, concern.seriousness, concern.owner.name, concern.promised_on)
    rated = concern.seriousness != seriousness
    if rated and not clean_text(why):
        raise PlanRefused([("why", Message(_("Say why it is more or less serious than was noted.")))])
    concern.words, concern.seriousness, concern.owner = words, seriousness, owner
    concern.raised_on, concern.raised_by, concern.raised_by_name = raised_on, raised_by, raised_by_name
    concern.promised_on = promised_on
    _refuse(plan, concern, now)
    keep(concern, by=by, now=now, why=why)
    if rated:
        was, is_now = (Message(rules.SERIOUSNESS[level]) for level in (before[1], seriousness))
        _told(plan, concern, "rate_concern", before=was, after=is_now, by=by, now=now, why=why)
    elif before != (words, seriousness, owner.name, promised_on):
        _told(plan, concern, "edit_concern", before=before[0], after=words, by=by, now=now, why=why)
    return concern


@transaction.atomic
def answer(*, concern: Concern, version: int, answer: str, by: Person, now: datetime) -> Concern:
    """Write down what the client was answered, by whom it was. The client has still to confirm it.

    Raises StaleVersion, PlanNotOpen, PlanRefused without an answer or where the client confirmed one.
    """
    plan, concern = _claimed(concern, version)
    if not clean_text(answer):
        raise PlanRefused([("answer", Message(_("Write down what the client was answered.")))])
    if concern.confirmed_on is not None:
        raise PlanRefused(
            [("", Message(_("The client has confirmed the answer already. Reopen the concern first.")))]
        )
    before = concern.answer
    concern.answer, concern.answered_at, concern.answered_by = answer, now, by
    keep(concern, by=by, now=now, why="answered")
    _told(plan, concern, "answer_concern", before=before, after=answer, by=by, now=now)
    return concern


@transaction.atomic
def confirm(
    *,
    concern: Concern,
    version: int,
    confirmed_by: Contact,
    confirmed_on: date,
    confirmed_how: str,
    by: Person,
    now: datetime,
) -> Concern:
    """The client says that the concern is answered: who, when and how. This alone closes it.

    Raises StaleVersion, PlanNotOpen, PlanRefused by field.
    """
    plan, concern = _claimed(concern, version)
    problems = rules.problems_of_confirmation(
        answer=concern.answer if concern.answered_at else "",
        raised_on=concern.raised_on,
        confirmed_on=confirmed_on,
        how=confirmed_how,
        channels=dict(Channel.choices),
        today=today_of(plan.account, now),
    )
    if confirmed_by.account_id != plan.account_id:
        problems.append(("confirmed_by", Message(_("This is not somebody at this client."))))
    if concern.confirmed_on is not None:
        problems = [("", Message(_("The client has confirmed this already.")))]
    if problems:
        raise PlanRefused(problems)
    concern.confirmed_by, concern.confirmed_on = confirmed_by, confirmed_on
    concern.confirmed_how = confirmed_how
    keep(concern, by=by, now=now, why="confirmed")
    _told(plan, concern, "confirm_concern", after=confirmed_by.name, by=by, now=now)
    return concern


@transaction.atomic
def reopen(*, concern: Concern, version: int, why: str, by: Person, now: datetime) -> Concern:
    """The client is not satisfied after all. The last answer stays readable; another is owed.

    Raises StaleVersion, PlanNotOpen, PlanRefused without a reason or where it is open.
    """
    plan, concern = _claimed(concern, version)
    if not clean_text(why):
        raise PlanRefused([("why", Message(_("Say what the client misses.")))])
    if concern.state == "open":
        raise PlanRefused([("", Message(_("This concern is open.")))])
    before = concern.confirmed_by.name if concern.confirmed_by else concern.answer
    concern.answered_at = concern.answered_by = None
    concern.confirmed_by = concern.confirmed_on = None
    concern.confirmed_how = ""
    keep(concern, by=by, now=now, why=why)
    _told(plan, concern, "reopen_concern", before=before, by=by, now=now, why=why)
    return concern


@transaction.atomic
def withdraw(*, concern: Concern, version: int, why: str, by: Person, now: datetime) -> Concern:
    """Take out what was noted by mistake: it was never a concern of this client. It stays on record.

    Raises StaleVersion, PlanNotOpen, PlanRefused without a reason.
    """
    plan, concern = _claimed(concern, version)
    if not clean_text(why):
        raise PlanRefused([("why", Message(_("Say what the mistake was.")))])
    concern.archived_at = now
    keep(concern, by=by, now=now, why=why)
    _told(plan, concern, "withdraw_concern", before=concern.words, by=by, now=now, why=why)
    return concern


@transaction.atomic
def bring_back(*, concern: Concern, version: int, by: Person, now: datetime) -> Concern:
    """It was a concern after all. Raises StaleVersion, PlanNotOpen."""
    plan = opened(concern.plan_id)
    concern = _fresh(concern, version)
    concern.archived_at = None
    keep(concern, by=by, now=now, why="brought back")
    _told(plan, concern, "bring_back_concern", after=concern.words, by=by, now=now)
    return concern


def _claimed(concern: Concern, version: int) -> tuple[HandoverPlan, Concern]:
    plan = opened(concern.plan_id)
    concern = _fresh(concern, version)
    if concern.archived_at is not None:
        raise PlanRefused([("", Message(_("This concern was withdrawn. Bring it back first.")))])
    return plan, concern


def _fresh(concern: Concern, version: int) -> Concern:
    fresh = Concern.objects.select_related("owner", "confirmed_by").get(pk=concern.pk)
    if fresh.version != version:
        raise StaleVersion(fresh)
    Concern.objects.claim(pk=fresh.pk, version=version)
    fresh.version = version + 1
    return fresh


def _refuse(plan: HandoverPlan, concern: Concern, now: datetime) -> None:
    problems = rules.problems_of(
        words=concern.words,
        named=bool(concern.raised_by or concern.raised_by_name.strip()),
        seriousness=concern.seriousness,
        raised_on=concern.raised_on,
        promised_on=concern.promised_on,
        today=today_of(plan.account, now),
    )
    if concern.raised_by and concern.raised_by.account_id != plan.account_id:
        problems.append(("raised_by", Message(_("This is not somebody at this client."))))
    if problems:
        raise PlanRefused(problems)


def _told(
    plan: HandoverPlan,
    concern: Concern,
    verb: str,
    *,
    before: str | Message = "",
    after: str | Message = "",
    by: Person,
    now: datetime,
    why: str = "",
) -> None:
    change = {
        "model": "concern",
        "id": concern.pk,
        "version": concern.version,
        "label": rules.short(concern.words),
        "before": told(before),
        "after": told(after),
    }
    record(plan=plan, verb=verb, changes=[change], by=by, now=now, why=why.strip())
