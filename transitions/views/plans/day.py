"""My day."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.permissions import AuthenticatedRequest
from accounts.selectors.organisation import organisation_of
from transitions.permissions import allowed
from transitions.rendering.day import context
from transitions.selectors.plans import my_day


@require_safe
@allowed("see_plans")
def day(request: AuthenticatedRequest) -> HttpResponse:
    whole = "all" in request.GET
    today = my_day(request.user, timezone.now(), ours=organisation_of(request), whole=whole)
    has_accounts = not today.empty or Account.objects.visible_to(request.user).exists()
    settled = not organisation_of(request)._state.adding  # else nobody has saved the settings yet
    shown = context(today, request.user.role, has_accounts=has_accounts, settled=settled)
    return TemplateResponse(request, "transitions/day/day.html", shown)
