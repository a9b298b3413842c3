"""The outbox: one row is one finished message to one person, and the only truth about it."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, LineField
from accounts.models.people import Person
from accounts.rules.reminders import URGENT_BY_DEFAULT

if TYPE_CHECKING:
    from accounts.models.people import User


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    LEASED = "leased", _("Being sent")
    DATA = "data", _("Being handed over")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Failed")
    UNSURE = "unsure", _("Unsure")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Held")


class DeliveryChannel(models.TextChoices):
    MAIL = "mail", _("Mail")
    CHAT = "chat", _("Chat")


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own mail; administrators see all, because they keep the mail running."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.role == "administrator" else self.filter(person=user.person_id)


class Delivery(Addressed):
    """One message to one person. States and policy: docs/architecture.md, section on reminders."""

    key = models.CharField(max_length=200, unique=True)  # "digest:<person>:<local date>"
    kind = models.CharField(max_length=30)  # "digest", "invitation", "test"
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="deliveries", verbose_name=_("person")
    )
    channel = models.CharField(
        _("by"), max_length=10, choices=DeliveryChannel.choices, default=DeliveryChannel.MAIL
    )
    # Of chat: where to; `address` then says it as it may be shown, and `text` is the finished body.
    endpoint = models.ForeignKey(
        "ChatEndpoint", models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    address = models.CharField(_("address"), max_length=254)
    subject = LineField(_("subject"), max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)  # an iCalendar object with its method: an invitation
    headers = models.JSONField(default=dict, blank=True)
    # {"name": "id of a link"}: the sender fills in the tokens; see accounts.rules.tokens.
    secrets = models.JSONField(default=dict, blank=True)
    message_id = models.CharField(max_length=200)
    dated_at = models.DateTimeField()  # the Date header: fixed, so that each retry is byte-identical
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    due_at = models.DateTimeField()  # not tried before
    expires_at = models.DateTimeField(null=True, blank=True)  # cancelled when not sent by then
    attempts = models.PositiveSmallIntegerField(default=0)
    retransmissions = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)  # leases that ran out: poison after three
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = LineField(max_length=500, blank=True)  # the last answer of the mail server, or why not sent
    created_at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index("state", "due_at", "id", name="delivery_by_state"),
            models.Index("kind", "created_at", name="delivery_by_kind"),
            models.Index(fields=["person", "-created_at"], name="delivery_by_person"),
        ]

    def __str__(self) -> str:
        return self.key


def urgent_kinds() -> list[str]:
    """What counts as urgent for whoever has not chosen."""
    return list(URGENT_BY_DEFAULT)


class ReminderPreference(models.Model):
    """How one person wants to be reminded. No row: the defaults."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="reminders")
    hour = models.PositiveSmallIntegerField(
        _("hour of the daily digest"), default=8, validators=[MaxValueValidator(23)]
    )
    wants_digest = models.BooleanField(_("send me a daily digest"), default=True)
    # Of whoever leads; who does not gets none, whatever stands here.
    wants_weekly = models.BooleanField(_("send me the leaders’ weekly digest"), default=True)
    weekly_weekday = models.PositiveSmallIntegerField(
        _("day of the weekly digest"), default=0, validators=[MaxValueValidator(6)]
    )
    by_mail = models.BooleanField(_("by mail"), default=True)
    by_chat = models.BooleanField(_("by chat"), default=True)  # where a chat is entered
    # Part of every link in our mails: raising it makes all earlier ones void.
    link_series = models.PositiveIntegerField(default=0, editable=False)
    quiet_weekdays = models.JSONField(default=list, blank=True)  # without a digest: 0 (Monday) to 6
    # Whether public holidays of one's country, and the company's free days, are quiet, too.
    quiet_holidays = models.BooleanField(_("no digest on public holidays"), default=True)
    urgent = models.JSONField(default=urgent_kinds, blank=True)  # of rules.reminders.URGENT
    urgent_anyway = models.BooleanField(_("urgent things on quiet days, too"), default=False)

    class Meta:
        verbose_name = _("reminder preference")
        verbose_name_plural = _("reminder preferences")

    def __str__(self) -> str:
        return f"reminders of {self.person_id}"
