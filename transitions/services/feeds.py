"""Calendars: secret links, invitations by mail, and recurring meetings that change their organiser."""

import hashlib
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction

from accounts.documents.deliveries import Outgoing
from accounts.models import Delivery, Organisation, Person
from accounts.models.base import StaleVersion
from accounts.rendering.mail import Brand
from accounts.rules.text import Message, clean_line, gettext_noop
from accounts.rules.tokens import hash_of
from accounts.selectors.organisation import organisation
from accounts.services import audit, deliveries
from accounts.services.history import keep
from transitions.documents.feeds import Entry, Party
from transitions.models import CalendarChoice, CalendarInvite, CalendarLink, HandoverPlan, RecurringMeeting
from transitions.rendering import feeds as rendering
from transitions.rules.feeds import RHYTHMS
from transitions.rules.meetings import MOST_MINUTES
from transitions.selectors import feeds as selectors
from transitions.selectors.feeds import Wanted
from transitions.services.opened import locked, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop

KIND = "calendar"
NEWER = gettext_noop("A newer version of this invitation follows.")


# --- The feed ---------------------------------------------------------------------------------------


@transaction.atomic
def make_link(*, person: Person, now: datetime) -> CalendarLink:
    """Give the person a new secret address for their calendar; the one before stops working."""
    Person.objects.select_for_update().get(pk=person.pk)  # two at once make one after the other
    CalendarLink.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    link = CalendarLink(person=person, made_at=now)
    link.token_hash = hash_of(token_of(link))
    link.save()
    audit.record(verb="make_calendar_link", rows=[link], by=person, now=now)
    return link


@transaction.atomic
def revoke_link(*, person: Person, now: datetime) -> None:
    """Make the address of the person's calendar stop working. Twice is the same as once."""
    links = list(CalendarLink.objects.filter(person=person, revoked_at=None))
    if links:
        CalendarLink.objects.filter(pk__in=[link.pk for link in links]).update(revoked_at=now)
        audit.record(verb="revoke_calendar_link", rows=links, by=person, now=now)


def token_of(link: CalendarLink) -> str:
    """The secret of the link, made again whenever its owner asks; no row holds it."""
    return deliveries.secret_token(str(link.secret), f"calendar-link:{link.person_id}")


@transaction.atomic
def choose(*, person: Person, check_ins: bool, now: datetime) -> CalendarChoice:
    """Keep whether the person wants check-ins by mail as well."""
    choice, _made = CalendarChoice.objects.update_or_create(person=person, defaults={"check_ins": check_ins})
    audit.record(verb="choose_calendar", rows=[choice], by=person, now=now)
    return choice


# --- Invitations by mail ----------------------------------------------------------------------------


def send_changes(*, now: datetime) -> int:
    """Queue what calendars must be told: invitations, changes, and what is called off.

    Returns how many mails are new; running it again, or twice at once, adds none.
    """
    ours = organisation()
    return sum(_settle(plan, ours, now) for plan in selectors.plans_to_settle(now, ours))


def why_not(*, delivery: Delivery, now: datetime) -> str:
    """Why an invitation need not go out any more: what it says has changed again since."""
    _kind, step, sequence, _address, _method = delivery.key.split(":")
    newer = CalendarInvite.objects.filter(
        step__uuid=step, address=delivery.address.lower(), sequence__gt=int(sequence)
    )
    return NEWER if newer.exists() else ""


@transaction.atomic
def _settle(plan_id: int, ours: Organisation, now: datetime) -> int:
    """Bring the calendars of one plan's people up to date."""
    plan = locked(plan_id)
    have = {
        (row.step_id, row.address): row
        for row in CalendarInvite.objects.filter(plan=plan).select_related(
            "step__owner", "plan__account", "person", "contact"
        )
    }
    letters: list[Outgoing] = []
    kept: set[tuple[int, str]] = set()
    for wanted in selectors.wanted_of(plan, now, ours):
        key = (wanted.step.pk, wanted.address.lower())
        if key in kept:
            continue  # one address of two people at the table gets one mail
        kept.add(key)
        row = have.get(key)
        if row is None or row.cancelled_at is not None or row.said != wanted.entry.says:
            letters.append(_asked(plan, row, wanted, ours, now))
        elif row.seen != wanted.seen:
            row.seen = wanted.seen
            row.save(update_fields=["seen"])
    for key, row in have.items():
        if key in kept or row.cancelled_at is not None or row.ends_at <= now:
            continue
        if row.step.done_at is None:
            letters.append(_called_off(row, ours, now))
    return deliveries.queue_many(letters, now=now)


