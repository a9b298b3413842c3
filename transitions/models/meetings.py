"""Meetings with the client: arranged, prepared, held in the channel that the playbook asks for, told."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Contact, Person
from accounts.models.base import Addressed, LineField, ProseField, Versioned, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, PlanStep
from transitions.rules.meetings import MOODS, PURPOSE_TITLES

PURPOSES = [(key, _(words)) for key, words in PURPOSE_TITLES.items()]
MOOD_CHOICES = [(mood, _(words)) for mood, words in MOODS.items()]


class CustomerMeetingQuerySet(OfPlanQuerySet):
    def standing(self) -> Self:
        """Meetings that the plan, as it is now, still needs. Undoing can make a step a task again."""
        return self.filter(step__dropped_at=None, step__kind="meeting")


class CustomerMeeting(Addressed, Versioned):
    """What a meeting step with the client is made of. Its day is the step's; its hour stands here."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="meetings")
    step = models.OneToOneField(PlanStep, models.CASCADE, related_name="meeting")
    purpose = models.CharField(max_length=20, choices=PURPOSES)
    # How it must be held; "": however it suits.
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices, blank=True)
    starts_at = models.DateTimeField(_("when"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    place = LineField(_("place or link"), blank=True)
    held_at = models.DateTimeField(_("held"), null=True, blank=True)
    channel_held = models.CharField(_("how it was held"), max_length=20, choices=Channel.choices, blank=True)
    mood_before = models.PositiveSmallIntegerField(
        _("mood before"), choices=MOOD_CHOICES, null=True, blank=True
    )
    mood_after = models.PositiveSmallIntegerField(
        _("mood after"), choices=MOOD_CHOICES, null=True, blank=True
    )
    said = ProseField(_("what they said"), blank=True)
    next_steps = ProseField(_("next steps"), blank=True)
    # A leader's word that another channel will do, this once.
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    waived_why = ProseField(blank=True)

    objects = CustomerMeetingQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("customer meeting")
        verbose_name_plural = _("customer meetings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_at=None) | ~models.Q(channel_held=""),
                name="meeting_held_in_some_channel",
            ),
            models.CheckConstraint(
                condition=models.Q(waived_at=None) | ~models.Q(waived_why=""),
                name="meeting_waived_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}"


class MeetingAttendee(models.Model):
    """Somebody at a meeting: one of ours or one of theirs."""

    meeting = models.ForeignKey(CustomerMeeting, models.CASCADE, related_name="attendees")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="+")
    by_mail = models.BooleanField(default=False)  # one of theirs, invited by us; ours always are

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(contact=None), name="attendee_is_ours_or_theirs"
            ),
            models.UniqueConstraint(fields=["meeting", "person"], name="attendee_of_ours_comes_once"),
            models.UniqueConstraint(fields=["meeting", "contact"], name="attendee_of_theirs_comes_once"),
        ]

    def __str__(self) -> str:
        return f"attendee {self.pk}"


class TalkingPoints(Addressed):
    """One version of what we want to say. Never edited: who rehearsed, rehearsed these words."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(CustomerMeeting, models.CASCADE, related_name="points")
    version = models.PositiveIntegerField()
    agenda = ProseField(_("agenda"), blank=True)
    points = ProseField(_("what we say"), blank=True)
    questions = ProseField(_("questions they may ask"), blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("talking points")
        verbose_name_plural = _("talking points")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "version"], name="talking_points_version_is_unique")
        ]

    def __str__(self) -> str:
        return f"talking points {self.version}"


class Rehearsal(models.Model):
    """Who went through one version of the talking points aloud, and when."""

    points = models.ForeignKey(TalkingPoints, models.CASCADE, related_name="rehearsals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rehearsed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["points", "person"], name="points_are_rehearsed_once_by_each")
        ]

    def __str__(self) -> str:
        return f"rehearsal {self.pk}"
