"""Packets of many plans: asked for from the list, watched, and fetched as one file."""

import tempfile
import zipfile
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Job, JobState
from accounts.permissions import AuthenticatedRequest
from accounts.permissions import allowed as allowed_job
from accounts.rendering.text import translate
from accounts.tasks import wake_jobs
from transitions.forms.filters import PlanFilters
from transitions.forms.packets import ManyForm
from transitions.models import HandoverPlan, Packet
from transitions.permissions import allowed
from transitions.rendering.packet import index_html
from transitions.selectors import packets as selectors
from transitions.selectors.plans import plans_list
from transitions.services import packets as services
from transitions.services.refusals import PlanRefused
from transitions.views.packets.pages import language_of

IN_MEMORY = 20 * 1024 * 1024  # bytes of a ZIP before it goes to disk


@require_POST
@allowed("make_packets")
def make_packets(request: AuthenticatedRequest) -> HttpResponse:
    """Ask for the packets of the chosen plans, or of all that the list of plans shows."""
    form = ManyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the edition."))
        return redirect("plans")
    try:
        job = services.request_run(
            plans=_chosen(request),
            edition=form.cleaned_data["edition"],
            language=language_of(request, form.cleaned_data["edition"]),
            by=request.user.person,
            now=timezone.now(),
        )
    except PlanRefused as error:
        for _field, sentence in error.problems:
            messages.error(request, translate(sentence))
        return redirect("plans")
    wake_jobs()
    return redirect("packet-run", job.uuid)


def _chosen(request: AuthenticatedRequest) -> list[HandoverPlan]:
    """The plans by their uuid, or those that the filters in `all` find; one more than may be made at most."""
    rows = plans_list(request.user)
    if "all" in request.POST:
        asked = QueryDict(request.POST.get("filters", ""))
        filters = PlanFilters(asked, queryset=rows, request=request)
        filters.now = timezone.now()
        narrowed = any(asked.get(name) for name in filters.filters)
        rows = filters.qs if narrowed or not hasattr(filters, "unasked") else filters.unasked()
    else:
        rows = rows.filter(uuid__in=[one for one in map(_uuid, request.POST.getlist("plan")) if one])
    return list(rows[: services.MOST + 1])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
@allowed_job("see_job", Job)
def packet_run(request: AuthenticatedRequest, job: Job) -> HttpResponse:
    """How a run stands; once it is done, what came of it."""
    _run(job)
    if again := selectors.run_in_place_of(job):
        return redirect("packet-run", again.uuid)
    made, failed = services.outcome(job)
    context = {
        "job": job,
        "packets": selectors.packets_of_run(request.user, made),
        "failed": failed,
        "edition": job.params["edition"],
        "total": len(job.params["plans"]),
        "ended": job.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED),
    }
    return TemplateResponse(request, "transitions/packets/run.html", context)


@require_POST
@allowed_job("steer_job", Job)
def retry_run(request: AuthenticatedRequest, job: Job) -> HttpResponse:
    """The same once more: what is stored is found, only what failed is drawn."""
    _run(job)
    plans = HandoverPlan.objects.visible_to(request.user).filter(uuid__in=job.params["plans"])
    try:
        again = services.request_run(
            plans=list(plans),
            edition=job.params["edition"],
            language=job.params["language"],
            by=request.user.person,
            now=timezone.now(),
        )
    except PlanRefused as error:
        for _field, sentence in error.problems:
            messages.error(request, translate(sentence))
        return redirect("packet-run", job.uuid)
    wake_jobs()
    return redirect("packet-run", again.uuid)


@require_GET
@allowed_job("see_job", Job)
def run_zip(request: AuthenticatedRequest, job: Job) -> FileResponse:
    """All packets of a run that one may still see, with an index; made when asked for, and stored nowhere."""
    _run(job)
    if job.state != JobState.DONE:
        raise Http404
    made, failed = services.outcome(job)
    packets = selectors.packets_of_run(request.user, made)
    names = {packet.pk: _file_name(packet) for packet in packets}
    missing = []
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  FileResponse closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:  # a PDF is compressed already
        for packet in packets:
            try:
                with packet.pdf.open("rb") as pdf:
                    bundle.writestr(_entry(names[packet.pk], packet), pdf.read())
            except FileNotFoundError:
                missing.append(packet.pk)
        lines = [
            {"packet": packet, "file": "" if packet.pk in missing else names[packet.pk]} for packet in packets
        ]
        index = index_html(lines, failed, language=translation.get_language())
        bundle.writestr("index.html", index)
    file.seek(0)
    day = timezone.localdate(job.finished_at).isoformat()
    response = FileResponse(file, as_attachment=True, filename=f"packets-{day}.zip")
    response["Cache-Control"] = "private, no-store"
    return response


def _run(job: Job) -> None:
    if job.kind != services.RUN:
        raise Http404


def _file_name(packet: Packet) -> str:
    name = slugify(packet.plan.account.name)[:80] or "packet"
    return f"{name}-{str(packet.plan.uuid)[:8]}-{packet.edition}-{packet.version}.pdf"


def _entry(name: str, packet: Packet) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, date_time=packet.made_at.timetuple()[:6])