def _asked(
    plan: HandoverPlan, row: CalendarInvite | None, wanted: Wanted, ours: Organisation, now: datetime
) -> Outgoing:
    """Note that this is what the address has in its calendar from now on; return the mail that says so."""
    changed = row is not None and row.cancelled_at is None
    row = row or CalendarInvite(plan=plan, step=wanted.step, address=wanted.address.lower(), sequence=-1)
    row.person, row.contact = wanted.person, wanted.contact
    row.sequence = max(wanted.entry.sequence, row.sequence + 1)
    row.seen, row.said = wanted.seen, wanted.entry.says
    row.starts_at, row.ends_at = wanted.entry.starts_at, wanted.entry.ends_at
    row.sent_at, row.cancelled_at = now, None
    row.save()
    name = wanted.person.name if wanted.person else wanted.contact.name
    what = "changed" if changed else "new"
    return _outgoing(row, wanted.entry, what, name=name, language=wanted.language, ours=ours, now=now)


def _called_off(row: CalendarInvite, ours: Organisation, now: datetime) -> Outgoing:
    entry = selectors.called_off(row, ours)
    row.sequence = max(entry.sequence, row.sequence + 1)
    row.seen, row.sent_at, row.cancelled_at = entry.sequence, now, now
    row.save()
    who = row.person or row.contact
    language = (row.person.language if row.person else "") or ours.language
    return _outgoing(row, entry, "off", name=who.name if who else "", language=language, ours=ours, now=now)


