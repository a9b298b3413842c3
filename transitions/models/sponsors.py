"""Promises: what stands behind a check-in step, when a series ends, how many a week one person keeps."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Contact, Person, Touchpoint
from accounts.models.base import ProseField, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, Outcome, PlanState, PlanStep


class SponsorCheckInQuerySet(OfPlanQuerySet):
    def carried(self) -> Self:
        """Promises of plans that are open or were handed over: those that still count."""
        kept = models.Q(plan__state__in=[PlanState.OPEN, PlanState.ON_HOLD])
        return self.filter(kept | models.Q(plan__state=PlanState.CLOSED, plan__outcome=Outcome.HANDED_OVER))


class SponsorCheckIn(models.Model):
    """The promise behind one check-in step: by which channel, to whom, and how it was kept.

    The step holds the day, the owner and the version; `transitions.services.sponsors` changes both.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="check_ins")
    step = models.OneToOneField(PlanStep, models.CASCADE, related_name="check_in")
    channel = models.CharField(_("promised channel"), max_length=20, choices=Channel.choices, blank=True)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("with whom")
    )
    window = models.PositiveSmallIntegerField(default=0)  # business days by which it may be shifted
    series = models.CharField(max_length=80, blank=True)  # its key without the number, if without end
    every = models.PositiveSmallIntegerField(default=0)  # business days to the next of such a series
    # Whose promise it was before they left: until somebody says who keeps it.
    inherited_from = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    delivered_on = models.DateField(_("kept on"), null=True, blank=True)
    delivered_channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices, blank=True)
    delivered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    evidence = ProseField(_("what was said"), blank=True)
    touchpoint = models.OneToOneField(Touchpoint, models.SET_NULL, null=True, blank=True, related_name="+")
    let_go_at = models.DateTimeField(null=True, blank=True)
    let_go_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    let_go_why = ProseField(_("why it is let go"), blank=True)

    objects = SponsorCheckInQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [
            models.Index("plan", "series", name="check_in_of_series", condition=~models.Q(series="")),
            models.Index("plan", name="check_in_inherited", condition=~models.Q(inherited_from=None)),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk}"


class WarmUp(models.Model):
    """A leader's decision that the client has warmed up: the series of promises ends. Never edited."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="warm_ups")
    series = models.CharField(max_length=80)
    reason = ProseField(_("how one sees it"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("end of a series")
        verbose_name_plural = _("ends of series")
        constraints = [models.UniqueConstraint(fields=["plan", "series"], name="series_ends_once_in_plan")]

    def __str__(self) -> str:
        return f"{self.series} {self.pk}"


class PromiseLimit(models.Model):
    """How many promised touches a person can keep in one week. No row: the usual number."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="promise_limit")
    touches = models.PositiveSmallIntegerField(
        _("promises a week"), validators=[MinValueValidator(1), MaxValueValidator(50)]
    )

    class Meta:
        verbose_name = _("limit of promises")
        verbose_name_plural = _("limits of promises")

    def __str__(self) -> str:
        return f"limit {self.pk}"
