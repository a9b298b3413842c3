"""A plan's packet: its page, its stored versions, and the PDF."""

import logging

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import AuthenticatedRequest
from accounts.tasks import wake_jobs
from transitions.documents.packet import loads
from transitions.models import Edition, HandoverPlan, Packet
from transitions.permissions import allowed, may
from transitions.rendering.packet import body_html
from transitions.selectors import packets as selectors
from transitions.services import packets as services

logger = logging.getLogger(__name__)


@require_GET
@allowed("see_plan", HandoverPlan)
def packet(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    edition = request.GET.get("edition", Edition.INTERNAL)
    if edition not in Edition.values:
        return HttpResponseBadRequest()
    language, person = translation.get_language(), request.user.person
    content = selectors.packet_of(plan, edition=edition, language=language)
    versions = selectors.versions_of(plan, edition)
    newest = selectors.newest_if_unchanged(versions, content)
    context = {
        "plan": plan,
        "edition": Edition(edition),
        "editions": Edition,
        "body": body_html(content),
        "versions": versions,
        "newest": newest,
        "job": None if newest else selectors.unsettled_job(plan, edition, language, person),
        "may_make": may(request.user, "make_packet", plan),
    }
    return TemplateResponse(request, "transitions/packets/packet.html", context)


@require_POST
@allowed("make_packet", HandoverPlan)
def make_packet(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    edition = request.POST.get("edition", "")
    if edition not in Edition.values:
        return HttpResponseBadRequest()
    asked = services.request_packet(
        plan=plan,
        edition=edition,
        language=translation.get_language(),
        by=request.user.person,
        now=timezone.now(),
    )
    if asked.packet is not None:
        said = _("Nothing has changed since version %(version)d: it is still the newest.")
        messages.info(request, said % {"version": asked.packet.version})
    else:
        wake_jobs()
    return redirect(reverse("packet", kwargs={"uuid": plan.uuid}) + f"?edition={edition}")


@require_GET
@allowed("see_plan", Packet)
def packet_version(request: AuthenticatedRequest, packet: Packet) -> HttpResponse:
    context = {"packet": packet, "plan": packet.plan, "body": body_html(loads(packet.content))}
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
