"""By what the history of a plan is narrowed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField
from transitions.forms.fields import DrawnForm


class HistoryForm(DrawnForm):
    """What is not understood narrows nothing: an address typed by hand shows too much, never too little."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Show"), required=False)
    by = forms.ChoiceField(label=_("By"), required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)

    def __init__(
        self, *args: Any, kinds: Sequence[tuple[str, str]], names: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Everything")), *kinds]
        self.fields["by"].choices = [("", _("Everyone")), *((name, name) for name in names)]
