"""Steps: done, reopened, moved, given back to the playbook."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.views.editing import conflict
from transitions.forms.plans import NoteForm
from transitions.models import PlanState, PlanStep
from transitions.permissions import allowed, rights
from transitions.rendering.plans import moved_in_words
from transitions.selectors.meetings import meeting_of
from transitions.selectors.plans.notes import notes_of
from transitions.services import plans
from transitions.services.plans.promised import WITH_CLIENT
from transitions.views.plans.answers import changed_meanwhile, not_open, plan_url, refused_step, to_step

MOST_NOTES = 5  # the newest, beside the step


@require_safe
@allowed("see_plan", PlanStep)
def step(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    return _page(request, step, NoteForm(initial={"version": step.version}))


@require_POST
@allowed("work_step", PlanStep)
def complete(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    if step.kind == "check-in" and step.done_at is None:  # a promise is done by saying how it was kept
        address = reverse("promise-keep", args=[step.uuid])
        return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)
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
    except plans.NotTold as error:
        messages.info(request, translate(error.message))
        return _elsewhere(request, reverse("meeting-debrief", args=[error.meeting.uuid]))
    except plans.NotKept:  # it became a promise since this page was asked for
        return _elsewhere(request, reverse("promise-keep", args=[step.uuid]))
    except plans.NotRead as error:
        messages.info(request, translate(error.message))
        return _elsewhere(request, reverse("acknowledgement", args=[step.uuid]))
    except plans.NotChecked as error:
        messages.info(request, translate(error.message))
        return _elsewhere(request, reverse("plan-record", args=[step.plan.uuid]))
    except plans.NotTaken as error:
        messages.info(request, translate(error.message))
        return _elsewhere(request, reverse("takeover", args=[step.uuid]))
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


def _elsewhere(request: AuthenticatedRequest, address: str) -> HttpResponse:
    """Lead to another page, also where only a part of this one was to be exchanged."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _page(request: AuthenticatedRequest, step: PlanStep, form: NoteForm, status: int = 200) -> HttpResponse:
    context = {
        "step": step,
        "title": Message(step.title),
        "plan": step.plan,
        "promise": step.kind == "check-in",
        "tellable": step.kind in WITH_CLIENT,
        "open": step.plan.owes_promises if step.kind == "check-in" else step.plan.state == PlanState.OPEN,
        "meeting": meeting_of(step) if step.kind == "meeting" else None,
        "form": form,
        "notes": notes_of(step.plan, step)[:MOST_NOTES],
        "may": rights(request),
    }
    return TemplateResponse(request, "transitions/plans/step_page.html", context, status=status)
