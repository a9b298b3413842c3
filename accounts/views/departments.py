"""Departments that talk to clients: a part of the settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms.departments import DepartmentForm
from accounts.models import Department
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.rendering.text import translate
from accounts.services import departments as services
from accounts.views.editing import Deed, Refused, edited, pressed, version_of


@allowed("manage_organisation")
def department_add(request: AuthenticatedRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None)

    def deed() -> None:
        services.add(**form.cleaned_data, by=request.user.person, now=timezone.now())

    return edited(
        request,
        form,
        _told(form, deed),
        done=_("The department is saved."),
        back=_settings(),
        back_label=_("Settings"),
        title=_("Add a department"),
        action=_("Add"),
    )


@allowed("manage_organisation", Department)
def department_edit(request: AuthenticatedRequest, department: Department) -> HttpResponse:
    form = DepartmentForm(request.POST or None, department=department)

    def deed() -> None:
        services.edit(department=department, **form.cleaned_data, by=request.user.person, now=timezone.now())

    return edited(
        request,
        form,
        _told(form, deed),
        done=_("The department is saved."),
        back=_settings(),
        back_label=_("Settings"),
        title=_("Edit %(name)s") % {"name": department.name},
    )


@require_POST
@allowed("manage_organisation", Department)
def department_archive(request: AuthenticatedRequest, department: Department) -> HttpResponse:
    return pressed(
        request,
        lambda: services.archive(
            department=department, version=version_of(request), by=request.user.person, now=timezone.now()
        ),
        back=_settings(),
        done=_("%(name)s is asked no more.") % {"name": department.name},
        undo=reverse("department-unarchive", args=[department.uuid]),
    )


@require_POST
@allowed("manage_organisation", Department)
def department_unarchive(request: AuthenticatedRequest, department: Department) -> HttpResponse:
    try:
        services.unarchive(department=department, by=request.user.person, now=timezone.now())
    except services.DepartmentRefused as refusal:
        messages.error(request, translate(refusal.message))
    else:
        messages.success(request, _("%(name)s is asked again.") % {"name": department.name})
    return redirect(_settings())


def _settings() -> str:
    return reverse("organisation") + "#departments"


def _told(form: DepartmentForm, deed: Deed) -> Deed:
    """The same deed; where it is refused, the form says why, beside what can be corrected."""

    def telling() -> object:
        try:
            return deed()
        except services.DepartmentRefused as refusal:
            form.add_error(refusal.field, translate(refusal.message))
            raise Refused from None

    return telling
