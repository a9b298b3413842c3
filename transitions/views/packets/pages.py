"""A plan's packet as it is now: both editions, what the client edition leaves out, and making a PDF."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import AccountRole
from accounts.permissions import AuthenticatedRequest
from accounts.permissions import may as account_may
from accounts.selectors.organisation import organisation_of
from accounts.tasks import wake_jobs
from transitions.documents.packet import redaction
from transitions.forms.packets import MakeForm
from transitions.models import Edition, HandoverPlan, Packet
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
    versions, person = selectors.versions_of(plan, edition), request.user.person
    language = language_of(request, edition, request.GET.get("language", ""), versions)
    content = selectors.packet_of(plan, edition=edition, language=language)
    newest = selectors.newest_if_unchanged(versions, content)
    context = {
        "plan": plan,
        "edition": Edition(edition),
        "editions": Edition,
        "languages": settings.LANGUAGES if edition == Edition.CLIENT else (),
        "spoken": language,
        "nobody_new": edition == Edition.CLIENT and not _names_somebody(plan),
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
        if not form.errors.keys() <= {"why"}:
            return HttpResponseBadRequest()
        messages.error(request, " ".join(map(str, form.errors["why"])))
        return redirect(_edition_of(plan, form.cleaned_data["edition"], form.cleaned_data["language"]))
    edition = form.cleaned_data["edition"]
    language = language_of(request, edition, form.cleaned_data["language"])
    asked = services.request_packet(
        plan=plan,
        edition=edition,
        language=language,
        why=form.cleaned_data["why"],
        by=request.user.person,
        now=timezone.now(),
    )
    if asked.packet is not None:
        said = _("Nothing has changed since version %(version)d: it is still the newest.")
        messages.info(request, said % {"version": asked.packet.version})
    else:
        wake_jobs()
    return redirect(_edition_of(plan, edition, form.cleaned_data["language"]))


def _edition_of(plan: HandoverPlan, edition: str, language: str) -> str:
    query = {"edition": edition} | ({"language": language} if language else {})
    return reverse("packet", kwargs={"uuid": plan.uuid}) + f"?{urlencode(query)}"


def _names_somebody(plan: HandoverPlan) -> bool:
    """Whether the client can read who is there for them from now on."""
    return any(holder.role in (AccountRole.INCOMING, AccountRole.INTERIM) for holder in plan.holders())


def language_of(
    request: AuthenticatedRequest, edition: str, asked: str = "", versions: Sequence[Packet] = ()
) -> str:
    """Ours is read in the reader's language; the client's in what is asked for, else in that of the version
    they have, else in the company's."""
    if edition != Edition.CLIENT:
        return translation.get_language()
    if asked in dict(settings.LANGUAGES):
        return asked
    return versions[0].language if versions else organisation_of(request).language


@require_GET
@allowed("see_plan", HandoverPlan)
def preview(request: AuthenticatedRequest, plan: HandoverPlan) -> HttpResponse:
    """Our edition beside the client's: what is left out, before anything is handed over."""
    ours, theirs = selectors.editions_of(plan, language=translation.get_language())  # for us to read
    found = redactions(redaction(ours, theirs))
    context = {"plan": plan, "sections": found, "left_out": sum(one["left_out"] for one in found)}
    return TemplateResponse(request, "transitions/packets/preview.html", context)
