"""One scenario of a departure: computed in the background, looked at, changed, carried out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Account, Job, JobState, Person, Role
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.selectors.organisation import organisation_of
from accounts.tasks import wake_jobs
from accounts.views.editing import conflict, edited, version_of
from accounts.views.listing import page_of
from transitions.forms.departures import CommitForm, NameForm, WeightsForm
from transitions.models import Departure, DepartureState, Scenario, ScenarioState
from transitions.permissions import allowed, rights
from transitions.rules.departures import ROLES, Figures
from transitions.selectors import departures as selectors
from transitions.selectors.fit import weights_in_force
from transitions.services import departures as services
from transitions.services.plans import PlanRefused
from transitions.views.departures.answers import departure_url, scenario_url, settled, while_draft
from transitions.views.departures.drafts import committed
from transitions.views.plans.answers import put_problems, refusing

PAGE = 25
LOOK_AND_DO = ["GET", "HEAD", "POST"]
OPEN = (JobState.QUEUED, JobState.RUNNING)


@require_safe
@allowed("see_departures", Scenario)
def scenario(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    now, ours = timezone.now(), organisation_of(request)
    departure = _departure(scenario)
    job = _job(request, scenario)
    scenario.refresh_from_db()  # after the job: what has ended meanwhile is not waited for
    table = selectors.table_of(scenario, request.user)
    page = page_of(Paginator(table.rows, PAGE), request)
    shown = [row.account_id for row in page.object_list]
    book = selectors.read_book(departure, request.user, now, ours=ours, of=shown)
    rows = selectors.explained(list(page.object_list), scenario, book, services.weights_of(scenario))
    figures = Figures.unpacked(scenario.figures)
    context = {
        "scenario": scenario,
        "departure": departure,
        "draft": departure.state == DepartureState.DRAFT,
        "job": job,
        "table": table,
        "rows": rows,
        "page": page,
        "query": "",
        "loads": selectors.loads_of(book, scenario),
        "figures": figures,
        "percent": {
            "fit": round(100 * figures.fit),
            "worst": round(100 * figures.worst),
            "gap": round(100 * figures.gap, 2),
        },
        "problems": selectors.problems_of(scenario),
        "may": rights(request),
        "computed": scenario.state not in (ScenarioState.NEW, ScenarioState.RUNNING),
    }
    return TemplateResponse(request, "transitions/departures/scenario.html", context)


@require_safe
@allowed("see_departures", Scenario)
def place(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    """One account: everybody who could take it over, with what speaks for each; from here one pins."""
    now, ours = timezone.now(), organisation_of(request)
    departure = _departure(scenario)
    account = _account(request, request.GET.get("account", ""))
    book = selectors.read_book(departure, request.user, now, ours=ours, of=[account.pk])
    fits = selectors.candidates_for(account.pk, book, services.weights_of(scenario))
    if not book.accounts:
        raise Http404
    people = dict(Person.objects.filter(pk__in=[one.rep.key for one in fits]).values_list("pk", "uuid"))
    placed = next((row for row in scenario.placements if row[0] == account.pk), None)
    context = {
        "scenario": scenario,
        "departure": departure,
        "account": account,
        "fits": [(one, people[one.rep.key], round(100 * one.total)) for one in fits],
        "placed": placed[1] if placed else None,
        "pinned": scenario.settings.get("pinned", {}).get(str(account.pk)),
        "draft": departure.state == DepartureState.DRAFT,
        "may": rights(request),
    }
    return TemplateResponse(request, "transitions/departures/place.html", context)


@require_POST
@allowed("plan_departure", Scenario)
@while_draft
def compute(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    services.ask(scenario=scenario, by=request.user.person, now=timezone.now())
    wake_jobs()
    return redirect(scenario_url(scenario))


@require_POST
@allowed("plan_departure", Scenario)
@while_draft
def pin(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    """Give an account to somebody for good; without a person, let the proposal choose again."""
    account = _account(request, request.POST.get("account", ""))
    person = _person(request.POST["person"]) if request.POST.get("person") else None
    return settled(
        request,
        lambda: services.pin(
            scenario=scenario,
            account=account.pk,
            person=person.pk if person else None,
            version=version_of(request),
            by=request.user.person,
            now=timezone.now(),
        ),
        done=_("Kept. Propose again to see what it means for the others."),
        back=scenario_url(scenario),
    )


@require_POST
@allowed("plan_departure", Scenario)
@while_draft
def leave_out(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    """Leave an account or a rep out of the proposal, or bring them back (`back`)."""
    out = "back" not in request.POST
    how: dict[str, Any] = {"by": request.user.person, "now": timezone.now()}
    version = version_of(request)

    def deed() -> None:
        if request.POST.get("person"):
            rep = _person(request.POST["person"])
            services.leave_out_rep(scenario=scenario, person=rep.pk, out=out, version=version, **how)
        else:
            account = _account(request, request.POST.get("account", ""))
            services.leave_out_account(scenario=scenario, account=account.pk, out=out, version=version, **how)

    done = _("Left out. Propose again.") if out else _("Brought back. Propose again.")
    return settled(request, deed, done=done, back=scenario_url(scenario))


@require_http_methods(LOOK_AND_DO)
@allowed("plan_departure", Scenario)
@while_draft
def weights(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    held = {**weights_in_force().parts, **scenario.settings.get("weights", {})}
    form = WeightsForm(request.POST or None, weights=held, initial={"version": scenario.version})

    def deed() -> None:
        services.set_weights(
            scenario=scenario,
            weights=form.weights(),
            version=form.cleaned_data["version"],
            by=request.user.person,
            now=timezone.now(),
        )

    return edited(
        request,
        form,
        refusing(form, deed),
        done=_("Kept. Propose again to see what it means."),
        title=_("What counts how much"),
        intro=_("Only in this scenario. 0 leaves a part out; limits such as capacity hold whatever counts."),
        back=scenario_url(scenario),
        back_label=scenario.name,
    )


@require_http_methods(LOOK_AND_DO)
@allowed("plan_departure", Scenario)
@while_draft
def save_as(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    form = NameForm(request.POST or None, initial={"version": scenario.version})

    def deed() -> str:
        copy = services.save_as(
            scenario=scenario, name=form.cleaned_data["name"], by=request.user.person, now=timezone.now()
        )
        return scenario_url(copy)

    return edited(
        request,
        form,
        _with_address(form, deed),
        done=_("This is the copy. What you set here leaves the other scenario alone."),
        title=_("Save as another scenario"),
        intro=_("Four can be compared side by side."),
        back=scenario_url(scenario),
        back_label=scenario.name,
    )


def _with_address(form: NameForm, deed: Any) -> Any:
    """`refusing`, for a deed that leads somewhere else than back."""
    found: list[str] = []
    tried = refusing(form, lambda: found.append(deed()))

    def told() -> str:
        tried()
        return found[0]

    return told


@require_POST
@allowed("plan_departure", Scenario)
@while_draft
def remove(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    return settled(
        request,
        lambda: services.remove(
            scenario=scenario, version=version_of(request), by=request.user.person, now=timezone.now()
        ),
        done=_("The scenario is removed."),
        back=departure_url(scenario.departure),
    )


@require_http_methods(LOOK_AND_DO)
@allowed("plan_departure", Scenario)
@while_draft
def commit(request: AuthenticatedRequest, scenario: Scenario) -> HttpResponse:
    """The last look: how many plans, who takes on the rest, and the button that does it all."""
    departure = _departure(scenario)
    groups = selectors.holdings(departure.person, request.user)
    held = {group.key: group.count for group in groups}
    administrator = request.user.role == Role.ADMINISTRATOR
    form = CommitForm(
        request.POST or None,
        held={role: held[role] for role in ROLES},
        rest=sum(held[kind] for kind in ("steps", "meetings", "check_ins", "requests", "commitments")),
        leads=administrator and bool(held["lead"]),
        leaver=departure.person,
        initial={"version": departure.version, "asked": scenario.asked},
    )
    if form.is_valid():
        if form.cleaned_data["asked"] != scenario.asked:
            messages.warning(request, _("The scenario was changed meanwhile. Look at it as it is now."))
            return redirect(scenario_url(scenario))
        homes = services.Homes(form.roles(), form.cleaned_data.get("lead"), form.cleaned_data.get("rest"))
        try:
            done = services.commit(
                departure=departure,
                scenario=scenario,
                homes=homes,
                version=form.cleaned_data["version"],
                by=request.user,
                now=timezone.now(),
            )
        except PlanRefused as error:
            put_problems(form, error)
        except StaleVersion as error:
            return conflict(request, form, error, back=scenario_url(scenario))
        else:
            committed(request, done)
            return redirect(departure_url(departure))
    context = {
        "scenario": scenario,
        "departure": departure,
        "form": form,
        "groups": [group for group in groups if group.count],
        "figures": Figures.unpacked(scenario.figures),
        "standing": selectors.table_of(scenario, request.user).standing,
        "untold_lead": bool(held["lead"]) and not administrator,
    }
    return TemplateResponse(request, "transitions/departures/commit.html", context)


def _departure(scenario: Scenario) -> Departure:
    return Departure.objects.select_related("person__team").get(pk=scenario.departure_id)


def _job(request: AuthenticatedRequest, scenario: Scenario) -> Job | None:
    """The asker's job for the settings as they are, while it runs or when it did not work."""
    key = services.key_of(scenario, request.user.person)
    job = Job.objects.visible_to(request.user).filter(key=key).order_by("-pk").first()
    return job if job is not None and job.state != JobState.DONE else None


def _account(request: AuthenticatedRequest, asked: str) -> Account:
    return get_object_or_404(Account.objects.visible_to(request.user), uuid=_uuid(asked))


def _person(asked: str) -> Person:
    return get_object_or_404(Person, uuid=_uuid(asked))


def _uuid(asked: str) -> UUID:
    try:
        return UUID(asked)
    except ValueError:
        raise BadRequest("no such row") from None
