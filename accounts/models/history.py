"""What passed between us and a client."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, LineField, ProseField, Versioned, tracked
from accounts.models.clients import Account, Channel, Contact, OfAccountQuerySet
from accounts.models.people import Person


class Touchpoint(Addressed, Versioned):
    """One contact between our people and theirs."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="touchpoints", verbose_name=_("account")
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="touchpoints", verbose_name=_("contact")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="touchpoints", verbose_name=_("our person")
    )
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices)
    from_client = models.BooleanField(_("the client got in touch"), default=False)
    happened_at = models.DateTimeField(_("when"))
    subject = LineField(_("subject"))
    note = ProseField(_("note"), blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OfAccountQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        indexes = [models.Index(fields=["account", "-happened_at"], name="touchpoint_by_account")]

    def __str__(self) -> str:
        return self.subject
