"""A plan's packet as it is now: both editions, what the client edition leaves out, and making a PDF."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import AuthenticatedRequest
from accounts.permissions import may as account_may
from accounts.tasks import wake_jobs
from transitions.documents.packet import redaction
from transitions.forms.packets import MakeForm
from transitions.models import Edition, HandoverPlan
from transitions.permissions import allowed, may
from transitions.rendering.packet import body_html, redactions
from transitions.selectors import packets as selectors
from transitions.services import packets as services


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
        "content": content,
        "may_make": may(request.user, "make_packet", plan),
        "may_tell": account_may(request.user, "work_account", plan.account),
    }
    return TemplateResponse(request, "transitions/packets/packet.html", context)


@require_POST
@allowed("make_packet", HandoverPlan)
def make_packet(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    form = MakeForm(request.POST)
    if not form.is_valid():
        if "edition" in form.errors:
            return HttpResponseBadRequest()
        messages.error(request, " ".join(map(str, form.errors["why"])))
        return redirect(_edition_of(plan, form.cleaned_data["edition"]))
    edition = form.cleaned_data["edition"]
    asked = services.request_packet(
        plan=plan,
        edition=edition,
        language=translation.get_language(),
        why=form.cleaned_data["why"],
        by=request.user.person,
        now=timezone.now(),
    )
    if asked.packet is not None:
        said = _("Nothing has changed since version %(version)d: it is still the newest.")
        messages.info(request, said % {"version": asked.packet.version})
    else:
        wake_jobs()
    return redirect(_edition_of(plan, edition))


def _edition_of(plan: HandoverPlan, edition: str) -> str:
    return reverse("packet", kwargs={"uuid": plan.uuid}) + f"?edition={edition}"


@require_GET
@allowed("see_plan", HandoverPlan)
def preview(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """Our edition beside the client's: what is left out, before anything is handed over."""
    ours, theirs = selectors.editions_of(plan, language=translation.get_language())
    found = redactions(redaction(ours, theirs))
    context = {"plan": plan, "sections": found, "left_out": sum(one["left_out"] for one in found)}
    return TemplateResponse(request, "transitions/packets/preview.html", context)
