"""What is typed to correct a field of the CRM record, or to ask somebody for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.clients import AccountForm, ContactForm
from accounts.forms.fields import LARGEST_VERSION, DayField, PersonField, RowForm
from accounts.forms.requests import CommitmentForm, RequestForm
from accounts.models import BriefingEntry
from transitions.forms.fields import DrawnForm
from transitions.forms.plans import ProseInput


class SeenForm(DrawnForm):
    """What stood on the page over which a button was pressed."""

    field = forms.SlugField(max_length=60)
    seen = forms.CharField(max_length=32)
    version = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION)


class RestForm(DrawnForm):
    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)


class AskForm(DrawnForm):
    rows = (("what",), ("owner", "due_on"))

    what = ProseInput(label=_("What is wrong"), required=True)
    owner = PersonField(label=_("Who corrects it"), empty_label=_("Choose a person"))
    due_on = DayField(label=_("By"))


class FactForm(AccountForm):
    """Some of an account's own columns."""

    def __init__(self, *args: Any, columns: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {*columns, "version"}:
            del self.fields[name]


class ContactFactForm(ContactForm):
    rows = (("name",), ("title",), ("level", "role"), ("email", "phone"), ("left",))

    class Meta(ContactForm.Meta):
        fields = ("name", "title", "level", "role", "email", "phone")

    left = forms.BooleanField(
        label=_("Has left the company"),
        required=False,
        help_text=_("The contact is archived: nothing that is known of them is lost."),
    )


class FolderForm(RowForm):
    """A folder, channel or portal; with `gone` it is taken out of the record."""

    rows = (("text",), ("gone",))

    class Meta(RowForm.Meta):
        model = BriefingEntry
        fields = ("text",)
        labels = {"text": _("Folders, channels, portals")}
        help_texts = {"text": _("Where they are, and who gives access. Never a password.")}

    gone = forms.BooleanField(label=_("It is no longer there"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["gone"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("text") and not cleaned.get("gone") and "text" not in self.errors:
            self.add_error("text", _("Write where it is, or say that it is no longer there."))
        return cleaned


class RequestFactForm(RequestForm):
    rows = (("title",), ("contact", "owner"), ("opened_on", "promised_on"), ("escalated",), ("settled",))

    class Meta(RequestForm.Meta):
        fields = ("title", "contact", "owner", "opened_on", "promised_on", "escalated")

    settled = forms.BooleanField(label=_("It is solved already, as of today"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["settled"]


class CommitmentFactForm(CommitmentForm):
    rows = (("text",), ("contact", "owner"), ("made_on", "due_on"), ("written",), ("settled",))

    settled = forms.BooleanField(label=_("It was kept already, as of today"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["settled"]
