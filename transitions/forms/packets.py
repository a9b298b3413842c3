"""What is typed about packets: why a version is made, to whom it goes, a code from paper, many plans."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import LineInput
from accounts.models import Contact, Person
from transitions.forms.fields import DrawnForm
from transitions.models import Edition, Packet


class MakeForm(DrawnForm):
    edition = forms.ChoiceField(choices=Edition.choices)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    why = LineInput(label=_("Why this version"), required=False)


class SendForm(DrawnForm):
    """To one of ours who sees the plan, by mail with a link; or who at the client was given it."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Send to"), empty_label=_("Choose a person"), required=True
    )

    def __init__(self, data: Any = None, *, people: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["person"].queryset = people
        self.fields["person"].widget.attrs["class"] = "form-select"


class HandOverForm(DrawnForm):
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Who was given it"), empty_label=_("Choose a contact"), required=True
    )

    def __init__(self, data: Any = None, *, packet: Packet, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        theirs = Contact.objects.filter(account=packet.plan.account_id, archived_at=None)
        self.fields["contact"].queryset = theirs.order_by("name", "pk")
        self.fields["contact"].widget.attrs["class"] = "form-select"


class CodeForm(DrawnForm):
    code = LineInput(label=_("Code"), max_length=40, required=True)


class ManyForm(DrawnForm):
    edition = forms.ChoiceField(choices=Edition.choices)
