"""Guard-rails: what needs a leader's yes, and the leader's word on it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.selectors.organisation import organisation_of
from transitions.forms.guardrails import DecideForm
from transitions.models import HandoverPlan, Verdict
from transitions.permissions import allowed, rights
from transitions.rules.guardrails import GUARDS
from transitions.selectors.plans import guards_page, plan_in_full
from transitions.services import plans
from transitions.views.plans.answers import back_from, not_open


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def guards(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    return _page(request, plan)


@require_POST
@allowed("approve", HandoverPlan, find=plan_in_full)
def decide(request: AuthenticatedRequest, plan: HandoverPlan, guard: str) -> HttpResponse:
    if guard not in GUARDS:
        raise Http404
    form = DecideForm(request.POST, guard=guard)
    if not form.is_valid():
        return _page(request, plan, form, guard)
    verdict = request.POST.get("verdict", "")
    try:
        plans.decide(
            plan=plan,
            guard=guard,
            verdict=verdict,
            **form.cleaned_data,
            by=request.user.person,
            now=timezone.now(),
        )
    except plans.DecisionRefused as error:
        # What was typed stays in the form, beside how things stand now.
        form.add_error(None, translate(error.message))
        return _page(request, plan, form, guard)
    except plans.PlanNotOpen:
        return not_open(request, plan)
    says = _("Approved: %(guard)s.") if verdict == Verdict.APPROVED else _("Declined: %(guard)s.")
    messages.success(request, says % {"guard": translate(Message(GUARDS[guard]))})
    return back_from(request, plan, "plan-guards")


def _page(
    request: AuthenticatedRequest, plan: HandoverPlan, typed: DecideForm | None = None, guard: str = ""
) -> HttpResponse:
    page = guards_page(plan, timezone.now(), ours=organisation_of(request))
    may = rights(request)
    forms = {line.guard: DecideForm(guard=line.guard, initial={"over": line.over}) for line in page.lines}
    if typed is not None:
        standing = next(line.over for line in page.lines if line.guard == guard)
        # Deciding again is deciding about what is shown now.
        typed.data = {**typed.data.dict(), "over": standing}  # type: ignore[attr-defined]
        forms[guard] = typed
    context = {
        "plan": plan,
        "page": page,
        "lines": [(line, forms[line.guard]) for line in page.lines],
        "decides": may["approve"] and page.asked,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "may": may,
    }
    status = 409 if typed is not None and not typed.errors.get("reason") else 200
    return TemplateResponse(request, "transitions/guardrails/guards.html", context, status=status)
