"""The record of what was done: ids, verb and digest, never personal text. Rows are only added."""

from django.db import models


class AuditEvent(models.Model):
    """One deed. `seal` chains each row to the one before; a tick seals new rows in their order."""

    at = models.DateTimeField()
    by_id_was = models.BigIntegerField(null=True)  # the person's id; survives their erasure
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)  # model label
    subject_id = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what was said, if anything
    seal = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} {self.subject_id}"
