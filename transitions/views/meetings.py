"""Meetings with a client: the list of a plan, one meeting, its hour, what to say, and how it went."""

import logging
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.rules.text import Message
from accounts.selectors.calendar import calendar_of, today_of, tz_of
from accounts.selectors.organisation import logo_of, organisation_of
from accounts.views.editing import Refused, conflict, edited, pressed
from transitions.documents.packet import EDITIONS, INTERNAL
from transitions.forms.meetings import (
    ArrangeForm,
    CallOffForm,
    DebriefForm,
    OwnerForm,
    PointsForm,
    RaisedFormSet,
    WaiveChannelForm,
)
from transitions.models import CustomerMeeting, HandoverPlan, PlanState, TalkingPoints
from transitions.permissions import allowed, rights
from transitions.rendering.meetings import agenda_html, agenda_print_html
from transitions.rendering.pdf import AGENDA_REASONS, RenderFailed, render_agenda
from transitions.rules import meetings as rules
from transitions.rules.concerns import USUAL_DAYS
from transitions.selectors import meetings as selectors
from transitions.selectors.plans import plan_in_full
from transitions.services import meetings as services
from transitions.services import plans
from transitions.services.opened import holders_of
from transitions.views.plans.answers import refusing, while_open

logger = logging.getLogger(__name__)


