"""Fields of plan forms: several of our people, and the version that a form was typed over."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PersonField, SearchSelect, VerbForm, named
from accounts.models import Person


class SearchSelectMultiple(SearchSelect):
    """SearchSelect for several values."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__(
            {"multiple": True, "size": 4, "data-placeholder": _("Nobody chosen yet"), **(attrs or {})},
            choices,
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class PeopleField(forms.ModelMultipleChoiceField):
    """Several of our people who work here now."""

    widget = SearchSelectMultiple

    def __init__(self, queryset: QuerySet[Person] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(named(Person.objects.live() if queryset is None else queryset), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name} · {obj.team.name}" if obj.team else obj.name


class DrawnForm(VerbForm):
    """A form for one verb of a plan. It cleans what was typed and stops there."""

    def add_problems(self, problems: list[tuple[str, Any]]) -> None:
        """Put the refusals of a service, as (field, sentence), where they belong."""
        for field, sentence in problems:
            self.add_error(field if field in self.fields else None, sentence)


__all__ = ["DrawnForm", "PeopleField", "PersonField", "SearchSelectMultiple"]
