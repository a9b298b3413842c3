"""Notes and links to documents, on a plan and on its steps."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import AuthenticatedRequest
from accounts.views.listing import page_of
from transitions.forms.life import PlanNoteForm
from transitions.models import HandoverPlan, PlanNote, PlanStep
from transitions.permissions import allowed, rights
from transitions.selectors.plans.notes import notes_of
from transitions.services import plans
from transitions.views.plans.answers import back_from, put_problems

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("see_plan", HandoverPlan)
def notes(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    return _page(request, plan, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("see_plan", PlanStep)
def step_notes(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    return _page(request, step.plan, step)


@require_POST
@allowed("note", PlanNote)
def withdraw(request: AuthenticatedRequest, note: PlanNote) -> HttpResponse:
    """Whoever wrote it takes it back, or a leader."""
    if note.by_id != request.user.person_id and not rights(request)["waive"]:
        raise PermissionDenied
    plans.withdraw_note(note=note, by=request.user.person, now=timezone.now())
    messages.success(request, _("The note is taken back; the history keeps it."))
    return back_from(request, note.plan, "plan-notes")


def _page(request: AuthenticatedRequest, plan: HandoverPlan, step: PlanStep | None) -> HttpResponse:
    may = rights(request)
    form = PlanNoteForm(request.POST or None)
    if request.method == "POST":
        if not may["note"]:
            raise PermissionDenied
        if form.is_valid():
            try:
                plans.add_note(
                    plan=plan,
                    step=step,
                    **form.cleaned_data,
                    by=request.user.person,
                    now=timezone.now(),
                )
            except plans.PlanRefused as error:
                put_problems(form, error)
            else:
                messages.success(request, _("Noted."))
                return back_from(request, plan, "plan-notes")
    page = page_of(Paginator(notes_of(plan, step), PAGE_SIZE), request)
    context = {
        "plan": plan,
        "step": step,
        "page": page,
        "form": form,
        "may": may,
        "me": request.user.person_id,
    }
    return TemplateResponse(request, "transitions/notes/notes.html", context)
