"""What leaders said about guards that a plan raised."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.models.base import ProseField


class Verdict(models.TextChoices):
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")


class Approval(models.Model):
    """A leader's verdict on one guard, with reason. Never edited; it counts while its basis is the plan's.

    `basis` is `rules.guardrails.Basis`: cutover, incoming, mode, tier and notice.
    """

    plan = models.ForeignKey("transitions.HandoverPlan", models.CASCADE, related_name="approvals")
    guard = models.SlugField(max_length=20)  # one of rules.guardrails.GUARDS
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = ProseField(_("reason"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    basis: Any = models.JSONField()

    class Meta:
        indexes = [models.Index("plan", "guard", name="approval_by_plan")]

    def __str__(self) -> str:
        return f"{self.guard} {self.verdict}"
