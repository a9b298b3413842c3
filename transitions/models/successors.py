"""Readiness: what the incoming rep has read, what they answer about the client, and that they accept."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.models.base import Addressed, LineField, ProseField, Versioned, tracked
from transitions.models.packets import Packet
from transitions.models.plans import HandoverPlan, OfPlanQuerySet


class PacketReading(models.Model):
    """Somebody said that they have read a version of the packet. Never edited."""

    packet = models.ForeignKey(Packet, models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["packet", "person"], name="packet_is_read_once_by_each")
        ]

    def __str__(self) -> str:
        return f"reading {self.pk}"


class Answered(models.TextChoices):
    RIGHT = "right", _("Right")
    EXPLAINED = "explained", _("Not quite: explained")


class ReadinessQuestionQuerySet(OfPlanQuerySet):
    def live(self) -> Self:
        return self.filter(archived_at=None)


class ReadinessQuestion(Addressed, Versioned):
    """One thing that the incoming rep must know of this client.

    With a `key` it came from the records and is asked in the words of `rules.successors.ASKED`.
    An answer counts for whoever gave it: another incoming rep answers anew.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="readiness_questions")
    key = models.SlugField(max_length=40, blank=True)
    asked = LineField(_("question"))
    expected = ProseField(_("what should be known"), blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    answer = ProseField(_("answer"), blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Answered.choices, blank=True)
    explanation = ProseField(_("explanation"), blank=True)
    judged_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReadinessQuestionQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("readiness question")
        verbose_name_plural = _("readiness questions")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "key"], condition=~models.Q(key=""), name="readiness_asks_each_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"readiness question {self.pk}"


class IntroductionRehearsalQuerySet(OfPlanQuerySet):
    def live(self) -> Self:
        return self.filter(archived_at=None)


class IntroductionRehearsal(Addressed, Versioned):
    """The incoming rep went through the introduction with one of us before the client sees it.

    Like an answer it counts for whoever rehearsed: another incoming rep rehearses anew.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="introduction_rehearsals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("with whom"))
    held_on = models.DateField(_("rehearsed on"))
    went = ProseField(_("how it went"))
    improve = ProseField(_("what to work on"), blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = IntroductionRehearsalQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("rehearsal of the introduction")
        verbose_name_plural = _("rehearsals of the introduction")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("partner")), name="introduction_is_rehearsed_with_another"
            )
        ]

    def __str__(self) -> str:
        return f"rehearsal of the introduction {self.pk}"


class Acceptance(models.Model):
    """The incoming rep took the account on, knowing a version of the packet.

    It stays as it is; whether it still counts is said by `rules.successors.standing`. Only `returned_at` is
    set later, when the same person returns the handover after all.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="acceptances")
    packet = models.ForeignKey(Packet, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")

    def __str__(self) -> str:
        return f"acceptance {self.pk}"
