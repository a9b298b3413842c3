"""Fields and widgets for what has many values, and the form that edits one row two people can edit."""

from collections.abc import Container, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact, Person
from accounts.models.base import Versioned, translated
from accounts.rules.countries import NAMES, spelled
from accounts.rules.text import BadText, clean_line

# Earlier or later than this is a slip of the finger, and no time zone can push it out of range.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
LARGEST_VERSION = 2_147_483_647


class SearchSelect(forms.Select):
    """A select that finds what one types, where the browser runs static/js/pick.js.

    Draws its options itself: Django's template per option takes a second for some thousand people.
    """

    class Media:
        js = ("vendor/tom-select/tom-select.base.min.js",)

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-search": _("Nothing found"), **(attrs or {})}, choices)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        held = {str(one) for one in self.format_value(value)}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (("" if key is None else str(key), _selected(key, held), label) for key, label in self.choices),
        )
        written = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        if self.is_required and not self.choices:
            written["required"] = True
        return format_html("<select{}>{}</select>", _attributes(written), options)


def _selected(key: Any, held: set[str]) -> SafeString | str:
    return SafeString(" selected") if ("" if key is None else str(key)) in held else ""


def _attributes(attrs: dict[str, Any]) -> SafeString:
    kept = ((name, value) for name, value in attrs.items() if value is not None and value is not False)
    return format_html_join(
        "", " {}{}", ((name, "" if value is True else format_html('="{}"', value)) for name, value in kept)
    )


class PersonField(forms.ModelChoiceField):
    """One of our people: who works here now, and whoever stands in the field already."""

    widget = SearchSelect

    def __init__(self, queryset: QuerySet[Person] | None = None, **kwargs: Any) -> None:
        rows = Person.objects.live() if queryset is None else queryset
        kwargs.setdefault("empty_label", _("Nobody"))
        super().__init__(named(rows), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name} · {obj.team.name}" if obj.team else obj.name

    def also(self, pk: int | None) -> None:
        """Offer the person `pk` too, who may have left."""
        if pk is not None:
            self.queryset = named(Person.objects.filter(models.Q(archived_at=None) | models.Q(pk=pk)))


def named(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.select_related("team").only("name", "team__name").order_by("name", "pk")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat(), **(attrs or {})}, "%Y-%m-%d"
        )


class DayField(forms.DateField):
    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        wrong = _("Enter a date between 1900 and 2199.")
        self.validators += [MinValueValidator(FIRST_DAY, wrong), MaxValueValidator(LAST_DAY, wrong)]


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, "%Y-%m-%dT%H:%M")


class CountryField(forms.TypedChoiceField):
    """An ISO 3166-1 code, chosen by its name in the reader's language."""

    widget = SearchSelect

    def __init__(self, **kwargs: Any) -> None:
        for ours in ("max_length", "strip", "empty_value"):
            kwargs.pop(ours, None)
        super().__init__(choices=country_choices, empty_value="", **kwargs)


def country_choices() -> tuple[tuple[str, str], ...]:
    return _country_choices(get_language() or "en")


@lru_cache(maxsize=8)
def _country_choices(language: str) -> tuple[tuple[str, str], ...]:
    named = ((code, gettext(name)) for code, name in NAMES.items())
    return (("", gettext("Not known")), *sorted(named, key=lambda pair: spelled(pair[1])))


class ZoneField(forms.TypedChoiceField):
    """An IANA time zone; empty: the one that applies otherwise."""

    widget = SearchSelect

    def __init__(self, **kwargs: Any) -> None:
        for ours in ("max_length", "strip", "empty_value"):
            kwargs.pop(ours, None)
        super().__init__(choices=zone_choices, empty_value="", **kwargs)


def zone_choices() -> tuple[tuple[str, str], ...]:
    return (("", gettext("As in the country")), *_zones())


