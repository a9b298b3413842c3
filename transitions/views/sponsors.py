"""Promises of a plan, what is done with one of them, and how many a week of somebody holds."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Channel, Person, Role
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.selectors.calendar import today_of
from accounts.selectors.organisation import organisation_of
from accounts.views.editing import Refused, conflict, edited, form_page
from accounts.views.exports import table_response
from accounts.views.listing import page_of
from transitions.forms.sponsors import (
    KeepForm,
    LetGoForm,
    LevelForm,
    LimitForm,
    PromiseForm,
    RehomeForm,
    WarmUpForm,
)
from transitions.models import HandoverPlan, PlanStep
from transitions.permissions import allowed, rights
from transitions.rendering import sponsors as rendering
from transitions.rules.history import HAD_ROOM, STAYS
from transitions.selectors import sponsors as selectors
from transitions.services import plans
from transitions.services import sponsors as services
from transitions.views.plans.answers import not_open, put_problems

PAGE_SIZE = 50


@require_safe
@allowed("see_plan", HandoverPlan)
def promises(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponseBase:
    page = selectors.promises_page(plan, timezone.now(), ours=organisation_of(request))
    if kind := request.GET.get("format"):
        name = f"promises-{page.today:%Y-%m-%d}"
        return table_response(kind, name, rendering.HEADINGS, rendering.table(page))
    context = {"plan": plan, "may": rights(request), "owes": plan.owes_promises, **rendering.context(page)}
    return TemplateResponse(request, "transitions/sponsors/promises.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("work_step", PlanStep)
def keep(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    """Note how a promise was kept."""
    promise, person, now = _promise(step), request.user.person, timezone.now()
    today = today_of(step.plan.account, now)
    first = {
        "version": step.version,
        "on": today,
        "channel": promise.channel or Channel.PHONE,
        "contact": promise.contact_id,
        "person": step.owner_id or person.pk,
    }
    form = KeepForm(request.POST or None, account=step.plan.account, initial=first)
    way = promise.get_channel_display() if promise.channel else ""
    said = _("Promised: %(channel)s.") % {"channel": way} if way else _("Any channel suits.")
    return _worked(
        request,
        step,
        form,
        lambda given: services.deliver(step=step, **given, by=person, now=now),
        done=_("Kept: %(step)s. The account has a touchpoint of it."),
        title=_("How was it kept?"),
        intro=f"{translate(Message(step.title))} · {step.plan.account.name}. {said}",
        action=_("It was kept"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("work_step", PlanStep)
def edit(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    """What exactly is promised."""
    promise, person, now = _promise(step), request.user.person, timezone.now()
    first = {
        "version": step.version,
        "channel": promise.channel,
        "contact": promise.contact_id,
        "in_writing": step.promised_at is not None,
    }
    form = PromiseForm(request.POST or None, account=step.plan.account, initial=first)
    return _worked(
        request,
        step,
        form,
        lambda given: services.edit(step=step, **given, by=person, now=now),
        done=_("Saved: %(step)s."),
        title=_("What is promised?"),
        intro=translate(Message(step.title)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("let_go", PlanStep)
def let_go(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    _promise(step)
    person, now = request.user.person, timezone.now()
    form = LetGoForm(request.POST or None, initial={"version": step.version})
    return _worked(
        request,
        step,
        form,
        lambda given: services.let_go(step=step, **given, by=person, now=now),
        done=_("Let go: %(step)s. The reason is on record."),
        title=_("Let a promise go"),
        intro=translate(Message(step.title)),
        action=_("Let it go"),
        action_class="btn-danger",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("warm_up", HandoverPlan)
def warm_up(request: AuthenticatedRequest, plan: HandoverPlan, series: str) -> HttpResponse:
    """A leader decides that the client has warmed up."""
    page = selectors.promises_page(plan, timezone.now())
    found = next((one for one in page.series if one.key == series), None)
    if found is None:
        raise Http404
    form, address = WarmUpForm(request.POST or None), reverse("promises", args=[plan.uuid])

    def deed() -> None:
        try:
            services.warm_up(
                plan_id=plan.pk,
                series=series,
                reason=form.cleaned_data["reason"],
                by=request.user.person,
                now=timezone.now(),
            )
        except plans.PlanRefused as error:
            put_problems(form, error)
            raise Refused from None

    try:
        return edited(
            request,
            form,
            deed,
            done=_("It ends here. The reason is on record."),
            back=address,
            back_label=plan.account.name,
            title=_("The client has warmed up"),
            intro=translate(found.title),
            action=_("End it"),
        )
    except plans.PlanNotOpen:
        return not_open(request, plan)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("edit_plan", HandoverPlan)
def rehome(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """Whose promises go to whom: for those that somebody left behind, and any others."""
    owed = list(selectors.claimable(plan))
    choices = [(f"{step.uuid}/{step.version}", rendering.in_a_line(step)) for step in owed]
    left = [
        value
        for step, (value, _label) in zip(owed, choices, strict=True)
        if step.check_in.inherited_from_id or (step.owner and step.owner.archived_at)
    ]
    form = RehomeForm(request.POST or None, promises=choices, initial={"promises": left})
    address = reverse("promises", args=[plan.uuid])

    def deed() -> None:
        try:
            services.rehome(
                plan_id=plan.pk,
                versions=form.versions,
                to=form.cleaned_data["to"],
                by=request.user.person,
                now=timezone.now(),
            )
        except plans.PlanRefused as error:
            put_problems(form, error)
            raise Refused from None

    try:
        return edited(
            request,
            form,
            deed,
            done=_("These promises have somebody who keeps them."),
            back=address,
            back_label=plan.account.name,
            title=_("Who keeps these promises?"),
            intro=_("Whoever you choose owes them from now on, and is reminded of them."),
        )
    except plans.PlanNotOpen:
        return not_open(request, plan)


@require_safe
@allowed("see_load")
def load(request: AuthenticatedRequest) -> HttpResponse:
    decides = request.user.reads_everything or bool(request.user.led_team_ids())
    everyone = decides and request.GET.get("all") == "on"
    page = selectors.load_page(
        request.user,
        timezone.now(),
        everyone=everyone,
        own=not decides,
        ours=organisation_of(request),
    )
    people = page_of(Paginator(page.people, PAGE_SIZE), request)
    context = {
        "mondays": page.mondays,
        "people": people,
        "everyone": everyone,
        "decides": decides,
        "query": "all=on&" if everyone else "",
    }
    return TemplateResponse(request, "transitions/sponsors/load.html", context)


@require_safe
@allowed("see_load", Person)
def person(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    page = selectors.person_load(person, request.user, timezone.now(), ours=organisation_of(request))
    own = person.pk == request.user.person_id
    context = {
        "person": person,
        "own": own,
        "may_level": own or request.user.role in (Role.LEADER, Role.ADMINISTRATOR),
        **rendering.person_context(page),
    }
    return TemplateResponse(request, "transitions/sponsors/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("set_limit")
def limit(request: AuthenticatedRequest) -> HttpResponse:
    person = request.user.person
    form = LimitForm(request.POST or None, initial={"touches": selectors.limit_of(person)})
    return edited(
        request,
        form,
        lambda: services.set_limit(person=person, **form.cleaned_data, by=person, now=timezone.now()),
        done=_("Your choice is kept."),
        back=reverse("sponsor", args=[person.uuid]),
        back_label=_("My promises"),
        title=_("How much fits into a week"),
        intro=_("A promised call or visit wants time. Say how many of them you can keep in one week."),
    )


@require_POST
@allowed("level", PlanStep)
def level(request: AuthenticatedRequest, step: PlanStep) -> HttpResponse:
    """Accept a better day, or refuse it: `to` is then the day on which the promise stands."""
    _promise(step)
    form = LevelForm(request.POST)
    back = reverse("sponsor", args=[step.owner.uuid]) if step.owner else reverse("sponsors")
    if not form.is_valid():
        messages.warning(request, _("Nothing was changed: the form was incomplete."))
        return redirect(back)
    stays = form.cleaned_data["to"] == step.due_on
    try:
        plans.level_promise(
            step=step,
            **form.cleaned_data,
            by=request.user.person,
            now=timezone.now(),
            why=STAYS if stays else HAD_ROOM,  # msgids, told in each reader's language
        )
    except StaleVersion:
        messages.warning(
            request, _("Nothing was changed: somebody else changed this meanwhile. See how it stands now.")
        )
    except plans.PlanRefused as error:
        for _field, message in error.problems:
            messages.warning(request, translate(message))
    except plans.StepRefused as error:
        messages.info(request, translate(error.message))
    except plans.PlanNotOpen:
        return not_open(request, step.plan)
    else:
        said = _("It stays where it is: %(step)s.") if stays else _("Moved: %(step)s.")
        messages.success(request, said % {"step": translate(Message(step.title))})
    return redirect(back)


def _promise(step: PlanStep) -> Any:
    """The promise behind a step; a step of another kind has none, and no such page."""
    if step.kind != "check-in":
        raise Http404
    return step.check_in


def _worked(
    request: AuthenticatedRequest,
    step: PlanStep,
    form: Any,
    deed: Callable[[dict[str, Any]], object],
    *,
    done: str,
    **page: Any,
) -> HttpResponse:
    """Show a form about one promise; when it was sent and holds, do `deed` and lead back to the promises."""
    back = f"{reverse('promises', args=[step.plan.uuid])}#step-{step.uuid}"
    if form.is_valid():
        try:
            deed(form.cleaned_data)
        except StaleVersion as error:
            return conflict(request, form, error, back=back)
        except plans.PlanRefused as error:
            put_problems(form, error)
        except plans.StepRefused as error:
            form.add_error(None, translate(error.message))
        except plans.PlanNotOpen:
            return not_open(request, step.plan)
        else:
            messages.success(request, done % {"step": translate(Message(step.title))})
            return redirect(back)
    return form_page(request, form, back=back, back_label=step.plan.account.name, **page)
