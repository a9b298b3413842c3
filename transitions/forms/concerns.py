"""What is typed into the concern ledger, and how its list is narrowed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from accounts.forms.fields import DayField, PersonField, version_field
from accounts.forms.filters import Flag, Search
from accounts.models import Channel, Contact
from transitions.forms.fields import DrawnForm
from transitions.forms.plans import ProseInput
from transitions.rules.concerns import SERIOUSNESS, STATES

SCALE = [(level, _(words)) for level, words in SERIOUSNESS.items()]


class ConcernFilters(FilterSet):
    """Whatever was withdrawn is shown only where one asks for it."""

    q = Search(fields=["words", "answer"], label=_("Search the words"))
    state = ChoiceFilter(
        choices=[(state, _(words)) for state, words in STATES.items()],
        label=_("State"),
        empty_label=_("All but withdrawn"),
        method="in_state",
    )
    seriousness = ChoiceFilter(choices=SCALE, label=_("How serious"), empty_label=_("Any"))
    mine = Flag(label=_("Mine to answer"), method="only_mine")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(archived_at=None)
        return super().filter_queryset(queryset)

    def unasked(self) -> QuerySet:
        return self.queryset.filter(archived_at=None)

    def in_state(self, rows: Any, name: str, value: str) -> QuerySet:
        return rows.in_state(value)

    def only_mine(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(owner=self.request.user.person_id) if value else rows


class ContactField(forms.ModelChoiceField):
    """Somebody at the client. Which client is said by the form that has it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Contact.objects.none(), **kwargs)

    def label_from_instance(self, obj: Contact) -> str:
        return f"{obj.name} · {obj.title}" if obj.title else obj.name


class ConcernForm(DrawnForm):
    """A new concern. Fields bear the names of its columns, as the service's refusals do."""

    rows: Sequence[Sequence[str]] = (
        ("words",),
        ("raised_by", "raised_by_name"),
        ("seriousness",),
        ("owner", "promised_on"),
        ("raised_on",),
    )

    words = ProseInput(
        label=_("In the client's words"),
        required=True,
        lines=3,
        help_text=_("As they said it, also where it seems unfounded."),
    )
    raised_by = ContactField(label=_("Raised by"), required=False, empty_label=_("Somebody else"))
    raised_by_name = forms.CharField(label=_("Or by whom"), required=False, max_length=200)
    seriousness = forms.ChoiceField(label=_("How serious"), choices=SCALE, widget=forms.RadioSelect)
    owner = PersonField(label=_("Who answers"), empty_label=_("Choose a person"))
    promised_on = DayField(
        label=_("Answer promised for"),
        required=False,
        help_text=_("Whoever answers is reminded of this day."),
    )
    raised_on = DayField(label=_("Raised on"))

    def __init__(self, *args: Any, contacts: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["raised_by"].queryset = contacts


class EditConcernForm(ConcernForm):
    rows = (*ConcernForm.rows, ("why",))

    version = version_field()
    why = ProseInput(
        label=_("Why more or less serious"),
        lines=2,
        help_text=_("Needed only where you change how serious it is. It stays on record."),
    )

    def __init__(self, *args: Any, kept_owner: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].also(kept_owner)


class AnswerForm(DrawnForm):
    version = version_field()
    answer = ProseInput(
        label=_("What the client was answered"),
        required=True,
        lines=5,
        help_text=_("The concern stays open until the client confirms that it is answered."),
    )


class ConfirmForm(DrawnForm):
    rows = (("confirmed_by",), ("confirmed_on", "confirmed_how"))

    version = version_field()
    confirmed_by = ContactField(label=_("Who confirmed it"), empty_label=_("Choose a person"))
    confirmed_on = DayField(label=_("On"))
    confirmed_how = forms.ChoiceField(label=_("How"), choices=[("", _("Choose")), *Channel.choices])

    def __init__(self, *args: Any, contacts: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed_by"].queryset = contacts


class ReopenForm(DrawnForm):
    version = version_field()
    why = ProseInput(label=_("What the client misses"), required=True, lines=2)


class WithdrawForm(DrawnForm):
    version = version_field()
    why = ProseInput(
        label=_("What the mistake was"),
        required=True,
        lines=2,
        help_text=_(
            "Only for what was never a concern of this client. What was answered, the client confirms."
        ),
    )
