"""What lists of messages are filtered by."""

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from accounts.forms.filters import Search
from accounts.models import DeliveryChannel, DeliveryState

KINDS = {
    "digest": _("Daily digest"),
    "chat_digest": _("Digest by chat"),
    "chat_team_digest": _("A team’s digest by chat"),
    "weekly": _("Weekly digest"),
    "chat_weekly": _("Weekly digest by chat"),
    "packet": _("Handover packet"),
    "departure": _("Departure"),
    "calendar": _("Calendar entry"),
    "invitation": _("Invitation"),
    "sign-in": _("Sign-in and passwords"),
    "test": _("Test mail"),
    "chat_test": _("Test message by chat"),
    "chat_failed": _("A chat that fails"),
}


class MailFilters(FilterSet):
    q = Search(fields=("subject",), label=_("Search the subjects"))


class OutboxFilters(FilterSet):
    q = Search(fields=("subject", "address", "person__name"), label=_("Search by subject, address or name"))
    state = ChoiceFilter(choices=DeliveryState.choices, label=_("State"), empty_label=_("Any state"))
    channel = ChoiceFilter(choices=DeliveryChannel.choices, label=_("By"), empty_label=_("By mail or chat"))
    kind = ChoiceFilter(choices=list(KINDS.items()), label=_("Kind"), empty_label=_("Any kind"))
