"""What is known about an account, by section."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms.briefing import BriefingForm
from accounts.models import Account, BriefingEntry
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.rules.briefing import SECTION_KEYS
from accounts.selectors import briefing as selectors
from accounts.services import briefing as services
from accounts.views.clients import around
from accounts.views.editing import edited, on_live_account, pressed, version_of


def address(account: Account, section: str = "") -> str:
    return reverse("account-briefing", args=[account.uuid]) + (f"#{section}" if section else "")


@allowed("see_accounts", Account)
def briefing(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    context = {
        "chapters": selectors.chapters_of(account),
        "of": len(SECTION_KEYS),
        "today": timezone.localdate(),
    }
    return TemplateResponse(
        request, "accounts/briefing/sections.html", around(request, account, "briefing") | context
    )


@allowed("work_account", Account)
@on_live_account
def add(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    asked = request.GET.get("section", "")
    entry = BriefingEntry(
        account=account,
        section=asked if asked in SECTION_KEYS else SECTION_KEYS[0],
        owner=request.user.person,
    )
    form = BriefingForm(request.POST or None, instance=entry)

    def deed() -> str:
        services.add(entry=entry, by=request.user.person, now=timezone.now())
        return address(account, entry.section)

    return edited(
        request,
        form,
        deed,
        done=_("Noted."),
        back=address(account),
        back_label=account.name,
        title=_("Add to the briefing"),
        action=_("Add"),
    )


@allowed("work_account", BriefingEntry)
@on_live_account
def edit(request: AuthenticatedRequest, entry: BriefingEntry) -> HttpResponse:
    form = BriefingForm(request.POST or None, instance=entry)
    return edited(
        request,
        form,
        deed=lambda: services.edit(
            entry=entry, version=form.version, by=request.user.person, now=timezone.now()
        ),
        done=_("Saved."),
        back=address(entry.account, entry.section),
        back_label=entry.account.name,
        title=_("Edit the briefing"),
    )


@require_POST
@allowed("work_account", BriefingEntry)
@on_live_account
def archive(request: AuthenticatedRequest, entry: BriefingEntry) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.archive(entry=entry, version=version, by=request.user.person, now=timezone.now()),
        done=_("Archived."),
        undo=reverse("briefing-unarchive", args=[entry.uuid]),
        back=address(entry.account),
    )


@require_POST
@allowed("work_account", BriefingEntry)
@on_live_account
def unarchive(request: AuthenticatedRequest, entry: BriefingEntry) -> HttpResponse:
    return pressed(
        request,
        lambda: services.unarchive(entry=entry, by=request.user.person, now=timezone.now()),
        done=_("It is back."),
        back=address(entry.account),
    )
