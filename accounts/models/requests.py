"""What the client asked for and what we promised them."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, LineField, ProseField, Versioned, tracked
from accounts.models.clients import Account, Contact, OfAccountQuerySet
from accounts.models.people import Person


class RequestQuerySet(OfAccountQuerySet):
    def open(self) -> Self:
        return self.filter(closed_on=None, archived_at=None)

    def escalated(self) -> Self:
        return self.open().filter(escalated=True)


class ClientRequest(Addressed, Versioned):
    """Something the client asked for: a named person, and the date by which it will be solved."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="requests", verbose_name=_("account"))
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name=_("asked by")
    )
    owner = models.ForeignKey(Person, models.PROTECT, related_name="requests", verbose_name=_("who answers"))
    title = LineField(_("what they ask"))
    detail = ProseField(_("detail"), blank=True)
    opened_on = models.DateField(_("asked on"))
    promised_on = models.DateField(_("solution promised for"), null=True, blank=True)
    closed_on = models.DateField(_("solved on"), null=True, blank=True)
    escalated = models.BooleanField(_("escalated"), default=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RequestQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = [
            models.Index("account", name="request_open", condition=models.Q(closed_on=None)),
            models.Index("owner", "promised_on", name="request_due", condition=models.Q(closed_on=None)),
        ]

    def __str__(self) -> str:
        return self.title


class CommitmentQuerySet(OfAccountQuerySet):
    def open(self) -> Self:
        return self.filter(kept_on=None, archived_at=None)

    def due_by(self, day: date) -> Self:
        return self.open().filter(due_on__lte=day)


class Commitment(Addressed, Versioned):
    """What we promised a client: what, by whom, by when, in writing or by word."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="commitments", verbose_name=_("account")
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("promised to"),
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="commitments", verbose_name=_("who keeps it")
    )
    text = LineField(_("what was promised"))
    written = models.BooleanField(_("in writing"), default=False)
    made_on = models.DateField(_("promised on"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    kept_on = models.DateField(_("kept on"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CommitmentQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        indexes = [
            models.Index("owner", "due_on", name="commitment_due", condition=models.Q(kept_on=None)),
        ]

    def __str__(self) -> str:
        return self.text
