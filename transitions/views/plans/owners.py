"""Steps are given to somebody else, one by one or many at once."""

from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.views.editing import offer_undo
from transitions.forms.life import ReassignForm
from transitions.models import HandoverPlan, PlanState
from transitions.permissions import allowed
from transitions.selectors.plans.owners import open_steps_of
from transitions.services import plans
from transitions.views.plans.answers import back_from, not_open, put_problems


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_plan", HandoverPlan)
def reassign(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """The open steps of a plan with a tick each; `of` in the address ticks all that one person owes."""
    if plan.state != PlanState.OPEN:
        return not_open(request, plan)
    rows = open_steps_of(plan)
    posted = request.method == "POST"
    ticked = _ticked(request.POST.getlist("step")) if posted else {}
    chosen = set(ticked) if posted else _owed(rows, request.GET)
    form = ReassignForm(request.POST if posted else None)
    if form.is_valid():
        try:
            deed = plans.reassign(
                plan=plan, steps=ticked, **form.cleaned_data, by=request.user.person, now=timezone.now()
            )
        except plans.PlanRefused as error:
            put_problems(form, error)
        except StaleVersion:
            words = _("Somebody changed one of these steps meanwhile. See how they stand now and try again.")
            form.add_error(None, words)
        except plans.PlanNotOpen:
            return not_open(request, plan)
        else:
            name, count = form.cleaned_data["person"].name, len(deed.changes)
            says = ngettext(
                "%(name)s owes %(count)d step more.", "%(name)s owes %(count)d steps more.", count
            ) % {"name": name, "count": count}
            offer_undo(request, says, reverse("change-undo", args=[deed.uuid]))
            return back_from(request, plan, "plan")
    context = {"plan": plan, "rows": [(row, row["pk"] in chosen) for row in rows], "form": form}
    return TemplateResponse(request, "transitions/life/reassign.html", context)


def _ticked(values: list[str]) -> dict[int, int]:
    """Keys and versions of the ticked steps, from "key-version"; what is neither is no tick."""
    pairs = (value.partition("-") for value in values)
    return {
        int(key): int(version)
        for key, _dash, version in pairs
        if key.isdecimal() and version.isdecimal() and len(key) < 18 and len(version) < 10
    }


def _owed(rows: list[dict], asked: dict) -> set[int]:
    try:
        of = UUID(asked.get("of", ""))
        return {row["pk"] for row in rows if row["owner__uuid"] == of}
    except ValueError:
        pass
    step = asked.get("step", "")
    return {row["pk"] for row in rows if str(row["uuid"]) == step}
