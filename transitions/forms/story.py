"""What is typed about the message to the client."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import LARGEST_VERSION, version_field
from accounts.forms.people import LineInput
from transitions.forms.fields import DrawnForm
from transitions.forms.plans import ProseInput


class ApproveForm(DrawnForm):
    version = version_field()
    who_now = ProseInput(
        label=_("Whom they turn to now"),
        required=True,
        help_text=_("Names and how to reach them, as the client will be told on that day."),
    )


class AcknowledgeForm(DrawnForm):
    """Which message was read: the one that stood on the page."""

    narrative = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_VERSION)


class ExcuseForm(DrawnForm):
    version = version_field()
    why = LineInput(
        label=_("Why it does not talk to this client"),
        help_text=_("It stays on record beside your name."),
    )
