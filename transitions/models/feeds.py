"""Calendars: secret links to feeds, who has which entry by mail, and series that change their organiser."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Person
from accounts.models.base import Addressed, Archivable, LineField, Versioned, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, PlanStep
from transitions.rules.feeds import RHYTHMS

RHYTHM_CHOICES = [(key, _(rhythm.title)) for key, rhythm in RHYTHMS.items()]


class CalendarLink(models.Model):
    """A secret address under which a person's calendar program finds their feed. Only its hash is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="calendar_links")
    secret = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the token is made from it
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(revoked_at=None), name="person_has_one_calendar_link"
            )
        ]

    def __str__(self) -> str:
        return f"calendar link {self.pk}"


class CalendarChoice(models.Model):
    """Which entries a person wants by mail besides their meetings. No row: none."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="calendar_choice")
    check_ins = models.BooleanField(_("send me check-ins as invitations"), default=False)

    class Meta:
        verbose_name = _("calendar choice")
        verbose_name_plural = _("calendar choices")

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"


class CalendarInvite(models.Model):
    """That an entry was sent to an address, and what it said: without it nobody could be told of a change."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="+")
    step = models.ForeignKey(PlanStep, models.CASCADE, related_name="invites")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.EmailField()
    sequence = models.PositiveIntegerField()  # of what was last sent
    seen = models.PositiveIntegerField()  # the step's own number when it was last looked at
    said = models.CharField(max_length=64)  # documents.feeds.Entry.says, as last sent
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "address"], name="entry_is_sent_to_it_once")]
        indexes = [
            models.Index("ends_at", name="invite_ahead", condition=models.Q(cancelled_at=None)),
        ]

    def __str__(self) -> str:
        return f"invite {self.pk}"


class RecurringMeetingQuerySet(OfPlanQuerySet):
    def live(self) -> "RecurringMeetingQuerySet":
        return self.filter(archived_at=None)


class RecurringMeeting(Addressed, Versioned, Archivable):
    """A recurring meeting with the client that needs another organiser when the client changes hands."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="recurring")
    title = LineField(_("title"), max_length=200)
    rhythm = models.CharField(_("how often"), max_length=20, choices=RHYTHM_CHOICES)
    next_at = models.DateTimeField(_("next time"))  # one of its times; the others follow from the rhythm
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    place = LineField(_("place or link"), blank=True)
    organiser = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("organiser until now")
    )
    uid = LineField(_("identifier in the calendar"), max_length=255, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # the old organiser has ended it
    reissued_at = models.DateTimeField(null=True, blank=True)  # the new one has invited anew

    objects = RecurringMeetingQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("recurring meeting")
        verbose_name_plural = _("recurring meetings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reissued_at=None) | models.Q(ended_at__isnull=False),
                name="recurring_ends_before_it_begins_anew",
            )
        ]

    def __str__(self) -> str:
        return f"recurring meeting {self.pk}"
