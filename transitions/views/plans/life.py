"""A plan rests, goes on, ends, is opened again or turns hard; and who reads it while confidential."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.views.editing import conflict, form_page
from transitions.forms import life as forms
from transitions.forms.fields import DrawnForm
from transitions.models import HandoverPlan, PlanState
from transitions.permissions import allowed
from transitions.rendering.words import title
from transitions.services import plans
from transitions.views.plans.answers import not_open, plan_url, put_problems, to_plan, to_plan_if_seen

LOOK_AND_DO = ["GET", "HEAD", "POST"]
ENDED = (PlanState.CLOSED, PlanState.CANCELLED)


def _done(
    request: AuthenticatedRequest,
    plan: HandoverPlan,
    form: DrawnForm,
    verb: Callable[..., Any],
    *,
    says: str,
    **page: Any,
) -> HttpResponse:
    """The page of one form, and its verb once the form holds: refusals stand where they belong."""
    if form.is_valid():
        try:
            verb(plan=plan, **form.cleaned_data, by=request.user.person, now=timezone.now())
        except plans.PlanRefused as error:
            put_problems(form, error)
        except StaleVersion as error:
            return conflict(request, form, error, back=plan_url(plan))
        except plans.PlanNotOpen:
            return not_open(request, plan)
        else:
            messages.success(request, says)
            return to_plan_if_seen(request, plan)
    return form_page(request, form, back=plan_url(plan), back_label=plan.account.name, **page)


@require_http_methods(LOOK_AND_DO)
@allowed("hold_plan", HandoverPlan)
def hold(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    if plan.state != PlanState.OPEN:
        return not_open(request, plan)
    return _done(
        request,
        plan,
        forms.HoldForm(request.POST or None, initial={"version": plan.version}),
        plans.hold,
        says=_("The plan is on hold: nothing of it is due, and nobody is reminded."),
        title=_("Put on hold"),
        intro=_("Nothing of the plan is due while it rests, and no digest mentions it. Its dates stay."),
        action=_("Put on hold"),
    )


@require_http_methods(LOOK_AND_DO)
@allowed("hold_plan", HandoverPlan)
def resume(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    if plan.state != PlanState.ON_HOLD:
        return not_open(request, plan)
    now = timezone.now()
    found = plans.preview_resume(plan=plan, now=now)
    form = forms.ResumeForm(
        request.POST or None, promised=bool(found.promised), initial={"version": plan.version}
    )
    if form.is_valid():
        shift = "shift" in request.POST
        try:
            plans.resume(plan=plan, shift=shift, **form.cleaned_data, by=request.user.person, now=now)
        except plans.PlanRefused as error:
            put_problems(form, error)
        except StaleVersion as error:
            return conflict(request, form, error, back=plan_url(plan))
        except plans.PlanNotOpen:
            return not_open(request, plan)
        else:
            says = _("The plan goes on, and its open dates moved along.")
            messages.success(request, says if shift else _("The plan goes on; its dates stay."))
            return to_plan(plan)
    context = {"plan": plan, "found": found, "form": form}
    return TemplateResponse(request, "transitions/life/resume.html", context)


@require_http_methods(LOOK_AND_DO)
@allowed("end_plan", HandoverPlan)
def close(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    if not plan.is_open:
        return not_open(request, plan)
    return _done(
        request,
        plan,
        forms.CloseForm(request.POST or None, initial={"version": plan.version}),
        plans.close,
        says=_("The plan is closed."),
        title=_("Close the plan"),
        intro=_(
            "The plan ends before its last stage. It stays readable; the owner of the account stays who it "
            "is, and so do sponsors and support."
        ),
        action=_("Close the plan"),
        action_class="btn-danger",
    )


@require_http_methods(LOOK_AND_DO)
@allowed("end_plan", HandoverPlan)
def cancel(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    if not plan.is_open:
        return not_open(request, plan)
    return _done(
        request,
        plan,
        forms.CancelForm(request.POST or None, initial={"version": plan.version}),
        plans.cancel,
        says=_("The plan is cancelled."),
        title=_("Cancel the plan"),
        intro=_("The change is not carried out. Everybody named for it gives the role back."),
        action=_("Cancel the plan"),
        action_class="btn-danger",
    )


@require_http_methods(LOOK_AND_DO)
@allowed("end_plan", HandoverPlan)
def reopen(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    if plan.state not in ENDED:
        messages.info(
            request, _("This plan has not ended (%(state)s).") % {"state": title(plan.state, "state")}
        )
        return to_plan(plan)
    return _done(
        request,
        plan,
        forms.ReopenForm(request.POST or None, initial={"version": plan.version}),
        plans.reopen,
        says=_("The plan is open again, with the people it had."),
        title=_("Open the plan again"),
        intro=_("It goes on in the stage in which it ended. What is late then is shown as late."),
        action=_("Open it again"),
    )


@require_http_methods(LOOK_AND_DO)
@allowed("release", HandoverPlan)
def readers(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    if not plan.is_open or plan.released_at is not None:
        return not_open(request, plan) if not plan.is_open else to_plan(plan)
    named = list(plan.readers.values_list("person", flat=True))
    initial = {"readers": named, "version": plan.version}

    def verb(*, readers: Any, **more: Any) -> None:
        plans.set_readers(people=list(readers), **more)

    return _done(
        request,
        plan,
        forms.ReadersForm(request.POST or None, initial=initial),
        verb,
        says=_("The readers are saved."),
        title=_("Readers of the plan"),
        intro=_(
            "Until it is released, nobody else sees this plan: not in lists, not in figures, not in mails."
        ),
    )


@require_http_methods(LOOK_AND_DO)
@allowed("switch_plan", HandoverPlan)
def switch(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    if plan.state != PlanState.OPEN:
        return not_open(request, plan)
    now, posted = timezone.now(), request.method == "POST"
    asked = request.POST if posted else request.GET if "cutover" in request.GET else None
    look = forms.SwitchLookForm(asked)
    form, preview = None, None
    if look.is_bound and look.is_valid():
        try:
            preview = plans.preview_switch(plan=plan, given=look.given, now=now)
        except plans.PlanRefused as error:
            put_problems(look, error)
    if preview is not None:
        form = forms.SwitchForm(
            request.POST if posted else None,
            promised=bool(preview.promised),
            initial={**look.cleaned_data, "version": plan.version},
        )
        if form.is_valid():
            given = form.given
            typed = {key: value for key, value in form.cleaned_data.items() if key not in look.fields}
            try:
                plans.switch(plan=plan, given=given, **typed, by=request.user.person, now=now)
            except plans.PlanRefused as error:
                put_problems(form, error)
            except StaleVersion as error:
                return conflict(request, form, error, back=plan_url(plan))
            except plans.PlanNotOpen:
                return not_open(request, plan)
            else:
                messages.success(
                    request,
                    _("This is a hard cutover now. The history takes it back until something else is done."),
                )
                return to_plan(plan)
    context = {"plan": plan, "look": look, "form": form, "preview": preview}
    return TemplateResponse(request, "transitions/life/switch.html", context)
