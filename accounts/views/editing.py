"""What every page with a form does the same way."""

from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse

from accounts.models.base import StaleVersion
from accounts.rendering.numbers import day


def form_page(request: HttpRequest, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """The page with one form. `title`, and where wanted `intro`, `back`, `back_label`, `action`."""
    return TemplateResponse(request, "components/form_page.html", {"form": form, **context})


def conflict(request: HttpRequest, form: forms.ModelForm, error: StaleVersion, *, back: str) -> HttpResponse:
    """Say that somebody else was first, and show what was typed beside what stands there now."""
    yours = []
    for name, field in form.fields.items():
        now, typed = _now(error.row, name, field), _typed(form, name, field)
        if name != "version" and now != typed:
            yours.append((field.label, now, typed))
    return render(request, "errors/409.html", {"yours": yours, "back": back, "row": error.row}, status=409)


def _now(row: Model, name: str, field: forms.Field) -> str:
    return _shown(getattr(row, name, ""), field)


def _typed(form: forms.BaseForm, name: str, field: forms.Field) -> str:
    return _shown(form.cleaned_data.get(name, form[name].value()), field)


def _shown(value: Any, field: forms.Field) -> str:
    """A value as its reader would say it."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value)
    if isinstance(field, forms.DateField):
        return day(value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(value)
