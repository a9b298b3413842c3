"""What is typed when a plan rests, goes on, ends, is opened again, switches or gives its steps away."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, PersonField, version_field
from accounts.forms.people import LineInput
from transitions.forms.fields import DrawnForm, PeopleField
from transitions.forms.plans import ConfirmedField, ProseInput
from transitions.models import Outcome


class HoldForm(DrawnForm):
    why = ProseInput(label=_("Why the plan rests"), required=True, lines=2)
    resumes_on = DayField(
        label=_("Expected to go on"),
        required=False,
        help_text=_("On that day leaders find the plan among what needs a decision."),
    )
    version = version_field()


class ResumeForm(DrawnForm):
    """`shift` is the button that was pressed."""

    confirmed = ConfirmedField()
    version = version_field()

    def __init__(self, *args: Any, promised: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not promised:
            del self.fields["confirmed"]


class CloseForm(DrawnForm):
    outcome = forms.ChoiceField(label=_("How it ended"), choices=[("", _("Choose")), *Outcome.choices])
    why = ProseInput(label=_("Why it ends here"), required=True)
    version = version_field()


class CancelForm(DrawnForm):
    why = ProseInput(label=_("Why it is cancelled"), required=True, lines=2)
    told_client = ProseInput(
        label=_("What the client was told"),
        required=True,
        lines=2,
        help_text=_("By whom, when and how; or that they knew of nothing."),
    )
    put_right = ProseInput(
        label=_("How it is put right"),
        required=True,
        lines=2,
        help_text=_("What the client gets or hears so that no doubt stays; or that nothing has to be."),
    )
    version = version_field()


class ReopenForm(DrawnForm):
    why = ProseInput(label=_("Why it is opened again"), required=True, lines=2)
    version = version_field()


class ReadersForm(DrawnForm):
    readers = PeopleField(
        label=_("Readers"), help_text=_("You stay among them. Whoever is not named no longer sees the plan.")
    )
    version = version_field()


class SwitchLookForm(DrawnForm):
    """The days to look at what a switch would do."""

    cutover = DayField(
        label=_("Cutover"), help_text=_("The first day on which the leaver no longer answers.")
    )
    departure = DayField(
        label=_("Departure"),
        required=False,
        help_text=_("The last day on which they can be asked. Empty: the day of the cutover."),
    )

    @property
    def given(self) -> dict[str, date]:
        return {key: on for key in ("cutover", "departure") if (on := self.cleaned_data.get(key))}


class SwitchForm(SwitchLookForm):
    """Everything that a switch asks; its days were chosen before with SwitchLookForm."""

    interim = PersonField(
        label=_("Interim rep"),
        required=False,
        empty_label=_("Not chosen yet"),
        help_text=_("Who answers the client from the day of the cutover."),
    )
    why = ProseInput(label=_("Why the leaver goes early"), required=True, lines=2)
    confirmed = ConfirmedField()
    version = version_field()

    def __init__(self, *args: Any, promised: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("cutover", "departure"):
            self.fields[name].widget = forms.HiddenInput()
        if not promised:
            del self.fields["confirmed"]


class ReassignForm(DrawnForm):
    """Who takes the steps that were ticked; each tick carries the step's key and version."""

    person = PersonField(label=_("Who takes them"), empty_label=_("Choose somebody"))
    why = ProseInput(label=_("Why"), lines=2)


class PlanNoteForm(DrawnForm):
    rows = (("text",), ("link", "link_title"))
    text = ProseInput(label=_("Note"), lines=3)
    link = forms.URLField(
        label=_("Link to a document"),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    link_title = LineInput(label=_("Name of the document"), required=False, max_length=200)
