"""Imports in two phases: what was uploaded, how it was read, what came of it."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, LineField
from accounts.models.people import Person

if TYPE_CHECKING:
    from accounts.models.people import User


class ImportState(models.TextChoices):
    STAGED = "staged", _("Waiting for columns or confirmation")
    COMMITTED = "committed", _("Imported")
    DISCARDED = "discarded", _("Discarded")


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own imports; administrators see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.role == "administrator" else self.filter(by=user.person_id)


class ImportRun(Addressed):
    """One import: a set of files, staged, previewed, then committed whole or not at all."""

    source = LineField(_("source"), max_length=100)  # the name of the CRM or list the files come from
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.STAGED)
    by = models.ForeignKey(Person, models.PROTECT, related_name="imports", verbose_name=_("by"))
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)  # what the preview found, or the commit did

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"


class ImportFile(models.Model):
    """One uploaded file of a run, kept as it came until the run ends."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    kind = models.CharField(max_length=20)  # a key of accounts.rules.imports.KINDS
    name = LineField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    mapping = models.JSONField(default=dict, blank=True)  # field -> column heading

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "kind"], name="import_has_one_file_of_a_kind")]

    def __str__(self) -> str:
        return self.name


class ImportMemory(models.Model):
    """What users taught the importer, by source: column mappings and value translations."""

    source = LineField(max_length=100)
    topic = models.CharField(max_length=40)  # "columns:accounts", "country", ...
    heard = LineField(max_length=300)
    meant = LineField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "topic", "heard"], name="import_memory_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.heard}"
