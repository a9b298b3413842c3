"""How the pages of plans answer: back to where one came from, refusals where they belong."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.views.editing import Refused
from transitions.forms.fields import DrawnForm
from transitions.models import HandoverPlan, PlanState, PlanStep
from transitions.permissions import rights
from transitions.rendering.words import title
from transitions.services import plans


def to_plan(plan: HandoverPlan, place: str = "") -> HttpResponse:
    return redirect(f"{plan_url(plan)}#{place}" if place else plan_url(plan))


def to_plan_if_seen(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """The plan's page, or the list for whoever saw it only by a role that has ended with it."""
    if HandoverPlan.objects.visible_to(request.user).filter(pk=plan.pk).exists():
        return to_plan(plan)
    return redirect("plans")


def plan_url(plan: HandoverPlan) -> str:
    return redirect("plan", plan.uuid).url


def to_step(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    """Where the person pressed the button: the page named by `next`, else the step in its plan."""
    return _wanted(request) or to_plan(step.plan, f"step-{step.uuid}")


def back_from(request: AuthenticatedRequest, plan: HandoverPlan, place: str) -> HttpResponse:
    """The page named by `next`, else the plan's page of that name."""
    return _wanted(request) or redirect(place, plan.uuid)


def _wanted(request: AuthenticatedRequest) -> HttpResponse | None:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return redirect(wanted)
    return None


def not_open(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    state = title(plan.state, "state")
    messages.warning(
        request, _("Nothing was changed: this plan is no longer open (%(state)s).") % {"state": state}
    )
    return to_plan(plan)


def changed_meanwhile(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """For presses of a button without any text that could be lost."""
    messages.warning(
        request, _("Nothing was changed: somebody else changed this meanwhile. See how it stands now.")
    )
    return to_plan(plan)


def keep_typed(request: AuthenticatedRequest, yours: list[tuple[str, str, str]], back: str) -> HttpResponse:
    """Say that somebody else was first, with what was typed: (label, what stands now, what was typed)."""
    return render(request, "errors/409.html", {"yours": yours, "back": back}, status=409)


def refused_step(request: AuthenticatedRequest, plan: HandoverPlan, error: plans.StepRefused) -> str:
    """Why a step was not done, and for whoever may do it the way to what must be done first."""
    says = translate(error.message)
    if not error.role or not rights(request)["edit_plan"]:
        return says
    address = reverse("plan-people", args=[plan.uuid, error.role])
    return format_html('{} <a href="{}">{}</a>', says, address, _("Choose"))


def put_problems(form: DrawnForm, error: plans.PlanRefused) -> None:
    form.add_problems([(field, translate(message)) for field, message in error.problems])


def refusing(form: DrawnForm, deed: Callable[[], object]) -> Callable[[], None]:
    """The deed for `accounts.views.editing.edited`: what a service refuses stands in the form."""

    def told() -> None:
        try:
            deed()
        except plans.PlanRefused as error:
            put_problems(form, error)
            raise Refused from None

    return told


def while_open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever wants to change something of a plan that is not open is told so and led to the plan."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, row: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = row if isinstance(row, HandoverPlan) else row.plan
        if plan.state != PlanState.OPEN:
            return not_open(request, plan)
        try:
            return view(request, row, *args, **kwargs)
        except plans.PlanNotOpen as error:  # closed since this page was asked for
            return not_open(request, error.plan)

    return guarded
