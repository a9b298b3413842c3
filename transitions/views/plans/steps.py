"""Steps: done, reopened, moved, given back to the playbook."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.views.editing import conflict
from transitions.forms.plans import NoteForm
from transitions.models import PlanState, PlanStep
from transitions.permissions import allowed, rights
from transitions.rendering.plans import moved_in_words
from transitions.services import plans
from transitions.views.plans.answers import changed_meanwhile, not_open, plan_url, refused_step, to_step


@require_safe
@allowed("see_plan", PlanStep)
def step(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    return _page(request, step, NoteForm(initial={"version": step.version}))


@require_POST
@allowed("work_step", PlanStep)
def complete(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    return _marked(request, step, plans.complete_step, done=True)


@require_POST
@allowed("work_step", PlanStep)
def reopen(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    return _marked(request, step, plans.reopen_step, done=False)


def _marked(
    request: AuthenticatedRequest, step: PlanStep, verb: Callable[..., PlanStep], *, done: bool
) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, step, form, status=400)
    given = form.cleaned_data
    try:
        verb(
            step=step,
            version=given["version"],
            by=request.user.person,
            now=timezone.now(),
            note=given["note"],
        )
    except StaleVersion as error:
        if given["note"]:
            return conflict(request, form, error, back=plan_url(step.plan))
        if bool(error.row.done_at) != done:  # type: ignore[attr-defined]
            return changed_meanwhile(request, step.plan)
        messages.info(request, _("Somebody was faster: this was done already."))
    except plans.StepRefused as error:
        says = refused_step(request, step.plan, error)
        if given["note"]:
            form.add_error(None, says)
            return _page(request, step, form, status=409)
        messages.info(request, says)
    except plans.PlanNotOpen:
        return not_open(request, step.plan)
    else:
        says = _("Done: %(step)s.") if done else _("Open again: %(step)s.")
        messages.success(request, says % {"step": translate(Message(step.title))})
    return to_step(request, step)


@require_POST
@allowed("edit_plan", PlanStep)
def unpin(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, step, NoteForm(initial={"version": step.version}), status=400)
    try:
        moved = plans.unpin_step(
            step=step, version=form.cleaned_data["version"], by=request.user.person, now=timezone.now()
        )
    except StaleVersion:
        return changed_meanwhile(request, step.plan)
    except plans.PlanNotOpen:
        return not_open(request, step.plan)
    except plans.StepRefused as error:
        messages.info(request, translate(error.message))
    else:
        first, *along = moved.moves
        title = translate(Message(step.title))
        messages.success(
            request, moved_in_words(title, first.before, first.after, len(along), len(moved.stay))
        )
    return to_step(request, step)


def _page(request: AuthenticatedRequest, step: PlanStep, form: NoteForm, status: int = 200) -> HttpResponse:
    context = {
        "step": step,
        "title": Message(step.title),
        "plan": step.plan,
        "open": step.plan.state == PlanState.OPEN,
        "form": form,
        "may": rights(request),
    }
    return TemplateResponse(request, "transitions/plans/step_page.html", context, status=status)
