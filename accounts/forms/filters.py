"""Kinds of filters that lists use; `accounts.views.listing` draws them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter, Filter


class Search(CharFilter):
    """Every word must occur in one of `fields`."""

    def __init__(self, *, fields: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields = fields

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        for word in (value or "").split():
            wanted = Q()
            for field in self.fields:
                wanted |= Q(**{f"{field}__icontains": word})
            qs = qs.filter(wanted)
        return qs


class Pick(CharFilter):
    """Typed text with suggestions: for what has too many values for a select. `source`: their address."""

    def __init__(self, *args: Any, source: str | Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source


class Flag(Filter):
    """A tick box that narrows the list with its method, or does nothing."""

    field_class = forms.BooleanField

    def filter(self, qs: QuerySet, value: bool) -> QuerySet:
        return super().filter(qs, value) if value else qs
