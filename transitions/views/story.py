"""One message: its page on a plan, its approval, and what each department reads and confirms."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.views.editing import conflict, edited, pressed, version_of
from transitions.forms.story import AcknowledgeForm, ApproveForm, ExcuseForm
from transitions.models import Acknowledgement, HandoverPlan
from transitions.permissions import allowed, rights
from transitions.selectors import story as selectors
from transitions.services import plans
from transitions.services import story as services
from transitions.views.plans.answers import not_open, put_problems, refusing, while_open


@require_safe
@allowed("see_plan", HandoverPlan)
def message(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    return _page(request, plan, _form(plan))


@require_POST
@allowed("approve_message", HandoverPlan)
def approve(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = ApproveForm(request.POST)
    if form.is_valid():
        try:
            services.approve(plan=plan, **form.cleaned_data, by=request.user.person, now=timezone.now())
        except plans.PlanRefused as error:
            put_problems(form, error)
        except StaleVersion as error:
            return conflict(request, form, error, back=_url(plan))
        except plans.PlanNotOpen:
            return not_open(request, plan)
        else:
            messages.success(request, _("The message is approved, and the departments are asked to read it."))
            return redirect(_url(plan))
    return _page(request, plan, form, status=422)


@require_POST
@allowed("ask_departments", HandoverPlan)
def ask(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    try:
        asked = services.ask(plan=plan, by=request.user.person, now=timezone.now())
    except plans.PlanNotOpen:
        return not_open(request, plan)
    except plans.PlanRefused as error:
        for _field, sentence in error.problems:
            messages.error(request, translate(sentence))
    else:
        said = ngettext("%(count)d department was asked.", "%(count)d departments were asked.", asked)
        messages.success(request, said % {"count": asked})
    return redirect(_url(plan))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("acknowledge", Acknowledgement)
def acknowledgement(request: AuthenticatedRequest, row: Acknowledgement) -> HttpResponse:
    """What a department reads; its person need not see anything else of the plan."""
    form = AcknowledgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.acknowledge(
                acknowledgement=row,
                narrative_version=form.cleaned_data["narrative"],
                by=request.user.person,
                now=timezone.now(),
            )
        except StaleVersion:
            messages.warning(request, _("The message was changed meanwhile. Read it as it is now."))
        except plans.PlanRefused as error:
            for _field, sentence in error.problems:
                messages.error(request, translate(sentence))
        except plans.PlanNotOpen:
            messages.info(request, _("This plan is no longer open: there is nothing to confirm."))
        else:
            messages.success(request, _("Thank you. %(name)s says the same.") % {"name": row.department.name})
        return redirect("acknowledgement", row.uuid)
    plan = row.plan
    sees_plan = HandoverPlan.objects.visible_to(request.user).filter(pk=plan.pk).exists()
    context = {
        "row": row,
        "plan": plan,
        "narrative": selectors.newest(plan),
        "sees_plan": sees_plan,
        "open": plan.state == "open",
    }
    return TemplateResponse(request, "transitions/story/acknowledgement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ask_departments", Acknowledgement)
@while_open
def excuse(request: AuthenticatedRequest, row: Acknowledgement) -> HttpResponse:
    form = ExcuseForm(request.POST or None, initial={"version": row.version})

    def deed() -> None:
        services.excuse(acknowledgement=row, **form.cleaned_data, by=request.user.person, now=timezone.now())

    return edited(
        request,
        form,
        refusing(form, deed),
        done=_("%(name)s is not asked.") % {"name": row.department.name},
        title=_("Do not ask %(name)s") % {"name": row.department.name},
        intro=_("Only where the department never talks to this client."),
        back=_url(row.plan),
        back_label=_("Message"),
    )


@require_POST
@allowed("ask_departments", Acknowledgement)
@while_open
def include(request: AuthenticatedRequest, row: Acknowledgement) -> HttpResponse:
    return pressed(
        request,
        lambda: services.include(
            acknowledgement=row, version=version_of(request), by=request.user.person, now=timezone.now()
        ),
        back=_url(row.plan),
        done=_("%(name)s is asked after all.") % {"name": row.department.name},
    )


def _url(plan: HandoverPlan) -> str:
    return reverse("message", args=[plan.uuid])


def _form(plan: HandoverPlan) -> ApproveForm:
    narrative = selectors.newest(plan)
    return ApproveForm(initial={"version": plan.version, "who_now": narrative.who_now if narrative else ""})


def _page(
    request: AuthenticatedRequest, plan: HandoverPlan, form: ApproveForm, status: int = 200
) -> HttpResponse:
    context = {
        "plan": plan,
        "story": selectors.story_of(plan),
        "form": form,
        "may": rights(request),
        "open": plan.state == "open",
    }
    return TemplateResponse(request, "transitions/story/message.html", context, status=status)
