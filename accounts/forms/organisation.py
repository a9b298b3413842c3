"""What is typed into the organisation's settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.forms.deliveries import KINDS
from accounts.forms.fields import (
    CountryField,
    FreeDaysField,
    VerbForm,
    ZoneField,
    country_choices,
    version_field,
    zone_choices,
)
from accounts.forms.people import LineInput, offer
from accounts.models import Organisation
from accounts.rules.organisation import CURRENCIES
from accounts.services.organisation import LOGO_BYTES_MOST


class OrganisationForm(VerbForm):
    rows = (
        ("name",),
        ("colour", "logo"),
        ("remove_logo",),
        ("country", "tz"),
        ("language", "currency"),
        ("free_days",),
        ("escalate_after",),
        ("cross_team_cover",),
        ("hold_kinds",),
    )
    name = LineInput(label=_("Name of the company"))
    colour = forms.CharField(
        label=_("Colour"),
        validators=[
            RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write the colour as # and six digits, like #1f5c5a."))
        ],
        widget=forms.TextInput({"type": "color", "data-colour": ""}),
        help_text=_("Of buttons and links. Text on it stays readable whatever you choose."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=_("PNG, JPEG, WebP or GIF, at most 1 MB. It is drawn anew before anybody sees it."),
    )
    remove_logo = forms.BooleanField(label=_("Show no logo"), required=False)
    country = CountryField(
        label=_("Country"), help_text=_("For people and accounts that have none of their own.")
    )
    tz = ZoneField(label=_("Time zone"), help_text=_("For people who have chosen none."))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: settings.LANGUAGES,
        help_text=_("For people who have chosen none."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        help_text=_("Of every amount. Changing it converts nothing: amounts stay as they are."),
    )
    free_days = FreeDaysField(label=_("Extra free days"))
    escalate_after = forms.IntegerField(
        label=_("Overdue work comes up to the leader after"),
        min_value=0,
        max_value=60,
        help_text=_(
            "Business days at the client’s; after as many again to the next leader above. With 0 only missed "
            "promises to the client come up; those always do, after three days at the latest."
        ),
    )
    cross_team_cover = forms.BooleanField(
        label=_("Offer successors from other teams"),
        required=False,
        help_text=_("When a rep leaves, leaders may choose from all teams, not only from their own."),
    )
    hold_kinds = forms.MultipleChoiceField(
        label=_("Mail that is never sent twice"),
        required=False,
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple(),
        help_text=_(
            "When the mail server took a message and did not answer, it is sent once more, the same to the "
            "byte. What you tick here waits in the outbox instead, until an administrator decides."
        ),
    )
    version = version_field()

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        shown = (
            "name",
            "colour",
            "country",
            "tz",
            "language",
            "currency",
            "free_days",
            "escalate_after",
            "cross_team_cover",
            "hold_kinds",
            "version",
        )
        kwargs["initial"] = {name: getattr(organisation, name) for name in shown}
        super().__init__(*args, **kwargs)
        # The company's own are what others fall back on, so here none is empty.
        self.fields["country"].choices = country_choices()[1:]
        self.fields["tz"].choices = zone_choices()[1:]
        offer(self.fields["tz"], organisation.tz)
        offer(self.fields["currency"], organisation.currency)
        if not organisation.logo_digest:
            del self.fields["remove_logo"]

    def details(self) -> dict[str, Any]:
        """What was typed, for the service. Of the file, one byte more than it accepts, so that it refuses."""
        typed = dict(self.cleaned_data)
        upload = typed.pop("logo")
        return {**typed, "logo": upload.read(LOGO_BYTES_MOST + 1) if upload else None}
