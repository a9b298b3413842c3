"""Plans in lists: all that one sees, and those of one account."""

from dataclasses import astuple
from typing import Any

from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from accounts.selectors.calendar import today_of
from accounts.views import listing
from transitions.forms.filters import PlanFilters
from transitions.models import PlanState
from transitions.permissions import allowed, may, rights
from transitions.rendering.sponsors import in_lines
from transitions.rendering.words import risk, title
from transitions.selectors.plans import as_lines, plans_list, with_people
from transitions.selectors.sponsors import next_promises

COLUMNS = (
    listing.Column("account", _("Account"), order=("account__name",), value="account_name"),
    listing.Column("outgoing", _("From")),
    listing.Column("incoming", _("To")),
    listing.Column("mode", _("Mode"), order=("mode", "account__name"), value="mode_title"),
    listing.Column("stage", _("Stage"), value="stage_title"),
    listing.Column("cutover", _("Cutover"), order=("cutover_on",), value="cutover_on", nullable=True),
    listing.Column("next", _("Next due"), order=("next_due_on",), value="next_due_on", nullable=True),
    listing.Column("risk", _("Risk"), order=("risk",), numeric=True),
    listing.Column(
        "value", _("Yearly value"), order=("yearly_value",), value="yearly_value", nullable=True, numeric=True
    ),
    listing.Column("tier", _("Tier"), value="tier_title", shown=False),
    listing.Column("team", _("Team"), value="team_name", shown=False),
    listing.Column("reason", _("Reason"), value="reason_title", shown=False),
    listing.Column("state", _("State"), value="state_title", shown=False),
)


@require_safe
@allowed("see_plans")
def plans(request: AuthenticatedRequest) -> HttpResponseBase:
    return listing.answer(
        request,
        "transitions/plans/list.html",
        plans_list(request.user),
        filters=PlanFilters,
        columns=COLUMNS,
        sort="next",
        name="plans",
        shape=as_lines,
        decorate=_written,
        context={"may": rights(request)},
    )


def _written(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines in the reader's words, made here: filters in a template cost several times as much."""
    place = reverse("plans")
    for line in with_people(rows):
        line["url"] = f"{place}{line['uuid']}/"
        line["stage_title"] = translate(line["stage_title"])
        for key in ("mode", "tier", "reason", "state"):
            line[f"{key}_title"] = title(line[key], key)
        line["risk_words"], line["risk_look"] = astuple(risk(line["risk"]))
    return rows


@require_safe
@allowed("see_plans", Account)
def of_account(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    """The plans of one account, open ones first: a fragment for the account's page."""
    found = (
        plans_list(request.user)
        .filter(account=account)
        .order_by(F("closed_at").desc(nulls_first=True), "-pk")
    )
    rows = _written(list(as_lines(found)))
    today = today_of(account, timezone.now())
    context = {
        "account": account,
        "plans": rows,
        "running": any(line["state"] in (PlanState.OPEN, PlanState.ON_HOLD) for line in rows),
        "may_start": may(request.user, "start_plan", account),
        "promises": in_lines(next_promises(account, request.user, today)),
    }
    return TemplateResponse(request, "transitions/plans/of_account.html", context)
