"""Who takes over the support of a client with a plan, from whom, and that they have said so."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, Person
from accounts.models.base import Addressed, LineField, Versioned, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, PlanStep

if TYPE_CHECKING:
    from accounts.models import User


class TakeOverQuerySet(OfPlanQuerySet):
    def live(self) -> Self:
        return self.filter(archived_at=None)

    def visible_to(self, user: "User") -> Self:
        """Besides whoever sees the plan: whoever is asked to take over, once the plan is released."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        asked = models.Q(to_person=user.person_id) | models.Q(step__owner=user.person_id)
        seen = models.Q(plan__in=HandoverPlan.objects.visible_to(user).values("pk"))
        return self.filter(seen | (asked & models.Q(plan__released_at__isnull=False, archived_at=None)))


class TakeOver(Addressed, Versioned):
    """One part of the support: who does it today, and who does it once the account has changed hands.

    Without `to_person` whoever does it stays; without `from_person` it is new. The step is what `to_person`
    owes until they have said so; both share their public address. Ended and begun are `Assignment`s of the
    role support, when the plan reaches the stage in which the account moves.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="takeovers")
    capacity = LineField(_("capacity"), max_length=60)  # a key of accounts.models.CAPACITIES, or as typed
    from_person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    to_person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    falls_on = models.DateField(_("date"))
    step = models.OneToOneField(PlanStep, models.SET_NULL, null=True, blank=True, related_name="takeover")
    said_at = models.DateTimeField(null=True, blank=True)
    said_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    moved_at = models.DateTimeField(null=True, blank=True)
    # What began with it, where the person did not support the client before: a cover ends it again.
    assignment = models.OneToOneField(Assignment, models.SET_NULL, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TakeOverQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("support handed over")
        verbose_name_plural = _("support handed over")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(from_person=None, to_person=None), name="takeover_names_somebody"
            ),
            models.CheckConstraint(
                condition=models.Q(from_person=None)
                | models.Q(to_person=None)
                | ~models.Q(from_person=models.F("to_person")),
                name="takeover_is_from_one_to_another",
            ),
            models.UniqueConstraint(
                fields=["plan", "capacity", "from_person"],
                condition=models.Q(archived_at=None),
                name="support_is_handed_over_once",
            ),
        ]

    def __str__(self) -> str:
        return f"takeover {self.pk}"
