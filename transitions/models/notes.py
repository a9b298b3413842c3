"""What people write down on a plan, and the documents that they point to."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.models.base import Addressed, LineField, ProseField
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, PlanStep


class PlanNote(Addressed):
    """A note on a plan or on one of its steps, with a link to a document where there is one.

    Never edited; one that was a mistake is taken back, and the history says so.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="notes")
    step = models.ForeignKey(PlanStep, models.CASCADE, null=True, blank=True, related_name="notes")
    text = ProseField(_("note"), blank=True)
    link = models.URLField(
        _("link to a document"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    link_title = LineField(_("name of the document"), max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index("plan", "at", name="note_by_plan")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text="") | ~models.Q(link=""), name="note_says_something"
            )
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"
