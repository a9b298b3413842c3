"""Choosing among candidates, and swapping to the second choice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PersonField, version_field
from transitions.forms.fields import DrawnForm
from transitions.forms.life import ConfirmedField
from transitions.forms.plans import ProseInput
from transitions.rendering.words import title
from transitions.rules.candidates import ROLES, TRIGGERS


def roles() -> list[tuple[str, str]]:
    return [(role, title(role, "role")) for role in ROLES]


def triggers() -> list[tuple[str, str]]:
    return [(key, title(key, "trigger")) for key in TRIGGERS]


class ChooseForm(DrawnForm):
    role = forms.ChoiceField(label=_("As"), choices=roles)
    why = ProseInput(
        label=_("Why this one"),
        lines=2,
        help_text=_("Asked where somebody else fits better. It stays with the choice."),
    )
    version = version_field()


class SwapLookForm(DrawnForm):
    """What happened, to look at what a swap would do."""

    trigger = forms.ChoiceField(label=_("What happened"), choices=triggers, widget=forms.RadioSelect)


class SwapForm(DrawnForm):
    trigger = forms.ChoiceField(choices=triggers, widget=forms.HiddenInput)
    why = ProseInput(
        label=_("In your words"),
        required=True,
        lines=2,
        help_text=_("For us alone: neither the client nor the packet says it."),
    )
    second_choice = PersonField(
        label=_("New second choice"),
        required=False,
        empty_label=_("Not chosen yet"),
        help_text=_("Can be chosen among the candidates later; the gate asks for it."),
    )
    to_client = ProseInput(
        label=_("What the client is told"),
        lines=8,
        help_text=_("Prepared for you. It is kept with the plan and not sent: say it in person first."),
    )
    confirmed = ConfirmedField()
    version = version_field()

    def __init__(self, *args: Any, promised: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not promised:
            del self.fields["confirmed"]
