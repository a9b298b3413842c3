"""What is typed about a meeting with the client: its hour, the talking points, how it went."""

from datetime import tzinfo
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, MomentInput, PersonField, version_field
from accounts.models import Channel, Contact
from transitions.forms.concerns import SCALE, ContactField
from transitions.forms.fields import DrawnForm, PeopleField, SearchSelectMultiple
from transitions.forms.plans import ProseInput
from transitions.models.meetings import MOOD_CHOICES
from transitions.rules.meetings import MOST_MINUTES

MOST_RAISED = 6  # concerns that one debrief takes; the ledger takes the rest


class LocalMomentField(forms.DateTimeField):
    """An instant, typed and shown as the clock on the wall of another place shows it."""

    widget = MomentInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tz: tzinfo = timezone.get_default_timezone()

    def at(self, tz: tzinfo) -> None:
        self.tz = tz
        self.help_text = gettext("The time on the client's clock (%(zone)s).") % {"zone": tz}

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.tz):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        with timezone.override(self.tz):
            return super().to_python(value)


class ContactsField(forms.ModelMultipleChoiceField):
    """Several people at the client; who cannot be invited by mail is marked."""

    widget = SearchSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Contact.objects.none(), **kwargs)

    def label_from_instance(self, obj: Contact) -> str:
        return obj.name if obj.email else gettext("%(name)s (no email address)") % {"name": obj.name}


class AtTableForm(DrawnForm):
    """Who sits at the table, and when by the client's clock."""

    moment: str

    def __init__(self, *args: Any, tz: tzinfo, contacts: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.moment].at(tz)
        self.fields["contacts"].queryset = contacts
        if not contacts:
            self.fields["contacts"].help_text = _(
                "Nobody at this client is on the people map yet. Add them on the account's page first."
            )


class ArrangeForm(AtTableForm):
    moment = "starts_at"
    rows = (("starts_at", "minutes"), ("place",), ("people",), ("contacts",), ("invited",))

    version = version_field()
    starts_at = LocalMomentField(label=_("When"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=MOST_MINUTES)
    place = forms.CharField(
        label=_("Place or link"),
        required=False,
        max_length=500,
        help_text=_("Where you meet, or the address of the call."),
    )
    people = PeopleField(label=_("Who of us comes"), required=True)
    contacts = ContactsField(label=_("Who of them comes"))
    invited = ContactsField(
        label=_("Whom of them we invite by mail"),
        required=False,
        help_text=_("They get an entry for their calendar. Those of us who come always do."),
    )

    def __init__(self, *args: Any, contacts: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, contacts=contacts, **kwargs)
        self.fields["invited"].queryset = contacts


class PointsForm(DrawnForm):
    """`version` is the newest that was seen: somebody else may have written the next one meanwhile."""

    version = forms.IntegerField(min_value=0, max_value=100_000, widget=forms.HiddenInput)
    agenda = ProseInput(
        label=_("Topics"),
        required=True,
        lines=5,
        help_text=_("One on a line. The client may read them."),
    )
    points = ProseInput(
        label=_("What we say"), lines=7, help_text=_("One on a line. Only for us; so are the questions.")
    )
    questions = ProseInput(
        label=_("Questions they may ask"),
        lines=9,
        help_text=_("Each on a line of its own, our answer below it, an empty line between two."),
    )


class DebriefForm(AtTableForm):
    moment = "held_at"
    rows = (
        ("held_at", "channel_held"),
        ("people",),
        ("contacts",),
        ("mood_before", "mood_after"),
        ("said",),
        ("next_steps",),
    )

    version = version_field()
    held_at = LocalMomentField(label=_("When it was"))
    channel_held = forms.ChoiceField(
        label=_("How it was held"), choices=[("", _("Choose")), *Channel.choices]
    )
    people = PeopleField(label=_("Who of us was there"), required=True)
    contacts = ContactsField(label=_("Who of them was there"))
    mood_before = forms.TypedChoiceField(
        label=_("Their mood before"),
        choices=[("", _("Hard to say")), *MOOD_CHOICES],
        coerce=int,
        empty_value=None,
        required=False,
    )
    mood_after = forms.TypedChoiceField(
        label=_("Their mood after"),
        choices=[("", _("Hard to say")), *MOOD_CHOICES],
        coerce=int,
        empty_value=None,
        required=False,
    )
    said = ProseInput(
        label=_("What they said"), required=True, lines=5, help_text=_("In their words where you can.")
    )
    next_steps = ProseInput(label=_("Next steps"), lines=3, help_text=_("Who does what by when."))


class RaisedForm(DrawnForm):
    """A concern that came up in the meeting; left empty, it is none."""

    rows = (("words",), ("seriousness", "raised_by", "promised_on"))

    words = ProseInput(label=_("In the client's words"), lines=2)
    seriousness = forms.ChoiceField(label=_("How serious"), choices=SCALE, initial="amber")
    raised_by = ContactField(label=_("Raised by"), required=False, empty_label=_("The first named"))
    promised_on = DayField(label=_("Answer promised for"), required=False)

    def __init__(self, *args: Any, contacts: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["raised_by"].queryset = contacts

    def has_changed(self) -> bool:
        """Only words make a concern: the rest of the row has values of its own to begin with."""
        return "words" in self.changed_data


class OwnerForm(DrawnForm):
    owner = PersonField(label=_("Who answers the concerns"), empty_label=_("Choose a person"))


RaisedFormSet = forms.formset_factory(RaisedForm, extra=3, max_num=MOST_RAISED, validate_max=True)


class WaiveChannelForm(DrawnForm):
    version = version_field()
    why = ProseInput(
        label=_("Why another channel will do"),
        required=True,
        help_text=_("It stays on record beside your name, for everyone who sees the plan."),
    )


class CallOffForm(DrawnForm):
    version = version_field()
    why = ProseInput(label=_("Why"), lines=2)
