"""What counts how much when a successor is looked for: versions of the company's weights."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Role
from accounts.models.base import ProseField

if TYPE_CHECKING:
    from accounts.models import User


class FitWeightsQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """For administrators, who set them."""
        active = user.is_authenticated and user.is_active
        return self if active and user.role == Role.ADMINISTRATOR else self.none()


class FitWeights(models.Model):
    """One published version. Never edited: a change is the next version, and proposals say theirs.

    `content` is read through `transitions.rules.fit.weights.loads`. Version 1 is what the product comes with
    and has no row.
    """

    version = models.PositiveIntegerField(unique=True)
    content: Any = models.JSONField()
    why = ProseField(_("why"), blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = FitWeightsQuerySet.as_manager()

    class Meta:
        verbose_name = _("weights of the fit")
        verbose_name_plural = _("weights of the fit")

    def __str__(self) -> str:
        return f"weights {self.version}"
