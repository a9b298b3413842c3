"""The support team: its page on a plan, and the small page of whoever is asked to take over."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.selectors.calendar import today_of
from accounts.views.editing import edited, pressed, version_of
from transitions.forms.support import EditTakeOverForm, TakeOverForm, initial_of
from transitions.models import HandoverPlan, PlanState, TakeOver
from transitions.permissions import allowed, rights
from transitions.selectors import support as selectors
from transitions.selectors.playbooks import playbook_of
from transitions.services import plans
from transitions.services import support as services
from transitions.views.plans.answers import refusing, while_open


@require_safe
@allowed("see_plan", HandoverPlan)
def support(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    context = {
        "plan": plan,
        "team": selectors.team_of(plan),
        "may": rights(request),
        "open": plan.state == PlanState.OPEN,
        "moved": playbook_of(plan.playbook, plan.tier).has_cut_over(plan.stage),
    }
    return TemplateResponse(request, "transitions/support/support.html", context)


@allowed("hand_support", HandoverPlan)
@while_open
def add(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    # A hard cutover may have passed: then it is from today.
    today = today_of(plan.account, timezone.now())
    initial: dict[str, Any] = {"falls_on": max(plan.anchors.get(key="cutover").falls_on, today)}
    asked = request.GET.get("person", "")
    held = next((row for row in selectors.support_of(plan) if str(row.person.uuid) == asked), None)
    if held is not None:
        initial |= {"from_person": held.person_id, **initial_of(held.capacity)}
    form = TakeOverForm(request.POST or None, initial=initial, people=(held.person_id if held else None,))
    return _form(
        request,
        plan,
        form,
        lambda: services.add(plan=plan, by=request.user.person, now=timezone.now(), **form.cleaned_data),
        title=_("Hand over support"),
        done=_("Noted. Whoever takes over is asked to say so."),
    )


@allowed("hand_support", TakeOver)
@while_open
def edit(request: AuthenticatedRequest, row: TakeOver) -> HttpResponse:
    initial = {
        "version": row.version,
        "from_person": row.from_person_id,
        "to_person": row.to_person_id,
        "falls_on": row.falls_on,
        **initial_of(row.capacity),
    }
    people = (row.from_person_id, row.to_person_id)
    form = EditTakeOverForm(request.POST or None, initial=initial, people=people)
    return _form(
        request,
        row.plan,
        form,
        lambda: services.edit(takeover=row, by=request.user.person, now=timezone.now(), **form.cleaned_data),
        title=_("Hand over support"),
        done=_("Saved."),
    )


@require_POST
@allowed("hand_support", TakeOver)
@while_open
def withdraw(request: AuthenticatedRequest, row: TakeOver) -> HttpResponse:
    return _pressed(
        request,
        lambda: services.withdraw(
            takeover=row, version=version_of(request), by=request.user.person, now=timezone.now()
        ),
        back=_url(row.plan),
        done=_("Taken out of the plan."),
    )


@require_safe
@allowed("see_takeover", TakeOver)
def takeover(request: AuthenticatedRequest, row: TakeOver) -> HttpResponse:
    """What somebody is asked to take over; they need not see anything else of the plan."""
    plan = row.plan
    names = {holder.role: holder.name for holder in plan.holders()}
    context = {
        "row": row,
        "part": selectors.part_of(row),
        "plan": plan,
        "rep": names.get("incoming") or names.get("interim") or names.get("outgoing", ""),
        "may": rights(request),
        "sees_plan": HandoverPlan.objects.visible_to(request.user).filter(pk=plan.pk).exists(),
        "open": plan.state == PlanState.OPEN and row.archived_at is None,
    }
    return TemplateResponse(request, "transitions/support/takeover.html", context)


@require_POST
@allowed("take_over", TakeOver)
def say(request: AuthenticatedRequest, row: TakeOver) -> HttpResponse:
    back = reverse("takeover", args=[row.uuid])
    if row.plan.state != PlanState.OPEN:
        messages.info(request, _("This plan is no longer open: there is nothing to say."))
        return redirect(back)
    return _pressed(
        request,
        lambda: services.say(
            takeover=row, version=version_of(request), by=request.user.person, now=timezone.now()
        ),
        back=back,
        done=_("Thank you. Whoever hands over sees it now."),
    )


def _pressed(request: AuthenticatedRequest, deed: Any, *, back: str, done: str) -> HttpResponse:
    try:
        return pressed(request, deed, back=back, done=done)
    except plans.PlanRefused as error:
        for _field, sentence in error.problems:
            messages.error(request, translate(sentence))
        return redirect(back)
    except plans.PlanNotOpen:
        messages.info(request, _("This plan is no longer open: there is nothing to say."))
        return redirect(back)


def _form(
    request: AuthenticatedRequest, plan: HandoverPlan, form: Any, deed: Any, **page: Any
) -> HttpResponse:
    page |= {"back": _url(plan), "back_label": _("Support team")}
    return edited(request, form, deed=refusing(form, deed), **page)


def _url(plan: HandoverPlan) -> str:
    return reverse("plan-support", args=[plan.uuid])
