"""Where messages go by chat: incoming webhooks of persons, and of teams."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, LineField
from accounts.models.people import Person, Team

if TYPE_CHECKING:
    from accounts.models.people import User


class ChatKind(models.TextChoices):
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Microsoft Teams"
    JSON = "json", _("Another program (JSON)")


class ChatEndpointQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own; those of teams belong to administrators."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        own = models.Q(person=user.person_id)
        return self.filter(own | models.Q(team__isnull=False) if user.role == "administrator" else own)

    def working(self) -> Self:
        """Those that messages are written for: switched on, and not given up."""
        return self.filter(paused_at=None, disabled_at=None)


class ChatEndpoint(Addressed):
    """An address to which a person's or a team's digest is posted.

    The address is a secret: whoever knows it can post there. It is kept sealed, and shown masked.
    """

    kind = models.CharField(_("program"), max_length=10, choices=ChatKind.choices)
    name = LineField(_("name"), max_length=100)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="chat_endpoints", verbose_name=_("person")
    )
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="chat_endpoints", verbose_name=_("team")
    )
    sealed_url = models.TextField()  # accounts.rules.sealed
    shown_url = LineField(max_length=300)  # masked
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)  # switched off by its owner
    failing_at = models.DateTimeField(null=True, blank=True)  # since when every try has failed
    disabled_at = models.DateTimeField(null=True, blank=True)  # given up by us; its owner was told
    reason = LineField(max_length=500, blank=True)  # the last answer, while it fails

    objects = ChatEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("chat endpoint")
        verbose_name_plural = _("chat endpoints")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, team__isnull=True)
                | models.Q(person__isnull=True, team__isnull=False),
                name="chat_endpoint_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
