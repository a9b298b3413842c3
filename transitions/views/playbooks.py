"""Playbooks, for reading: what every plan of a kind does, and why one cannot skip ahead."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from accounts.models import Tier
from accounts.permissions import AuthenticatedRequest
from transitions.models import Mode, PlaybookDraft, PlaybookVersion, Reason
from transitions.permissions import allowed, rights
from transitions.rendering.playbooks import shown
from transitions.rules.playbooks import loads
from transitions.selectors.playbooks import newest_playbooks


@require_safe
@allowed("see_playbooks")
def playbooks(request: AuthenticatedRequest) -> HttpResponse:
    books = [(version, shown(loads(version.content), Tier.STRATEGIC)) for version in newest_playbooks()]
    modes = [(mode, [(one, book) for one, book in books if one.mode == mode]) for mode in Mode.values]
    context = {
        "modes": [(mode, sorted(rows, key=_place)) for mode, rows in modes if rows],
        "drafts": PlaybookDraft.objects.visible_to(request.user).select_related("updated_by").order_by("key"),
    }
    return TemplateResponse(request, "transitions/playbooks/list.html", context)


def _place(row: tuple[PlaybookVersion, object]) -> tuple[int, str]:
    """Any reason first, then the reasons in their order."""
    reasons = ["", *Reason.values]
    return reasons.index(row[0].reason) if row[0].reason in reasons else len(reasons), row[0].key


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
        "may": rights(request),
    }
    return TemplateResponse(request, "transitions/playbooks/playbook.html", context)
