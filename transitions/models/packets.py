"""Stored packets: what was said, in which version, and the PDF bytes that said it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.models.base import Addressed
from transitions.models.plans import HandoverPlan, OfPlanQuerySet


class Edition(models.TextChoices):
    INTERNAL = "internal", _("Internal edition")
    CLIENT = "client", _("Client edition")


class Packet(Addressed):
    """One version of a plan's packet. Never rendered again: its bytes stay."""

    plan = models.ForeignKey(HandoverPlan, models.CASCADE, related_name="packets")
    edition = models.CharField(max_length=10, choices=Edition.choices, default=Edition.INTERNAL)
    language = models.CharField(max_length=10, default="en")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)  # over content only: no clock, version or sign-off
    pdf = models.FileField(upload_to="packets/%Y/%m/", max_length=200)
    pdf_sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("packet")
        verbose_name_plural = _("packets")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "edition", "version"], name="packet_version_is_unique_in_plan"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.version}"
