"""The check of a client's CRM record: who has confirmed or corrected which field, and what it said then."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.models.base import LineField, Versioned, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, PlanStep


class Checked(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    CORRECTED = "corrected", _("Corrected")
    ASKED = "asked", _("To be corrected")
    AGAIN = "again", _("To be checked again")


class RecordCheck(Versioned):
    """What was said of one field of the record: one row per plan and field, changed with every check.

    `mark` is the fingerprint of the value that was confirmed (`rules.record.mark`): another value asks for
    the check anew. `step` is owed by whoever was asked to correct the field last.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="record_checks")
    field = models.SlugField(max_length=60)  # a key of rules.record.FIELDS, or a group and the row's uuid
    label = LineField()  # what the field was called then
    state = models.CharField(max_length=10, choices=Checked.choices)
    mark = models.CharField(max_length=32, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Of a correction: the parts of rules.record.
    before: Any = models.JSONField(default=list, blank=True)
    after: Any = models.JSONField(default=list, blank=True)
    step = models.OneToOneField(PlanStep, models.SET_NULL, null=True, blank=True, related_name="record_check")

    objects = OfPlanQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("check of the record")
        verbose_name_plural = _("checks of the record")
        constraints = [models.UniqueConstraint(fields=["plan", "field"], name="record_field_is_checked_once")]

    def __str__(self) -> str:
        return f"check of the record {self.pk}"
