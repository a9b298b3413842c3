"""Ways in: inviting one or many, the list with revoking, and the page behind the link."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.forms.people import AcceptForm, InviteForm, InviteRowForm
from accounts.models import Invitation, Person
from accounts.permissions import AuthenticatedRequest, allowed, public, rights
from accounts.rendering.text import translate
from accounts.rules.people import suggested_role
from accounts.selectors import invitations as selectors
from accounts.selectors import people as people_selectors
from accounts.services import invitations as services
from accounts.services.people import PeopleRefused
from accounts.tasks import wake_sender
from accounts.views.listing import PAGE_SIZE, page_of
from accounts.views.people import person_page, put_into

ROWS_ON_A_PAGE = 100


@allowed("manage_people")
def invitations(request: AuthenticatedRequest) -> HttpResponse:
    now = timezone.now()
    page = page_of(Paginator(selectors.invitations(request.user), PAGE_SIZE), request)
    states = [(invitation, selectors.state_of(invitation, now=now)) for invitation in page.object_list]
    return TemplateResponse(
        request,
        "accounts/people/invitations.html",
        {"page": page, "states": states, "tab": "invitations", "may": rights(request)},
    )


@require_POST
@allowed("manage_people", Person)
def person_invite(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            invitation = services.invite(
                person=person, **form.cleaned_data, by=request.user.person, now=timezone.now()
            )
        except PeopleRefused as refusal:
            put_into(form, refusal)
        else:
            wake_sender()
            return _shown_once(request, invitation)
    return person_page(request, person, invite=form)


def _shown_once(request: AuthenticatedRequest, invitation: Invitation) -> HttpResponse:
    """The link, for an administrator whose mail is not set up or who rather hands it over in person."""
    return render(
        request,
        "accounts/people/invited.html",
        {
            "invitation": invitation,
            "link": services.link_with(services.token_of(invitation)),
            "days": settings.INVITATION_DAYS,
        },
    )


@require_POST
@allowed("manage_people", Invitation)
def invitation_revoke(request: AuthenticatedRequest, invitation: Invitation) -> HttpResponse:
    services.revoke(invitation=invitation, by=request.user.person, now=timezone.now())
    messages.success(request, _("The link for %(email)s no longer works.") % {"email": invitation.email})
    return redirect("invitations")


@allowed("manage_people")
def people_invite(request: AuthenticatedRequest) -> HttpResponse:
    """Addresses and roles for everybody who cannot sign in yet: all saved together, or none."""
    waiting = people_selectors.without_sign_in(request.user, now=timezone.now())
    page = page_of(Paginator(waiting, ROWS_ON_A_PAGE), request)
    # What was typed belongs to the people who were shown, whoever stands on this page by now.
    people = waiting.filter(uuid__in=_posted(request)) if request.method == "POST" else page.object_list
    forms = [_row_form(request, person) for person in people]
    if request.method == "POST" and (count := _invited(request, forms)) is not None:
        words = ngettext("%(count)d person was invited.", "%(count)d people were invited.", count)
        messages.success(request, words % {"count": count})
        wake_sender()
        return redirect("people-invite")
    problems = sum(1 for form in forms if form.errors)
    context = {"page": page, "forms": forms, "problems": problems}
    return TemplateResponse(request, "accounts/people/invite.html", context)


def _invited(request: AuthenticatedRequest, forms: list[InviteRowForm]) -> int | None:
    """Invite whom the rows name; None where one of them is wrong, and then it says why."""
    rows = [
        services.Invited(form.person, form.cleaned_data["email"], form.cleaned_data["role"])
        for form in forms
        if form.is_valid() and form.wanted
    ]
    try:
        if not all(form.is_valid() for form in forms):
            raise services.RowsRefused(services.problems_of(rows))  # so that all is said at once
        return len(services.invite_many(rows=rows, by=request.user.person, now=timezone.now()))
    except services.RowsRefused as refusal:
        for form in forms:
            if problem := refusal.problems.get(str(form.person.uuid)):
                form.add_error("email", translate(problem))
        return None


def _posted(request: AuthenticatedRequest) -> list[UUID]:
    """The people whose rows were sent: at most as many as a page shows."""
    found = []
    for key in request.POST:
        name, dash, field = key.rpartition("-")
        if field == "role" and dash:
            with suppress(ValueError):
                found.append(UUID(name))
    return found[:ROWS_ON_A_PAGE]


def _row_form(request: AuthenticatedRequest, person: Any) -> InviteRowForm:
    suggested = suggested_role(leads=person.is_lead, is_rep=person.is_rep)
    return InviteRowForm(
        request.POST or None, person=person, initial={"email": person.email, "role": suggested}
    )


@sensitive_post_parameters("password", "again")
@never_cache
@public
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link. Looking changes nothing: mail scanners look too."""
    now = timezone.now()
    try:
        invitation = services.find(token=token, now=now)
        form = AcceptForm(
            request.POST or None, email=invitation.email, initial={"name": invitation.person.name}
        )
        if request.method == "POST" and not request.user.is_authenticated and form.is_valid():
            user = services.accept(
                token=token, name=form.cleaned_data["name"], password=form.cleaned_data["password"], now=now
            )
            return perform_login(request, user, email_verification="none")
    except services.InvitationUnusable as unusable:
        status = 404 if unusable.state == "unknown" else 410
        response = render(
            request, "accounts/people/invitation_unusable.html", {"state": unusable.state}, status=status
        )
    else:
        response = render(
            request, "accounts/people/invitation_accept.html", {"form": form, "invitation": invitation}
        )
    # The address is the secret. Not "no-referrer": with it browsers send the form with an Origin of null.
    response["Referrer-Policy"] = "strict-origin"
    return response
