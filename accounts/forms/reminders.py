"""How one wants to be reminded."""

from datetime import time
from typing import Any

from django import forms
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.forms.fields import VerbForm
from accounts.models import ReminderPreference


def hours() -> list[tuple[int, str]]:
    return [(hour, time_format(time(hour), pgettext("time format", "H:i"))) for hour in range(24)]


class ReminderForm(VerbForm):
    wants_digest = forms.BooleanField(
        label=_("Send me a daily digest"),
        required=False,
        help_text=_(
            "One mail a day with what is overdue, due today and due this week. No mail when nothing is due."
        ),
    )
    hour = forms.TypedChoiceField(
        label=_("At"), choices=hours, coerce=int, help_text=_("In your own time zone, from your preferences.")
    )

    def __init__(self, data: Any = None, *, preference: ReminderPreference) -> None:
        super().__init__(data, initial={"wants_digest": preference.wants_digest, "hour": preference.hour})
