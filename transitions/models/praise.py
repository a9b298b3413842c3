"""What a client values in the rep who hands over, in their words."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Person
from accounts.models.base import Addressed, ProseField, Versioned, tracked
from transitions.models.plans import HandoverPlan, OfPlanQuerySet


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
