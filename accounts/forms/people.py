"""What is typed about people."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from accounts.forms.fields import (
    CountryField,
    DayField,
    PersonField,
    SearchSelect,
    VerbForm,
    ZoneField,
    version_field,
    zone_choices,
)
from accounts.forms.filters import Search
from accounts.models import Person, Rep, Role, Seniority, Team, User
from accounts.models.base import translated
from accounts.rules.people import SELLING_STYLES, WORKING_STYLES
from accounts.rules.text import LINE_LENGTH, BadText, clean_line, clean_text

ZONE_OF_COMPANY = _("The company's time zone")
LANGUAGE_OF_COMPANY = _("The company's language")


class LineInput(forms.CharField):
    """One line of text that says at once what may not be stored."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        try:
            return clean_line(value, most=self.max_length or LINE_LENGTH) if value else value
        except BadText as error:
            raise forms.ValidationError(translated(error)) from None


class ProseInput(forms.CharField):
    """Several lines of text, likewise."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        try:
            return clean_text(value) if value else value
        except BadText as error:
            raise forms.ValidationError(translated(error)) from None


class WordsField(LineInput):
    """Several words or names on one line, separated by commas; a list when cleaned."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        words = (word.strip() for word in (super().clean(value) or "").split(","))
        return list(dict.fromkeys(word for word in words if word))


class StylesField(forms.MultipleChoiceField):
    """Some of a few ways of working or selling."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, styles: dict[str, str], **kwargs: Any) -> None:
        choices = [(key, _(words)) for key, words in styles.items()]
        super().__init__(choices=choices, required=False, initial=list, **kwargs)


class TeamField(forms.ModelChoiceField):
    """A team, shown where it stands in the tree."""

    widget = SearchSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("to_field_name", "uuid")
        super().__init__(queryset=Team.objects.all(), **kwargs)

    def label_from_instance(self, team: Team) -> str:
        return indented(team)


def indented(team: Team) -> str:
    return "\N{EM SPACE}" * (team.get_depth() - 1) + team.name


class Shown(ChoiceFilter):
    """Which people: those who work here, unless asked otherwise."""

    CHOICES = (
        ("unreachable", _("Without email")),
        ("no_sign_in", _("Cannot sign in")),
        ("away", _("On leave today")),
        ("archived", _("Archived")),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=self.CHOICES, empty_label=_("Everyone who works here"), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if value == "archived":
            return qs.exclude(archived_at=None)
        working = qs.filter(archived_at=None)
        if value == "unreachable":
            return working.filter(email="")
        if value == "no_sign_in":
            return working.filter(user=None)
        return working.filter(away=True) if value == "away" else working


class SubtreeFilter(ModelChoiceFilter):
    """Rows of a team and of every team below it."""

    field_class = TeamField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.extra.pop("queryset", None)

    def filter(self, qs: QuerySet, value: Team | None) -> QuerySet:
        return qs if value is None else qs.filter(team__in=Team.objects.under([value.path]))


class PeopleFilters(FilterSet):
    q = Search(fields=["name", "email", "title"], label=_("Search by name, email or title"))
    team = SubtreeFilter(label=_("Team"), empty_label=_("Every team"))
    role = ChoiceFilter(
        field_name="user__role", choices=Role.choices, label=_("Role"), empty_label=_("Any role")
    )
    shown = Shown(label=_("Who"))


class PersonForm(VerbForm):
    """Everything that an administrator may change about a person."""

    rows = (
        ("name", "title"),
        ("email", "phone"),
        ("team", "language"),
        ("country", "tz"),
        ("away_from_on", "away_until_on"),
        ("substitute",),
    )
    name = LineInput(label=_("Name"))
    title = LineInput(label=_("Title"), required=False)
    team = TeamField(label=_("Team"), required=False, empty_label=_("No team"))
    email = forms.EmailField(
        label=_("Email"),
        required=False,
        help_text=_("Without one, nobody can reach or remind this person, and they cannot sign in."),
    )
    phone = LineInput(label=_("Phone"), required=False, max_length=50)
    country = CountryField(label=_("Country"), required=False)
    tz = ZoneField(label=_("Time zone"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", LANGUAGE_OF_COMPANY), *settings.LANGUAGES],
    )
    away_from_on = DayField(label=_("On leave from"), required=False)
    away_until_on = DayField(
        label=_("On leave until"),
        required=False,
        help_text=_("The last day away. Leave it empty while the return is not known."),
    )
    substitute = PersonField(
        label=_("Substitute"),
        required=False,
        help_text=_("Who stands in during the leave. What they may not see goes to the leader."),
    )
    version = version_field()

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = {name: getattr(person, name) for name in self.base_fields}
            kwargs["initial"]["substitute"] = person.substitute_id
        super().__init__(*args, **kwargs)
        self.fields["tz"].choices = [("", ZONE_OF_COMPANY), *zone_choices()[1:]]
        if person is None:
            del self.fields["version"]
        else:
            self.fields["substitute"].also(person.substitute_id)
            offer(self.fields["tz"], person.tz)

    def details(self) -> dict[str, Any]:
        """What was typed, for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PreferencesForm(PersonForm):
    """What a person may change about themselves."""

    email = None  # type: ignore[assignment]
    title = None  # type: ignore[assignment]
    team = None  # type: ignore[assignment]


