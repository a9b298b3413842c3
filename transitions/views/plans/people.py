"""Who holds which role, and the plan in the client's words."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.selectors.organisation import organisation_of
from accounts.views.editing import conflict, form_page
from transitions.forms.plans import SEVERAL, PeopleForm, TeamForm, WordsForm
from transitions.models import HandoverPlan, Reason
from transitions.permissions import allowed
from transitions.rendering.words import title
from transitions.selectors.playbooks import playbook_of
from transitions.selectors.sponsors import full_weeks
from transitions.services import plans
from transitions.views.plans.answers import not_open, plan_url, put_problems, to_plan

WORDS = ("why", "gets_better", "stays", "reason_detail", "unseen")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_plan", HandoverPlan)
def people(request: AuthenticatedRequest, plan: HandoverPlan, role: str) -> HttpResponse:
    if role == "outgoing" or role not in playbook_of(plan.playbook, plan.tier).roles:
        raise Http404
    label = title(role, "role")
    form = PeopleForm(request.POST or None, role=role, label=label, initial=_held(plan, role))
    if form.is_valid():
        try:
            plans.set_people(
                plan=plan,
                role=role,
                people=form.people,
                version=form.cleaned_data["version"],
                by=request.user.person,
                now=timezone.now(),
            )
        except plans.PlanRefused as error:
            put_problems(form, error)
        except StaleVersion as error:
            return conflict(request, form, error, back=plan_url(plan))
        except plans.PlanNotOpen:
            return not_open(request, plan)
        else:
            chosen = ", ".join(person.name for person in form.people) or _("nobody")
            messages.success(request, _("Saved. %(role)s: %(people)s.") % {"role": label, "people": chosen})
            return to_plan(plan, "people")
    intro = _("Whoever you choose takes over the open steps of this role.")
    page = {"title": label, "intro": intro, "back": plan_url(plan), "back_label": plan.account.name}
    if role != "sponsor":
        return form_page(request, form, **page)
    full = full_weeks(request.user, timezone.now(), ours=organisation_of(request))
    return TemplateResponse(request, "transitions/sponsors/choose.html", {**page, "form": form, "full": full})


def _held(plan: HandoverPlan, role: str) -> dict[str, object]:
    held = list(
        plan.roles.filter(assignment__role=role, assignment__until_on=None).values_list(
            "assignment__person", flat=True
        )
    )
    return {"version": plan.version, role: held if role in SEVERAL else next(iter(held), None)}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_plan", HandoverPlan)
def team(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """The team to which the account goes at the cutover, where the playbook moves it."""
    if not playbook_of(plan.playbook, plan.tier).moves_team:
        raise Http404
    form = TeamForm(request.POST or None, initial={"version": plan.version, "to_team": plan.to_team})
    if form.is_valid():
        try:
            plans.set_team(
                plan=plan,
                team=form.cleaned_data["to_team"],
                version=form.cleaned_data["version"],
                by=request.user.person,
                now=timezone.now(),
            )
        except plans.PlanRefused as error:
            put_problems(form, error)
        except StaleVersion as error:
            return conflict(request, form, error, back=plan_url(plan))
        except plans.PlanNotOpen:
            return not_open(request, plan)
        else:
            messages.success(request, _("The team that takes over is saved."))
            return to_plan(plan, "people")
    return form_page(
        request,
        form,
        title=_("Team that takes over"),
        intro=_("At the cutover the account moves to this team together with its new owner."),
        back=plan_url(plan),
        back_label=plan.account.name,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_plan", HandoverPlan)
def words(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    now_written = {name: getattr(plan, name) for name in WORDS}
    form = WordsForm(
        request.POST or None,
        asks_unseen=plan.reason == Reason.PERFORMANCE,
        initial={"version": plan.version, **now_written},
    )
    if form.is_valid():
        try:
            plans.edit_words(plan=plan, **form.cleaned_data, by=request.user.person, now=timezone.now())
        except StaleVersion as error:
            return conflict(request, form, error, back=plan_url(plan))
        except plans.PlanNotOpen:
            return not_open(request, plan)
        messages.success(request, _("The words for the client are saved."))
        return to_plan(plan, "words")
    return form_page(
        request,
        form,
        title=_("In the client’s words"),
        intro=_("Say it as you would to their face: why, what gets better for them, what stays."),
        back=plan_url(plan),
        back_label=plan.account.name,
    )
