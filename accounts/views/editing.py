"""What every page with a form, and every button that changes something, does the same way."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.forms.fields import VerbForm, version_field
from accounts.models import Account
from accounts.models.base import StaleVersion
from accounts.rendering.numbers import day, moment

Deed = Callable[[], object]


def form_page(request: HttpRequest, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """The page with one form. `title`, and where wanted `intro`, `back`, `back_label`, `action`."""
    return TemplateResponse(request, "components/form_page.html", {"form": form, **context})


def edited(
    request: HttpRequest, form: forms.BaseForm, deed: Deed, *, done: str, back: str, **page: Any
) -> HttpResponse:
    """Show a form; when it was sent and holds, do `deed` and lead `back`, or to the address it returns.

    A deed that refuses adds its reason to the form and raises `Refused`; one that finds the row
    changed meanwhile raises StaleVersion, and the answer is 409 with everything that was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            address = deed()
        except StaleVersion as error:
            return conflict(request, form, error, back=request.get_full_path())
        except Refused:
            return form_page(request, form, back=back, **page)
        messages.success(request, done)
        return redirect(address if isinstance(address, str) else back)
    return form_page(request, form, back=back, **page)


class Refused(Exception):
    """The deed was refused, and the form already says why."""


class VersionForm(VerbForm):
    version = version_field()


def version_of(request: HttpRequest) -> int:
    """The version over which a button was pressed. Raises BadRequest."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise BadRequest("a button without the version it was pressed over")
    return form.cleaned_data["version"]


def pressed(request: HttpRequest, deed: Deed, *, back: str, done: str = "", undo: str = "") -> HttpResponse:
    """Do what a button asks for and lead `back`; nothing was typed, so a conflict loses nothing.

    `undo` is the address that takes it back.
    """
    try:
        deed()
    except StaleVersion:
        messages.error(
            request, _("Somebody changed this meanwhile. Nothing was done: look at it as it is now.")
        )
    else:
        if undo:
            offer_undo(request, done, undo)
        else:
            messages.success(request, done)
    return redirect(back)


def offer_undo(request: HttpRequest, words: str, address: str) -> None:
    """Say what was done, beside a button that takes it back."""
    context = {"words": words, "address": address}
    messages.success(request, render_to_string("components/undo.html", context, request))


def on_live_account(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An archived account is for reading: whoever wants to change it is told to bring it back first."""

    @wraps(view)
    def guarded(request: HttpRequest, row: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        account = row if isinstance(row, Account) else row.account
        if account.archived_at is None:
            return view(request, row, *args, **kwargs)
        messages.error(request, _("This account is archived. Bring it back before you change it."))
        return redirect("account", account.uuid)

    return guarded


def conflict(request: HttpRequest, form: forms.BaseForm, error: StaleVersion, *, back: str) -> HttpResponse:
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
    if value is None or value == "":
        return ""
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, QuerySet):
        return ", ".join(str(one) for one in value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.DateField):
        return day(value)
    if isinstance(field, forms.ChoiceField):
        words = dict(field.choices)  # type: ignore[arg-type]
        chosen = value if isinstance(value, list | tuple) else [value]
        return ", ".join(str(words.get(one, one)) for one in chosen)
    return str(value)
