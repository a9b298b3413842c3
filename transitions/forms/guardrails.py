"""What a leader types when deciding about a guard."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from transitions.forms.fields import DrawnForm
from transitions.forms.plans import ProseInput


class DecideForm(DrawnForm):
    """One of several on a page: its ids carry the guard. The verdict is the button that was pressed."""

    reason = ProseInput(
        label=_("Why"), lines=2, required=True, help_text=_("It stays on record beside your name.")
    )
    over = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, guard: str, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"id_{guard}_%s"
        super().__init__(*args, **kwargs)
