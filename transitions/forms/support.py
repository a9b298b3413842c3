"""What is typed about who takes over support."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, PersonField, version_field
from accounts.forms.people import LineInput
from accounts.models import CAPACITIES
from transitions.forms.fields import DrawnForm

OTHER = "other"


class TakeOverForm(DrawnForm):
    rows = (("capacity", "other"), ("from_person", "to_person"), ("falls_on",))

    capacity = forms.ChoiceField(
        label=_("What they do"), choices=[*CAPACITIES.items(), (OTHER, _("Something else"))]
    )
    other = LineInput(label=_("Something else: what"), required=False, max_length=60)
    from_person = PersonField(label=_("Who does it today"), required=False)
    to_person = PersonField(
        label=_("Who takes it over"), required=False, empty_label=_("Whoever does it today stays")
    )
    falls_on = DayField(label=_("From"))

    def __init__(self, *args: Any, people: tuple[int | None, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, person in zip(("from_person", "to_person"), people, strict=False):
            self.fields[field].also(person)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        other = cleaned.pop("other", "")
        if cleaned.get("capacity") == OTHER and "other" not in self.errors:
            cleaned["capacity"] = other
            if not other:
                self.add_error("other", _("Say what they do for the client."))
        return cleaned


class EditTakeOverForm(TakeOverForm):
    version = version_field()


def initial_of(capacity: str) -> dict[str, str]:
    """What the form shows of a capacity: one of ours, or another one as it was typed."""
    return (
        {"capacity": capacity}
        if capacity in CAPACITIES or not capacity
        else {"capacity": OTHER, "other": capacity}
    )
