"""Who could take over, who was chosen and why, and the swap to the second choice."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rules.text import Message
from accounts.selectors.organisation import organisation_of
from accounts.views.editing import conflict, form_page
from accounts.views.listing import page_of
from transitions.documents.candidates import Candidate, Candidates, side_by_side
from transitions.forms.candidates import ChooseForm, SwapForm, SwapLookForm
from transitions.models import HandoverPlan
from transitions.permissions import allowed, may
from transitions.rendering.candidates import to_client
from transitions.rules.candidates import CLASH, TRIGGERS
from transitions.selectors.candidates import candidates_of, choices_of, swaps_of
from transitions.selectors.playbooks import playbook_of
from transitions.services import candidates as services
from transitions.services import plans
from transitions.views.plans.answers import not_open, plan_url, put_problems, to_plan

LOOK_AND_DO = ["GET", "HEAD", "POST"]
ON_A_PAGE = 25
BESIDE = 3  # columns that can be read beside each other


@require_safe
@allowed("choose_candidate", HandoverPlan)
def candidates(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    found = candidates_of(plan, request.user, timezone.now(), ours=organisation_of(request))
    wanted = request.GET.get("q", "").strip().casefold()
    shown = [one for one in found.found if wanted in one.name.casefold() or wanted in one.team.casefold()]
    beside = _beside(found, request.GET.getlist("with"))
    context = {
        "plan": plan,
        "found": found,
        "q": request.GET.get("q", ""),
        "page": page_of(Paginator(shown, ON_A_PAGE), request),
        "beside": beside,
        "rows": side_by_side(beside),
        "choices": choices_of(plan),
        "swaps": swaps_of(plan),
        "open": plan.is_open,
        "swappable": _swappable(request, plan),
    }
    return TemplateResponse(request, "transitions/candidates/candidates.html", context)


def _beside(found: Candidates, wanted: list[str]) -> list[Candidate]:
    """Those that were ticked, or the best."""
    chosen = [one for one in (*found.found, *found.barred) if str(one.uuid) in wanted]
    return (chosen or list(found.found))[:BESIDE]


def _swappable(request: AuthenticatedRequest, plan: HandoverPlan) -> bool:
    held = set(plan.roles.values_list("assignment__role", flat=True))
    passed = playbook_of(plan.playbook, plan.tier).has_passed_owner(plan.stage)
    both = {"incoming", "second_choice"} <= held
    return plan.is_open and both and not passed and may(request.user, "swap", plan)


@require_http_methods(LOOK_AND_DO)
@allowed("choose_candidate", HandoverPlan)
def choose(request: AuthenticatedRequest, plan: HandoverPlan, candidate: UUID) -> HttpResponse:
    if not plan.is_open:
        return not_open(request, plan)
    now = timezone.now()
    found = candidates_of(plan, request.user, now, ours=organisation_of(request))
    one = found.of(candidate)
    if one is None:
        raise Http404
    role = request.GET.get("as") or one.role or "incoming"
    form = ChooseForm(request.POST or None, initial={"version": plan.version, "role": role})
    if form.is_valid():
        try:
            services.choose(plan=plan, candidate=candidate, **form.cleaned_data, by=request.user, now=now)
        except plans.PlanRefused as error:
            put_problems(form, error)
        except StaleVersion as error:
            return conflict(request, form, error, back=plan_url(plan))
        except plans.PlanNotOpen:
            return not_open(request, plan)
        else:
            messages.success(request, _("%(name)s is chosen.") % {"name": one.name})
            return redirect("candidates", plan.uuid)
    return form_page(
        request,
        form,
        title=_("Choose %(name)s") % {"name": one.name},
        intro=_(
            "Whoever you choose takes over the open steps of this role. The choice is kept with its grounds."
        ),
        action=_("Choose"),
        back=_address(plan),
        back_label=_("Candidates"),
    )


def _address(plan: HandoverPlan) -> str:
    return f"{plan_url(plan)}candidates/"


@require_http_methods(LOOK_AND_DO)
@allowed("swap", HandoverPlan)
def swap(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """Choose what happened, look at what the swap does, do it."""
    if not plan.is_open:
        return not_open(request, plan)
    now, posted = timezone.now(), request.method == "POST"
    asked = request.POST if posted else request.GET if request.GET.get("trigger") in TRIGGERS else None
    look = SwapLookForm(asked)
    refused: tuple[Message, ...] = ()
    form, preview = None, None
    try:
        preview = plans.preview_swap(plan=plan, by=request.user.person, now=now)
    except plans.PlanRefused as error:
        refused = tuple(sentence for _field, sentence in error.problems)
    except plans.PlanNotOpen:
        return not_open(request, plan)
    if preview is not None and look.is_bound and look.is_valid():
        trigger = look.cleaned_data["trigger"]
        leavers = plan.roles.filter(assignment__role="outgoing")
        outgoing = leavers.values_list("assignment__person__name", flat=True)
        letter = to_client(
            trigger=trigger,
            former=preview.former.name,
            person=preview.person.name,
            outgoing=outgoing.first() or "",
            cutover=plan.cutover_on,
            language=organisation_of(request).language,
        )
        form = SwapForm(
            request.POST if posted else None,
            promised=bool(preview.promised),
            initial={"version": plan.version, "trigger": trigger, "to_client": letter},
        )
        if posted and form.is_valid():
            try:
                plans.swap(plan=plan, **form.cleaned_data, by=request.user.person, now=now)
            except plans.PlanRefused as error:
                put_problems(form, error)
            except StaleVersion as error:
                return conflict(request, form, error, back=plan_url(plan))
            except plans.PlanNotOpen:
                return not_open(request, plan)
            else:
                messages.success(
                    request,
                    _(
                        "%(name)s is the incoming rep now. The history takes it back until something else "
                        "is done."
                    )
                    % {"name": preview.person.name},
                )
                return to_plan(plan)
    context = {"plan": plan, "look": look, "form": form, "preview": preview, "refused": refused}
    context["clash"] = look.is_bound and look.is_valid() and look.cleaned_data["trigger"] == CLASH
    return TemplateResponse(request, "transitions/candidates/swap.html", context)
