"""Dates move: first one sees what moves along, then it is done; undone while nothing changed since."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.numbers import day
from accounts.rendering.text import translate
from accounts.rules.text import Message
from transitions.forms.plans import DayForm, MoveAnchorForm, MoveForm, VersionForm
from transitions.models import ChangeSet, HandoverPlan, PlanStep
from transitions.permissions import allowed
from transitions.rendering.plans import moved_in_words
from transitions.selectors.meetings import meeting_of
from transitions.selectors.playbooks import playbook_of
from transitions.services import plans
from transitions.views.plans.answers import (
    changed_meanwhile,
    keep_typed,
    not_open,
    plan_url,
    put_problems,
    to_plan,
    to_step,
)

LOOK_AND_DO = ["GET", "HEAD", "POST"]
Refusal = plans.PlanRefused | plans.StepRefused


@require_http_methods(LOOK_AND_DO)
@allowed("edit_plan", HandoverPlan)
def anchor(request: AuthenticatedRequest, plan: HandoverPlan, key: str) -> HttpResponse:
    row, now = get_object_or_404(plan.anchors, key=key), timezone.now()
    rule = playbook_of(plan.playbook, plan.tier).anchor(key)
    title = translate(Message(rule.title if rule else key))
    look = _look(request, row.falls_on)
    preview, refused = _seen(look, lambda to: plans.preview_move_anchor(plan=plan, key=key, to=to, now=now))
    promised = row.promised_at is not None or bool(preview and preview.told)
    form = _form(request, partial(MoveAnchorForm, promised=promised), look, plan.version, row.falls_on)
    context = {"plan": plan, "title": title, "on": row.falls_on, "look": look, "form": form, "row": row}
    context["preview"] = preview
    try:
        if form.is_bound and form.is_valid():
            moved = plans.move_anchor(
                plan=plan, key=key, **form.cleaned_data, by=request.user.person, now=now
            )
            along, stay = len(moved.moves), len(moved.stay)
            messages.success(request, moved_in_words(title, moved.before, moved.after, along, stay))
            return to_plan(plan)
        if refused:
            raise refused
    except plans.PlanRefused as error:
        put_problems(form if form.is_bound else look, error)
    except StaleVersion:
        return _stale(request, form, title, row.falls_on, plan)
    except plans.PlanNotOpen:
        return not_open(request, plan)
    return TemplateResponse(request, "transitions/plans/move.html", context)


@require_POST
@allowed("edit_plan", HandoverPlan)
def told(request: AuthenticatedRequest, plan: HandoverPlan, key: str) -> HttpResponse:
    """The client was told this date in writing; with `undo` that was a mistake."""
    verb = plans.untell_client if "undo" in request.POST else plans.tell_client
    try:
        verb(plan=plan, key=key, by=request.user.person, now=timezone.now())
    except plans.PlanRefused:
        raise Http404 from None
    except plans.PlanNotOpen:
        return not_open(request, plan)
    says = _("Taken back.") if "undo" in request.POST else _("Noted: the client has this date in writing.")
    messages.success(request, says)
    return to_plan(plan, "dates")


@require_POST
@allowed("work_step", PlanStep)
def step_told(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    """The client has the day of this meeting or check-in in writing; with `undo` that was a mistake."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        return changed_meanwhile(request, step.plan)
    verb = plans.untell_client_of if "undo" in request.POST else plans.tell_client_of
    try:
        verb(step=step, version=form.cleaned_data["version"], by=request.user.person, now=timezone.now())
    except StaleVersion:
        return changed_meanwhile(request, step.plan)
    except plans.StepRefused as error:
        messages.info(request, translate(error.message))
    except plans.PlanNotOpen:
        return not_open(request, step.plan)
    else:
        says = _("Taken back.") if "undo" in request.POST else _("Noted: the client has this day in writing.")
        messages.success(request, says)
    meeting = meeting_of(step) if step.kind == "meeting" else None
    return redirect("meeting", meeting.uuid) if meeting else redirect("step", step.uuid)


@require_http_methods(LOOK_AND_DO)
@allowed("edit_plan", PlanStep)
def step(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    plan, now, title = step.plan, timezone.now(), translate(Message(step.title))
    look = _look(request, step.due_on)
    preview, refused = _seen(look, lambda to: plans.preview_move_step(step=step, to=to, now=now))
    promised = bool(preview and preview.told)
    form = _form(request, partial(MoveForm, promised=promised), look, step.version, step.due_on)
    context = {"plan": plan, "step": step, "title": title, "on": step.due_on, "look": look, "form": form}
    context["preview"] = preview
    try:
        if form.is_bound and form.is_valid():
            moved = plans.move_step(step=step, **form.cleaned_data, by=request.user.person, now=now)
            first, *along = moved.moves
            says = moved_in_words(title, first.before, first.after, len(along), len(moved.stay))
            messages.success(request, says)
            return to_step(request, step)
        if refused:
            raise refused
    except plans.PlanRefused as error:
        put_problems(form if form.is_bound else look, error)
    except plans.StepRefused as error:
        (form if form.is_bound else look).add_error(None, translate(error.message))
    except StaleVersion:
        return _stale(request, form, title, step.due_on, plan)
    except plans.PlanNotOpen:
        return not_open(request, plan)
    return TemplateResponse(request, "transitions/plans/move.html", context)


@require_POST
@allowed("edit_plan", ChangeSet)
def undo(request: AuthenticatedRequest, change_set: ChangeSet) -> HttpResponse:
    try:
        plans.undo(change_set=change_set, by=request.user.person, now=timezone.now())
    except plans.CannotUndo as error:
        changed = ", ".join(translate(Message(label)) for label in error.labels)
        messages.warning(
            request, _("Nothing was undone, because it was changed since: %(what)s.") % {"what": changed}
        )
    except plans.PlanNotOpen:
        return not_open(request, change_set.plan)
    else:
        messages.success(request, _("Undone: everything stands as before that change."))
    return to_plan(change_set.plan, "history")


def _look(request: AuthenticatedRequest, on: date) -> DayForm:
    """The form to look with: what was typed stands in the address, or was posted."""
    looked = request.GET if "to" in request.GET else None
    return DayForm(request.POST if request.method == "POST" else looked, initial={"to": on})


def _form(
    request: AuthenticatedRequest, kind: Callable[..., MoveForm], look: DayForm, version: int, on: date
) -> MoveForm:
    """The form to do it with."""
    initial = {"version": version, "to": look.data.get("to") if look.is_bound else on}
    return kind(request.POST if request.method == "POST" else None, initial=initial)


def _seen(look: DayForm, see: Callable[[date], Any]) -> tuple[Any, Refusal | None]:
    """What the move would do, or why it cannot be; nothing until a day was chosen."""
    if not look.is_bound or not look.is_valid():
        return None, None
    try:
        return see(look.cleaned_data["to"]), None
    except (plans.PlanRefused, plans.StepRefused) as error:
        return None, error


def _stale(
    request: AuthenticatedRequest, form: MoveForm, title: str, now_on: date, plan: HandoverPlan
) -> HttpResponse:
    typed: dict[str, Any] = form.cleaned_data
    yours = [(title, day(now_on), day(typed["to"])), (_("Why"), "", typed["why"])]
    return keep_typed(request, yours, plan_url(plan))
