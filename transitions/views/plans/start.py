"""Start a plan: choose the account, say how, see the dates, begin."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
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
from transitions.documents.start import StartPreview
from transitions.forms.fields import DrawnForm
from transitions.forms.plans import PreviewForm, StartForm
from transitions.models import PlaybookVersion
from transitions.permissions import allowed
from transitions.selectors.plans import open_plan_of, preview, startable, usual_cutover
from transitions.selectors.playbooks import newest_playbooks
from transitions.services import plans
from transitions.views.plans.answers import put_problems

MOST_OFFERED = 20


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
    now, playbooks = timezone.now(), list(newest_playbooks())
    if not playbooks:
        messages.error(request, _("No playbook is published yet. Ask an administrator."))
        return redirect("playbooks")
    form = StartForm(request.POST or None, playbooks=playbooks, initial=_usual(account, playbooks, now))
    if form.is_valid() and "preview" not in request.POST:
        given = form.cleaned_data
        try:
            plan = plans.start(
                account=account,
                playbook=given["playbook"],
                reason=given["reason"],
                anchors=form.anchors,
                people=form.people,
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
    context = {"account": account, "form": form, "preview": _preview(account, form, playbooks, now)}
    context["open_plan"] = open_plan_of(account, request.user)
    return TemplateResponse(request, "transitions/plans/start.html", context)


@require_safe
@allowed("start_plan", Account)
def look(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    """The dates that the plan would have: a fragment for the form above."""
    now, playbooks = timezone.now(), list(newest_playbooks())
    form = PreviewForm(request.GET, playbooks=playbooks)
    context = {"account": account, "preview": _preview(account, form, playbooks, now)}
    return TemplateResponse(request, "transitions/plans/start_preview.html", context)


def _usual(account: Account, playbooks: list[PlaybookVersion], now: datetime) -> dict[str, Any]:
    """What the empty form proposes: the first playbook, with a cutover that leaves every step its time."""
    for version in playbooks:
        version.usual_cutover = usual_cutover(account, version, now)  # type: ignore[attr-defined]
    return {"playbook": playbooks[0].pk, "cutover": playbooks[0].usual_cutover}  # type: ignore[attr-defined]


def _preview(
    account: Account, form: DrawnForm, playbooks: list[PlaybookVersion], now: datetime
) -> StartPreview | None:
    """What the form as it stands would bring about; None while it does not say enough."""
    if form.is_bound:
        form.is_valid()
        given: Mapping[str, Any] = form.cleaned_data
        version = given.get("playbook")
    else:
        given = form.initial
        version = next((one for one in playbooks if one.pk == given["playbook"]), None)
    if version is None or not given.get("cutover"):
        return None
    anchors = {key: on for key in ("cutover", "announcement") if (on := given.get(key))}
    return preview(account, version, anchors, now)
