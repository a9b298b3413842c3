"""What is typed about a touchpoint: few fields, filled in under a minute."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import FIRST_DAY, LAST_DAY, MomentInput, OfAccountForm, RowForm
from accounts.models import Touchpoint


class TouchpointForm(OfAccountForm):
    rows = (("subject",), ("channel", "contact"), ("happened_at", "person"), ("note",), ("from_client",))

    class Meta(RowForm.Meta):
        model = Touchpoint
        fields = ("subject", "channel", "contact", "happened_at", "person", "note", "from_client")
        widgets = {"happened_at": MomentInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].label = _("What was it about?")
        self.fields["person"].empty_label = _("Choose a person")
        wrong = _("Enter a date between 1900 and 2199.")
        self.fields["happened_at"].validators += [
            MinValueValidator(_noon(FIRST_DAY), wrong),
            MaxValueValidator(_noon(LAST_DAY), wrong),
        ]


def _noon(day: Any) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001


def refused_as_future(form: forms.BaseForm) -> None:
    form.add_error("happened_at", _("This lies in the future: note it when it has happened."))