def offer(field: forms.Field, value: str) -> None:
    """Offer what stands there, whatever it is: opening a form and saving it must not change it."""
    known = [str(key) for key, _label in field.choices]  # type: ignore[attr-defined]
    if value and value not in known:
        field.choices = [*field.choices, (value, value)]  # type: ignore[attr-defined]


class RepForm(VerbForm):
    rows = (
        ("seniority", "capacity", "joined_on"),
        ("industries",),
        ("products", "languages"),
        ("working_styles", "selling_styles"),
        ("style",),
    )
    seniority = forms.ChoiceField(label=_("Seniority"), choices=Seniority.choices, initial=Seniority.MID)
    capacity = forms.IntegerField(
        label=_("Capacity"),
        min_value=1,
        max_value=10_000,
        initial=40,
        help_text=_("In workload points: a strategic account takes 8, a standard one 3, a small one 1."),
    )
    joined_on = DayField(label=_("Joined on"), required=False)
    industries = WordsField(label=_("Industries"), help_text=_("Separated by commas."))
    products = WordsField(label=_("Products"), help_text=_("Separated by commas."))
    languages = WordsField(label=_("Languages"), help_text=_("Separated by commas."))
    working_styles = StylesField(WORKING_STYLES, label=_("Working style"))
    selling_styles = StylesField(SELLING_STYLES, label=_("Selling style"))
    style = ProseInput(label=_("More about their style"), required=False, widget=forms.Textarea({"rows": 4}))
    version = version_field()

    def __init__(self, *args: Any, person: Person, rep: Rep | None, **kwargs: Any) -> None:
        initial = {name: getattr(rep, name) for name in self.base_fields if hasattr(rep, name)} if rep else {}
        kwargs["initial"] = {**initial, "version": person.version}
        super().__init__(*args, **kwargs)

    def details(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class RoleForm(VerbForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class InviteForm(VerbForm):
    """An address and a role: all it takes to invite one person."""

    email = forms.EmailField(label=_("Email"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class InviteRowForm(InviteForm):
    """One line of the bulk page. Untouched, it leaves the person as they are."""

    invite = forms.BooleanField(label=_("Invite"), required=False)
    email = forms.EmailField(label=_("Email"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        kwargs["prefix"] = str(person.uuid)
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["invite"].widget.attrs["class"] = "form-check-input"
        self.fields["email"].widget.attrs["class"] = "form-control form-control-sm"
        self.fields["role"].widget.attrs["class"] = "form-select form-select-sm"
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {person.name}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("invite") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("An invitation needs an address."))
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field in self.fields:
            attrs = self.fields[field].widget.attrs
            attrs["class"] += " is-invalid"
            attrs["aria-describedby"] = f"{self[field].auto_id}_error"

    @property
    def wanted(self) -> bool:
        """Whether this person is to be invited: ticked, or given an address."""
        typed = self.cleaned_data.get("email", "")
        return bool(typed) and (self.cleaned_data["invite"] or typed.lower() != self.person.email.lower())


class AcceptForm(VerbForm):
    """The first sign-in: a name and a password, twice."""

    name = LineInput(label=_("Your name"), widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A few words in a row are easy to keep in mind."),
    )
    again = forms.CharField(
        label=_("The password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("again")
        if password is not None:
            try:
                validate_password(password, User(email=self.email))
            except forms.ValidationError as error:
                self.add_error("password", error)
        if password is not None and again is not None and password != again:
            self.add_error("again", _("The two passwords differ."))
        return cleaned
