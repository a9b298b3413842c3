"""What is typed about calendars: what comes by mail, and a recurring meeting."""

from datetime import tzinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PersonField, VerbForm, version_field
from transitions.forms.fields import DrawnForm
from transitions.forms.meetings import LocalMomentField
from transitions.models.feeds import RHYTHM_CHOICES
from transitions.rules.meetings import MOST_MINUTES


class CalendarChoiceForm(VerbForm):
    check_ins = forms.BooleanField(
        label=_("Send me my check-ins of the next four weeks as entries by mail"),
        required=False,
        help_text=_("Meetings that you take part in always come by mail. The secret link below holds both."),
    )


class RecurringForm(DrawnForm):
    rows = (("title",), ("rhythm", "next_at"), ("minutes", "organiser"), ("place",), ("uid",))

    title = forms.CharField(
        label=_("What it is called in the calendar"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHM_CHOICES)
    next_at = LocalMomentField(label=_("Next time"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=MOST_MINUTES)
    organiser = PersonField(label=_("Who invites to it until now"), required=True)
    place = forms.CharField(label=_("Place or link"), required=False, max_length=500)
    uid = forms.CharField(
        label=_("Identifier of the series in that calendar"),
        required=False,
        max_length=255,
        help_text=_("If you know it (UID), there is a file that ends the old series. Leave it empty if not."),
    )

    def __init__(self, *args: Any, tz: tzinfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_at"].at(tz)


class EditRecurringForm(RecurringForm):
    version = version_field()
