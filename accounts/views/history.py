"""What passed between us and a client."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms.history import TouchpointForm, refused_as_future
from accounts.models import Account, Channel, Touchpoint
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.services import history as services
from accounts.views.clients import around
from accounts.views.editing import Refused, edited, on_live_account, pressed, version_of
from accounts.views.listing import page_of

PAGE_SIZE = 50


def address(account: Account) -> str:
    return reverse("account-touchpoints", args=[account.uuid])


@allowed("see_accounts", Account)
def touchpoints(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    rows = account.touchpoints.live().select_related("person", "contact").order_by("-happened_at", "-pk")
    page = page_of(Paginator(rows, PAGE_SIZE), request)
    return TemplateResponse(
        request, "accounts/history/timeline.html", around(request, account, "touchpoints") | {"page": page}
    )


@allowed("work_account", Account)
@on_live_account
def add(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    now = timezone.now()
    touch = Touchpoint(account=account, person=request.user.person, channel=Channel.PHONE, happened_at=now)
    form = TouchpointForm(request.POST or None, instance=touch, account=account)

    def deed() -> None:
        try:
            services.record_touch(touchpoint=touch, by=request.user.person, now=now)
        except services.NotYet:
            refused_as_future(form)
            raise Refused from None

    return edited(
        request,
        form,
        deed,
        done=_("The touchpoint was noted."),
        back=address(account),
        back_label=account.name,
        title=_("Note a touchpoint"),
        action=_("Note it"),
    )


@allowed("work_account", Touchpoint)
@on_live_account
def edit(request: AuthenticatedRequest, touch: Touchpoint) -> HttpResponse:
    form = TouchpointForm(request.POST or None, instance=touch, account=touch.account)

    def deed() -> None:
        try:
            services.edit_touch(
                touchpoint=touch, version=form.version, by=request.user.person, now=timezone.now()
            )
        except services.NotYet:
            refused_as_future(form)
            raise Refused from None

    return edited(
        request,
        form,
        deed,
        done=_("Saved."),
        back=address(touch.account),
        back_label=touch.account.name,
        title=_("Edit the touchpoint"),
    )


@require_POST
@allowed("work_account", Touchpoint)
@on_live_account
def archive(request: AuthenticatedRequest, touch: Touchpoint) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.archive_touch(
            touchpoint=touch, version=version, by=request.user.person, now=timezone.now()
        ),
        done=_("Archived."),
        undo=reverse("touchpoint-unarchive", args=[touch.uuid]),
        back=address(touch.account),
    )


@require_POST
@allowed("work_account", Touchpoint)
@on_live_account
def unarchive(request: AuthenticatedRequest, touch: Touchpoint) -> HttpResponse:
    return pressed(
        request,
        lambda: services.unarchive_touch(touchpoint=touch, by=request.user.person, now=timezone.now()),
        done=_("It is back."),
        back=address(touch.account),
    )
