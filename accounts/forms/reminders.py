"""How one wants to be reminded."""

from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
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
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        choices=lambda: list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What falls due on another day stands in the next digest."),
    )

    def __init__(self, data: Any = None, *, preference: ReminderPreference) -> None:
        kept = [day for day in WEEKDAYS if day not in preference.quiet_weekdays]
        super().__init__(
            data,
            initial={"wants_digest": preference.wants_digest, "hour": preference.hour, "weekdays": kept},
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("wants_digest") and not given.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one day, or switch the daily digest off."))
        return given

    def chosen(self) -> dict[str, Any]:
        """What was chosen, as accounts.services.reminders.choose takes it."""
        chosen = dict(self.cleaned_data)
        days = chosen.pop("weekdays")
        # Without any day there is no digest, and the days chosen before stay for when there is one again.
        return {**chosen, "quiet_weekdays": [day for day in WEEKDAYS if day not in days] if days else None}
