"""What is typed about requests and commitments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, OfAccountForm, RowForm, VerbForm, refuse_order, version_field
from accounts.models import ClientRequest, Commitment


class RequestForm(OfAccountForm):
    rows: Sequence[Sequence[str]] = (
        ("title",),
        ("contact", "owner"),
        ("opened_on", "promised_on"),
        ("escalated",),
        ("detail",),
    )

    class Meta(RowForm.Meta):
        model = ClientRequest
        fields: Sequence[str] = (
            "title",
            "contact",
            "owner",
            "opened_on",
            "promised_on",
            "escalated",
            "detail",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].empty_label = _("Choose a person")
        self.fields["promised_on"].help_text = _("The client wants to know when it will be solved.")
        self.fields["escalated"].help_text = _("The client, or one of us, has taken it further up.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        refuse_order(self, "opened_on", "promised_on", _("The promised day is before the day it was asked."))
        return cleaned


class CommitmentForm(OfAccountForm):
    rows: Sequence[Sequence[str]] = (("text",), ("contact", "owner"), ("made_on", "due_on"), ("written",))

    class Meta(RowForm.Meta):
        model = Commitment
        fields: Sequence[str] = ("text", "contact", "owner", "made_on", "due_on", "written")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].empty_label = _("Choose a person")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        refuse_order(self, "made_on", "due_on", _("The day it is due is before the day it was promised."))
        return cleaned


class SettledForm(VerbForm):
    """The day on which a request was solved or a commitment kept: not before it began, not after today."""

    version = version_field()
    on = DayField(label=_("On"))

    def __init__(self, *args: Any, since: date, today: date, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since, self.today = since, today
        self.fields["on"].label = label

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if on < self.since:
            raise forms.ValidationError(_("This is before it was asked or promised."))
        return on
