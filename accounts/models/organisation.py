"""The company that runs this installation: one row."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.base import (
    Addressed,
    Archivable,
    ArchivableQuerySet,
    LineField,
    Versioned,
    VersionedQuerySet,
    tracked,
)
from accounts.models.people import Person, Role

if TYPE_CHECKING:
    from accounts.models.people import User


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
    # Whether reps of other teams are offered as successors.
    cross_team_cover = models.BooleanField(_("successors from other teams"), default=False)
    # Business days after which overdue work comes up to the leader, and as many later to the next; 0: never.
    escalate_after = models.PositiveSmallIntegerField(
        _("overdue work comes up after"), default=3, validators=[MaxValueValidator(60)]
    )
    # Kinds of messages that are never sent twice: see accounts.rules.deliveries.
    hold_kinds = models.JSONField(_("never sent twice"), default=list, blank=True)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one"),
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentQuerySet(ArchivableQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Administrators', who alone have pages for them."""
        theirs = user.is_authenticated and user.is_active and user.role == Role.ADMINISTRATOR
        return self if theirs else self.none()


class Department(Addressed, Versioned, Archivable):
    """A part of the company that talks to clients (accounting, support), and who answers for it.

    That person reads what a client is told of a change, and passes it on in the department.
    """

    name = LineField(_("name"), max_length=100)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="departments", verbose_name=_("who answers for it")
    )

    objects = DepartmentQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=models.Q(archived_at=None),
                name="department_name_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name
