"""Client companies, the people there, who knows whom, and who holds which role when."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import (
    Addressed,
    Archivable,
    ArchivableQuerySet,
    LineField,
    ProseField,
    Versioned,
    tracked,
)
from accounts.models.people import Person, Team

if TYPE_CHECKING:
    from accounts.models.people import User


class Tier(models.TextChoices):
    STRATEGIC = "strategic", _("Strategic")
    STANDARD = "standard", _("Standard")
    SMALL = "small", _("Small")


class AccountQuerySet(ArchivableQuerySet):
    def visible_to(self, user: "User", *, at_once: bool = False) -> Self:
        """Accounts of the user's team subtrees, and those on which they hold a live role.

        A role written by a plan that is still confidential opens nothing: it would give the plan away.
        `at_once` finds the same rows for a long list: it reads the accounts of other teams on which the
        user holds a role first, in a query of its own, so that the list can use the index by team.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.reads_everything:
            return self
        held = Assignment.objects.live().shown().filter(person=user.person_id)
        if not at_once:
            return self.filter(models.Q(team__in=user.team_ids()) | models.Q(pk__in=held.values("account")))
        elsewhere = set(held.exclude(account__team__in=user.team_ids()).values_list("account", flat=True))
        seen = models.Q(team__in=user.team_ids())
        return self.filter(seen | models.Q(pk__in=elsewhere) if elsewhere else seen)


class Account(Addressed, Versioned, Archivable):
    """A client company."""

    name = LineField(_("name"), max_length=200)
    tier = models.CharField(_("tier"), max_length=20, choices=Tier.choices, default=Tier.STANDARD)
    yearly_value = models.DecimalField(
        _("yearly value"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What the client pays us in a year, not their own turnover."),
    )
    renewal_on = models.DateField(_("renewal"), null=True, blank=True)
    industry = LineField(_("industry"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    tz = models.CharField(_("time zone"), max_length=64, blank=True)  # blank: from country, else ours
    free_days = models.JSONField(_("extra free days"), default=list, blank=True)  # as the organisation's
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name=_("team")
    )
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent account"),
    )
    employees = models.PositiveIntegerField(
        _("employees"), null=True, blank=True, validators=[MaxValueValidator(100_000_000)]
    )
    turnover = models.DecimalField(
        _("the client's own turnover"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    founded = models.PositiveSmallIntegerField(
        _("founded in"), null=True, blank=True, validators=[MinValueValidator(1000), MaxValueValidator(2199)]
    )
    source = LineField(_("source"), max_length=100, blank=True)
    external_id = LineField(_("external id"), max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = AccountQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes = [
            models.Index("name", "id", name="account_by_name"),
            models.Index("team", "name", "id", name="account_by_team"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="account_external_id_is_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(yearly_value=None) | models.Q(yearly_value__gte=0),
                name="account_yearly_value_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ContactLevel(models.TextChoices):
    EXECUTIVE = "executive", _("Executive")
    SENIOR = "senior", _("Senior leader")
    MANAGER = "manager", _("Manager")
    STAFF = "staff", _("Staff")


class ContactRole(models.TextChoices):
    SPONSOR = "sponsor", _("Sponsor")
    DECISION_MAKER = "decision_maker", _("Decision maker")
    CHAMPION = "champion", _("Champion")
    DETRACTOR = "detractor", _("Detractor")
    DAY_TO_DAY = "day_to_day", _("Day-to-day")
    INFLUENCER = "influencer", _("Influencer")


class Channel(models.TextChoices):
    FACE_TO_FACE = "face_to_face", _("Face to face")
    VIDEO = "video", _("Video call")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("Email")
    CHAT = "chat", _("Chat")


class OfAccountQuerySet(ArchivableQuerySet):
    """Rows that belong to an account are seen by whoever sees the account."""

    def visible_to(self, user: "User") -> Self:
        if user.is_authenticated and user.is_active and user.reads_everything:
            return self
        return self.filter(account__in=Account.objects.visible_to(user).values("pk"))


class Contact(Addressed, Versioned, Archivable):
    """A person at a client."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts", verbose_name=_("account"))
    name = LineField(_("name"), max_length=200)
    email = models.EmailField(_("email"), blank=True)
    phone = LineField(_("phone"), max_length=50, blank=True)
    title = LineField(_("title"), max_length=200, blank=True)
    level = models.CharField(
        _("level"), max_length=20, choices=ContactLevel.choices, default=ContactLevel.MANAGER
    )
    role = models.CharField(
        _("role"), max_length=20, choices=ContactRole.choices, default=ContactRole.DAY_TO_DAY
    )
    channel = models.CharField(
        _("preferred channel"), max_length=20, choices=Channel.choices, default=Channel.EMAIL
    )
    dos_and_donts = ProseField(_("personal dos and don'ts"), blank=True)
    last_touch_on = models.DateField(_("last touch"), null=True, blank=True)
    source = LineField(_("source"), max_length=100, blank=True)
    external_id = LineField(_("external id"), max_length=200, blank=True)

    objects = OfAccountQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="contact_external_id_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Strength(models.IntegerChoices):
    MET = 1, _("Has met")
    KNOWS = 2, _("Knows well")
    TRUSTED = 3, _("Is trusted")


class AcquaintanceQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        return self.filter(contact__in=Contact.objects.visible_to(user).values("pk"))


class Acquaintance(Addressed):
    """Who knows whom: one of ours and one of theirs."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="acquaintances", verbose_name=_("our person")
    )
    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="acquaintances", verbose_name=_("contact")
    )
    strength = models.PositiveSmallIntegerField(
        _("strength"), choices=Strength.choices, default=Strength.KNOWS
    )
    note = LineField(_("note"), blank=True)

    objects = AcquaintanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("acquaintance")
        verbose_name_plural = _("acquaintances")
        constraints = [
            models.UniqueConstraint(fields=["person", "contact"], name="acquaintance_is_noted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} knows {self.contact_id}"

    @property
    def account(self) -> Account:
        return self.contact.account


class AccountRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    OUTGOING = "outgoing", _("Outgoing rep")
    INCOMING = "incoming", _("Incoming rep")
    SECOND_CHOICE = "second_choice", _("Second choice")
    INTERIM = "interim", _("Interim rep")
    SPONSOR = "sponsor", _("Sponsor")
    SUPPORT = "support", _("Support")


# What somebody of the role support does; another word may be typed.
CAPACITIES = {
    "inside_sales": _("Inside sales"),
    "engineer": _("Engineer"),
    "service": _("Service"),
}


class AssignmentQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(until_on=None)

    def owners(self) -> Self:
        return self.live().filter(role=AccountRole.OWNER)

    def shown(self) -> Self:
        """Without the roles of plans that are still confidential."""
        return self.filter(hidden=False)


class Assignment(models.Model):
    """Who holds which role on a client, from when until when, and why: history included.

    `until_on` is the first day on which the role is no longer held; it is written when the role
    ends, so a live role has none. `hidden` while the plan that wrote it is confidential.
    """

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="assignments", verbose_name=_("account")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=AccountRole.choices)
    # What support does: a key of CAPACITIES, or as typed.
    capacity = LineField(_("capacity"), max_length=60, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    why = LineField(_("why"), blank=True)
    hidden = models.BooleanField(default=False, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes = [
            models.Index("person", "role", name="assignment_by_person", condition=models.Q(until_on=None)),
            models.Index("account", "role", name="assignment_by_account", condition=models.Q(until_on=None)),
            models.Index("person", name="assignment_besides_owner", condition=~models.Q(role="owner")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(role="owner", until_on=None),
                name="account_has_one_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="assignment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