def _outgoing(
    row: CalendarInvite,
    entry: Entry,
    what: str,
    *,
    name: str,
    language: str,
    ours: Organisation,
    now: datetime,
) -> Outgoing:
    # The organiser is the company's own address, always the same: calendar programs take a change only
    # from whoever asked, and the owner of a step may be somebody else next week.
    organiser = Party(ours.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    entry = replace(entry, sequence=row.sequence, organiser=organiser, guests=(Party(name, row.address),))
    method = rendering.CANCEL if what == "off" else rendering.REQUEST
    mail = rendering.letter(entry, what, Brand(ours.name, ours.colour), language=language)
    owner = row.step.owner
    return Outgoing(
        key=key_of(row, method),
        kind=KIND,
        person_id=row.person_id,
        address=row.address,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers={"Reply-To": owner.email} if owner is not None and owner.reachable else {},
        thread=f"plan:{row.plan.uuid}",
        expires_at=entry.ends_at,
        calendar=rendering.invitation(entry, method=method, now=now, language=language),
    )


def key_of(row: CalendarInvite, method: str) -> str:
    address = hashlib.sha256(row.address.encode()).hexdigest()[:16]
    return f"{KIND}:{row.step.uuid}:{row.sequence}:{address}:{method}"


# --- Recurring meetings -----------------------------------------------------------------------------


@transaction.atomic
def add_recurring(
    *,
    plan: HandoverPlan,
    title: str,
    rhythm: str,
    next_at: datetime,
    minutes: int,
    place: str = "",
    organiser: Person,
    uid: str = "",
    by: Person,
    now: datetime,
) -> RecurringMeeting:
    """Note a recurring meeting that needs another organiser. Raises PlanNotOpen, PlanRefused."""
    plan = opened(plan.pk)
    row = RecurringMeeting(plan=plan)
    _fill(row, title, rhythm, next_at, minutes, place, organiser, uid)
    keep(row, by=by, now=now, why="noted")
    _tell(row, "note_recurring", by=by, now=now)
    return row


@transaction.atomic
def edit_recurring(
    *,
    recurring: RecurringMeeting,
    version: int,
    title: str,
    rhythm: str,
    next_at: datetime,
    minutes: int,
    place: str,
    organiser: Person,
    uid: str,
    by: Person,
    now: datetime,
) -> RecurringMeeting:
    """Correct what was noted. Raises StaleVersion, PlanNotOpen, PlanRefused."""
    row = _claimed(recurring, version)
    _fill(row, title, rhythm, next_at, minutes, place, organiser, uid)
    keep(row, by=by, now=now, why="corrected")
    _tell(row, "edit_recurring", by=by, now=now)
    return row


@transaction.atomic
def take_over(*, recurring: RecurringMeeting, version: int, by: Person, now: datetime) -> RecurringMeeting:
    """Note the next of two deeds, in the order that leaves no gap and no double entry: first the old
    organiser has ended the series, then the new one has invited anew.

    Raises StaleVersion, PlanNotOpen, PlanRefused when both are done.
    """
    row = _claimed(recurring, version)
    if row.reissued_at is not None:
        raise PlanRefused([("", Message(_("This meeting has its new organiser already.")))])
    verb = "end_recurring" if row.ended_at is None else "reissue_recurring"
    if row.ended_at is None:
        row.ended_at = now
    else:
        row.reissued_at = now
    keep(row, by=by, now=now, why=verb)
    _tell(row, verb, by=by, now=now)
    return row


@transaction.atomic
def take_back_recurring(
    *, recurring: RecurringMeeting, version: int, by: Person, now: datetime
) -> RecurringMeeting:
    """The last of the two deeds was not done after all. Raises StaleVersion, PlanNotOpen, PlanRefused."""
    row = _claimed(recurring, version)
    if row.ended_at is None:
        raise PlanRefused([("", Message(_("Nothing of this is done yet.")))])
    if row.reissued_at is not None:
        row.reissued_at = None
    else:
        row.ended_at = None
    keep(row, by=by, now=now, why="taken back")
    _tell(row, "take_back_recurring", by=by, now=now)
    return row


@transaction.atomic
def archive_recurring(
    *, recurring: RecurringMeeting, version: int, by: Person, now: datetime
) -> RecurringMeeting:
    """Take out what was noted by mistake. Raises StaleVersion, PlanNotOpen."""
    row = _claimed(recurring, version)
    row.archived_at = now
    keep(row, by=by, now=now, why="archived")
    _tell(row, "archive_recurring", by=by, now=now)
    return row


def _claimed(recurring: RecurringMeeting, version: int) -> RecurringMeeting:
    plan = opened(recurring.plan_id)
    row = RecurringMeeting.objects.get(pk=recurring.pk)
    if row.version != version:
        raise StaleVersion(row)
    RecurringMeeting.objects.claim(pk=row.pk, version=version)
    row.version, row.plan = version + 1, plan
    return row


def _fill(
    row: RecurringMeeting,
    title: str,
    rhythm: str,
    next_at: datetime,
    minutes: int,
    place: str,
    organiser: Person,
    uid: str,
) -> None:
    problems = []
    if not clean_line(title):
        problems.append(("title", Message(_("Say what the meeting is called in the calendar."))))
    if rhythm not in RHYTHMS:
        problems.append(("rhythm", Message(_("Choose how often it takes place."))))
    if not 0 < minutes <= MOST_MINUTES:
        problems.append(("minutes", Message(_("A meeting lasts between a minute and a day."))))
    if problems:
        raise PlanRefused(problems)
    row.title, row.rhythm, row.next_at, row.minutes = title, rhythm, next_at, minutes
    row.place, row.organiser, row.uid = place, organiser, uid


def _tell(row: RecurringMeeting, verb: str, *, by: Person, now: datetime) -> None:
    change = {
        "model": "recurring",
        "id": row.pk,
        "version": row.version,
        "label": row.title,
        "before": {"said": ""},
        "after": {"said": ""},
    }
    record(plan=row.plan, verb=verb, changes=[change], by=by, now=now)
