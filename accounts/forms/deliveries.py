"""What lists of messages are filtered by."""

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from accounts.forms.filters import Search
from accounts.models import DeliveryState

KINDS = {
    "digest": _("Daily digest"),
    "packet": _("Handover packet"),
    "departure": _("Departure"),
    "calendar": _("Calendar entry"),
    "invitation": _("Invitation"),
    "sign-in": _("Sign-in and passwords"),
    "test": _("Test mail"),
}


class MailFilters(FilterSet):
    q = Search(fields=("subject",), label=_("Search the subjects"))


class OutboxFilters(FilterSet):
    q = Search(fields=("subject", "address", "person__name"), label=_("Search by subject, address or name"))
    state = ChoiceFilter(choices=DeliveryState.choices, label=_("State"), empty_label=_("Any state"))
    kind = ChoiceFilter(choices=list(KINDS.items()), label=_("Kind"), empty_label=_("Any kind"))
