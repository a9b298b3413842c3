"""Published playbooks, immutable, so that a running plan keeps the one it began with; and drafts."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Role
from accounts.models.base import Addressed, LineField, Versioned, VersionedQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class Mode(models.TextChoices):
    SOFT = "soft", _("Soft cutover")
    HARD = "hard", _("Hard cutover")


class Reason(models.TextChoices):
    PROMOTION = "promotion", _("Promotion")
    LEAVE = "leave", _("Temporary leave")
    RESIGNATION = "resignation", _("Resignation")
    PERFORMANCE = "performance", _("Performance")
    REALIGNMENT = "realignment", _("Realignment")
    CLIENT_REQUEST = "client_request", _("The client asked for it")
    STEP_BACK = "step_back", _("Founder or executive steps back")
    CLOSEOUT = "closeout", _("Project closes, client care takes over")


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
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)  # "": any
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


class PlaybookDraftQuerySet(VersionedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Drafts are seen by those who write them: administrators."""
        active = user.is_authenticated and user.is_active
        return self if active and user.role == Role.ADMINISTRATOR else self.none()


class PlaybookDraft(Addressed, Versioned):
    """A playbook that an administrator is changing: whole content, with whatever problems it has.

    Publishing it makes the next version of its key and ends the draft.
    """

    key = models.SlugField(max_length=60, unique=True)
    content = models.JSONField()
    # The version it was begun from; that of another playbook when it is a copy.
    begun_from = models.ForeignKey(PlaybookVersion, models.PROTECT, related_name="drafts")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    updated_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    objects = PlaybookDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a playbook")
        verbose_name_plural = _("drafts of playbooks")

    def __str__(self) -> str:
        return f"draft {self.key}"
