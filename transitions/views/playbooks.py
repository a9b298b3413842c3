"""Playbooks, for reading: what every plan of a kind does, and why one cannot skip ahead."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.models import Tier
from accounts.permissions import AuthenticatedRequest
from transitions.models import PlaybookVersion
from transitions.permissions import allowed
from transitions.rendering.playbooks import shown
from transitions.rules.playbooks import loads
from transitions.selectors.playbooks import newest_playbooks


@require_safe
@allowed("see_playbooks")
def playbooks(request: AuthenticatedRequest) -> HttpResponse:
    books = [(version, shown(loads(version.content), Tier.STRATEGIC)) for version in newest_playbooks()]
    return TemplateResponse(request, "transitions/playbooks/list.html", {"books": books})


@require_safe
@allowed("see_playbooks")
def playbook(request: AuthenticatedRequest, key: str, version: int) -> HttpResponse:
    published = get_object_or_404(PlaybookVersion, key=key, version=version)
    tier = request.GET.get("tier", "")
    tier = tier if tier in Tier.values else Tier.STRATEGIC.value
    context = {
        "version": published,
        "versions": PlaybookVersion.objects.filter(key=key).defer("content").order_by("-version"),
        "book": shown(loads(published.content), tier),
        "tier": tier,
        "tiers": Tier.choices,
    }
    return TemplateResponse(request, "transitions/playbooks/playbook.html", context)
