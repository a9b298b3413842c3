"""Published playbooks: immutable, so that a running plan keeps the one it began with."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.models.base import LineField


class Mode(models.TextChoices):
    SOFT = "soft", _("Soft cutover")
    HARD = "hard", _("Hard cutover")


class PlaybookVersionQuerySet(models.QuerySet):
    def newest(self) -> Self:
        """The newest version of each playbook."""
        newer = PlaybookVersion.objects.filter(
            key=models.OuterRef("key"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(newer))


class PlaybookVersion(models.Model):
    """One published version of a playbook. Read it through `transitions.rules.playbooks.loads`."""

    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    name = LineField(_("name"), max_length=200)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices)
    content = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the canonical JSON
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlaybookVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("playbook version")
        verbose_name_plural = _("playbook versions")
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="playbook_version_is_unique")]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"
