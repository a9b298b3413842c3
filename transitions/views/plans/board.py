"""Transitions: every plan a leader watches over."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import AuthenticatedRequest
from accounts.selectors.organisation import organisation_of
from transitions.documents.board import Filters
from transitions.permissions import allowed
from transitions.rendering.board import context
from transitions.selectors.plans import board

FILTERS = ("team", "mode", "tier", "reason")


@require_safe
@allowed("see_dashboard")
def transitions(request: AuthenticatedRequest) -> HttpResponse:
    filters = Filters(**{name: request.GET.get(name, "") for name in FILTERS})
    ours = organisation_of(request)
    found = board(request.user, timezone.now(), filters, ours=ours)
    teams = [(str(team.pk), team.name) for team in request.user.seen_teams()]
    shown = context(found, filters, teams, currency=ours.currency)
    return TemplateResponse(request, "transitions/board/board.html", shown)
