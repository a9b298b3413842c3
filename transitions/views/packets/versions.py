"""Stored versions: their pages and bytes, what changed between them, whom they reached, a code from paper."""

import logging

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Person
from accounts.permissions import AuthenticatedRequest
from accounts.rendering import numbers
from accounts.rendering.text import translate
from transitions.documents.packet import difference, loads
from transitions.forms.packets import CodeForm, HandOverForm, SendForm
from transitions.models import Edition, HandoverPlan, Packet
from transitions.permissions import allowed, may
from transitions.rendering.packet import body_html, differences
from transitions.selectors import packets as selectors
from transitions.services import packets as services
from transitions.services.refusals import PlanRefused

logger = logging.getLogger(__name__)


@require_GET
@allowed("see_plan", Packet)
def packet_version(request: AuthenticatedRequest, packet: Packet) -> HttpResponse:
    services.note_opened(packet=packet, by=request.user.person, now=timezone.now())
    others = [one for one in selectors.versions_of(packet.plan, packet.edition) if one.pk != packet.pk]
    context = {
        "packet": packet,
        "plan": packet.plan,
        "body": body_html(loads(packet.content)),
        "reach": selectors.reach_of(packet),
        "others": others,
        "may_send": may(request.user, "send_packet", packet),
    }
    if context["may_send"]:
        context["form"] = (
            HandOverForm(packet=packet)
            if packet.edition == Edition.CLIENT
            else SendForm(people=_people_of(packet.plan))
        )
    return TemplateResponse(request, "transitions/packets/version.html", context)


@require_GET
@allowed("see_plan", Packet)
def packet_pdf(request: AuthenticatedRequest, packet: Packet) -> FileResponse:
    """The stored bytes. Whoever lost sight of the plan gets 404 here too."""
    try:
        file = packet.pdf.open("rb")
    except FileNotFoundError:
        logger.error("The file of packet %s is gone", packet.pk)
        raise Http404 from None
    services.note_opened(packet=packet, by=request.user.person, now=timezone.now())
    name = slugify(packet.plan.account.name) or "packet"
    response = FileResponse(
        file,
        as_attachment="download" in request.GET,
        filename=f"{name}-{packet.edition}-{packet.version}.pdf",
        content_type="application/pdf",
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@allowed("see_plan", Packet)
def packet_difference(request: AuthenticatedRequest, packet: Packet) -> HttpResponse:
    """What this version says otherwise than another of the same edition; without one, than the one before."""
    versions = Packet.objects.filter(plan=packet.plan, edition=packet.edition).order_by("-version")
    asked = request.GET.get("than", "")
    if asked:
        if not asked.isdecimal() or len(asked) > 6:
            raise Http404
        other = get_object_or_404(versions, version=int(asked))
    else:
        other = versions.filter(version__lt=packet.version).first()
    if other is not None and other.version > packet.version:
        packet, other = other, packet
    found = difference(loads(other.content), loads(packet.content)) if other else ()
    context = {"packet": packet, "other": other, "plan": packet.plan, "sections": differences(found)}
    return TemplateResponse(request, "transitions/packets/difference.html", context)


@require_POST
@allowed("send_packet", Packet)
def send_packet(request: AuthenticatedRequest, packet: Packet) -> HttpResponse:
    """Send one of ours the way to this version, or note who at the client was given it."""
    by, now = request.user.person, timezone.now()
    form = (
        HandOverForm(request.POST, packet=packet)
        if packet.edition == Edition.CLIENT
        else SendForm(request.POST, people=_people_of(packet.plan))
    )
    if not form.is_valid():
        messages.error(request, _("Nothing was sent: choose somebody from the list."))
        return redirect("packet-version", packet.uuid)
    try:
        if packet.edition == Edition.CLIENT:
            services.hand_over(packet=packet, contact=form.cleaned_data["contact"], by=by, now=now)
            messages.success(request, _("Noted."))
        else:
            sending = services.send(packet=packet, person=form.cleaned_data["person"], by=by, now=now)
            if sending.sent_at == now:
                messages.success(request, _("The link is on its way."))
            else:
                said = _("%(name)s was sent this version already, on %(day)s.")
                day = numbers.day(sending.sent_at)
                messages.info(request, said % {"name": form.cleaned_data["person"].name, "day": day})
    except PlanRefused as error:
        for _field, sentence in error.problems:
            messages.error(request, translate(sentence))
    return redirect("packet-version", packet.uuid)


@require_GET
@allowed("see_plans")
def verify(request: AuthenticatedRequest) -> HttpResponse:
    """Which version a paper copy is, by the code at the foot of its pages."""
    asked = "code" in request.GET
    form = CodeForm(request.GET if asked else None)
    code = form.cleaned_data["code"] if asked and form.is_valid() else ""
    found = selectors.versions_by_code(request.user, code) if code else []
    context = {"form": form, "asked": asked, "code": code, "found": found}
    return TemplateResponse(request, "transitions/packets/verify.html", context)


def _people_of(plan: HandoverPlan) -> QuerySet[Person]:
    """Who has to do with the plan and can sign in: its roles, its author, the leader of the team."""
    held = Q(pk__in=[holder.person_id for holder in plan.holders()]) | Q(pk=plan.created_by_id)
    team = plan.account.team
    if team is not None and team.lead_id:
        held |= Q(pk=team.lead_id)
    return Person.objects.live().filter(held, user__is_active=True).order_by("name", "pk")
