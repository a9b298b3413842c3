"""How background work stands: a fragment that asks for itself again until the work has ended."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Job, JobState
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.services import jobs
from accounts.tasks import wake_jobs


@require_GET
@allowed("see_job", Job)
def job(request: AuthenticatedRequest, job: Job) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return TemplateResponse(request, "accounts/jobs/job.html", {"job": job})
    response = TemplateResponse(request, "components/job.html", {"job": job})
    if job.state == JobState.DONE:
        response["HX-Refresh"] = "true"  # the page around it shows the result
    return response


@require_POST
@allowed("steer_job", Job)
def cancel_job(request: AuthenticatedRequest, job: Job) -> HttpResponse:
    return _shown(request, jobs.cancel(job=job, by=request.user.person, now=timezone.now()))


@require_POST
@allowed("steer_job", Job)
def retry_job(request: AuthenticatedRequest, job: Job) -> HttpResponse:
    again = jobs.retry(job=job, by=request.user.person, now=timezone.now())
    wake_jobs()
    return _shown(request, again)


def _shown(request: AuthenticatedRequest, job: Job) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return TemplateResponse(request, "components/job.html", {"job": job})
    return redirect("job", uuid=job.uuid)
