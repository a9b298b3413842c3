"""What a client values in the rep who hands over, and what we do besides in the first ninety days."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Person
from accounts.models.base import Addressed, LineField, ProseField, Versioned, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, PlanState


class PraiseQuerySet(OfPlanQuerySet):
    def live(self) -> Self:
        return self.filter(archived_at=None)


class Praise(Addressed, Versioned):
    """Praise of the outgoing rep in the client's words: what the successor must not lose. Internal."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="praise")
    words = ProseField(_("in the client's words"))
    said_by = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )
    said_on = models.DateField(_("said on"))
    keep = ProseField(_("how we keep it"), blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PraiseQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("praise")
        verbose_name_plural = _("praise")

    def __str__(self) -> str:
        return f"praise {self.pk}"


class ExtraQuerySet(OfPlanQuerySet):
    def live(self) -> Self:
        return self.filter(archived_at=None)

    def due_by(self, day: date) -> Self:
        """Those of open plans that were planned for `day` or before and have not happened."""
        return self.live().filter(done_on=None, plan__state=PlanState.OPEN, planned_on__lte=day)


class Extra(Addressed, Versioned):
    """Something the client does not expect: an outing, a workshop, a seat in a training."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="extras")
    what = LineField(_("what"), max_length=200)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="extras", verbose_name=_("who sees to it"))
    planned_on = models.DateField(_("planned for"))
    budget = models.DecimalField(
        _("budget"),
        max_digits=10,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    spent = models.DecimalField(
        _("spent"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    reaction = ProseField(_("how they took it"), blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ExtraQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("extra")
        verbose_name_plural = _("extras")
        indexes = [
            models.Index(
                "owner", "planned_on", name="extra_due", condition=models.Q(done_on=None, archived_at=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(budget__gte=0) & (models.Q(spent=None) | models.Q(spent__gte=0)),
                name="extra_costs_nothing_or_more",
            ),
        ]

    def __str__(self) -> str:
        return f"extra {self.pk}"
