"""Days off changed: which plans count their days otherwise, what moves in each, and why."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import AuthenticatedRequest
from accounts.selectors.organisation import organisation_of
from accounts.services import jobs
from accounts.tasks import wake_jobs
from transitions.forms.plans import RecountForm
from transitions.models import HandoverPlan, PlanState
from transitions.permissions import allowed
from transitions.services import plans
from transitions.views.plans.answers import not_open, put_problems, to_plan

LOOK_AND_DO = ["GET", "HEAD", "POST"]
MOST = 5000  # open plans looked at


@require_http_methods(LOOK_AND_DO)
@allowed("see_plans")
def days_off(request: AuthenticatedRequest) -> HttpResponse:
    """The open plans that one sees and that were counted by other days off than today's."""
    rows = HandoverPlan.objects.visible_to(request.user).filter(state=PlanState.OPEN)
    seen = rows.select_related("account").order_by("account__name", "pk")[:MOST]
    found = plans.counted_otherwise(list(seen), ours=organisation_of(request))
    if request.method == "POST" and found:
        person = request.user.person
        uuids = [str(plan.uuid) for plan in found]
        now = timezone.now()
        jobs.request(kind="recount", key=f"recount:{person.pk}", params={"plans": uuids}, by=person, now=now)
        wake_jobs()
        messages.success(
            request,
            ngettext(
                "%(count)d plan is being counted again. Its history says what moved.",
                "%(count)d plans are being counted again. Their histories say what moved.",
                len(found),
            )
            % {"count": len(found)},
        )
        return redirect("days-off")
    return TemplateResponse(request, "transitions/life/days_off.html", {"plans": found})


@require_http_methods(LOOK_AND_DO)
@allowed("edit_plan", HandoverPlan)
def recount(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """What moves in one plan, and why; then it moves."""
    now = timezone.now()
    if plan.state != PlanState.OPEN:
        return not_open(request, plan)
    if not plans.counted_otherwise([plan], ours=organisation_of(request)):
        messages.info(request, _("The days of this plan are counted as they are: nothing has to move."))
        return to_plan(plan)
    found = plans.preview_recount(plan=plan, now=now)
    posted = request.method == "POST"
    form = RecountForm(request.POST if posted else None) if found.told else None
    if posted and (form is None or form.is_valid()):
        given = form.cleaned_data if form else {}
        try:
            done = plans.recount(plan=plan, **given, by=request.user.person, now=now)
        except plans.PlanNotOpen:
            return not_open(request, plan)
        except plans.PlanRefused as error:
            if form is None:  # it was confirmed to the client since this page was asked for
                return redirect("plan-recount", plan.uuid)
            put_problems(form, error)
            return _recount_page(request, plan, found, form)
        count = len(done.moves)
        says = ngettext("%(count)d step moved.", "%(count)d steps moved.", count) % {"count": count}
        messages.success(request, says)
        return to_plan(plan)
    return _recount_page(request, plan, found, form)


def _recount_page(
    request: AuthenticatedRequest, plan: HandoverPlan, found: plans.Recount, form: RecountForm | None
) -> HttpResponse:
    context = {"plan": plan, "found": found, "form": form}
    return TemplateResponse(request, "transitions/life/recount.html", context)
