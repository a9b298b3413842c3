"""The record of what was done: ids, verb and digest, never personal text. Rows are only added."""

from django.db import models


class AuditEvent(models.Model):
    """One deed. Sealed rows form a chain: `seal` covers the row and the seal before it.

    Rows are sealed a little later, in one order (`place`), so that writers never wait for one
    another; see accounts.services.audit.
    """

    at = models.DateTimeField()
    by_id_was = models.BigIntegerField(null=True)  # the person's id; survives their erasure
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)  # model label
    subject_id = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the row as it was written
    place = models.PositiveBigIntegerField(null=True, unique=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(place=None)),
            models.Index(fields=["subject", "subject_id"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} {self.subject_id}"
