"""Calendars: a person's feed and its secret link; recurring meetings that change their organiser."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AuthenticatedRequest, public
from accounts.permissions import allowed as allowed_in_accounts
from accounts.rendering.text import translate
from accounts.selectors.calendar import today_of, tz_of
from accounts.selectors.organisation import organisation, organisation_of
from accounts.views.editing import edited, pressed, version_of
from transitions.forms.feeds import CalendarChoiceForm, EditRecurringForm, RecurringForm
from transitions.models import HandoverPlan, PlanState, RecurringMeeting
from transitions.permissions import allowed, rights
from transitions.rendering import feeds as rendering
from transitions.selectors import feeds as selectors
from transitions.selectors.plans import plan_in_full
from transitions.services import feeds as services
from transitions.services.refusals import PlanRefused
from transitions.views.plans.answers import refusing, while_open

CALENDAR = "text/calendar; charset=utf-8"


@require_safe
@public
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program fetches. The link is the right to it, and reading changes nothing."""
    user = selectors.user_of(token)
    if user is None:
        raise Http404
    now = timezone.now()
    language = user.person.language or organisation().language
    return _file(rendering.feed(selectors.feed_of(user, now), now=now, language=language))


@allowed_in_accounts("edit_own_preferences")
def calendar(request: AuthenticatedRequest) -> HttpResponse:
    person = request.user.person
    choice, link = selectors.choice_of(person), selectors.link_of(person)
    form = CalendarChoiceForm(request.POST or None, initial={"check_ins": choice.check_ins})
    if request.method == "POST" and form.is_valid():
        return pressed(
            request,
            lambda: services.choose(person=person, now=timezone.now(), **form.cleaned_data),
            done=_("Your choice is kept."),
            back=reverse("calendar"),
        )
    address = ""
    if link is not None:
        address = request.build_absolute_uri(reverse("calendar-feed", args=[services.token_of(link)]))
    context = {"form": form, "link": link, "address": address, "person": person}
    response = TemplateResponse(request, "transitions/feeds/calendar.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@allowed_in_accounts("edit_own_preferences")
def make_link(request: AuthenticatedRequest) -> HttpResponse:
    return pressed(
        request,
        lambda: services.make_link(person=request.user.person, now=timezone.now()),
        done=_("Here is your link. Any link that you had before has stopped working."),
        back=reverse("calendar"),
    )


@require_POST
@allowed_in_accounts("edit_own_preferences")
def revoke_link(request: AuthenticatedRequest) -> HttpResponse:
    return pressed(
        request,
        lambda: services.revoke_link(person=request.user.person, now=timezone.now()),
        done=_("The link has stopped working."),
        back=reverse("calendar"),
    )


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def recurring(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    ours = organisation_of(request)
    lines = selectors.recurring_of(plan, ours)
    today = today_of(plan.account, timezone.now(), ours=ours)
    context = {
        "plan": plan,
        "lines": [(line, rendering.words_of(line.reissue)) for line in lines],
        "due": plan.cutover_on is not None and plan.cutover_on <= today,
        "may": rights(request),
        "open": plan.state == PlanState.OPEN,
    }
    return TemplateResponse(request, "transitions/feeds/recurring.html", context)


@allowed("work_meeting", HandoverPlan, find=plan_in_full)
@while_open
def add_recurring(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    outgoing = next((one.person_id for one in plan.holders() if one.role == "outgoing"), None)
    form = RecurringForm(
        request.POST or None,
        initial={"minutes": 60, "rhythm": "monthly", "organiser": outgoing},
        tz=tz_of(plan.account, ours=organisation_of(request)),
    )
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: services.add_recurring(
                plan=plan, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("Noted. What to do and what to write stands below."),
        action=_("Note it"),
        **_page(plan, _("Note a recurring meeting")),
    )


@allowed("work_meeting", RecurringMeeting)
@while_open
def edit_recurring(request: AuthenticatedRequest, row: RecurringMeeting) -> HttpResponse:
    names = ("version", "title", "rhythm", "next_at", "minutes", "place", "uid")
    initial = {name: getattr(row, name) for name in names} | {"organiser": row.organiser_id}
    tz = tz_of(row.plan.account, ours=organisation_of(request))
    form = EditRecurringForm(request.POST or None, initial=initial, tz=tz)
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: services.edit_recurring(
                recurring=row, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("Saved."),
        **_page(row.plan, _("Correct the recurring meeting")),
    )


@require_POST
@allowed("work_meeting", RecurringMeeting)
@while_open
def take_over(request: AuthenticatedRequest, row: RecurringMeeting) -> HttpResponse:
    return _stepped(request, row, services.take_over, _("Noted."))


@require_POST
@allowed("work_meeting", RecurringMeeting)
@while_open
def take_back(request: AuthenticatedRequest, row: RecurringMeeting) -> HttpResponse:
    return _stepped(request, row, services.take_back_recurring, _("Taken back."))


@require_POST
@allowed("work_meeting", RecurringMeeting)
@while_open
def archive_recurring(request: AuthenticatedRequest, row: RecurringMeeting) -> HttpResponse:
    return _stepped(request, row, services.archive_recurring, _("Archived."))


@require_safe
@allowed("see_plan", RecurringMeeting)
def new_series(request: AuthenticatedRequest, row: RecurringMeeting) -> HttpResponse:
    ours = organisation_of(request)
    entry = selectors.reissued_entry(selectors.line_of(row, row.plan, ours), ours)
    return _file(rendering.file(entry, now=timezone.now()), _name(row, "new"))


@require_safe
@allowed("see_plan", RecurringMeeting)
def end_of_series(request: AuthenticatedRequest, row: RecurringMeeting) -> HttpResponse:
    if not row.uid:
        raise Http404
    ours = organisation_of(request)
    line = selectors.line_of(row, row.plan, ours)
    content = rendering.file(
        selectors.ended_entry(line, ours),
        now=timezone.now(),
        method=rendering.CANCEL,
        onwards=line.reissue.last_on is not None,
    )
    return _file(content, _name(row, "end"))


def _stepped(request: AuthenticatedRequest, row: RecurringMeeting, deed: Any, done: str) -> HttpResponse:
    version = version_of(request)
    back = reverse("plan-recurring", args=[row.plan.uuid])

    try:
        return pressed(
            request,
            lambda: deed(recurring=row, version=version, by=request.user.person, now=timezone.now()),
            done=done,
            back=back,
        )
    except PlanRefused as refusal:  # pressed twice, or on a page that somebody else was quicker on
        messages.error(request, translate(refusal.problems[0][1]))
        return redirect(back)


def _page(plan: HandoverPlan, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "back": reverse("plan-recurring", args=[plan.uuid]),
        "back_label": plan.account.name,
    }


def _name(row: RecurringMeeting, what: str) -> str:
    return f"{slugify(row.title) or 'meeting'}-{what}.ics"


def _file(content: bytes, name: str = "") -> HttpResponse:
    response = HttpResponse(content, content_type=CALENDAR)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
