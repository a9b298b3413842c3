"""Start a plan: choose the account, say how, see the dates, begin."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Account
from accounts.permissions import AuthenticatedRequest
from accounts.selectors.organisation import organisation_of
from transitions.documents.start import StartPreview
from transitions.forms.plans import PreviewForm, StartForm
from transitions.models import Mode, PlaybookVersion
from transitions.permissions import allowed
from transitions.selectors.plans import open_plan_of, preview, startable, usual_cutover
from transitions.selectors.playbooks import fitting, newest_playbooks
from transitions.selectors.sponsors import full_weeks
from transitions.services import plans
from transitions.views.plans.answers import put_problems

MOST_OFFERED = 20
FIRST_OFFERED = Mode.SOFT.value


@require_safe
@allowed("see_plans")
def choose(request: AuthenticatedRequest) -> HttpResponse:
    """Which account? With `account` in the address the question is answered."""
    try:
        return redirect("plan-start-for", UUID(request.GET.get("account", "")))
    except ValueError:
        asked = request.GET.get("q", "").strip()[:200]
    rows = list(startable(request.user, asked)[: MOST_OFFERED + 1])
    context = {"q": asked, "accounts": rows[:MOST_OFFERED], "more": len(rows) > MOST_OFFERED}
    return TemplateResponse(request, "transitions/plans/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("start_plan", Account)
def start(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    now, playbooks = timezone.now(), list(newest_playbooks().defer("content"))
    if not playbooks:
        messages.error(request, _("No playbook is published yet. Ask an administrator."))
        return redirect("playbooks")
    form = StartForm(request.POST or None, playbooks=playbooks, initial={"mode": FIRST_OFFERED})
    if form.is_valid() and "preview" not in request.POST:
        given = form.cleaned_data
        try:
            plan = plans.start(
                account=account,
                playbook=given["playbook"],
                reason=given["reason"],
                anchors=_anchors(account, given["playbook"], form.anchors, now),
                people=form.people,
                to_team=given["to_team"],
                why=given["why"],
                gets_better=given["gets_better"],
                stays=given["stays"],
                reason_detail=given["reason_detail"],
                confidential=given["confidential"],
                readers=list(given["readers"]),
                by=request.user.person,
                now=now,
            )
        except plans.PlanRefused as error:
            put_problems(form, error)
        else:
            messages.success(request, _("The plan has begun. These are its first steps."))
            return redirect("plan", plan.uuid)
    context = {
        "account": account,
        "form": form,
        "preview": _preview(account, form, now),
        "full": full_weeks(request.user, now, ours=organisation_of(request)),
        "open_plan": open_plan_of(account, request.user),
    }
    return TemplateResponse(request, "transitions/plans/start.html", context)


@require_safe
@allowed("start_plan", Account)
def look(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    """The dates that the plan would have: a fragment for the form above."""
    now, playbooks = timezone.now(), list(newest_playbooks().defer("content"))
    form = PreviewForm(request.GET, playbooks=playbooks)
    context = {"account": account, "preview": _preview(account, form, now)}
    return TemplateResponse(request, "transitions/plans/start_preview.html", context)


def _preview(account: Account, form: PreviewForm, now: datetime) -> StartPreview | None:
    """What the form as it stands would bring about; None while it does not say enough."""
    if form.is_bound:
        form.is_valid()
        version, anchors = form.cleaned_data.get("playbook"), form.anchors
    else:
        version, anchors = fitting(form.playbooks, FIRST_OFFERED, ""), {}
    if version is None or "cutover" in form.errors:
        return None
    return preview(account, version, _anchors(account, version, anchors, now), now)


def _anchors(
    account: Account, version: PlaybookVersion, given: Mapping[str, date], now: datetime
) -> dict[str, date]:
    """The dates that were typed, with the first cutover that leaves every step its time where none was."""
    return {"cutover": given.get("cutover") or usual_cutover(account, version, now), **given}
