"""What is typed about praise of the outgoing rep and about extras."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, PersonField, version_field
from accounts.models import Contact
from transitions.forms.concerns import ContactField
from transitions.forms.fields import DrawnForm
from transitions.forms.plans import ProseInput


class PraiseForm(DrawnForm):
    rows = (("words",), ("said_by", "said_on"), ("keep",))

    words = ProseInput(
        label=_("What they value, in their words"), required=True, help_text=_("Shown to the successor only.")
    )
    said_by = ContactField(label=_("Said by"), required=False, empty_label=_("Somebody there"))
    said_on = DayField(label=_("Said on"))
    keep = ProseInput(label=_("How we keep it"), lines=2, help_text=_("So that it is not lost."))

    def __init__(self, *args: Any, contacts: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said_by"].queryset = contacts


class EditPraiseForm(PraiseForm):
    version = version_field()


class MoneyField(forms.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, min_value=Decimal(0), **kwargs)


class ExtraForm(DrawnForm):
    rows = (("what",), ("owner", "planned_on", "budget"))

    what = forms.CharField(
        label=_("What"), max_length=200, help_text=_("An outing, a workshop, a seat in a training.")
    )
    owner = PersonField(label=_("Who sees to it"), empty_label=_("Choose a person"))
    planned_on = DayField(label=_("Planned for"))
    budget = MoneyField(label=_("Budget"))


class EditExtraForm(ExtraForm):
    version = version_field()


class DoneForm(DrawnForm):
    rows = (("done_on", "spent"), ("reaction",))

    version = version_field()
    done_on = DayField(label=_("Done on"))
    spent = MoneyField(label=_("Spent"))
    reaction = ProseInput(label=_("How they took it"), lines=3)
