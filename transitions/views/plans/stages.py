"""A plan moves on, a gate is waived, a confidential plan is released."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.views.editing import form_page
from transitions.forms.plans import NoteForm, WaiveForm
from transitions.models import HandoverPlan, PlanState
from transitions.permissions import allowed
from transitions.selectors.playbooks import playbook_of
from transitions.services import plans
from transitions.views.plans.answers import changed_meanwhile, not_open, plan_url, to_plan, to_plan_if_seen


@require_POST
@allowed("advance", HandoverPlan)
def advance(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return changed_meanwhile(request, plan)
    try:
        change = plans.advance(
            plan=plan, version=form.cleaned_data["version"], by=request.user.person, now=timezone.now()
        )
    except plans.GatesClosed as error:
        for gate in error.gates:
            messages.error(request, _("Still closed: %(gate)s.") % {"gate": translate(gate.label)})
    except StaleVersion:
        return changed_meanwhile(request, plan)
    except plans.NoFurtherStage:
        messages.info(request, _("The plan stands in its last stage."))
    except plans.PlanNotOpen:
        return not_open(request, plan)
    else:
        stage = playbook_of(plan.playbook, plan.tier).stage(change.to_stage)
        messages.success(request, _("The plan has moved to “%(stage)s”.") % {"stage": _(stage.title)})
        if change.plan.state != PlanState.OPEN:
            return to_plan_if_seen(request, plan)
    return to_plan(plan)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("waive", HandoverPlan)
def waive(request: AuthenticatedRequest, plan: HandoverPlan, gate: str) -> HttpResponse:
    asked = playbook_of(plan.playbook, plan.tier).gate(gate)
    if asked is None:
        raise Http404
    form = WaiveForm(request.POST or None)
    if form.is_valid():
        try:
            plans.waive(
                plan=plan,
                gate=gate,
                reason=form.cleaned_data["reason"],
                by=request.user.person,
                now=timezone.now(),
            )
        except plans.WaiverRefused as error:
            form.add_error(None, translate(error.message))
        except plans.PlanNotOpen:
            return not_open(request, plan)
        else:
            label = translate(Message(asked.label))
            messages.success(request, _("Waived: %(gate)s. The reason is on record.") % {"gate": label})
            return to_plan(plan)
    return form_page(
        request,
        form,
        title=_("Waive a gate"),
        intro=translate(Message(asked.label)),
        back=plan_url(plan),
        back_label=plan.account.name,
        action=_("Waive it"),
    )


@require_POST
@allowed("release", HandoverPlan)
def release(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return changed_meanwhile(request, plan)
    try:
        plans.release(
            plan=plan, version=form.cleaned_data["version"], by=request.user.person, now=timezone.now()
        )
    except StaleVersion:
        return changed_meanwhile(request, plan)
    except plans.PlanNotOpen:
        return not_open(request, plan)
    messages.success(request, _("Released: whoever sees the account now sees this plan."))
    return to_plan(plan)
