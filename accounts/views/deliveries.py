"""One's own mail, and the outbox for those who keep the mail running."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.deliveries import KINDS, MailFilters, OutboxFilters
from accounts.models import Delivery, DeliveryChannel, DeliveryState
from accounts.permissions import AuthenticatedRequest, allowed, rights
from accounts.selectors import deliveries as selectors
from accounts.services import deliveries as services
from accounts.views import listing

# A mail brings its own style attributes and may do nothing else: no script, no form, no request, and an
# origin of its own. Links open beside it.
SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
LOOKS = {
    DeliveryState.SENT: "good",
    DeliveryState.DEAD: "bad",
    DeliveryState.UNSURE: "warn",
    DeliveryState.HELD: "warn",
    DeliveryState.QUEUED: "info",
    DeliveryState.LEASED: "info",
    DeliveryState.DATA: "info",
}
LINKED = frozenset({"digest"})
CREATED = listing.Column("created", gettext_lazy("Written"), order=("created_at",), value="created_at")
SUBJECT = listing.Column("subject", gettext_lazy("Subject"), order=("subject", "created_at"))
STATE = listing.Column("state", gettext_lazy("State"), order=("state", "created_at"), value="state_label")
TO = listing.Column("to", gettext_lazy("To"), order=("address", "created_at"), value="address")
KIND = listing.Column("kind", gettext_lazy("Kind"), value="kind_label", shown=False)
DUE = listing.Column("due", gettext_lazy("Due"), value="due_at", shown=False)
TRIES = listing.Column("tries", gettext_lazy("Tries"), value="attempts", shown=False)
REASON = listing.Column("reason", gettext_lazy("Last answer"), value="reason_label", shown=False)


@allowed("see_own_mail")
def mail(request: AuthenticatedRequest) -> HttpResponseBase:
    own = Delivery.objects.visible_to(request.user).filter(person=request.user.person_id)
    return _answer(
        request, "accounts/deliveries/mail.html", own, MailFilters, (SUBJECT, CREATED, STATE), name="mail"
    )


@allowed("see_outbox")
def outbox(request: AuthenticatedRequest) -> HttpResponseBase:
    now = timezone.now()
    return _answer(
        request,
        "accounts/deliveries/outbox.html",
        Delivery.objects.visible_to(request.user),
        OutboxFilters,
        (SUBJECT, TO, CREATED, STATE, KIND, TRIES, DUE, REASON),
        name="outbox",
        figures=selectors.figures(now),
        kept_in=getattr(settings, "EMAIL_FILE_PATH", ""),
        now=now,
        may=rights(request),
    )


@allowed("see_own_mail", Delivery)
def letter(request: AuthenticatedRequest, delivery: Delivery) -> HttpResponse:
    """Administrators see that it was sent; what it says, of a confidential plan perhaps, only its reader."""
    if not _is_own(request, delivery):
        delivery.text = delivery.html = ""
    delivery.text = _linked(delivery.text, delivery)
    if delivery.channel == DeliveryChannel.CHAT and delivery.text:
        delivery.text = json.dumps(json.loads(delivery.text), ensure_ascii=False, indent=1)
    return _shown(request, delivery, html_url=f"{request.path}html/")


@require_safe
@allowed("see_own_mail", Delivery)
@xframe_options_sameorigin
def letter_html(request: AuthenticatedRequest, delivery: Delivery) -> HttpResponse:
    if not _is_own(request, delivery):
        raise Http404
    return _as_sent(_linked(delivery.html, delivery))


@require_POST
@allowed("manage_outbox", Delivery)
def retry(request: AuthenticatedRequest, delivery: Delivery) -> HttpResponse:
    deed = partial(services.retry, delivery=delivery, by=request.user.person, now=timezone.now())
    return _pressed(request, deed, _("It is tried again within a minute."))


@require_POST
@allowed("manage_outbox", Delivery)
def release(request: AuthenticatedRequest, delivery: Delivery) -> HttpResponse:
    deed = partial(services.release, delivery=delivery, by=request.user.person, now=timezone.now())
    return _pressed(request, deed, _("It goes out within a minute."))


@require_POST
@allowed("manage_outbox", Delivery)
def cancel(request: AuthenticatedRequest, delivery: Delivery) -> HttpResponse:
    deed = partial(services.cancel, delivery=delivery, by=request.user.person, now=timezone.now())
    return _pressed(request, deed, _("It will not be sent."))


@require_POST
@allowed("manage_outbox")
def release_all(request: AuthenticatedRequest) -> HttpResponse:
    count = services.release_all(by=request.user.person, now=timezone.now())
    words = ngettext("%(count)d message goes out.", "%(count)d messages go out.", count)
    messages.success(request, words % {"count": count})
    return redirect("outbox")


@allowed("see_own_mail")
def demo_mail(request: AuthenticatedRequest) -> HttpResponseBase:
    """In the demo no mail leaves the machine: everybody may read what everybody was sent."""
    if not settings.DEMO:
        raise Http404
    if "mail" in request.GET:
        delivery = _demo_letter(request)
        return _shown(request, delivery, html_url=f"{request.path}html/?mail={delivery.uuid}")
    columns = (SUBJECT, TO, CREATED, STATE)
    return _answer(
        request, "accounts/deliveries/demo.html", Delivery.objects.all(), OutboxFilters, columns, name="mail"
    )


@require_safe
@allowed("see_own_mail")
@xframe_options_sameorigin
def demo_mail_html(request: AuthenticatedRequest) -> HttpResponse:
    delivery = _demo_letter(request)
    return _as_sent(services.filled(delivery.html, delivery))


def _linked(content: str, delivery: Delivery) -> str:
    """The content with the links that its reader may use anyway; never with one that resets a password."""
    return services.filled(content, delivery) if delivery.kind in LINKED else content


def _is_own(request: AuthenticatedRequest, delivery: Delivery) -> bool:
    return delivery.person_id == request.user.person_id


def _demo_letter(request: HttpRequest) -> Delivery:
    """The mail that the address names, links and all; only in the demo. Raises Http404."""
    try:
        uuid = UUID(request.GET.get("mail", ""))
    except ValueError:
        raise Http404 from None
    delivery = Delivery.objects.filter(uuid=uuid).first() if settings.DEMO else None
    if delivery is None:
        raise Http404
    delivery.text = services.filled(delivery.text, delivery)
    return delivery


def _answer(
    request: HttpRequest,
    template: str,
    rows: Any,
    filters: Any,
    columns: tuple[listing.Column, ...],
    *,
    name: str,
    **context: Any,
) -> HttpResponseBase:
    return listing.answer(
        request,
        template,
        rows,
        filters=filters,
        columns=columns,
        sort="-created",
        name=name,
        shape=selectors.listed,
        decorate=_labelled,
        context=context,
    )


def _labelled(rows: list[Delivery]) -> list[Any]:
    for row in rows:
        row.state_label = DeliveryState(row.state).label  # type: ignore[attr-defined]
        row.look = LOOKS.get(DeliveryState(row.state), "")  # type: ignore[attr-defined]
        row.kind_label = str(KINDS.get(row.kind, row.kind))  # type: ignore[attr-defined]
        row.reason_label = _(row.reason) if row.reason else ""  # type: ignore[attr-defined]
    return rows


def _shown(request: HttpRequest, delivery: Delivery, *, html_url: str) -> HttpResponse:
    _labelled([delivery])
    context = {"delivery": delivery, "html_url": html_url if delivery.html else "", "may": rights(request)}
    return TemplateResponse(request, "accounts/deliveries/letter.html", context)


def _as_sent(html: str) -> HttpResponse:
    return HttpResponse(html, headers={"Content-Security-Policy": SANDBOX})


def _pressed(request: HttpRequest, deed: Callable[[], None], done: str) -> HttpResponse:
    try:
        deed()
    except services.NotWaiting:
        messages.error(request, _("Nothing was done: the message has moved on. Look at it as it is now."))
    except services.TooLate:
        messages.error(request, _("Nothing was done: the message is out of date, and would tell old news."))
    else:
        messages.success(request, done)
    return redirect("outbox")
