"""What a client needs of a rep, and with whom it did not work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PersonField, VerbForm, version_field
from accounts.forms.people import ProseInput, StylesField, WordsField
from accounts.models import ClientNeeds, Person, Side
from accounts.rules.people import SELLING_STYLES, WORKING_STYLES


class NeedsForm(VerbForm):
    rows = (
        ("products",),
        ("languages", "language_required"),
        ("working_styles", "selling_styles"),
    )
    products = WordsField(label=_("Products they use"), help_text=_("Separated by commas."))
    languages = WordsField(label=_("Languages they speak with us"), help_text=_("Separated by commas."))
    language_required = forms.BooleanField(
        label=_("One of these languages is a must"),
        required=False,
        help_text=_("Whoever speaks none of them is ruled out, however well they fit."),
    )
    working_styles = StylesField(WORKING_STYLES, label=_("How they like to work"))
    selling_styles = StylesField(SELLING_STYLES, label=_("How they like to be sold to"))
    version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs: ClientNeeds | None, **kwargs: Any) -> None:
        names = [name for name in self.base_fields if name != "version"]
        known = {name: getattr(needs, name) for name in names} if needs else {}
        kwargs["initial"] = {**known, "version": needs.version if needs else 0}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("language_required") and not given.get("languages"):
            self.add_error("languages", _("Name the language that is a must."))
        return given


class ClashForm(VerbForm):
    person = PersonField(label=_("Rep"), empty_label=_("Choose somebody"))
    side = forms.ChoiceField(label=_("Who says so"), choices=Side.choices)
    words = ProseInput(
        label=_("What happened"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Read by those who decide who looks after this client, and by nobody else."),
    )

    def __init__(self, *args: Any, alone: Person | None, **kwargs: Any) -> None:
        """`alone`: whoever may speak of themselves only."""
        super().__init__(*args, **kwargs)
        if alone is None:
            self.fields["person"].queryset = Person.objects.live().filter(rep__isnull=False)
        else:
            del self.fields["person"], self.fields["side"]


class SettleForm(VerbForm):
    why = ProseInput(label=_("Why it is settled"), widget=forms.Textarea({"rows": 2}))
    version = version_field()
