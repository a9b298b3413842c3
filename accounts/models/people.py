"""Us: persons, how they sign in, their teams and their capacity as reps."""

from collections.abc import Callable
from datetime import date, datetime
from typing import ClassVar, NamedTuple, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from accounts.models.base import (
    Addressed,
    Archivable,
    ArchivableQuerySet,
    LineField,
    ProseField,
    Versioned,
    VersionedQuerySet,
    tracked,
)
from accounts.models.prepared import prepared
from accounts.rules.absence import is_away


class TeamQuerySet(VersionedQuerySet, MP_NodeQuerySet):
    def under(self, paths: "list[str]") -> Self:
        """Teams in the subtree of any of these paths."""
        inside = models.Q(pk__in=[])
        for path in paths:
            inside |= models.Q(path__startswith=path)
        return self.filter(inside)

    def visible_to(self, user: "User") -> Self:
        """Everyone signed in may see how we are organised."""
        return self if user.is_authenticated and user.is_active else self.none()


class TeamManager(MP_NodeManager.from_queryset(TeamQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> TeamQuerySet:
        """treebeard's manager names its own QuerySet class here."""
        return TeamQuerySet(self.model, using=self._db).order_by("path")


class Team(MP_Node, Addressed, Versioned):
    """A node of the organisation; its lead is the VP of everything below it."""

    name = LineField(_("name"), max_length=200)
    lead = models.ForeignKey(
        "accounts.Person",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("lead"),
    )
    external_id = LineField(_("external id"), max_length=200, blank=True)

    objects = TeamManager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class SeenTeam(NamedTuple):
    """A team as lists and filters need it; `path` is the beginning of the path of every team in it."""

    pk: int
    uuid: UUID
    path: str
    depth: int
    name: str
    lead_id: int | None


@prepared
def _tree() -> models.QuerySet:
    return Team.objects.values_list(*SeenTeam._fields)


class PersonQuerySet(ArchivableQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Everyone signed in may see who works here; colleagues' names are no secret."""
        return self if user.is_authenticated else self.none()

    def reachable(self) -> Self:
        return self.live().exclude(email="")


class Person(Addressed, Versioned, Archivable):
    """Anyone on our side. Owners, sponsors, authors and recipients are all persons."""

    name = LineField(_("name"), max_length=200)
    email = models.EmailField(_("email"), blank=True)  # without one: unreachable
    phone = LineField(_("phone"), max_length=50, blank=True)
    title = LineField(_("title"), max_length=200, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("team")
    )
    tz = models.CharField(_("time zone"), max_length=64, blank=True)  # blank: the organisation's
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    substitute = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="stands_in_for",
        verbose_name=_("substitute"),
    )
    away_from_on = models.DateField(_("away from"), null=True, blank=True)
    away_until_on = models.DateField(_("away until"), null=True, blank=True)
    source = LineField(_("source"), max_length=100, blank=True)
    external_id = LineField(_("external id"), max_length=200, blank=True)

    objects = PersonQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="person_email_is_unique"
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="person_external_id_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reachable(self) -> bool:
        return bool(self.email) and self.archived_at is None

    def away_on(self, day: date) -> bool:
        """Whether the person is on leave on `day`; both ends of the leave included."""
        return is_away(self.away_from_on, self.away_until_on, day)


class Seniority(models.TextChoices):
    JUNIOR = "junior", _("Junior")
    MID = "mid", _("Experienced")
    SENIOR = "senior", _("Senior")
    PRINCIPAL = "principal", _("Principal")


class Rep(models.Model):
    """The capacity profile of a person who owns or works accounts."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="rep", verbose_name=_("person"))
    seniority = models.CharField(
        _("seniority"), max_length=20, choices=Seniority.choices, default=Seniority.MID
    )
    capacity = models.PositiveIntegerField(  # workload points, see accounts.rules.clients.WORKLOAD
        _("capacity"), default=40, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    industries = models.JSONField(_("industries"), default=list, blank=True)
    products = models.JSONField(_("products"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    working_styles = models.JSONField(_("working style"), default=list, blank=True)
    selling_styles = models.JSONField(_("selling style"), default=list, blank=True)
    style = ProseField(_("more about their style"), blank=True)

    class Meta:
        verbose_name = _("rep profile")
        verbose_name_plural = _("rep profiles")

    def __str__(self) -> str:
        return str(self.person)


class Role(models.TextChoices):
    """Global roles. What each may do is the table in `accounts.rules.verbs`."""

    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    LEADER = "leader", _("Leader")
    EXECUTIVE = "executive", _("Executive")
    COLLEAGUE = "colleague", _("Colleague")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        """With the person, whom every request asks for: one query instead of two."""
        return super().get_queryset().select_related("person")

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person's optional sign-in."""

    email = models.EmailField(_("email"), unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="user", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.ACCOUNT_MANAGER)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))

    objects = UserManager()

    asked_at: datetime | None = None  # when they made the request at hand; whoever asks nothing has none

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_is_unique")]

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Django's admin asks this; it shows domain rows for reading only."""
        return self.role == Role.ADMINISTRATOR

    @property
    def reads_everything(self) -> bool:
        return self.role in (Role.EXECUTIVE, Role.ADMINISTRATOR)

    def team_tree(self) -> "list[SeenTeam]":
        """Every team of the company, as a tree. One query, kept on the instance: a request asks it often.

        The whole tree is read and cut in Python: a company has few teams, and asking twice costs more.
        """
        if not hasattr(self, "_team_tree"):
            self._team_tree = [SeenTeam(*row) for row in _tree()]
        return self._team_tree

    def seen_teams(self) -> "list[SeenTeam]":
        """Teams whose accounts the user sees: their own subtree, and every subtree they lead."""
        if self.reads_everything:
            return self.team_tree()
        if self.role == Role.COLLEAGUE:
            return []
        return self._under(lambda team: self.person_id == team.lead_id or self.person.team_id == team.pk)

    def team_ids(self) -> list[int]:
        """The ids of `seen_teams`."""
        return [team.pk for team in self.seen_teams()]

    def led_team_ids(self) -> list[int]:
        """Teams the user decides for: the subtrees of those they lead."""
        return [team.pk for team in self._under(lambda team: self.person_id == team.lead_id)]

    def _under(self, chosen: "Callable[[SeenTeam], bool]") -> "list[SeenTeam]":
        roots = tuple(team.path for team in self.team_tree() if chosen(team))
        return [team for team in self.team_tree() if team.path.startswith(roots)]


class InvitationQuerySet(models.QuerySet):
    def open_at(self, now: datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def visible_to(self, user: "User") -> Self:
        """Administrators invite, and see whom they invited."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.role == Role.ADMINISTRATOR else self.none()


class Invitation(Addressed):
    """A way in for one person: an expiring link, of which only the hash is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations", verbose_name=_("person"))
    email = models.EmailField(_("email"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.email} ({self.pk})"

    def open_at(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now
