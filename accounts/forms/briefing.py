"""What is typed into a briefing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import RowForm
from accounts.models import BriefingEntry, Provenance


class BriefingForm(RowForm):
    rows = (("section",), ("text",), ("provenance", "said_by"), ("owner", "due_on"), ("audience",))

    class Meta(RowForm.Meta):
        model = BriefingEntry
        fields = ("section", "text", "provenance", "said_by", "owner", "due_on", "audience")
        widgets = {"text": forms.Textarea({"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "text": _("Leave it empty to note a gap, and say below who will fill it."),
            "owner": _("Who keeps this right, or fills the gap."),
            "due_on": _("By when a gap is filled, or the entry is checked again."),
            "audience": _("Opinions about people always stay internal."),
        }
        for name, text in words.items():
            self.fields[name].help_text = text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("provenance") == Provenance.SAID_BY and not cleaned.get("said_by"):
            self.add_error("said_by", _("Say who said it."))
        if not cleaned.get("text") and not cleaned.get("owner") and "text" not in self.errors:
            self.add_error("owner", _("Say who will fill the gap, or write what is known."))
        return cleaned
