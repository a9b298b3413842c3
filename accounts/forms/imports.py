"""What is typed while importing: the files, what their columns mean, what country names mean."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.forms.fields import country_choices
from accounts.models.base import translated
from accounts.rules.countries import similar
from accounts.rules.imports.shapes import MOST_BYTES
from accounts.rules.imports.tables import KINDS
from accounts.rules.text import BadText, clean_line
from accounts.selectors.imports import Staged
from accounts.services.imports.staging import MOST_FILES

LEAVE_BLANK = "-"
MOST_COUNTRIES = 300  # unknown names asked at once


def is_name(name: str) -> bool:
    try:
        return bool(clean_line(name, most=300)) and clean_line(name) == name
    except BadText:
        return False


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field; each within the importer's limit before any is read."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(upload, initial) for upload in uploads if upload]
        if not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(cleaned) > MOST_FILES:
            raise ValidationError(
                ngettext("At most %(most)d file fits.", "At most %(most)d files fit.", MOST_FILES)
                % {"most": MOST_FILES}
            )
        for upload in cleaned:
            if upload.size > MOST_BYTES:
                raise ValidationError(
                    _("“%(name)s” has %(size)s; at most %(most)s fit. Split it into several files.")
                    % {
                        "name": upload.name,
                        "size": filesizeformat(upload.size),
                        "most": filesizeformat(MOST_BYTES),
                    }
                )
        return cleaned


class UploadForm(forms.Form):
    source = forms.CharField(
        label=gettext_lazy("Where the files come from"),
        max_length=100,
        help_text=gettext_lazy(
            "The name of the CRM or list, such as Salesforce. Use the same name next time: "
            "it is how rows are recognised, and what you choose is remembered for it."
        ),
    )
    uploads = FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "CSV or Excel (XLSX), several at once: accounts, people and teams, contacts, deals, products. "
            "At most 5 MB and 10,000 records each."
        ),
        allow_empty_file=True,  # the importer says it in better words
    )

    def __init__(self, *args: Any, sources: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources
        self.fields["source"].widget.attrs |= {"list": "sources", "autocomplete": "off"}
        self.fields["uploads"].widget.attrs |= {"accept": ".csv,.tsv,.txt,.xlsx"}
        self.helper = FormHelper()
        words = {"data_busy": _("Reading the files …"), "css_class": "btn-primary"}
        submit = StrictButton(_("Upload and look"), type="submit", **words)
        self.helper.layout = Layout("source", "uploads", submit)

    def clean_source(self) -> str:
        try:
            return clean_line(self.cleaned_data["source"], most=100)
        except BadText as error:
            raise ValidationError(translated(error)) from None


class ColumnsForm(forms.Form):
    """For each file its kind, for each of its columns a field; for all files how dates and numbers read."""

    dates = forms.ChoiceField(
        label=gettext_lazy("Dates such as 1/2/2026"),
        choices=[
            ("ymd", gettext_lazy("Say that they are ambiguous")),
            ("dmy", gettext_lazy("Day first: the 1st of February")),
            ("mdy", gettext_lazy("Month first: January 2nd")),
        ],
    )
    numbers = forms.ChoiceField(
        label=gettext_lazy("Numbers"),
        choices=[
            ("point", gettext_lazy("A point before decimals: 1,234.56")),
            ("comma", gettext_lazy("A comma before decimals: 1.234,56")),
        ],
    )

    def __init__(self, data: Any, *, staged: Iterable[Staged], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.parts = [FilePart(self, one) for one in staged]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def clean(self) -> None:
        for part in self.parts:
            part.check(self)

    def kinds(self) -> dict[int, str]:
        return {part.pk: self.cleaned_data[part.kind_name] for part in self.parts}

    def columns(self) -> dict[int, dict[str, str]]:
        return {
            part.pk: {
                self.cleaned_data[name]: heading
                for name, heading, _ in part.columns
                if self.cleaned_data.get(name)
            }
            for part in self.parts
            if part.columns
        }


class FilePart:
    """The fields of one file inside ColumnsForm."""

    def __init__(self, form: ColumnsForm, staged: Staged) -> None:
        self.pk, self.name, self.lacks = staged.file.pk, staged.file.name, staged.lacks
        self.form = form
        self.kind_name = f"kind-{self.pk}"
        self.was = staged.kind.key if staged.kind else ""
        kinds = [("", _("Choose …"))] if staged.kind is None else []
        form.fields[self.kind_name] = forms.ChoiceField(
            label=_("What “%(name)s” holds") % {"name": self.name},
            choices=[*kinds, *((kind.key, _(kind.title)) for kind in KINDS.values())],
            initial=self.was,
        )
        field_of = {heading: key for key, heading in staged.mapping.items()}
        self.columns: list[tuple[str, str, list[str]]] = []
        if staged.kind is None:
            return
        choices = [("", _("Do not import")), *((field.key, _(field.title)) for field in staged.kind.fields)]
        for position, heading in enumerate(staged.table.headings):
            name = f"column-{self.pk}-{position}"
            form.fields[name] = forms.ChoiceField(
                label=heading, choices=choices, initial=field_of.get(heading, ""), required=False
            )
            samples = (record.cells[position] for record in staged.table.records[:20])
            self.columns.append((name, heading, [sample[:40] for sample in samples if sample.strip()][:3]))

    @property
    def kind(self) -> forms.BoundField:
        return self.form[self.kind_name]

    @property
    def rows(self) -> list[tuple[forms.BoundField, str, list[str]]]:
        return [(self.form[name], heading, samples) for name, heading, samples in self.columns]

    def check(self, form: ColumnsForm) -> None:
        if form.cleaned_data.get(self.kind_name) != self.was:
            return
        taken: dict[str, str] = {}
        for name, heading, _samples in self.columns:
            field = form.cleaned_data.get(name)
            if field and field in taken:
                form.add_error(
                    name, _("“%(heading)s” is imported as this already.") % {"heading": taken[field]}
                )
            elif field:
                taken[field] = heading


class CountriesForm(forms.Form):
    """For each country name that nobody knows: which country it is, or that it stays blank.

    The names travel with the answers, since another answer may have changed what is unknown.
    """

    def __init__(self, data: Any, *, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.names = [name for name in names[:MOST_COUNTRIES] if is_name(name)]
        everything = country_choices()[1:]
        named = dict(everything)
        for position, name in enumerate(self.names):
            near = [(code, named[code]) for code in similar(name)]
            choices: list[tuple[str, Any]] = [("", _("Choose …"))]
            if near:
                choices.append((_("Similar names"), near))
            choices += [(LEAVE_BLANK, _("Leave the country blank")), (_("All countries"), everything)]
            field = forms.ChoiceField(label=name, choices=choices, required=False)
            field.widget.attrs["class"] = "form-select"
            self.fields[f"country-{position}"] = field

    def answers(self) -> dict[str, str]:
        """Name -> code for what was answered; "" for what is to stay blank."""
        found = {}
        for position, name in enumerate(self.names):
            answer = self.cleaned_data.get(f"country-{position}")
            if answer:
                found[name] = "" if answer == LEAVE_BLANK else answer
        return found