@require_safe
@allowed("see_plan", HandoverPlan, find=plan_in_full)
def meetings(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    tz = tz_of(plan.account, ours=organisation_of(request))
    context = _around(request, plan) | {"lines": selectors.meetings_of(plan), "zone": tz, "zone_name": tz.key}
    return TemplateResponse(request, "transitions/meetings/list.html", context)


@require_safe
@allowed("see_plan", CustomerMeeting, find=selectors.meeting_in_full)
def meeting(request: AuthenticatedRequest, meeting: CustomerMeeting) -> HttpResponse:
    tz = tz_of(meeting.plan.account, ours=organisation_of(request))
    versions = selectors.points_of(meeting)
    newest = versions[0] if versions else None
    rehearsed = newest is not None and any(
        one.person_id == request.user.person_id for one in newest.rehearsals.all()
    )
    context = _around(request, meeting.plan) | {
        "meeting": meeting,
        "title": translate(Message(meeting.step.title)),
        "attendees": selectors.attendees_of(meeting),
        "concerns": meeting.concerns.live().order_by("pk"),
        "newest": newest,
        "topics": rules.lines_of(newest.agenda) if newest else (),
        "says": rules.lines_of(newest.points) if newest else (),
        "questions": rules.questions_of(newest.questions) if newest else (),
        "older": versions[1:],
        "rehearsed": rehearsed,
        "zone": tz,
        "zone_name": tz.key,
    }
    return TemplateResponse(request, "transitions/meetings/meeting.html", context)


@allowed("work_meeting", CustomerMeeting, find=selectors.meeting_in_full)
@while_open
def arrange(request: AuthenticatedRequest, meeting: CustomerMeeting) -> HttpResponse:
    initial = {
        "version": meeting.version,
        "starts_at": meeting.starts_at,
        "minutes": meeting.minutes,
        "place": meeting.place,
        "invited": [one.contact_id for one in meeting.attendees.all() if one.by_mail],
        **_at_table(meeting),
    }
    form = ArrangeForm(request.POST or None, initial=initial, **_where(request, meeting))
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: plans.arrange_meeting(
                meeting=meeting, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("Arranged. The step is pinned to this day, and the invitations go out within minutes."),
        action=_("Arrange it"),
        **_page(meeting, _("Arrange the meeting")),
    )


@allowed("work_meeting", CustomerMeeting, find=selectors.meeting_in_full)
@while_open
def call_off(request: AuthenticatedRequest, meeting: CustomerMeeting) -> HttpResponse:
    form = CallOffForm(request.POST or None, initial={"version": meeting.version})
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: plans.call_off_meeting(
                meeting=meeting, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("Called off. The step keeps its day until somebody moves it."),
        action=_("Call it off"),
        **_page(meeting, _("Call the meeting off")),
    )


@allowed("waive", CustomerMeeting, find=selectors.meeting_in_full)
@while_open
def waive_channel(request: AuthenticatedRequest, meeting: CustomerMeeting) -> HttpResponse:
    form = WaiveChannelForm(request.POST or None, initial={"version": meeting.version})
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: services.waive_channel(
                meeting=meeting, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("This meeting may be held in another channel. The reason is on record."),
        action=_("Allow it"),
        **_page(meeting, _("Allow another channel")),
    )


@allowed("work_meeting", CustomerMeeting, find=selectors.meeting_in_full)
@while_open
def points(request: AuthenticatedRequest, meeting: CustomerMeeting) -> HttpResponse:
    newest = meeting.points.order_by("-version").first()
    initial = {
        "version": newest.version if newest else 0,
        **({name: getattr(newest, name) for name in ("agenda", "points", "questions")} if newest else {}),
    }
    form = PointsForm(request.POST or None, initial=initial if newest else initial | _begun(meeting))
    return edited(
        request,
        form,
        deed=refusing(
            form,
            lambda: services.write_points(
                meeting=meeting, by=request.user.person, now=timezone.now(), **form.cleaned_data
            ),
        ),
        done=_("Saved as a new version. Rehearse it aloud before you go."),
        action=_("Save a version"),
        **_page(meeting, _("Talking points")),
    )


@require_POST
@allowed("work_meeting", TalkingPoints)
@while_open
def rehearse(request: AuthenticatedRequest, points: TalkingPoints) -> HttpResponse:
    return pressed(
        request,
        lambda: services.rehearse(points=points, by=request.user.person, now=timezone.now()),
        done=_("Noted: you have rehearsed these words."),
        back=reverse("meeting", args=[points.meeting.uuid]),
    )


@allowed("work_meeting", CustomerMeeting, find=selectors.meeting_in_full)
@while_open
def debrief(request: AuthenticatedRequest, meeting: CustomerMeeting) -> HttpResponse:
    """Told again, it corrects what was told; concerns are then noted on the ledger itself."""
    where = _where(request, meeting)
    initial = {
        "version": meeting.version,
        "held_at": meeting.held_at or meeting.starts_at,
        "channel_held": meeting.channel_held or meeting.channel,
        "mood_before": meeting.mood_before,
        "mood_after": meeting.mood_after,
        "said": meeting.said,
        "next_steps": meeting.next_steps,
        **_at_table(meeting),
    }
    form = DebriefForm(request.POST or None, initial=initial, **where)
    owner = OwnerForm(
        request.POST or None, initial={"owner": meeting.step.owner_id or request.user.person_id}
    )
    today = today_of(meeting.plan.account, timezone.now(), ours=organisation_of(request))
    calendar = calendar_of(meeting.plan.account, today, ours=organisation_of(request))
    row = {"seriousness": "amber", "promised_on": calendar.add(today, USUAL_DAYS)}
    raised = RaisedFormSet(
        request.POST or None,
        prefix="raised",
        form_kwargs={"contacts": where["contacts"], "initial": row},
    )
    raised.extra = 0 if meeting.held_at else raised.extra
    whole = all([form.is_valid(), owner.is_valid(), raised.is_valid()]) if request.method == "POST" else False
    if whole:
        noted = [
            services.Raised(owner=owner.cleaned_data["owner"], **one.cleaned_data)
            for one in raised
            if one.has_changed()
        ]
        try:
            refusing(
                form,
                lambda: services.debrief(
                    meeting=meeting,
                    raised=noted,
                    subject=translate(Message(meeting.step.title)),
                    by=request.user.person,
                    now=timezone.now(),
                    **form.cleaned_data,
                ),
            )()
        except StaleVersion as error:
            return conflict(request, form, error, back=request.get_full_path())
        except Refused:
            pass
        else:
            messages.success(request, _("Told. The step is done, and its concerns are on the ledger."))
            return redirect("meeting", meeting.uuid)
    context = _around(request, meeting.plan) | {
        "form": form,
        "owner_form": owner,
        "raised": raised,
        "meeting": meeting,
        "title": translate(Message(meeting.step.title)),
    }
    return TemplateResponse(request, "transitions/meetings/debrief.html", context)


@require_safe
@allowed("see_plan", CustomerMeeting, find=selectors.meeting_in_full)
def agenda(request: AuthenticatedRequest, meeting: CustomerMeeting) -> HttpResponse:
    edition = _edition(request)
    document = selectors.agenda_of(meeting, edition, ours=organisation_of(request))
    context = _around(request, meeting.plan) | {
        "meeting": meeting,
        "edition": edition,
        "body": agenda_html(document),
    }
    return TemplateResponse(request, "transitions/meetings/agenda.html", context)


@require_safe
@allowed("see_plan", CustomerMeeting, find=selectors.meeting_in_full)
def agenda_pdf(request: AuthenticatedRequest, meeting: CustomerMeeting) -> HttpResponse:
    """Drawn by the render server when asked for, and kept nowhere: a page or two, which changes until the
    meeting begins."""
    edition, ours = _edition(request), organisation_of(request)
    document = selectors.agenda_of(meeting, edition, ours=ours)
    logo = logo_of(ours)
    try:
        pdf = render_agenda(agenda_print_html(document, ours, logo=bool(logo)), logo=logo)
    except RenderFailed as failure:
        logger.error("No agenda of meeting %s: %s", meeting.pk, failure.code)
        messages.error(request, translate(Message(AGENDA_REASONS[failure.code])))
        return redirect(f"{reverse('meeting-agenda', args=[meeting.uuid])}?edition={edition}")
    response = HttpResponse(pdf.content, content_type="application/pdf")
    name = slugify(meeting.plan.account.name) or "agenda"
    response["Content-Disposition"] = f'inline; filename="{name}-agenda-{document.on:%Y-%m-%d}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _edition(request: AuthenticatedRequest) -> str:
    edition = request.GET.get("edition", INTERNAL)
    if edition not in EDITIONS:
        raise BadRequest(f"no such edition: {edition!r}")
    return edition


def _around(request: AuthenticatedRequest, plan: HandoverPlan) -> dict[str, Any]:
    return {"plan": plan, "may": rights(request), "open": plan.state == PlanState.OPEN}


def _page(meeting: CustomerMeeting, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "intro": translate(Message(meeting.step.title)),
        "back": reverse("meeting", args=[meeting.uuid]),
        "back_label": meeting.plan.account.name,
    }


def _where(request: AuthenticatedRequest, meeting: CustomerMeeting) -> dict[str, Any]:
    plan = meeting.plan
    return {
        "tz": tz_of(plan.account, ours=organisation_of(request)),
        "contacts": selectors.contacts_of(plan),
    }


def _at_table(meeting: CustomerMeeting) -> dict[str, list[int]]:
    """Who is named already; to begin with, whom the purpose of the meeting asks for."""
    named = selectors.attendees_of(meeting)
    if named:
        return {
            "people": [one.person_id for one in named if one.person_id],
            "contacts": [one.contact_id for one in named if one.contact_id],
        }
    return {"people": selectors.wanted(meeting, holders_of(meeting.plan)), "contacts": []}


def _begun(meeting: CustomerMeeting) -> dict[str, str]:
    """The template of the meeting's purpose, in the reader's language."""
    begun = rules.template(meeting.purpose, meeting.plan.reason, meeting.plan.tier)
    return {
        "agenda": "\n".join(_(line) for line in begun.agenda),
        "points": "\n".join(_(line) for line in begun.points),
        "questions": "\n\n".join("\n".join(_(line) for line in asked if line) for asked in begun.questions),
    }
