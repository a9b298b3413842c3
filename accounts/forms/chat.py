"""What is typed about chats."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import VerbForm
from accounts.forms.people import LineInput, TeamField
from accounts.models import ChatEndpoint, ChatKind
from accounts.rules.chat import LONGEST_URL


class ChatForm(VerbForm):
    """A chat of one's own. The address is never shown again: where one stands, an empty field keeps it."""

    kind = forms.ChoiceField(label=_("Program"), choices=ChatKind.choices)
    name = LineInput(
        label=_("Name"), max_length=100, help_text=_("How you call it: the channel's name, for example.")
    )
    url = forms.CharField(
        label=_("Address of the incoming webhook"),
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text=_("The chat program gives it to you. Whoever has it can post there: we show it to nobody."),
    )

    def __init__(self, *args: Any, endpoint: ChatEndpoint | None = None, **kwargs: Any) -> None:
        if endpoint is not None:
            kwargs["initial"] = {"kind": endpoint.kind, "name": endpoint.name}
        super().__init__(*args, **kwargs)
        if endpoint is not None:
            self.fields["url"].required = False
            self.fields["url"].help_text = _("Leave it empty to keep %(address)s.") % {
                "address": endpoint.shown_url
            }


class TeamChatForm(ChatForm):
    team = TeamField(
        label=_("Team"),
        help_text=_("Everyone who reads the chat sees what is due in this team and in the teams under it."),
    )
    field_order = ("team", "kind", "name", "url")
