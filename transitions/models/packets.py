"""Stored packets: what was said, in which version, the PDF bytes that said it, and whom they reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Person
from accounts.models.base import Addressed, LineField
from transitions.models.plans import HandoverPlan, OfPlanQuerySet
from transitions.rules.packets import code_of


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
    # Over content only: no clock, version or sign-off. Its beginning stands on paper, to be looked up by.
    content_hash = models.CharField(max_length=64, db_index=True)
    completeness = models.PositiveSmallIntegerField(default=0)  # percent, of the internal edition
    pdf = models.FileField(upload_to="packets/%Y/%m/", max_length=200)
    pdf_sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    why = LineField(_("why this version"), blank=True)

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

    @property
    def code(self) -> str:
        """What stands on every page, to look a paper copy up by."""
        return code_of(self.content_hash)


class PacketSending(models.Model):
    """A version was sent to one of ours, or handed to somebody at the client. Never edited."""

    packet = models.ForeignKey(Packet, models.CASCADE, related_name="sendings")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(contact=None),
                name="packet_goes_to_ours_or_theirs",
            ),
            models.UniqueConstraint(fields=["packet", "person"], name="packet_is_sent_once_to_each"),
            models.UniqueConstraint(fields=["packet", "contact"], name="packet_is_handed_once_to_each"),
        ]

    def __str__(self) -> str:
        return f"sending {self.pk}"


class PacketOpening(models.Model):
    """Somebody opened a version for the first time, on its page or as a PDF."""

    packet = models.ForeignKey(Packet, models.CASCADE, related_name="openings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["packet", "person"], name="packet_is_opened_first_once_by_each")
        ]

    def __str__(self) -> str:
        return f"opening {self.pk}"
