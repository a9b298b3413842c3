"""What the cover leaves behind: the page from which the owner takes the account back."""

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.selectors.organisation import organisation_of
from transitions.models import HandoverPlan, Purpose
from transitions.permissions import allowed
from transitions.selectors.plans import cover_notes, plan_in_full


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def hand_back(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    if plan.purpose != Purpose.COVER:
        raise Http404
    notes = cover_notes(plan, request.user, ours=organisation_of(request))
    return TemplateResponse(request, "transitions/plans/hand_back.html", {"plan": plan, "notes": notes})
