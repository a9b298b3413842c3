"""What a client needs of whoever looks after them, and with whom it did not work."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, ProseField, Versioned, VersionedQuerySet, tracked
from accounts.models.clients import Account
from accounts.models.people import Person

if TYPE_CHECKING:
    from accounts.models.people import User


class ClientNeedsQuerySet(VersionedQuerySet):
    def visible_to(self, user: "User") -> Self:
        return self.filter(account__in=Account.objects.visible_to(user).values("pk"))


class ClientNeeds(Versioned):
    """What finding a successor goes by, beside what the account says anyway. One row at most for each."""

    account = models.OneToOneField(
        Account, models.CASCADE, related_name="needs", verbose_name=_("account"), primary_key=True
    )
    products = models.JSONField(_("products"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    language_required = models.BooleanField(_("one of these languages is a must"), default=False)
    working_styles = models.JSONField(_("working style"), default=list, blank=True)
    selling_styles = models.JSONField(_("selling style"), default=list, blank=True)

    objects = ClientNeedsQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("needs of a client")
        verbose_name_plural = _("needs of clients")

    def __str__(self) -> str:
        return f"needs {self.pk}"


class Side(models.TextChoices):
    CLIENT = "client", _("The client")
    REP = "rep", _("The rep")


class ClashQuerySet(VersionedQuerySet):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def visible_to(self, user: "User") -> Self:
        """For those who decide who looks after a client, and for whoever noted it: reps read no other."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.reads_everything:
            return self
        own = models.Q(noted_by=user.person_id)
        return self.filter(own | models.Q(account__team__in=user.led_team_ids()))


class Clash(Addressed, Versioned):
    """A client and a rep do not get along. It keeps the rep from being offered, until it is withdrawn.

    Internal, whatever is written: no packet and no page of the client shows it.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="clashes", verbose_name=_("account"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="clashes", verbose_name=_("rep"))
    side = models.CharField(_("who says so"), max_length=10, choices=Side.choices)
    words = ProseField(_("what happened"))
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    withdrawn_why = ProseField(_("why it is settled"), blank=True)

    objects = ClashQuerySet.as_manager()
    history: Any = tracked()

    class Meta:
        verbose_name = _("clash")
        verbose_name_plural = _("clashes")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "person", "side"],
                condition=models.Q(withdrawn_at=None),
                name="clash_stands_once",
            )
        ]

    def __str__(self) -> str:
        return f"clash {self.pk}"
