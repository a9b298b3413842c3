"""A departure: begun from a person, looked at, corrected, shown, withdrawn, carried out and undone."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person, Team
from accounts.permissions import AuthenticatedRequest
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation_of
from accounts.views.editing import edited, version_of
from accounts.views.listing import page_of
from transitions.forms.departures import NARROWED, BeginForm, EditForm, ReadersForm
from transitions.models import Departure, DepartureState
from transitions.permissions import allowed, rights
from transitions.rendering.words import title
from transitions.selectors import departures as selectors
from transitions.selectors.departures.facts import owned_by
from transitions.services import departures as services
from transitions.services.plans import PlanRefused
from transitions.views.departures.answers import departure_url, settled, while_draft
from transitions.views.plans.answers import put_problems, refusing

PAGE = 30
LOOK_AND_DO = ["GET", "HEAD", "POST"]


@require_safe
@allowed("see_departures")
def departures(request: AuthenticatedRequest) -> HttpResponse:
    rows = selectors.departures_list(request.user)
    page = page_of(Paginator(rows, PAGE), request)
    context = {"page": page, "query": ""}
    return TemplateResponse(request, "transitions/departures/list.html", context)


@require_http_methods(LOOK_AND_DO)
@allowed("begin_departure", Person)
def begin(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    """What the person holds, and the form with which the departure begins."""
    now, book = timezone.now(), owned_by([person.pk])
    form = BeginForm(request.POST or None, book=book, leaver=person)
    if form.is_valid():
        given = form.details()
        given["mode"] = given["mode"] or services.mode_by_notice(given["reason"], given["last_on"], now)
        try:
            departure = services.begin(person=person, **given, by=request.user.person, now=now)
        except PlanRefused as error:
            put_problems(form, error)
        else:
            messages.success(request, _("The departure is being prepared. Nothing has changed hands yet."))
            return redirect(departure_url(departure))
    context = {
        "person": person,
        "form": form,
        "groups": selectors.holdings(person, request.user),
        "book": len(book),
    }
    return TemplateResponse(request, "transitions/departures/begin.html", context)


@require_safe
@allowed("see_departures", Departure)
def departure(request: AuthenticatedRequest, departure: Departure) -> HttpResponse:
    """Where it stands: its scenarios side by side, what the leaver holds, its plans once there are any."""
    now, ours = timezone.now(), organisation_of(request)
    scenarios = list(departure.scenarios.order_by("pk"))
    draft = departure.state == DepartureState.DRAFT
    book = selectors.read_book(departure, request.user, now, ours=ours, of=() if scenarios else None)
    plans = selectors.plans_of(departure, request.user)
    page = page_of(Paginator(plans, PAGE), request) if not draft else None
    context = {
        "departure": departure,
        "scenarios": selectors.compared(scenarios, {rep.key: rep for rep in book.reps}),
        "groups": selectors.holdings(departure.person, request.user) if draft else (),
        "readers": [one.person for one in departure.readers.select_related("person")],
        "narrowed": _narrowed(departure),
        "draft": draft,
        "page": page,
        "query": "",
        "may": rights(request),
    }
    return TemplateResponse(request, "transitions/departures/departure.html", context)


def _narrowed(departure: Departure) -> list[str]:
    """The filter of the book in words."""
    found = [title(tier, "tier") for tier in departure.narrowed.get("tier", ())]
    teams = departure.narrowed.get("team", ())
    if teams:
        found += Team.objects.filter(pk__in=teams).order_by("path").values_list("name", flat=True)
    return [*found, *departure.narrowed.get("industry", ()), *departure.narrowed.get("country", ())]


@require_http_methods(LOOK_AND_DO)
@allowed("plan_departure", Departure)
@while_draft
def edit(request: AuthenticatedRequest, departure: Departure) -> HttpResponse:
    now = timezone.now()
    names = ("last_on", "mode", "reason", "why", "reason_detail", "version")
    initial: dict[str, Any] = {name: getattr(departure, name) for name in names}
    initial |= {name: [str(one) for one in departure.narrowed.get(name, ())] for name in NARROWED}
    form = EditForm(request.POST or None, book=owned_by([departure.person_id]), initial=initial)

    def deed() -> None:
        given = form.details()
        given["mode"] = given["mode"] or services.mode_by_notice(given["reason"], given["last_on"], now)
        services.edit(departure=departure, **given, by=request.user.person, now=now)

    return edited(
        request,
        form,
        refusing(form, deed),
        done=_("Kept. Proposals are asked for anew."),
        title=_("Departure of %(name)s") % {"name": departure.person.name},
        back=departure_url(departure),
        back_label=departure.person.name,
    )


@require_http_methods(LOOK_AND_DO)
@allowed("plan_departure", Departure)
@while_draft
def readers(request: AuthenticatedRequest, departure: Departure) -> HttpResponse:
    named = [one.person_id for one in departure.readers.all()]
    initial = {"readers": named, "version": departure.version}
    form = ReadersForm(request.POST or None, leaver=departure.person, initial=initial)

    def deed() -> None:
        services.set_readers(
            departure=departure,
            people=list(form.cleaned_data["readers"]),
            version=form.cleaned_data["version"],
            by=request.user.person,
            now=timezone.now(),
        )

    return edited(
        request,
        form,
        refusing(form, deed),
        done=_("These people may read it now."),
        title=_("Readers"),
        intro=_("While the departure is confidential, these people and you see it; nobody else does."),
        back=departure_url(departure),
        back_label=departure.person.name,
    )


@require_POST
@allowed("plan_departure", Departure)
@while_draft
def release(request: AuthenticatedRequest, departure: Departure) -> HttpResponse:
    return settled(
        request,
        lambda: services.release(
            departure=departure, version=version_of(request), by=request.user.person, now=timezone.now()
        ),
        done=_("Released: every leader of %(name)s sees it.") % {"name": departure.person.name},
        back=departure_url(departure),
    )


@require_POST
@allowed("plan_departure", Departure)
@while_draft
def withdraw(request: AuthenticatedRequest, departure: Departure) -> HttpResponse:
    return settled(
        request,
        lambda: services.withdraw(
            departure=departure, version=version_of(request), by=request.user.person, now=timezone.now()
        ),
        done=_("The departure is withdrawn. Nothing has changed hands."),
        back=departure_url(departure),
    )


@require_POST
@allowed("plan_departure", Departure)
def undo(request: AuthenticatedRequest, departure: Departure) -> HttpResponse:
    def deed() -> None:
        try:
            services.undo(
                departure=departure, version=version_of(request), by=request.user, now=timezone.now()
            )
        except services.CannotUndo as error:
            raise _told(error.labels) from None

    try:
        return settled(
            request,
            deed,
            done=_("Undone: the plans are cancelled, and everybody has what they had."),
            back=departure_url(departure),
        )
    except services.DepartureNotDraft:
        messages.warning(request, _("There is nothing to undo."))
        return redirect(departure_url(departure))


def _told(labels: tuple[str, ...]) -> PlanRefused:
    words = gettext_noop("It cannot be undone as a whole any more. Told or changed since: %(names)s.")
    return PlanRefused([("", Message(words, {"names": ", ".join(labels[:8])}))])


def committed(request: AuthenticatedRequest, done: services.Committed) -> None:
    """Say what a commit did."""
    words = ngettext("%(count)d plan was opened.", "%(count)d plans were opened.", done.opened)
    said = [words % {"count": done.opened}]
    if done.amended:
        words = ngettext(
            "%(count)d open plan was changed.", "%(count)d open plans were changed.", done.amended
        )
        said.append(words % {"count": done.amended})
    if done.rehomed.kept:
        words = ngettext(
            "%(count)d thing falls due before the last day and stays until then.",
            "%(count)d things fall due before the last day and stay until then.",
            done.rehomed.kept,
        )
        said.append(words % {"count": done.rehomed.kept})
    if done.left:
        names = ", ".join(done.left[:8])
        said.append(
            _("Left as they are, for their plans rest or are not yours: %(names)s.") % {"names": names}
        )
    messages.success(request, " ".join(said))
