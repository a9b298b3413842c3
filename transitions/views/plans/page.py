"""The page of a plan."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.selectors.organisation import organisation_of
from transitions.models import HandoverPlan
from transitions.permissions import allowed, rights
from transitions.rendering import plans as rendering
from transitions.selectors import concerns, meetings
from transitions.selectors.plans import plan_in_full, plan_page


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def plan(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    ours = organisation_of(request)
    context = rendering.context(
        plan_page(plan, request.user, timezone.now(), ours=ours),
        rights(request),
        tally=concerns.tally(plan),
        meeting=meetings.next_of(plan),
        currency=ours.currency,
    )
    return TemplateResponse(request, "transitions/plans/plan.html", context)