@lru_cache(maxsize=1)
def _zones() -> tuple[tuple[str, str], ...]:
    """What people live in; old aliases and fixed offsets only make the list longer."""
    regions = (
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    zones = sorted(zone for zone in available_timezones() if zone.split("/")[0] in regions)
    return tuple((zone, zone.replace("_", " ")) for zone in [*zones, "UTC"])


class AccountInput(forms.TextInput):
    """Free text with suggestions from `source`, an address that answers with options as JSON."""

    def __init__(self, source: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.source = source

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = f"{(attrs or {}).get('id', name)}-options"
        ours = {"list": options, "data-options": str(self.source), "autocomplete": "off", "maxlength": 220}
        drawn = super().render(name, value, {**(attrs or {}), **ours}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', drawn, options)


class AccountField(forms.CharField):
    """One of the accounts that the user sees, by name: there are too many for a select.

    Where several share the name, the suggestions tell them apart by the start of their address.
    """

    default_error_messages = {
        "unknown": _("No account of yours has this name. Choose one of the suggestions."),
        "several": _("Several accounts have this name. Choose one of the suggestions."),
    }

    def __init__(self, *, source: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 220)
        super().__init__(widget=AccountInput(source), **kwargs)
        self.rows: QuerySet[Account] = Account.objects.none()

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return self.rows.filter(pk=value).values_list("name", flat=True).first() or ""
        return value.name if isinstance(value, Account) else value

    def clean(self, value: Any) -> Account | None:
        typed = one_line(super().clean(value))
        if not typed:
            return None
        try:
            typed = clean_line(typed)
        except BadText as error:
            raise forms.ValidationError(translated(error)) from None
        name, _dot, start = typed.rpartition(" · ")
        found = list(self.rows.filter(name__iexact=typed)[:2])
        if not found and name:
            found = [row for row in self.rows.filter(name__iexact=name) if str(row.uuid).startswith(start)][
                :2
            ]
        if len(found) != 1:
            raise forms.ValidationError(
                self.error_messages["several" if found else "unknown"], code="unknown"
            )
        return found[0]


def field_for(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    """Our form field for a column, by what it holds."""
    if isinstance(db_field, models.DateTimeField):
        pass
    elif isinstance(db_field, models.DateField):
        kwargs["form_class"] = DayField
    elif isinstance(db_field, models.ForeignKey) and db_field.related_model is Person:
        kwargs["form_class"] = PersonField
    elif db_field.name == "country":
        kwargs["form_class"] = CountryField
    elif db_field.name == "tz":
        kwargs["form_class"] = ZoneField
    elif isinstance(db_field, models.TextField):
        kwargs.setdefault("widget", forms.Textarea({"rows": 4}))
    return db_field.formfield(**kwargs)


class Drawn:
    """Gives a form its helper: fields side by side as `rows` says, buttons left to the page."""

    rows: Sequence[Sequence[str]] = ()
    fields: dict[str, Any]

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*_placed(self.rows or [[name] for name in self.fields], self.fields))
        return helper


def _placed(rows: Sequence[Sequence[str]], fields: Container[str]) -> Iterator[Any]:
    for row in rows:
        present = [name for name in row if name in fields]
        if len(present) > 1:
            width = f"col-sm-{12 // len(present)}"
            yield Row(*(Column(name, css_class=width) for name in present))
        else:
            yield from present
    if "version" in fields:
        yield "version"


class VerbForm(Drawn, forms.Form):
    """What a verb needs to know, of no one row's columns."""


def version_field(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=1,
        max_value=LARGEST_VERSION,
        widget=forms.HiddenInput,
        error_messages={"required": _("Open this page again: the form was incomplete.")},
        **kwargs,
    )


class RowForm(Drawn, forms.ModelForm):
    """Cleans what was typed into one row, and carries the version it was typed over. Saves nothing."""

    class Meta:
        formfield_callback = field_for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, PersonField):
                field.also(getattr(self.instance, f"{name}_id", None))
        if self.instance.pk and isinstance(self.instance, Versioned):
            self.fields["version"] = version_field(initial=self.instance.version)

    @property
    def version(self) -> int:
        return self.cleaned_data["version"]


class OfAccountForm(RowForm):
    """A form about something of an account: its contacts are those of that account."""

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.contact_id
        contacts = Contact.objects.filter(account=account).filter(
            models.Q(archived_at=None) | models.Q(pk=kept)
        )
        self.fields["contact"].queryset = contacts.only("name").order_by("name", "pk")
        self.fields["contact"].empty_label = _("Nobody in particular")


def refuse_order(form: forms.BaseForm, first: str, last: str, words: Any) -> None:
    """Add `words` to the field `last` where its day lies before that of `first`."""
    begin, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if begin and end and end < begin:
        form.add_error(last, words)


def one_line(text: str) -> str:
    """Return `text` cleaned as a line, or raise a ValidationError that says what is wrong with it."""
    try:
        return clean_line(text)
    except BadText as error:
        raise forms.ValidationError(translated(error)) from None
