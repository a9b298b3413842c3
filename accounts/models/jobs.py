"""Background work as rows: the row is the truth, the broker only wakes somebody up."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, LineField
from accounts.models.people import Person

if TYPE_CHECKING:
    from accounts.models.people import User


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own jobs. Results are looked up again with the asker's rights of that moment."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(by=user.person_id)

    def claimable(self, now: object) -> Self:
        return self.filter(
            models.Q(state=JobState.QUEUED) | models.Q(state=JobState.RUNNING, lease_until__lt=now)
        )


class Job(Addressed):
    """One piece of background work, leased by one worker at a time."""

    kind = models.CharField(max_length=40)  # a key of settings.JOB_HANDLERS
    key = models.CharField(max_length=200)  # identical requests share one run while it is open
    params = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="jobs")
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=1)
    reason = LineField(max_length=500, blank=True)  # why it failed, for the person who asked
    result = models.JSONField(default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)  # fences off a worker whose lease ran out
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_open_once_per_key",
            )
        ]
        indexes = [models.Index("state", "lease_until", name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
