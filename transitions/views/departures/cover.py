"""Standing cover: what would be if somebody left today; a leader's list, the worst first."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Job, JobState
from accounts.permissions import AuthenticatedRequest
from accounts.services import jobs
from accounts.tasks import wake_jobs
from accounts.views import listing
from transitions.forms.departures import CoverFilters
from transitions.models import StandingCover
from transitions.permissions import allowed, may
from transitions.selectors import departures as selectors

KIND = "cover"
COLUMNS = (
    listing.Column(
        "name", _("If they left today"), order=("person__name",), value=lambda row: row.person.name
    ),
    listing.Column("readiness", _("Readiness"), order=("score",), value="grade"),
    listing.Column("score", _("Points"), value="score", numeric=True, shown=False),
    listing.Column("accounts", _("Accounts"), order=("accounts",), value="accounts", numeric=True),
    listing.Column("revenue", _("Yearly value"), order=("revenue",), value="revenue", numeric=True),
    listing.Column("strategic", _("Strategic"), order=("strategic",), value="strategic", numeric=True),
    listing.Column(
        "single", _("One thread"), order=("single_threaded",), value="single_threaded", numeric=True
    ),
    listing.Column(
        "undocumented",
        _("Promises not in writing"),
        order=("undocumented",),
        value="undocumented",
        numeric=True,
    ),
    listing.Column("uncovered", _("Nobody suggested"), order=("uncovered",), value="uncovered", numeric=True),
    listing.Column(
        "team", _("Team"), value=lambda row: row.person.team.name if row.person.team else "", shown=False
    ),
    listing.Column("counted", _("Counted on"), value="counted_on", shown=False),
)


@require_safe
@allowed("see_departures")
def covers(request: AuthenticatedRequest) -> HttpResponseBase:
    job = Job.objects.visible_to(request.user).filter(kind=KIND).order_by("-pk").first()
    return listing.answer(
        request,
        "transitions/departures/covers.html",
        selectors.cover_list(request.user),
        filters=CoverFilters,
        columns=COLUMNS,
        sort="readiness",
        name="standing-cover",
        context={"job": job if job is not None and job.state != JobState.DONE else None},
    )


@require_POST
@allowed("see_departures")
def count(request: AuthenticatedRequest) -> HttpResponse:
    """Count again now, in the background, where anything has changed."""
    person = request.user.person
    jobs.request(kind=KIND, key=f"{KIND}:{person.pk}", params={}, by=person, now=timezone.now())
    wake_jobs()
    return redirect("standing-cover")


@require_safe
@allowed("see_departures", StandingCover)
def cover(request: AuthenticatedRequest, cover: StandingCover) -> HttpResponse:
    """One rep's accounts, each with who would take it over; from here the departure is planned."""
    context = {
        "cover": cover,
        "page": selectors.cover_page(cover, request.user),
        "may_plan": may(request.user, "begin_departure", cover.person),
    }
    return TemplateResponse(request, "transitions/departures/cover.html", context)
