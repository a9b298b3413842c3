"""One message: what the client is told, as a leader approved it, and who inside has read it."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Person
from accounts.models.base import Addressed, LineField, ProseField, Versioned, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet, PlanStep

if TYPE_CHECKING:
    from accounts.models import User


class Narrative(models.Model):
    """The approved words. Never edited: other words are the next version, approved anew."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="narratives")
    version = models.PositiveIntegerField()
    why = ProseField(_("why the change"))
    gets_better = ProseField(_("what gets better for the client"))
    stays = ProseField(_("what stays as it is"))
    who_now = ProseField(_("whom the client turns to now"))
    approved_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("narrative")
        verbose_name_plural = _("narratives")
        constraints = [
            models.UniqueConstraint(fields=["plan", "version"], name="narrative_version_is_unique")
        ]

    def __str__(self) -> str:
        return f"narrative {self.pk}"


class AcknowledgementQuerySet(OfPlanQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Besides whoever sees the plan: whoever answers for the department, once the plan is released."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        asked = models.Q(department__person=user.person_id) | models.Q(step__owner=user.person_id)
        seen = models.Q(plan__in=HandoverPlan.objects.visible_to(user).values("pk"))
        return self.filter(seen | (asked & models.Q(plan__released_at__isnull=False)))


class Acknowledgement(Addressed, Versioned):
    """Whether a department has read the narrative and says the same, or does not talk to this client.

    The step is what its person owes until then; both share their public address. `read_version` is that of
    the narrative that was read, 0 for none yet.
    """

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="acknowledgements")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    step = models.OneToOneField(PlanStep, models.CASCADE, related_name="acknowledgement")
    read_version = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    excused_why = LineField(_("why it does not talk to this client"), blank=True)

    objects = AcknowledgementQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(fields=["plan", "department"], name="department_acknowledges_once")
        ]

    def __str__(self) -> str:
        return f"acknowledgement {self.pk}"

    @property
    def excused(self) -> bool:
        return bool(self.excused_why)
