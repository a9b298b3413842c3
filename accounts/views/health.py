"""For machines that watch this one: `/healthz` (the process answers) and `/readyz` (it does its work)."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from accounts.permissions import public
from accounts.selectors import health


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        signs = {"database": "ok"} | health.vital_signs(now=timezone.now())
    except DatabaseError:
        signs = {"database": "down"}
    except RedisError:
        signs = {"database": "ok", "cache": "down"}
    ready = "down" not in signs.values() and "late" not in signs.values()
    return JsonResponse(signs, status=200 if ready else 503)
