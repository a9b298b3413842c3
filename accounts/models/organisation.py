"""The company that runs this installation: one row."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import LineField, Versioned, VersionedQuerySet


class Organisation(Versioned):
    name = LineField(_("name"), max_length=200, default="Throughline")
    logo = models.BinaryField(_("logo"), null=True, blank=True, editable=False)  # re-encoded PNG
    logo_digest = models.CharField(max_length=64, blank=True, editable=False)  # SHA-256; blank: no logo
    colour = models.CharField(
        _("colour"), max_length=7, default="#1f5c5a", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    tz = models.CharField(_("time zone"), max_length=64, default="UTC")
    country = models.CharField(_("country"), max_length=2, default="US")
    language = models.CharField(_("language"), max_length=10, default="en")
    # Days on which nothing is due, beside the public holidays: [[ISO day, its name], ...], by day.
    free_days = models.JSONField(_("extra free days"), default=list, blank=True)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one"),
        ]

    def __str__(self) -> str:
        return self.name
