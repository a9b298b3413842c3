"""Chats to which digests go: a person's own, and those of teams, which administrators enter."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.chat import ChatForm, TeamChatForm
from accounts.models import ChatEndpoint
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.rendering.text import translate
from accounts.selectors import chat as selectors
from accounts.services import chat as services
from accounts.services.endpoints import signing_secret
from accounts.tasks import wake_sender
from accounts.views.editing import Deed, Refused, edited, pressed


@require_safe
@allowed("edit_own_preferences")
def chats(request: AuthenticatedRequest) -> HttpResponse:
    return _list(request, selectors.chats_of(request.user.person), of_teams=False)


@require_safe
@allowed("manage_organisation")
def team_chats(request: AuthenticatedRequest) -> HttpResponse:
    return _list(request, selectors.chats_of_teams(), of_teams=True)


@allowed("edit_own_preferences")
def add(request: AuthenticatedRequest) -> HttpResponse:
    form = ChatForm(request.POST or None)
    person = request.user.person

    def deed() -> None:
        services.add(**form.cleaned_data, person=person, by=person, now=timezone.now())

    return _typed(request, form, deed, title=_("Add a chat"), back=reverse("chats"), action=_("Add"))


@allowed("manage_organisation")
def team_add(request: AuthenticatedRequest) -> HttpResponse:
    form = TeamChatForm(request.POST or None)

    def deed() -> None:
        services.add(**form.cleaned_data, by=request.user.person, now=timezone.now())

    title = _("Add a chat of a team")
    return _typed(request, form, deed, title=title, back=reverse("team-chats"), action=_("Add"))


@allowed("edit_own_preferences", ChatEndpoint)
def edit(request: AuthenticatedRequest, endpoint: ChatEndpoint) -> HttpResponse:
    form = ChatForm(request.POST or None, endpoint=endpoint)

    def deed() -> None:
        services.edit(endpoint=endpoint, **form.cleaned_data, by=request.user.person, now=timezone.now())

    title = _("Edit %(name)s") % {"name": endpoint.name}
    return _typed(request, form, deed, title=title, back=_home(endpoint), action=_("Save"))


@require_POST
@allowed("edit_own_preferences", ChatEndpoint)
def test(request: AuthenticatedRequest, endpoint: ChatEndpoint) -> HttpResponse:
    services.send_test(endpoint=endpoint, by=request.user.person, now=timezone.now())
    wake_sender()
    messages.info(request, _("A test message is on its way; what became of it stands beside the chat."))
    return redirect(_home(endpoint))


@require_safe
@allowed("edit_own_preferences", ChatEndpoint)
def state(request: AuthenticatedRequest, endpoint: ChatEndpoint) -> HttpResponse:
    """One chat of the list, which asks again by itself while a test message is on its way."""
    rows = selectors.chats_of_teams() if endpoint.team_id else selectors.chats_of(request.user.person)
    row = next((one for one in rows if one.endpoint.pk == endpoint.pk), None)
    return TemplateResponse(request, "accounts/chat/row.html", _row(row) if row else {})


@require_POST
@allowed("edit_own_preferences", ChatEndpoint)
def switch(request: AuthenticatedRequest, endpoint: ChatEndpoint) -> HttpResponse:
    on = request.POST.get("on") == "yes"
    deed = partial(services.switch, endpoint=endpoint, on=on, by=request.user.person, now=timezone.now())
    done = _("Digests go there again.") if on else _("Nothing is sent there for now.")
    return pressed(request, deed, back=_home(endpoint), done=done)


@require_POST
@allowed("edit_own_preferences", ChatEndpoint)
def remove(request: AuthenticatedRequest, endpoint: ChatEndpoint) -> HttpResponse:
    deed = partial(services.remove, endpoint=endpoint, by=request.user.person, now=timezone.now())
    return pressed(request, deed, back=_home(endpoint), done=_("The chat is removed."))


def _list(request: HttpRequest, rows: list[selectors.ShownChat], *, of_teams: bool) -> HttpResponse:
    context = {
        "rows": [_row(row) for row in rows],
        "of_teams": of_teams,
        "add_url": reverse("team-chat-add" if of_teams else "chat-add"),
        "back": reverse("organisation" if of_teams else "preferences"),
    }
    return TemplateResponse(request, "accounts/chat/list.html", context)


def _row(row: selectors.ShownChat) -> dict[str, Any]:
    reason = row.endpoint.reason
    test_reason = row.test.reason if row.test is not None and row.test.state != "sent" else ""
    return {
        "row": row,
        "chat": row.endpoint,
        "reason": _(reason) if reason else "",
        "test_reason": _(test_reason) if test_reason else "",
        "secret": signing_secret(row.endpoint),
    }


def _typed(request: HttpRequest, form: ChatForm, deed: Deed, **page: Any) -> HttpResponse:
    def refusing() -> None:
        try:
            deed()
        except services.ChatRefused as refusal:
            form.add_error(refusal.field or None, translate(refusal.message))
            raise Refused from None

    done = _("Saved. Send a test message to see whether it arrives.")
    return edited(request, form, refusing, done=done, back_label=_("Chats"), **page)


def _home(endpoint: ChatEndpoint) -> str:
    return reverse("team-chats" if endpoint.team_id else "chats")
