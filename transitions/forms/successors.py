"""What is typed about how ready the incoming rep is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import LARGEST_VERSION, DayField, PersonField, version_field
from accounts.forms.people import LineInput
from transitions.forms.fields import DrawnForm
from transitions.forms.plans import ProseInput
from transitions.models import Answered


class PacketForm(DrawnForm):
    """Which version of the packet a button was pressed over."""

    packet = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_VERSION)


class AskForm(DrawnForm):
    asked = LineInput(label=_("Question"), help_text=_("Something that one must know of this client."))
    expected = ProseInput(
        label=_("What should be known"), help_text=_("The incoming rep sees it once they have answered.")
    )


class AnswerForm(DrawnForm):
    version = version_field()
    answer = ProseInput(label=_("Your answer"), required=True, lines=4)


class JudgeForm(DrawnForm):
    version = version_field()
    verdict = forms.ChoiceField(label=_("The answer is"), choices=Answered.choices, widget=forms.RadioSelect)
    explanation = ProseInput(
        label=_("Explanation"), help_text=_("How it is, where the answer was not quite right.")
    )


class RehearsalForm(DrawnForm):
    rows = (("partner", "held_on"), ("went",), ("improve",))

    partner = PersonField(
        label=_("With whom"),
        empty_label=_("Choose a person"),
        help_text=_("The outgoing rep, a leader or whoever plays the client well."),
    )
    held_on = DayField(label=_("On"))
    went = ProseInput(label=_("How it went"), required=True, lines=4)
    improve = ProseInput(label=_("What to work on"), help_text=_("Before the client sees it."))

    def __init__(self, *args: Any, partner_id: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].also(partner_id)  # may have left since


class EditRehearsalForm(RehearsalForm):
    version = version_field()


class ReturnForm(DrawnForm):
    reason = LineInput(label=_("What is missing"), help_text=_("It becomes a step of whoever clears it up."))
    owner = PersonField(label=_("Who clears it up"), empty_label=_("Choose a person"))


class TrainingForm(DrawnForm):
    what = LineInput(label=_("What is to be learned"))
    due_on = DayField(label=_("By"))
