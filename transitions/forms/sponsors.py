"""What is typed about promises: how one was kept, what exactly was promised, who keeps it, why it ends."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import LARGEST_VERSION, DayField, PersonField, version_field
from accounts.models import Account, Channel, Contact
from transitions.forms.fields import DrawnForm
from transitions.forms.plans import DayForm, ProseInput

ANY_CHANNEL = _("However it suits")


class ContactField(forms.ModelChoiceField):
    """One contact of one account, or nobody in particular."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("empty_label", _("Nobody in particular"))
        super().__init__(Contact.objects.none(), **kwargs)

    def of(self, account: Account, kept: int | None = None) -> None:
        """Offer the contacts of `account` who are there now, and the one that stands in the field."""
        offered = Q(archived_at=None) | Q(pk=kept)
        contacts = Contact.objects.filter(offered, account=account)
        self.queryset = contacts.only("name").order_by("name", "pk")


class OfContactsForm(DrawnForm):
    """A form whose contacts are those of one account."""

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact: Any = self.fields["contact"]
        contact.of(account, self.initial.get("contact"))


class KeepForm(OfContactsForm):
    """How a promise was kept. Names of fields are those by which the service refuses."""

    rows = (("on", "channel"), ("contact", "person"), ("evidence",))

    version = version_field()
    on = DayField(label=_("When"))
    channel = forms.ChoiceField(label=_("How"), choices=[("", _("Choose a channel")), *Channel.choices])
    contact = ContactField(label=_("With whom at the client"))
    person = PersonField(label=_("Who of us"), empty_label=_("Choose a person"))
    evidence = ProseInput(
        label=_("What was said"),
        required=True,
        help_text=_("A sentence is enough. It is the evidence, and stands among the account’s touchpoints."),
    )


class PromiseForm(OfContactsForm):
    """What exactly is promised."""

    rows = (("channel", "contact"), ("in_writing",))

    version = version_field()
    channel = forms.ChoiceField(
        label=_("Promised channel"), choices=[("", ANY_CHANNEL), *Channel.choices], required=False
    )
    contact = ContactField(label=_("To whom at the client"))
    in_writing = forms.BooleanField(
        label=_("The client has it in writing"),
        required=False,
        help_text=_("It then keeps its channel, and whoever moves its date is told before."),
    )


class LetGoForm(DrawnForm):
    version = version_field()
    reason = ProseInput(
        label=_("Why it need not be kept"),
        required=True,
        help_text=_("It stays on record beside your name, for everyone who sees the plan."),
    )


class WarmUpForm(DrawnForm):
    reason = ProseInput(
        label=_("How one sees that the client has warmed up"),
        required=True,
        help_text=_("What is due by today stays owed; what lies ahead ends here, on record."),
    )


class PromisesField(forms.MultipleChoiceField):
    """Several promises, each with the version that was read: `<uuid>/<version>`."""

    widget = forms.CheckboxSelectMultiple
    known: Container[str] = ()  # the uuids that are offered

    def valid_value(self, value: str) -> bool:
        uuid, _slash, version = value.partition("/")
        return uuid in self.known and version.isdecimal() and 0 < int(version[:10]) <= LARGEST_VERSION


class RehomeForm(DrawnForm):
    """Who keeps these promises from now on."""

    promises = PromisesField(label=_("Promises"))
    to = PersonField(label=_("Who keeps them"), empty_label=_("Choose a person"))

    def __init__(self, *args: Any, promises: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["promises"]
        chosen.choices = list(promises)
        chosen.known = {key.partition("/")[0] for key, _label in chosen.choices}

    @property
    def versions(self) -> Mapping[str, int]:
        """The chosen promises by uuid, each with the version that was read."""
        pairs = (value.partition("/") for value in self.cleaned_data["promises"])
        return {uuid: int(version) for uuid, _slash, version in pairs}


class LimitForm(DrawnForm):
    touches = forms.IntegerField(
        label=_("Promises a week"),
        min_value=1,
        max_value=50,
        help_text=_("Weeks that hold more are shown as full, and other days are proposed."),
    )


class LevelForm(DayForm):
    """Accept or refuse a better day: `to` is that day, or the one on which it stands."""

    version = version_field()
