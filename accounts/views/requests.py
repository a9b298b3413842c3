"""What a client asked for and what we promised them."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.requests import CommitmentForm, RequestForm, SettledForm
from accounts.models import Account, ClientRequest, Commitment
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.selectors import requests as selectors
from accounts.selectors.absence import owed_by
from accounts.services import requests as services
from accounts.views.clients import around
from accounts.views.editing import edited, on_live_account, pressed, version_of


def address(account: Account) -> str:
    return reverse("account-requests", args=[account.uuid])


@allowed("see_accounts", Account)
def requests(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    page = around(request, account, "requests")
    context = {
        "asked": selectors.asked_by(account),
        "promised": selectors.promised_to(account),
        "today": timezone.localdate(),
        "owes": () if page["may"]["work_account"] else owed_by(request.user.person_id, timezone.now()),
    }
    return TemplateResponse(request, "accounts/requests/list.html", page | context)


@allowed("work_account", Account)
@on_live_account
def add(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    asked = ClientRequest(account=account, owner=request.user.person, opened_on=timezone.localdate())
    form = RequestForm(request.POST or None, instance=asked, account=account)
    return edited(
        request,
        form,
        deed=lambda: services.add(entry=asked, by=request.user.person, now=timezone.now()),
        done=_("The request was noted."),
        back=address(account),
        back_label=account.name,
        title=_("Note a request"),
        action=_("Note it"),
    )


@allowed("work_account", ClientRequest)
@on_live_account
def edit(request: AuthenticatedRequest, asked: ClientRequest) -> HttpResponse:
    form = RequestForm(request.POST or None, instance=asked, account=asked.account)
    return edited(
        request,
        form,
        deed=lambda: services.edit(
            entry=asked, version=form.version, by=request.user.person, now=timezone.now()
        ),
        done=_("Saved."),
        **_page(asked.account, _("Edit the request")),
    )


@require_safe
@allowed("see_accounts", ClientRequest, find=selectors.request_of)
def request_page(request: AuthenticatedRequest, asked: ClientRequest) -> HttpResponse:
    return _alone(request, asked, "request-solve" if asked.closed_on is None else "")


@allowed("settle", ClientRequest, find=selectors.request_of)
@on_live_account
def solve(request: AuthenticatedRequest, asked: ClientRequest) -> HttpResponse:
    today = timezone.localdate()
    form = SettledForm(
        request.POST or None,
        initial={"version": asked.version, "on": today},
        since=asked.opened_on,
        today=today,
        label=_("Solved on"),
    )
    return edited(
        request,
        form,
        deed=lambda: services.solve(
            request=asked, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        done=_("Solved. Has the client been told?"),
        intro=asked.title,
        action=_("It is solved"),
        **_page_of_own(request, asked.account, _("Solve the request")),
    )


@require_POST
@allowed("work_account", ClientRequest)
@on_live_account
def reopen(request: AuthenticatedRequest, asked: ClientRequest) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.reopen(request=asked, version=version, by=request.user.person, now=timezone.now()),
        done=_("The request is open again."),
        back=address(asked.account),
    )


@require_POST
@allowed("work_account", ClientRequest)
@on_live_account
def escalate(request: AuthenticatedRequest, asked: ClientRequest) -> HttpResponse:
    return _escalated(request, asked, True, _("The request is marked as escalated."))


@require_POST
@allowed("work_account", ClientRequest)
@on_live_account
def calm(request: AuthenticatedRequest, asked: ClientRequest) -> HttpResponse:
    return _escalated(request, asked, False, _("The request is no longer escalated."))


def _escalated(
    request: AuthenticatedRequest, asked: ClientRequest, escalated: bool, done: str
) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.escalate(
            request=asked, escalated=escalated, version=version, by=request.user.person, now=timezone.now()
        ),
        done=done,
        back=address(asked.account),
    )


@allowed("work_account", Account)
@on_live_account
def commit(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    promise = Commitment(account=account, owner=request.user.person, made_on=timezone.localdate())
    form = CommitmentForm(request.POST or None, instance=promise, account=account)
    return edited(
        request,
        form,
        deed=lambda: services.add(entry=promise, by=request.user.person, now=timezone.now()),
        done=_("The commitment was noted."),
        action=_("Note it"),
        **_page(account, _("Note a commitment")),
    )


@allowed("work_account", Commitment)
@on_live_account
def edit_commitment(request: AuthenticatedRequest, promise: Commitment) -> HttpResponse:
    form = CommitmentForm(request.POST or None, instance=promise, account=promise.account)
    return edited(
        request,
        form,
        deed=lambda: services.edit(
            entry=promise, version=form.version, by=request.user.person, now=timezone.now()
        ),
        done=_("Saved."),
        **_page(promise.account, _("Edit the commitment")),
    )


@require_safe
@allowed("see_accounts", Commitment, find=selectors.commitment_of)
def commitment_page(request: AuthenticatedRequest, promise: Commitment) -> HttpResponse:
    return _alone(request, promise, "commitment-keep" if promise.kept_on is None else "")


@allowed("settle", Commitment, find=selectors.commitment_of)
@on_live_account
def keep(request: AuthenticatedRequest, promise: Commitment) -> HttpResponse:
    today = timezone.localdate()
    form = SettledForm(
        request.POST or None,
        initial={"version": promise.version, "on": today},
        since=promise.made_on,
        today=today,
        label=_("Kept on"),
    )
    return edited(
        request,
        form,
        deed=lambda: services.keep_promise(
            commitment=promise, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        done=_("Kept. Has the client been told?"),
        intro=promise.text,
        action=_("It is kept"),
        **_page_of_own(request, promise.account, _("Keep the commitment")),
    )


@require_POST
@allowed("work_account", Commitment)
@on_live_account
def owe_again(request: AuthenticatedRequest, promise: Commitment) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.owe_again(
            commitment=promise, version=version, by=request.user.person, now=timezone.now()
        ),
        done=_("The commitment is open again."),
        back=address(promise.account),
    )


def _archive(request: AuthenticatedRequest, entry: ClientRequest | Commitment, undo: str) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.archive(entry=entry, version=version, by=request.user.person, now=timezone.now()),
        done=_("Archived."),
        undo=reverse(undo, args=[entry.uuid]),
        back=address(entry.account),
    )


def _unarchive(request: AuthenticatedRequest, entry: ClientRequest | Commitment) -> HttpResponse:
    return pressed(
        request,
        lambda: services.unarchive(entry=entry, by=request.user.person, now=timezone.now()),
        done=_("It is back."),
        back=address(entry.account),
    )


@require_POST
@allowed("work_account", ClientRequest)
@on_live_account
def archive(request: AuthenticatedRequest, asked: ClientRequest) -> HttpResponse:
    return _archive(request, asked, "request-unarchive")


@require_POST
@allowed("work_account", ClientRequest)
@on_live_account
def unarchive(request: AuthenticatedRequest, asked: ClientRequest) -> HttpResponse:
    return _unarchive(request, asked)


@require_POST
@allowed("work_account", Commitment)
@on_live_account
def archive_commitment(request: AuthenticatedRequest, promise: Commitment) -> HttpResponse:
    return _archive(request, promise, "commitment-unarchive")


@require_POST
@allowed("work_account", Commitment)
@on_live_account
def unarchive_commitment(request: AuthenticatedRequest, promise: Commitment) -> HttpResponse:
    return _unarchive(request, promise)


def _alone(request: AuthenticatedRequest, entry: ClientRequest | Commitment, settle: str) -> HttpResponse:
    """Where a digest leads: to the entry among the client's others, or alone where these are not theirs."""
    if selectors.sees_account(request.user, entry.account):
        return redirect(f"{address(entry.account)}#{entry.uuid}")
    context = {
        "one": entry,
        "account": entry.account,
        "today": timezone.localdate(),
        "settle_url": reverse(settle, args=[entry.uuid]) if settle else "",
    }
    return TemplateResponse(request, "accounts/requests/own.html", context)


def _page(account: Account, title: str) -> dict[str, Any]:
    return {"back": address(account), "back_label": account.name, "title": title}


def _page_of_own(request: AuthenticatedRequest, account: Account, title: str) -> dict[str, Any]:
    """As `_page`, for whoever owes an entry of an account that they may not see."""
    if selectors.sees_account(request.user, account):
        return _page(account, title)
    return {"back": settings.LOGIN_REDIRECT_URL, "back_label": account.name, "title": title}
