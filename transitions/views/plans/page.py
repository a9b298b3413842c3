"""The page of a plan, and its whole history."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.selectors.organisation import organisation_of
from transitions.models import HandoverPlan
from transitions.permissions import allowed, rights
from transitions.rendering import plans as rendering
from transitions.rendering.history import story
from transitions.rules.history import KINDS
from transitions.selectors.plans import plan_in_full, plan_page


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def plan(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    page = plan_page(plan, request.user, timezone.now(), ours=organisation_of(request))
    return TemplateResponse(request, "transitions/plans/plan.html", rendering.context(page, rights(request)))


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def history(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    page = plan_page(plan, request.user, timezone.now(), ours=organisation_of(request))
    kind, by = request.GET.get("kind", ""), request.GET.get("by", "")
    entries = [entry for entry in page.history if kind in ("", entry.kind) and by in ("", entry.by)]
    context = {
        "plan": plan,
        "header": page.header,
        "entries": entries,
        "story": story(entries, undoes=rights(request)["edit_plan"] and page.header.state == "open"),
        "kinds": [(kind, translate(Message(words))) for kind, words in KINDS.items()],
        "names": sorted({entry.by for entry in page.history}),
        "kind": kind,
        "by": by,
    }
    return TemplateResponse(request, "transitions/plans/history.html", context)
