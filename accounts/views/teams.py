"""Pages about teams: the tree, adding, editing, removing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.forms.teams import TeamForm
from accounts.models import Team
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest, allowed, rights
from accounts.rendering.text import translate
from accounts.selectors import teams as selectors
from accounts.services import teams as services
from accounts.views.editing import Deed, Refused, edited

DEEPEST_SHOWN = 6  # further down, the indent stays: a phone has no more room


@allowed("see_teams")
def teams(request: AuthenticatedRequest) -> HttpResponse:
    rows = list(selectors.tree(request.user))
    for row in rows:
        row.depth_shown = min(row.get_depth(), DEEPEST_SHOWN)
    context = {
        "teams": rows,
        "tab": "teams",
        "may": rights(request),
    }
    return TemplateResponse(request, "accounts/people/teams.html", context)


@allowed("manage_people")
def team_add(request: AuthenticatedRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)

    def deed() -> None:
        suggest_role(request, services.add(**form.cleaned_data, by=request.user.person, now=timezone.now()))

    return edited(
        request,
        form,
        told(form, deed),
        done=_("The team is saved."),
        back=reverse("teams"),
        back_label=_("Teams"),
        title=_("Add a team"),
        action=_("Add"),
    )


@allowed("manage_people", Team)
def team_edit(request: AuthenticatedRequest, team: Team) -> HttpResponse:
    form = TeamForm(request.POST or None, team=team)

    def deed() -> None:
        try:
            saved = services.edit(team=team, **form.cleaned_data, by=request.user.person, now=timezone.now())
        except StaleVersion as error:
            error.row.under = Team.objects.get_parent(error.row)  # type: ignore[attr-defined]
            raise
        suggest_role(request, saved)

    return edited(
        request,
        form,
        told(form, deed),
        done=_("The team is saved."),
        back=reverse("teams"),
        back_label=_("Teams"),
        title=_("Edit %(name)s") % {"name": team.name},
    )


def told(form: TeamForm, deed: Deed) -> Deed:
    """The same deed; where it is refused, the form says why, beside what can be corrected."""

    def telling() -> object:
        try:
            return deed()
        except services.TeamRefused as refusal:
            form.add_error(refusal.field, translate(refusal.message))
            raise Refused from None

    return telling


def suggest_role(request: AuthenticatedRequest, team: Team) -> None:
    if services.could_be_leader(team.lead):
        messages.warning(
            request,
            _(
                "%(name)s leads a team, but does not have the role Leader, which decides about plans. "
                "You can give it on their page."
            )
            % {"name": team.lead.name},  # type: ignore[union-attr]
        )


@allowed("manage_people", Team)
def team_remove(request: AuthenticatedRequest, team: Team) -> HttpResponse:
    """Asks first; a team that holds something stays, and the page says what."""
    holds = services.why_not_empty(team)
    if request.method == "POST":
        try:
            services.remove(team=team, by=request.user.person, now=timezone.now())
        except services.TeamRefused as refusal:
            holds = refusal.message
        else:
            messages.success(request, _("The team %(name)s is removed.") % {"name": team.name})
            return redirect("teams")
    context = {"team": team, "holds": translate(holds) if holds else ""}
    return TemplateResponse(request, "accounts/people/team_remove.html", context)
